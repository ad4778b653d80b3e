"""Each header compiles alone, with the project's own flags, and guards itself by its path.

Usage: headers.py ROOT BUILD. The flags are those of the build's compile_commands.json.
"""
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree


def flags(build):
    """Compiler and the union of all include folders and definitions, and the warnings of any file."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        commands = [c for c in json.load(f) if c["file"].endswith(".c") and "/tests/" not in c["file"]]
    kept = {}
    for command in commands:
        words = shlex.split(command["command"])
        for i, word in enumerate(words):
            if word.startswith(("-I", "-D", "-W", "-std")):
                kept[word] = None
            elif word in ("-isystem", "-include"):
                kept[f"{word}\0{words[i + 1]}"] = None
    first = shlex.split(commands[0]["command"])
    compiler = next(w for w in first if not w.endswith("ccache"))
    return [compiler, *[piece for word in kept for piece in word.split("\0")]]


def compile_alone(root, base, path):
    # Included from a file of its own: a header given as the main file is warned about `#pragma once`.
    source = f'#include "{path}"\nstruct lint_header_stands_alone;\n'
    run = subprocess.run([*base, "-fsyntax-only", "-x", "c", "-"], input=source, cwd=root, text=True, capture_output=True)
    return [f"{path}: does not compile alone\n{run.stderr.strip()}"] if run.returncode != 0 else []


def guard(root, path):
    name = path.upper().replace("/", "_").replace(".", "_").replace("-", "_")
    text = tree.bare_c(tree.read(root, path))
    words = text.split()
    if words[:4] != ["#ifndef", name, "#define", name]:
        return [f"{path}: begins with the include guard {name}"]
    return []


def faults(root, build):
    base = flags(build)
    headers = [p for p in tree.files(root, ".h") if p.split("/")[0] != "tests"]
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda p: compile_alone(root, base, p) + guard(root, p), headers):
            yield from found


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1], sys.argv[2])))
