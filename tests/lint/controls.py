"""Requirements of frameworks: the built-in checks and the table in docs/controls.md name the same.

Usage: controls.py ROOT. What a check means by its ids stands in that table, with who else says so: an id that is not
there was never looked up.
"""
import re
import sys

import tree

PAGE = "docs/controls.md"
ROW = re.compile(r"^\| (?P<framework>[a-z0-9.-]+) \| (?P<id>[\w.-]+) \| (?P<words>[^|]+) \| (?P<checks>[^|]+) \|$", re.M)
BLOCK = re.compile(r"^controls:(?P<inline>.*)\n(?P<lines>(?:  .*\n)*)", re.M)
TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|(?P<bare>[\w./*-]+)|(?P<mark>[{}\[\]])')


def ids(block):
    """(framework, id) of each id that the key `controls` of a check file names. Of its form the outermost keys are frameworks,
    all other keys members and values."""
    inline = block["inline"].strip()
    text = inline[1:-1] if inline.startswith("{") else block["lines"]
    depth, framework = 0, None
    for m in TOKEN.finditer(text):
        if m["mark"]:
            depth += 1 if m["mark"] in "{[" else -1
        elif text[m.end():m.end() + 1] == ":":
            framework = m["bare"] if depth == 0 else framework
        else:
            for one in (m["quoted"] or m["bare"]).split(","):
                yield framework, one.strip()


def named(root):
    """{(framework, id): {check: line}}"""
    found = {}
    for path in tree.files(root, ".yaml"):
        if not re.match(r"checks/(aws|gcp)/", path):
            continue
        text = tree.read(root, path)
        for block in BLOCK.finditer(text):
            for pair in ids(block):
                found.setdefault(pair, {})[path] = tree.line_of(text, block.start())
    return found


def check_of(path):
    return path.split("/")[-1].removesuffix(".yaml")


def faults(root):
    page, found, seen = tree.read(root, PAGE), named(root), set()
    for m in ROW.finditer(page):
        pair, line = (m["framework"], m["id"]), tree.line_of(page, m.start())
        here = sorted(check_of(path) for path in found.get(pair, ()))
        if pair in seen:
            yield f"{PAGE}:{line}: {' '.join(pair)} stands here twice"
        if here != sorted(re.findall(r"\w+", m["checks"])):
            yield f"{PAGE}:{line}: {' '.join(pair)} is named by {', '.join(here) or 'no check'}"
        seen.add(pair)
    for pair in sorted(found.keys() - seen):
        for path, line in sorted(found[pair].items()):
            yield f"{path}:{line}: {' '.join(pair)} is not in {PAGE}"


if __name__ == "__main__":
    tree.finish(list(faults(sys.argv[1])))
