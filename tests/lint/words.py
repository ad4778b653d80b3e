"""Words that must not appear: work left open, paths of somebody's machine, hosts of package indexes.

Usage: words.py ROOT. The patterns are written so that this file does not match itself.
"""
import re
import sys

import tree

TEXT = (".c", ".h", ".py", ".sh", ".md", ".yaml", ".yml", ".txt", ".cmake", ".json", ".sql", ".csv", ".toml", ".cfg", ".in")
NAMES = ("CMakeLists.txt", ".clang-format", ".clang-tidy", ".gitignore", "run")
WORDS = [
    (re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b"), "work left open"),
    (re.compile(r"\bnot[ -]i[m]plemented\b|\buni[m]plemented\b", re.I), "work left open"),
    # an absolute home; unit tests may make one up
    (re.compile(r"(?<![\w.~}])/(?:h[o]me|U[s]ers|r[o]ot|w[o]rk|t[m]p/brief)/"), "a path of somebody's machine"),
    (re.compile(r"p[y]pi\.org|p[y]thonhosted|d[e]b\.debian\.org|s[e]curity\.debian\.org|r[e]gistry\.npmjs"), "the host of a package index"),
]


def faults(root):
    for path in tree.files(root):
        if not path.endswith(TEXT) and path.split("/")[-1] not in NAMES:
            continue
        text = tree.read(root, path)
        for pattern, why in WORDS:
            for m in pattern.finditer(text):
                if path.startswith("tests/unit/") and m.group(0) == "/h" "ome/":
                    continue
                yield f"{path}:{tree.line_of(text, m.start())}: {m.group(0)!r}: {why}"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
