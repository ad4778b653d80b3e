"""The look of C: no tabs, no blanks at line ends, lines of 100 columns (with a grace of twenty, of thirty
in headers for the end of a comment, of forty in tests for texts), and .c files as clang-format writes
them, but for one line in five.

Usage: format.py ROOT. Without clang-format only the first half is looked at.
"""
import re
import shutil
import subprocess
import sys

import tree

LINES_OWN = 0.20  # the eye may beat the tool: SQL inside of C, tables of comments
REPLACEMENT = re.compile(r"<replacement offset='(\d+)' length='(\d+)'>")


def columns_max(path):
    return 140 if path.startswith("tests/") else 130 if path.endswith(".h") else 120


def plain_faults(root, path):
    text = tree.read(root, path)
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield f"{path}: ends with one newline"
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line or "\r" in line:
            yield f"{path}:{number}: tab or carriage return"
        if line != line.rstrip():
            yield f"{path}:{number}: blanks at the end of the line"
        if len(line) > columns_max(path):
            yield f"{path}:{number}: {len(line)} columns, {columns_max(path)} at most"


def own_lines(root, paths, tool):
    """For each path how many of its lines clang-format would touch. One call: it answers one XML text
    a file, in order."""
    run = subprocess.run([tool, "--style=file", "--output-replacements-xml", *paths], cwd=root, capture_output=True, text=True, check=True)
    for path, told in zip(paths, run.stdout.split("<?xml")[1:], strict=True):
        content = tree.read(root, path).encode("utf-8", "surrogateescape")
        touched = set()
        for offset, length in REPLACEMENT.findall(told):
            first = content.count(b"\n", 0, int(offset))
            touched.update(range(first, first + content.count(b"\n", int(offset), int(offset) + int(length)) + 1))
        yield path, len(touched), content.count(b"\n")


def faults(root):
    for path in tree.files(root, ".c", ".h"):
        yield from plain_faults(root, path)
    tool, sources = shutil.which("clang-format"), tree.files(root, ".c")
    if tool is None or not sources:
        return
    for path, own, lines in own_lines(root, sources, tool):
        if own > max(10, lines * LINES_OWN):
            yield f"{path}: {own} of {lines} lines are not as clang-format writes them"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
