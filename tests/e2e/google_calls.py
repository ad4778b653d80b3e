"""One call to Google as the proxy sees it: which method of which document it is, and what the document says of it."""
import functools
import json
import re
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import calls
import google_side

TOKENS = {"/oauth2/token": ("oauth2", "token"), "/sts/v1/token": ("sts", "token"), "/sts/v1/oauthtoken": ("sts", "oauthtoken")}
TEMPLATE = re.compile(r"\{(\+?)(\w+)\}")


class Method:
    """A method of a document, and how it is asked."""

    def __init__(self, doc, described):
        self.doc, self.described = doc, described
        self.http_method = described["httpMethod"]
        self.name = described["id"].partition(".")[2]
        template = doc["servicePath"] + described["path"]
        self.literal = len(TEMPLATE.sub("", template))
        self.path = re.compile("/" + "".join(self.piece(p) for p in re.split(r"(\{\+?\w+\})", template)))

    def piece(self, text):
        """A part of the path template as a regular expression; the parameters' own patterns are looked at later."""
        m = TEMPLATE.fullmatch(text)
        return re.escape(text) if m is None else f"(?P<{m.group(2)}>{'.+' if m.group(1) else '[^/]+'})"

    def parameter(self, name):
        return self.described.get("parameters", {}).get(name) or self.doc["parameters"].get(name)


def of_resource(doc, node):
    for described in node.get("methods", {}).values():
        yield Method(doc, described)
    for below in node.get("resources", {}).values():
        yield from of_resource(doc, below)


@functools.cache
def methods_of(service):
    """Of all versions that methods.txt names; the tokens' two services have v1."""
    versions = {v for s, v, _ in google_side.methods() if s == service} or {"v1"}
    return [m for version in sorted(versions) for m in of_resource(google_side.document(service, version), google_side.document(service, version))]


def find(service, http_method, path):
    """The method that a path of the API is of, and the path's parameters; (None, {}) where it is none's.

    Templates with a verb (":getIamPolicy") also fit those without: the one that says most is meant, and of
    those the one whose parameters look as they should. Some stand twice, for projects and for anything."""
    fitting = []
    for method in methods_of(service):
        m = method.path.fullmatch(path) if method.http_method == http_method else None
        if m:
            given = {name: unquote(value) for name, value in m.groupdict().items()}
            wrong = sum(1 for name, value in given.items() for _ in value_faults(name, method.parameter(name), value))
            fitting.append((-wrong, method.literal, len(method.name), method, given))
    return max(fitting, key=lambda f: f[:3])[3:] if fitting else (None, {})


def read_call(method, target, headers, body):
    """For proxy.Proxy. `params` holds those of path and query, of a form its fields, of a JSON body its members."""
    parts = urlsplit(target)
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    params = dict(parse_qsl(parts.query, keep_blank_values=True)) | (dict(parse_qsl(body.decode(), keep_blank_values=True)) if form else {})
    service, _, path = parts.path[1:].partition("/")
    if parts.path in TOKENS:
        service, operation = TOKENS[parts.path]
    elif service == "computeMetadata" or service not in {"iamcredentials", *google_side.versions()}:
        operation = path
    else:
        found, given = find(service, method, "/" + path)
        operation = found.name if found else ""
        params |= given | (json.loads(body) if body and not form else {})
    return calls.Call(service, operation, "", "", params, method, target, headers, body)


# held to the documents

def value_faults(name, parameter, text):
    """Of one value of a parameter, as it came in a path or query."""
    kind, low, high = parameter.get("type", "string"), parameter.get("minimum"), parameter.get("maximum")
    if kind in ("integer", "number"):
        if not re.fullmatch(r"-?\d+", text):
            yield f"{name}: {text!r} is no {kind}"
        elif (low is not None and int(text) < int(low)) or (high is not None and int(text) > int(high)):
            yield f"{name}: {text} is not {low} to {high}"
    elif kind == "boolean" and text not in ("true", "false"):
        yield f"{name}: {text!r} is no boolean"
    elif "enum" in parameter and text not in parameter["enum"]:
        yield f"{name}: {text!r} is none of {parameter['enum']}"
    elif "pattern" in parameter and not re.fullmatch(parameter["pattern"].strip("^$"), text):
        yield f"{name}: {text!r} is not like {parameter['pattern']}"
    elif parameter.get("format") in google_side.FORMATS and not re.fullmatch(google_side.FORMATS[parameter["format"]], text):
        yield f"{name}: {text!r} is no {parameter['format']}"


def parameter_faults(method, given):
    """`given`: {name: [values]} of path and query."""
    for name, values in given.items():
        parameter = method.parameter(name)
        if parameter is None:
            yield f"{name}: no parameter of it"
            continue
        if len(values) > 1 and not parameter.get("repeated"):
            yield f"{name}: given {len(values)} times"
        for value in values:
            yield from value_faults(name, parameter, value)
    for name, parameter in method.described.get("parameters", {}).items():
        if parameter.get("required") and name not in given:
            yield f"{name}: required, and not given"


def body_faults(method, call):
    shape = method.described.get("request")
    if call.method == "GET" or shape is None:
        if call.body:
            yield f"a body where none is due: {call.body[:100]!r}"
    elif not call.headers.get("content-type", "").startswith("application/json"):
        yield f"a body of type {call.headers.get('content-type')}"
    else:
        yield from google_side.faults(method.doc, shape, json.loads(call.body), "body")


def request_faults(call):
    """What the documents do not know, or have otherwise, in a request to an API."""
    parts = urlsplit(call.target)
    service, _, path = parts.path[1:].partition("/")
    method, in_path = find(service, call.method, "/" + path)
    if method is None:
        return [f"{call.method} {call.target}: no method of {service}"]
    given = {name: [value] for name, value in in_path.items()}
    for name, values in parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)).items():
        given[name] = given.get(name, []) + values
    wrong = [*parameter_faults(method, given), *body_faults(method, call)]
    dated = call.headers.get("x-goog-api-version")
    if dated != method.described.get("apiVersion"):
        wrong.append(f"X-Goog-Api-Version: {dated}, not {method.described.get('apiVersion')}")
    return [f"{service} {method.name}: {fault}" for fault in wrong]


def answer_faults(call, body):
    """The same of a 200 answer."""
    parts = urlsplit(call.target)
    service, _, path = parts.path[1:].partition("/")
    method, _ = find(service, call.method, "/" + path)
    return [f"{service} {method.name}{fault}" for fault in google_side.faults(method.doc, method.described["response"], json.loads(body))]
