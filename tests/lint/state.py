"""No mutable state at file scope: no object of ours may lie in a section that the program can write.

Usage: state.py ROOT BUILD. Looks at every static library of the build; tables of constants that hold
pointers lie in .data.rel.ro, which the loader seals, and are fine. There is no list of exceptions.
"""
import glob
import os
import re
import subprocess
import sys

import tree

WRITABLE = re.compile(r"^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)(?!\.rel\.ro)")
SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+)$")


def of_sanitizer(name):
    """Labels that the sanitizers and the compiler's coverage add for themselves."""
    return name.startswith(("__asan", "__odr_asan", "__sanitizer", "__ubsan", ".L", "*.L", "__gcov", "__llvm"))


def faults(build):
    libraries = sorted(glob.glob(os.path.join(build, "**", "*.a"), recursive=True))
    if not libraries:
        yield f"{build}: holds no static library to look at"
    for library in libraries:
        out = subprocess.run(["objdump", "-t", library], capture_output=True, text=True, check=True).stdout
        member = ""
        for line in out.split("\n"):
            if ":     file format" in line:
                member = line.split(":")[0]
            m = SYMBOL.match(line)
            if m and "O" in m.group(1) and WRITABLE.match(m.group(2)) and not of_sanitizer(m.group(3)):
                yield f"{os.path.basename(library)}({member}): {m.group(3)} lies in {m.group(2)}"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[2])))
