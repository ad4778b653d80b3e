"""Sizes: a file has one job and at most 600 lines (400 is the aim), a function at most 60 lines, 6
parameters beside `err`, and 3 levels of braces below its own.

Usage: sizes.py ROOT
"""
import sys

import tree

FILE_MAX, FILE_AIM = 600, 400
FUNCTION_MAX, PARAMETERS_MAX, NESTING_MAX = 60, 6, 3
# Callbacks whose parameters a library sets: (file, function).
SET_BY_LIBRARIES = {("tests/fakecloud/http.c", "handle"), ("tests/bench/server.c", "handle")}


def faults(root):
    for path in tree.files(root, ".c", ".h", ".py", ".sh", ".sql", ".cmake"):
        text = tree.read(root, path)
        lines = text.count("\n")
        if lines > FILE_MAX:
            yield f"{path}: {lines} lines, {FILE_MAX} at most"
        if not path.endswith(".c"):
            continue
        for name, count, first, last, nesting in tree.functions(text):
            where = f"{path}:{first}: {name}"
            if last - first + 1 > FUNCTION_MAX:
                yield f"{where} has {last - first + 1} lines, {FUNCTION_MAX} at most"
            if count > PARAMETERS_MAX and (path, name) not in SET_BY_LIBRARIES:
                yield f"{where} has {count} parameters, {PARAMETERS_MAX} at most"
            if nesting > NESTING_MAX:
                yield f"{where} nests {nesting} deep, {NESTING_MAX} at most"


def warnings(root):
    for path in tree.files(root, ".c", ".h", ".py", ".sh"):
        lines = tree.read(root, path).count("\n")
        if FILE_AIM < lines <= FILE_MAX:
            yield f"{path}: {lines} lines, {FILE_AIM} is the aim"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])), list(warnings(sys.argv[1])))
