"""The resource types as their files say them (providers/*/types/*.yaml), read here a second time and from
nothing but the grammar's description in core/model/resource_type.h, so that a test of them is not the
program's own word."""
import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"\{([^{}]+)\}")
NOTHING = object()


def read_all(provider="aws"):
    """{name: type}; a type is its YAML with `service` and `details` filled in."""
    types = {}
    for path in sorted((ROOT / "providers" / provider / "types").glob("*.yaml")):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, body in file["types"].items():
            if "asked_by" in body or "aggregate" in body:
                continue  # no cloud is asked for it
            types[name] = {"service": file["service"], "details": [], **body, "name": name}
    return types


def is_global(kind):
    return kind.get("scope") == "global"


def is_evidence(kind):
    return kind.get("kind") == "evidence"


def parent(kind, config, parent_of):
    """What an item that comes and goes by itself belongs to, None for others: the first rule that fits. `parent_of(type, id)`
    is another resource's."""
    for rule in kind.get("ephemeral", []):
        if "tag" in rule:
            tags = listed(config, kind["tags"])
            found = next((t["Value"] for t in tags if t.get("Key") == rule["tag"]), None)
            if found is not None:
                return found
        elif all(any(fits(glob, as_text(v)) for v in values(config, path)) for path, glob in rule.get("when", {}).items()):
            if "of" not in rule:
                return expand(rule["parent"], {}, config)
            if ids := values(config, rule["id"]):
                return parent_of(rule["of"], min(ids))
    return None


def fits(glob, text):
    """* and ? alone, over the whole text."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in glob), text, re.DOTALL) is not None


# paths: A.B, A[].B, "."

def values(tree, path):
    """All values at a path, in order; absent and null ones are left out."""
    found = [tree]
    for step in [] if path == "." else path.split("."):
        name = step.rstrip("[]")
        found = [node[name] for node in found if isinstance(node, dict) and node.get(name) is not None]
        for _ in range(step.count("[]")):
            found = [element for node in found if isinstance(node, (list, dict)) for element in elements_of(node)]
    return found


def elements_of(node):
    """Of a list its elements, of a map its values."""
    return node.values() if isinstance(node, dict) else node


def value(tree, path):
    return next(iter(values(tree, path)), None)


def listed(answer, path):
    """The items of an answer: the list at `path`, or the one thing that is there."""
    found = []
    for node in values(answer, path):
        found += node if isinstance(node, list) else [node]
    return found


def edit(tree, path, change):
    """Puts `change(value)` in place of every value at `path`; NOTHING takes it out."""
    if isinstance(tree, list):
        for element in tree:
            edit(element, path, change)
        return
    name, _, rest = path.partition(".")
    elements, name = name.endswith("[]"), name.rstrip("[]")
    if not isinstance(tree, dict) or tree.get(name) is None:
        return
    if rest:
        edit(tree[name], rest, change)
    elif elements and isinstance(tree[name], dict):
        tree[name] = {key: new for key, new in ((key, change(old)) for key, old in tree[name].items()) if new is not NOTHING}
    elif elements:
        tree[name] = [new for new in map(change, tree[name]) if new is not NOTHING]
    else:
        new = change(tree[name])
        tree[name] = new
        if new is NOTHING:
            del tree[name]


# templates: {account}, {Path.In.The.Item}

def expand(text, place, tree):
    """`place` has the words that are no paths, "parent.PATH" among them by its "parent"."""
    def at(path):
        if path.startswith("last "):
            return re.split("[/:]", as_text(at(path.removeprefix("last "))))[-1]
        if path in place and path != "parent":
            return place[path]
        if path.startswith("parent."):
            return value(place["parent"], path.removeprefix("parent."))
        return value(tree, path)
    whole = PLACE.fullmatch(text)
    if whole:
        return at(whole.group(1))
    return PLACE.sub(lambda m: as_text(at(m.group(1))), text)


def as_text(found):
    if found is None:
        raise KeyError("a template names what is not there")
    return found if isinstance(found, str) else json.dumps(found)


def arguments(template, place, tree=None):
    """The arguments of a call: strings in them, at any depth, are templates."""
    if isinstance(template, dict):
        return {k: arguments(v, place, tree) for k, v in template.items()}
    if isinstance(template, list):
        return [arguments(v, place, tree) for v in template]
    return expand(template, place, tree) if isinstance(template, str) else template


def read_by_checks():
    """The types that some built-in check names."""
    types = set()
    for path in sorted((ROOT / "checks").glob("*/*.yaml")):
        check = yaml.safe_load(path.read_text(encoding="utf-8"))
        types |= {check.get("subject"), *(n["type"] for n in check.get("needs", [])), *check.get("uses", [])}
    return types


CHECKED = read_by_checks()
