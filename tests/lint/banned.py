"""Functions and habits that are not allowed in C, beside those that core/base/banned.h refuses.

Usage: banned.py ROOT [COMPILER]. With a compiler it also proves that banned.h bites.
"""
import re
import subprocess
import sys

import tree

# name -> what to use; those of banned.h are read from that file.
ALSO_BANNED = {
    "gets": "fgets", "vsscanf": "text_to_int64", "sscanf": "text_to_int64", "scanf": "text_to_int64",
    "setjmp": "an error value", "longjmp": "an error value", "tmpnam": "mkstemp", "mktemp": "mkstemp",
    "strerror_l": "strerror", "malloc": "memory_new", "calloc": "memory_new", "realloc": "memory_resize",
    "strdup": "memory_string", "strndup": "memory_string_n", "asprintf": "memory_format",
    "vasprintf": "memory_format", "srand": "struct random_source", "random": "struct random_source",
}
# memory_* are made of the allocator.
MAY_USE = {"core/base/": {"malloc", "calloc", "realloc", "vasprintf"}}
HABITS = [
    (re.compile(r"^[ \t]*typedef\s+(struct|enum|union)\b[^(;]*[;{]", re.M), "typedef only for function types"),
    (re.compile(r"^[ \t]*#[ \t]*undef\s+(str|sprintf|vsprintf|system|popen|rand|ato)", re.M), "a banned name is not undefined"),
    (re.compile(r"\bgoto\s+(?!out\b)\w+"), "one label, and its name is out"),
    (re.compile(r"#\s*pragma\s+(GCC|clang)\s+diagnostic"), "warnings are mended, not silenced"),
    (re.compile(r"__attribute__\s*\(\(\s*(constructor|destructor|cleanup)"), "no constructors, no cleanup attribute"),
]


def names_of_header(root):
    return re.findall(r"^#define (\w+)\(\.\.\.\) BANNED", tree.read(root, "core/base/banned.h"), re.M)


def faults(root):
    banned = dict.fromkeys(names_of_header(root), "see core/base/banned.h") | ALSO_BANNED
    call = re.compile(r"(?<![\w>.])(" + "|".join(banned) + r")\s*\(")
    for path in tree.files(root, ".c", ".h"):
        if path == "core/base/banned.h" or path.split("/")[0] == "tests":
            continue
        text = tree.bare_c(tree.read(root, path))
        excused = set().union(*[v for k, v in MAY_USE.items() if path.startswith(k)])
        for m in call.finditer(text):
            if m.group(1) not in excused:
                yield f"{path}:{tree.line_of(text, m.start())}: {m.group(1)} is banned: {banned[m.group(1)]}"
        for pattern, why in HABITS:
            for m in pattern.finditer(text):
                yield f"{path}:{tree.line_of(text, m.start())}: {why}"


def header_bites(root, compiler):
    """A file that calls a banned name must not compile, and one that calls none must."""
    command = [compiler, "-std=c11", "-D_DEFAULT_SOURCE", "-Werror=implicit-function-declaration",
               "-fsyntax-only", "-include", f"{root}/core/base/banned.h", "-x", "c", "-"]
    for name in ["", *names_of_header(root)]:
        source = f"void f(char *p); void f(char *p) {{ (void)p; {name + '(p, p, p);' if name else ''} }}"
        refused = subprocess.run(command, input=source.encode(), capture_output=True).returncode != 0
        if refused != bool(name):
            yield f"core/base/banned.h: {name or 'a harmless file'} {'is refused' if refused else 'compiles'}"


if __name__ == "__main__":
    found = list(faults(sys.argv[1]))
    if len(sys.argv) > 2:
        found += header_bites(sys.argv[1], sys.argv[2])
    tree.finish(found)
