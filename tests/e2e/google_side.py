"""Google's side of the fake cloud: Google's own client over it, and its answers held to the discovery documents."""
import functools
import json
import re
from pathlib import Path

import fakecloud
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from googleapiclient import discovery
from googleapiclient.discovery_cache import get_static_doc

SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = ROOT / "providers" / "gcp" / "models" / "methods.txt"

# of identity.h
REFRESH = {"client_id": "fake-client.apps.googleusercontent.com", "client_secret": "fake-client-secret", "refresh_token": "1//fake-refresh-token"}
SUBJECT = "subject-token-of-the-fake-cloud"


class FakeGoogle(fakecloud.FakeCloud):
    """A fake cloud with projects; `key_file` is the scanner's."""

    def __init__(self, binary, folder, seed, at_night=0, projects=3, *, accounts=0, more=(), **rest):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.key_file = str(Path(folder) / f"key-{id(self)}.json")   # several may share a folder
        super().__init__(binary, folder, seed, at_night, accounts, more=("--projects", str(projects), "--google-key", self.key_file, *more), **rest)

    def credentials(self):
        return service_account.Credentials.from_service_account_file(self.key_file, scopes=[SCOPE])

    @functools.cached_property
    def endpoint(self):
        """As yomawari's config has it."""
        return self.url + "/{service}"

    @functools.cached_property
    def logs(self):
        """The config's section: where the flows of all projects are routed to."""
        organization = next(r[3] for r in self.truth["resources"] if r[2] == "gcp_organization")
        return [{"log_view": {"view": f"organizations/{organization}/locations/global/buckets/flows/views/_AllLogs"}}]

    def flow_table(self, name="compute_googleapis_com_vpc_flows"):
        """An entry of that section: a table over the same flows."""
        project = self.truth["projects"][0]
        return {"bigquery_flow_logs": {"project": project, "table": f"{project}.flows.{name}"}}

    @functools.cache   # making one takes a while
    def client(self, service, version=None, credentials=None):
        version = version or versions()[service]
        return discovery.build(service, version, credentials=credentials or self.credentials(), static_discovery=True, cache_discovery=False,
                               client_options={"api_endpoint": f"{self.url}/{service}/{document(service, version)['servicePath']}"})


@functools.cache
def document(service, version):
    return json.loads(get_static_doc(service, version))


def requests():
    """How google-auth sends what it has to."""
    return Request()


def lines():
    """The lines of methods.txt that say something: (service, rest)."""
    for line in METHODS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split()


@functools.cache
def versions():
    return {service: rest for service, rest in lines() if re.fullmatch(r"v\d+", rest)}


def methods():
    """(service, version, method) of each, "METHOD@VERSION" where it is of another."""
    for service, rest in lines():
        if not re.fullmatch(r"v\d+", rest):
            name, _, version = rest.partition("@")
            if re.match(r"v\d+\.", name):   # methods that stand at the top of their document
                name = name.partition(".")[2]
            yield service, version or versions()[service], name


def method_of(service, version, name):
    node, words = document(service, version), name.split(".")
    for word in words[:-1]:
        node = node["resources"].get(word, {}) if "resources" in node else {}
    return node.get("methods", {}).get(words[-1])


def asked(client, name):
    """The client's method: asked(client, "projects.serviceAccounts.list")(name=…)."""
    words = name.split(".")
    for word in words[:-1]:
        client = getattr(client, word)()
    return getattr(client, words[-1])


def pages(client, method, /, **arguments):
    """The answers of all pages."""
    words = method.split(".")
    holder = client
    for word in words[:-1]:
        holder = getattr(holder, word)()
    request = getattr(holder, words[-1])(**arguments)
    following = getattr(holder, words[-1] + "_next", None)
    while request is not None:
        answer = request.execute()
        yield answer
        request = following(request, answer) if following else None


def listed(client, method, member, /, **arguments):
    """The items of all pages."""
    return [item for answer in pages(client, method, **arguments) for item in answer.get(member, [])]


# answers held to a document

def faults(doc, shape, value, at=""):
    """What in `value` the schema does not know, or has otherwise."""
    if "$ref" in shape:
        shape = doc["schemas"][shape["$ref"]]
    kind = shape.get("type")
    if kind == "object":
        yield from object_faults(doc, shape, value, at)
    elif kind == "array":
        if not isinstance(value, list):
            yield f"{at}: no list: {value!r}"
            return
        for i, one in enumerate(value):
            yield from faults(doc, shape["items"], one, f"{at}[{i}]")
    else:
        yield from scalar_faults(shape, kind, value, at)


def object_faults(doc, shape, value, at):
    if not isinstance(value, dict):
        yield f"{at}: no object: {value!r}"
        return
    known, more = shape.get("properties", {}), shape.get("additionalProperties")
    for name, member in value.items():
        if name in known:
            yield from faults(doc, known[name], member, f"{at}.{name}")
        elif more is not None:
            yield from faults(doc, more, member, f"{at}.{name}")
        else:
            yield f"{at}.{name}: not in the schema"
    if "kind" in value and "kind" in known and value["kind"] != known["kind"].get("default", value["kind"]):
        yield f"{at}.kind: {value['kind']}, not {known['kind']['default']}"


FORMATS = {"int64": r"-?\d+", "uint64": r"\d+", "google-datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "byte": r"[A-Za-z0-9+/_-]*={0,2}",
           "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "google-duration": r"\d+(\.\d+)?s"}


def scalar_faults(shape, kind, value, at):
    right = {"string": lambda v: isinstance(v, str), "boolean": lambda v: isinstance(v, bool), "any": lambda v: True,
             "integer": lambda v: isinstance(v, int) and not isinstance(v, bool), "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)}
    if not right[kind](value):
        yield f"{at}: no {kind}: {value!r}"
    elif kind == "string" and "enum" in shape and value not in shape["enum"]:
        yield f"{at}: {value!r} is none of {shape['enum']}"
    elif kind == "string" and shape.get("format") in FORMATS and not re.fullmatch(FORMATS[shape["format"]], value):
        yield f"{at}: {value!r} is no {shape['format']}"
