"""Shell scripts parse, name their shell and can be run; Python files compile.

Usage: scripts.py ROOT
"""
import os
import subprocess
import sys

import tree

MUST_RUN = ["test.sh", "quickstart.sh", ".ci/run"]


def faults(root):
    for path in MUST_RUN:
        if not os.access(os.path.join(root, path), os.X_OK):
            yield f"{path}: is not executable"
    for path in sorted({*MUST_RUN, *tree.files(root, ".sh")}):
        if not os.path.exists(os.path.join(root, path)):
            continue
        if not tree.read(root, path).startswith(("#!/usr/bin/env bash\n", "#!/bin/sh\n")):
            yield f"{path}: the first line names no shell"
        run = subprocess.run(["bash", "-n", os.path.join(root, path)], capture_output=True, text=True)
        if run.returncode != 0:
            yield f"{path}: {run.stderr.strip()}"
    for path in tree.files(root, ".py"):
        try:
            compile(tree.read(root, path), path, "exec")
        except SyntaxError as e:
            yield f"{path}:{e.lineno}: {e.msg}"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
