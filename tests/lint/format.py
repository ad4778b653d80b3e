"""The look of C: no tabs, no blanks at line ends, lines of 100 columns (with a grace of twenty, and of
thirty in headers, for the end of a comment), and .c files as clang-format writes them, but for one
line in four.

Usage: format.py ROOT. Without clang-format only the first half is looked at.
"""
import difflib
import shutil
import subprocess
import sys

import tree

COLUMNS_MAX = {".c": 120, ".h": 130}
LINES_OWN = 0.25  # the eye may beat the tool: SQL inside of C, tables of comments


def plain_faults(root, path):
    text = tree.read(root, path)
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield f"{path}: ends with one newline"
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line or "\r" in line:
            yield f"{path}:{number}: tab or carriage return"
        if line != line.rstrip():
            yield f"{path}:{number}: blanks at the end of the line"
        if len(line) > COLUMNS_MAX[path[-2:]]:
            yield f"{path}:{number}: {len(line)} columns, {COLUMNS_MAX[path[-2:]]} at most"


def own_lines(root, path, tool):
    text = tree.read(root, path)
    run = subprocess.run([tool, "--style=file", f"--assume-filename={root}/{path}"], input=text, capture_output=True, text=True, check=True)
    diff = difflib.unified_diff(text.splitlines(), run.stdout.splitlines(), n=0, lineterm="")
    return sum(1 for line in diff if line.startswith("-") and not line.startswith("---"))


def faults(root):
    tool = shutil.which("clang-format")
    for path in tree.files(root, ".c", ".h"):
        yield from plain_faults(root, path)
        if tool is None or path.endswith(".h"):
            continue
        own, lines = own_lines(root, path, tool), tree.read(root, path).count("\n")
        if own > max(10, lines * LINES_OWN):
            yield f"{path}: {own} of {lines} lines are not as clang-format writes them"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
