#!/usr/bin/env python3
"""Writes <service>.json here from Google's discovery documents.

A developer's tool: it needs google-api-python-client (Apache-2.0, PyPI), which brings the documents, on
the Python path, and what it writes is committed. Run it after a change of methods.txt, posts.txt or
refused.txt, or with a newer package:

    python3 providers/gcp/models/generate.py [FOLDER]

The same package gives the same bytes. Only facts are taken: names, types, places on the wire, pages; no
prose. With FOLDER it writes there, and leaves what is committed alone.

A shape is "string" (64-bit integers, bytes and times are text, too), "integer", "number", "boolean" or
"any"; "#Name", the shape of that name under "shapes"; [SHAPE], a list; {"*": SHAPE}, a map of any names;
or an object of members to shapes.
"""
import fnmatch
import json
import pathlib
import re
import sys

import googleapiclient.discovery_cache

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENTS = pathlib.Path(googleapiclient.discovery_cache.__file__).resolve().parent / "documents"

# What the last word of a method's name says of it; allow.c holds the same.
READ_WORDS = {"aggregatedList", "get", "getIamPolicy", "list", "query", "search"}
READS_BY_NAME = {"getEffectiveFirewalls", "getEffectiveOrgPolicy", "getQueryResults", "getRouterStatus", "getServerConfig", "getSettings", "getXpnHost",
                 "getXpnResources", "listAssociations", "listInstances", "listManagedInstances",
                 "searchAllIamPolicies", "searchAllResources"}
# The answer has a nextPageToken that the document calls unused.
NO_PAGES = {("sqladmin", "users.list")}
SCALARS = {"string", "integer", "number", "boolean", "any"}


class Refused(Exception):
    pass


def read_pairs(name):
    """The lines of two words of a file."""
    pairs = []
    for number, line in enumerate((HERE / name).read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if words and len(words) != 2:
            raise Refused(f"{name}:{number}: expected two words")
        if words:
            pairs.append(tuple(words))
    return pairs


def fits(pairs, service, method):
    return any(fnmatch.fnmatchcase(service, s) and fnmatch.fnmatchcase(method, m) for s, m in pairs)


def check_allowed(service, name, http, posts, refused):
    where = f"{service} {name}"
    if name.split(".")[-1] not in READ_WORDS | READS_BY_NAME:
        raise Refused(f"{where}: not a read by its name")
    if fits(refused, service, name):
        raise Refused(f"{where}: refused.txt names it")
    if http != "GET" and not (http == "POST" and fits(posts, service, name)):
        raise Refused(f"{where}: goes by {http}, and posts.txt does not name it")


def read_methods():
    """Versions by service, methods by service: a line "compute v1" says which document is meant."""
    versions, methods = {}, {}
    for service, word in read_pairs("methods.txt"):
        if re.fullmatch(r"v\d\w*", word):
            versions[service] = word
        else:
            methods.setdefault(service, set()).add(word)
    for service in sorted(methods):
        if service not in versions:
            raise Refused(f"methods.txt: no line says which version of {service} is meant")
    return versions, methods


# --- shapes --------------------------------------------------------------------------------------------


def reduce_shape(schema, refers):
    """A schema without prose; the names of those that it refers to are added to `refers`."""
    if "$ref" in schema:
        refers.append(schema["$ref"])
        return "#" + schema["$ref"]
    kind = schema["type"]
    if kind in SCALARS:
        return kind
    if kind == "array":
        return [reduce_shape(schema["items"], refers)]
    if kind != "object" or ("properties" in schema and "additionalProperties" in schema):
        raise Refused(f"a schema that is neither object nor map: {sorted(schema)}, {kind}")
    if "additionalProperties" in schema:
        return {"*": reduce_shape(schema["additionalProperties"], refers)}
    if "*" in schema.get("properties", {}):
        raise Refused("a member called *")
    return {name: reduce_shape(value, refers) for name, value in sorted(schema.get("properties", {}).items())}


def collect_shapes(document, names):
    """All shapes reachable from `names`."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            refers = []
            found[name] = reduce_shape(document["schemas"][name], refers)
            waiting.extend(refers)
    return found


# --- methods -------------------------------------------------------------------------------------------


def find_method(document, name):
    *folders, last = name.split(".")
    for folder in folders:
        document = document.get("resources", {}).get(folder, {})
    return document.get("methods", {}).get(last)


def reduce_pattern(pattern):
    """^projects/[^/]+/keys/[^/]+$ -> projects/*/keys/*; None for what is no such way of segments."""
    way = re.fullmatch(r"\^((?:[A-Za-z]+|\[\^/\]\+)(?:/(?:[A-Za-z]+|\[\^/\]\+))*)\$", pattern)
    return way[1].replace("[^/]+", "*") if way else None


def reduce_parameter(source, where):
    if source["type"] not in SCALARS - {"any"} or source["location"] not in ("path", "query"):
        raise Refused(f"{where}: a parameter of type {source['type']} in {source['location']}")
    out = {"in": source["location"], "type": source["type"]}
    for flag in ("required", "repeated"):
        if source.get(flag):
            out[flag] = True
    pattern = reduce_pattern(source.get("pattern", ""))
    if pattern:
        out["pattern"] = pattern
    return out


def find_pages(document, method, service, name):
    """Where the token of the next page goes: a parameter, or a member of the body; None without pages."""
    response = document["schemas"].get(method.get("response", {}).get("$ref"), {})
    request = document["schemas"].get(method.get("request", {}).get("$ref"), {})
    if "nextPageToken" not in response.get("properties", {}) or (service, name) in NO_PAGES:
        return None
    if "pageToken" in method.get("parameters", {}):
        return "query"
    if "pageToken" in request.get("properties", {}):
        return "body"
    raise Refused(f"{service} {name}: the answer has pages, and nothing says how to go on")


def reduce_method(document, source, service, method):
    where = f"{service} {method}"
    parameters = {name: reduce_parameter(value, f"{where}: {name}")
                  for name, value in sorted(source.get("parameters", {}).items())}
    holes = re.findall(r"\{\+?([^{}]*)\}", source["path"])
    if sorted(holes) != sorted(name for name, p in parameters.items() if p["in"] == "path"):
        raise Refused(f"{where}: {source['path']} and its parameters do not fit")
    out = {"http": source["httpMethod"], "path": source["path"], "parameters": parameters}
    if "apiVersion" in source:  # Compute's: without this header its older answers come, with other parameters
        out["apiVersion"] = source["apiVersion"]
    for side in ("request", "response"):
        if side in source:
            out[side] = source[side]["$ref"]
    pages = find_pages(document, source, service, method)
    return {**out, "pages": pages} if pages else out


def read_document(service, version):
    return json.loads((DOCUMENTS / f"{service}.{version}.json").read_text())


def add_methods(model, document, names, posts, refused):
    """Methods of one document, and the shapes that they reach."""
    service, roots = model["name"], []
    for name in names:
        source = find_method(document, name)
        if source is None:
            raise Refused(f"{service} {name}: the document of {document['version']} does not know it")
        check_allowed(service, name, source["httpMethod"], posts, refused)
        method = model["methods"][name] = reduce_method(document, source, service, name)
        roots += [method[side] for side in ("request", "response") if side in method]
    for name, shape in collect_shapes(document, roots).items():
        if model["shapes"].setdefault(name, shape) != shape:
            raise Refused(f"{service}: {name} is another shape in {document['version']}")


def make_model(service, version, names, posts, refused):
    """`names` may say METHOD@VERSION: one that only another version has, of the same host."""
    document = read_document(service, version)
    host = re.fullmatch(r"https://([a-z0-9.-]+)/", document["rootUrl"])
    if not host:
        raise Refused(f"{service}: answers at {document['rootUrl']}")
    model = {"name": service, "version": version, "host": host[1], "base": document["servicePath"],
             "methods": {}, "shapes": {}}
    add_methods(model, document, [name for name in names if "@" not in name], posts, refused)
    for name in (name for name in names if "@" in name):
        method, other = name.split("@")
        document = read_document(service, other)
        if (document["rootUrl"], document["servicePath"]) != (f"https://{host[1]}/", model["base"]):
            raise Refused(f"{service} {name}: is asked elsewhere than {version}")
        add_methods(model, document, [method], posts, refused)
    for part in ("methods", "shapes"):
        model[part] = dict(sorted(model[part].items()))
    return model


def main(folder):
    posts, refused = read_pairs("posts.txt"), read_pairs("refused.txt")
    versions, methods = read_methods()
    models = {service: make_model(service, versions[service], methods[service], posts, refused)
              for service in sorted(methods)}
    for path in folder.glob("*.json"):
        if path.stem not in models:
            path.unlink()
    for service, model in models.items():
        path = folder / f"{service}.json"
        path.write_text(json.dumps(model, indent=1) + "\n")
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    try:
        main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    except Refused as why:
        sys.exit(f"generate.py: {why}")
