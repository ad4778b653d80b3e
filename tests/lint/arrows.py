"""The arrows: scanner -> providers, checks, reports -> core; the three pillars never touch each other.

Usage: arrows.py ROOT. See also cmake/Folders.cmake, which holds the same at link time.
"""
import re
import sys

import tree

MAY_INCLUDE = {
    "core": {"core"},
    "providers": {"providers", "core"},
    "checks": {"checks", "core"},
    "reports": {"reports", "core"},
    "scanner": {"scanner", "providers", "checks", "reports", "core"},
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.M)


def faults(root):
    for path in tree.files(root, ".c", ".h"):
        roof = path.split("/")[0]
        if roof not in MAY_INCLUDE:
            continue
        text = tree.read(root, path)
        for m in INCLUDE.finditer(text):
            target = m.group(1)
            where = f"{path}:{tree.line_of(text, m.start())}"
            if target.startswith("."):
                yield f"{where}: includes are written from the root, not {target}"
            elif "/" in target and target.split("/")[0] not in MAY_INCLUDE[roof]:
                yield f"{where}: {roof} must not include {target}"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
