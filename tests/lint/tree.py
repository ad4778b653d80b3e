"""What every lint shares: the files of the tree, C text without comments and strings, the verdict."""
import os
import re
import sys

FOLDERS = ["scanner", "providers", "checks", "reports", "core", "tests", "cmake", "docs", "packaging", ".ci"]
SKIP = {"build", "__pycache__", ".git", "corpus"}


def files(root, *suffixes):
    """Paths below the root, relative to it, of the folders that are ours and the root's own files."""
    found = [n for n in os.listdir(root) if os.path.isfile(os.path.join(root, n))]
    for folder in FOLDERS:
        for base, dirs, names in os.walk(os.path.join(root, folder)):
            dirs[:] = sorted(d for d in dirs if d not in SKIP)
            found += [os.path.relpath(os.path.join(base, n), root) for n in names]
    return sorted(p for p in found if not suffixes or p.endswith(suffixes))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read()


_C_NOISE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def bare_c(text):
    """C text with comments and the insides of strings blanked; every line keeps its place."""

    def blank(m):
        piece = m.group(0)
        if piece[0] in "\"'":
            return piece[0] + " " * (len(piece) - 2) + piece[0]
        return re.sub(r"[^\n]", " ", piece)

    return _C_NOISE.sub(blank, text)


def functions(text):
    """(name, parameters, first line, last line, deepest brace nesting) of each function defined in C
    text of our look: the signature begins in column 0, the body's braces stand alone in column 0."""
    lines = bare_c(text).split("\n")
    for at, line in enumerate(lines):
        if line.rstrip() != "{":
            continue
        first = at
        while first > 0 and lines[first - 1].strip() and not lines[first - 1].rstrip().endswith((";", "}")) \
                and not lines[first - 1].startswith("#"):
            first -= 1
        signature = " ".join(lines[first:at])
        m = re.search(r"(\w+)\s*\((.*)\)\s*$", signature, re.S)
        if not m or "=" in signature.split("(")[0]:
            continue
        last = next((i for i in range(at, len(lines)) if lines[i].rstrip() == "}"), len(lines) - 1)
        depth = deepest = 0
        for c in "\n".join(lines[at:last + 1]):
            depth += (c == "{") - (c == "}")
            deepest = max(deepest, depth)
        yield m.group(1), parameters(m.group(2)), first + 1, last + 1, deepest - 1


def parameters(inside):
    """How many parameters stand between the parentheses of a signature; `err`, which nearly all have
    last, is not counted."""
    inside = re.sub(r",\s*struct error \*err\s*$", "", inside)
    depth, count = 0, 1
    for c in inside:
        depth += (c in "([") - (c in ")]")
        count += c == "," and depth == 0
    return 0 if inside.strip() in ("", "void") else count


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(faults, warnings=()):
    for w in warnings:
        print(f"warning: {w}")
    for f in faults:
        print(f)
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)
