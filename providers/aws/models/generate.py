#!/usr/bin/env python3
"""Writes models/<service>.json and ../partitions.json from botocore's data.

A developer's tool: it needs botocore (Apache-2.0, PyPI) on the Python path, and what it writes is
committed. Run it after a change of operations.txt or refused.txt, or with a newer botocore:

    python3 providers/aws/models/generate.py

The same botocore gives the same bytes. Only facts are taken: names, types, places on the wire, pages,
error codes, host names; no prose.
"""
import fnmatch
import json
import pathlib
import re
import sys

import botocore.endpoint_provider
import botocore.exceptions
import botocore.loaders

HERE = pathlib.Path(__file__).resolve().parent
PARTITIONS = HERE.parent / "partitions.json"

PROTOCOLS = ("ec2", "query", "json", "rest-json", "rest-xml")
READ_VERBS = re.compile(r"(Describe|Get|List|Lookup|Search|Head|BatchGet)[A-Z]")
OTHERS_ALLOWED = {
    ("athena", "StartQueryExecution"),
    ("athena", "StopQueryExecution"),
    ("iam", "GenerateCredentialReport"),
    ("logs", "FilterLogEvents"),
    ("logs", "StartQuery"),
    ("logs", "StopQuery"),
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithWebIdentity"),
}

# What botocore does in code after the model is applied (botocore/handlers.py), said as data here.
SHAPE_EXTRAS = {("iam", "policyDocumentType"): {"urlJson": True}}
MEMBER_EXTRAS = {("s3", "GetBucketLocationOutput", "LocationConstraint"): {"rootText": True}}

SHAPE_KEYS = ("type", "required", "flattened", "locationName", "timestampFormat", "payload", "union",
              "document", "xmlNamespace", "exception")
MEMBER_KEYS = ("location", "locationName", "queryName", "flattened", "timestampFormat", "xmlAttribute",
               "xmlNamespace", "jsonvalue")
# endpoints.json lags for some services; where one cannot be without another, the other's regions count.
PRESENT_LIKE = {"s3-control": "s3"}
# A page token that the paginator file forgot is recognised by these names.
TOKEN_NAMES = ("NextToken", "nextToken", "NextMarker", "Marker", "PaginationToken", "ContinuationToken")

loader = botocore.loaders.Loader()


class Refused(Exception):
    pass


def read_pairs(path):
    """The SERVICE OPERATION lines of a file."""
    pairs = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if words and len(words) != 2:
            raise Refused(f"{path.name}:{number}: expected SERVICE OPERATION")
        if words:
            pairs.append(tuple(words))
    return pairs


def check_allowed(service, operation, refused):
    if (service, operation) in OTHERS_ALLOWED:
        return
    if not READ_VERBS.match(operation):
        raise Refused(f"{service} {operation}: not a read by its name")
    for pattern in refused:
        if fnmatch.fnmatchcase(service, pattern[0]) and fnmatch.fnmatchcase(operation, pattern[1]):
            raise Refused(f"{service} {operation}: refused.txt names it")


def pick(source, keys):
    return {key: source[key] for key in keys if key in source}


def reference(source):
    return {"shape": source["shape"], **pick(source, MEMBER_KEYS)}


def reduce_shape(service, name, shape):
    """A shape without prose, and the names of the shapes that it refers to."""
    out = pick(shape, SHAPE_KEYS)
    refers = []
    if shape["type"] == "structure" and not shape.get("document"):
        out["members"] = {}
        for member, source in shape.get("members", {}).items():
            out["members"][member] = reference(source)
            out["members"][member].update(MEMBER_EXTRAS.get((service, name, member), {}))
            refers.append(source["shape"])
    for part in ("member", "key", "value"):
        if part in shape:
            out[part] = reference(shape[part])
            refers.append(shape[part]["shape"])
    out.update(SHAPE_EXTRAS.get((service, name), {}))
    return out, refers


def collect_shapes(service, model, names):
    """All shapes reachable from `names`, in order of name."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name], refers = reduce_shape(service, name, model["shapes"][name])
            waiting.extend(refers)
    return dict(sorted(found.items()))


def as_list(value):
    return value if isinstance(value, list) else [value]


def check_path(model, shape, path, where):
    for step in path.split("."):
        members = model["shapes"][shape].get("members", {})
        if step not in members:
            raise Refused(f"{where}: pages go by {path}, which is no plain path in the model")
        shape = members[step]["shape"]


def forgotten_pages(model, operation, where):
    """Pages that the paginator file does not know: a token that goes out and in by one name."""
    members = [set(model["shapes"][operation[side]["shape"]].get("members", {})) if side in operation else set()
               for side in ("input", "output")]
    tokens = [name for name in TOKEN_NAMES if name in members[1]]
    if not tokens:
        return None
    if len(tokens) > 1 or tokens[0] not in members[0]:
        raise Refused(f"{where}: the answer has {tokens}, and no paginator says how to go on")
    return {"input_token": tokens[0], "output_token": tokens[0]}


def reduce_pages(model, paginators, name, operation, where):
    source = paginators.get(name) or forgotten_pages(model, operation, where)
    if source is None:
        return None
    out = {"input": as_list(source["input_token"]), "output": as_list(source["output_token"])}
    for name in out["input"]:
        if name not in model["shapes"][operation["input"]["shape"]]["members"]:
            raise Refused(f"{where}: pages go by {name}, which is no member of the input")
    for path in out["output"] + as_list(source.get("more_results", [])):
        check_path(model, operation["output"]["shape"], path, where)
    if "more_results" in source:
        out["more"] = source["more_results"]
    if "limit_key" in source:
        out["limit"] = source["limit_key"]
    return out


def reduce_error(model, name):
    shape = model["shapes"][name]
    out = {"code": shape.get("error", {}).get("code", name)}
    if "retryable" in shape:
        out["retryable"] = True
        if shape["retryable"].get("throttling"):
            out["throttling"] = True
    return out


def reduce_operation(model, paginators, name, where):
    source = model["operations"][name]
    out = {"http": pick(source["http"], ("method", "requestUri"))}
    if "hostPrefix" in source.get("endpoint", {}):
        out["endpoint"] = pick(source["endpoint"], ("hostPrefix",))
    if source.get("authtype") == "none" or source.get("auth") == ["smithy.api#noAuth"]:
        out["unsigned"] = True
    for side in ("input", "output"):
        if side in source:
            out[side] = pick(source[side], ("shape", "locationName", "xmlNamespace", "resultWrapper"))
    pages = reduce_pages(model, paginators, name, source, where)
    if pages:
        out["pages"] = pages
    errors = [reduce_error(model, error["shape"]) for error in source.get("errors", [])]
    if errors:
        out["errors"] = sorted(errors, key=lambda error: error["code"])
    return out


def reduce_metadata(service, source):
    spoken = [name for name in source.get("protocols", [source["protocol"]]) if name in PROTOCOLS]
    if not spoken:
        raise Refused(f"{service}: speaks none of {PROTOCOLS}")
    out = {
        "name": service,
        "serviceId": source["serviceId"],
        "protocol": spoken[0],
        "apiVersion": source["apiVersion"],
        "endpointPrefix": source["endpointPrefix"],
        "signingName": source.get("signingName", source["endpointPrefix"]),
    }
    out.update(pick(source, ("targetPrefix", "jsonVersion")))
    if "awsQueryCompatible" in source:
        out["queryCompatible"] = True
    if service == "s3":
        out["bucketInHost"] = True
    return out


def load(service, kind):
    try:
        return loader.load_service_model(service, kind)
    except botocore.exceptions.DataNotFoundError:
        return {}


def make_model(service, names):
    model = load(service, "service-2")
    paginators = load(service, "paginators-1").get("pagination", {})
    operations, roots = {}, []
    for name in sorted(names):
        if name not in model["operations"]:
            raise Refused(f"{service} {name}: botocore does not know it")
        operations[name] = reduce_operation(model, paginators, name, f"{service} {name}")
        roots += [operations[name][side]["shape"] for side in ("input", "output") if side in operations[name]]
    return {
        "metadata": reduce_metadata(service, model["metadata"]),
        "operations": operations,
        "shapes": collect_shapes(service, model, roots),
    }


# --- partitions.json -----------------------------------------------------------------------------------

VARIANTS = {"plain": (False, False), "fips": (True, False), "dualstack": (False, True),
            "dualstack_fips": (True, True)}


def region_prefixes(regex):
    """^(us|eu)\\-\\w+\\-\\d+$ -> us-, eu-: what the names of a partition's regions begin with."""
    head = regex.removeprefix("^").split(r"\w")[0].replace("\\-", "-")
    choice = re.fullmatch(r"\(([a-z|]+)\)-|([a-z-]+-)|([a-z]+-)\([a-z|]+\)-", head)
    if not choice:
        raise Refused(f"cannot read the partition's region pattern {regex}")
    return [word + "-" for word in choice[1].split("|")] if choice[1] else [choice[2] or choice[3]]


def answer(provider, parameters, region, fips, dualstack):
    """Host and signing region of a service in a region, by botocore's endpoint rules; None if it has none."""
    given = {"Region": region, "UseFIPS": fips, "UseDualStack": dualstack,
             "RequiresAccountId": True, "AccountId": "111122223333"}
    if "RequiresAccountId" not in parameters:  # s3control's; elsewhere an account id may pick other hosts
        del given["AccountId"]
    try:
        endpoint = provider.resolve_endpoint(**{k: v for k, v in given.items() if k in parameters})
    except botocore.exceptions.EndpointProviderError:
        return None
    scheme = (endpoint.properties.get("authSchemes") or [{}])[0]
    host = re.fullmatch(r"https://(?:111122223333\.)?([a-z0-9.-]+)", endpoint.url)
    if not host:
        raise Refused(f"an endpoint that is more than a host: {endpoint.url}")
    return host[1], scheme.get("signingRegion", "")


def same(values):
    return values[0] if all(value == values[0] for value in values) else None


def host_rule(service, regions, answers, is_global):
    """One host and signing region for all regions of a partition, with {region} where it varies."""
    if all(a is None for a in answers):
        return None
    if any(a is None for a in answers):
        raise Refused(f"{service}: only some regions of {regions} have this variant")
    host = same([a[0] for a in answers]) if len(regions) > 1 or is_global else None
    host = host or same([a[0].replace(region, "{region}") for a, region in zip(answers, regions)])
    if host is None:
        raise Refused(f"{service}: no one rule gives the hosts of {regions}")
    if is_global:
        return host, same([a[1] for a in answers]) or ""
    return host, ""


def is_one_place(prefix, old, plain):
    """Whether a service answers at one place for a whole partition. `plain` has an answer a region."""
    known = (old or {}).get("services", {}).get(prefix)
    if known:
        return known.get("isRegionalized") is False
    if len(plain) > 1:
        return same(plain) is not None
    # A partition of one region does not show it: as in the first partition.
    first = loader.load_data("endpoints")["partitions"][0]["services"].get(prefix, {})
    return first.get("isRegionalized") is False


def service_in_partition(metadata, rules, partition, old):
    """Where a service answers in a partition. `old` is the partition in endpoints.json, which alone says in
    which regions a service exists."""
    service = metadata["name"]
    provider = botocore.endpoint_provider.EndpointProvider(rules, loader.load_data("partitions"))
    regions = [name for name in partition["regions"] if not name.endswith("-global")]
    prefix = metadata["endpointPrefix"]
    known = (old or {}).get("services", {}).get(PRESENT_LIKE.get(prefix, prefix), {})
    plain = [answer(provider, rules["parameters"], region, False, False) for region in regions]
    is_global = is_one_place(prefix, old, plain)
    out = {}
    if is_global:
        out["global"] = True
    for variant, (fips, dualstack) in VARIANTS.items():
        answers = [answer(provider, rules["parameters"], region, fips, dualstack) for region in regions]
        rule = host_rule(service, regions, answers, is_global)
        if rule:
            out[variant] = rule[0]
            if rule[1]:
                out.setdefault("signingRegion", rule[1])
                if out["signingRegion"] != rule[1]:
                    raise Refused(f"{service}: its variants are signed for several regions")
    if known and not is_global:
        missing = sorted(set(old["regions"]) - set(known["endpoints"]))
        if missing:
            out["missing"] = missing
    return out if known or is_global else {**out, "regionsUnknown": True}


def make_partitions(models):
    endpoints = {p["partition"]: p for p in loader.load_data("endpoints")["partitions"]}
    out = []
    for partition in loader.load_data("partitions")["partitions"]:
        old = endpoints.get(partition["id"])
        services = {}
        for service, model in models.items():
            rules = loader.load_service_model(service, "endpoint-rule-set-1")
            services[service] = service_in_partition(model["metadata"], rules, partition, old)
        out.append({
            "id": partition["id"],
            "dnsSuffix": partition["outputs"]["dnsSuffix"],
            "implicitRegion": partition["outputs"]["implicitGlobalRegion"],
            "prefixes": region_prefixes(partition["regionRegex"]),
            "regions": sorted((old or {}).get("regions", {})),
            "services": services,
        })
    return {"partitions": out}


def write(path, content):
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")


def main():
    refused = read_pairs(HERE / "refused.txt")
    wanted = {}
    for service, operation in read_pairs(HERE / "operations.txt"):
        check_allowed(service, operation, refused)
        wanted.setdefault(service, set()).add(operation)
    models = {service: make_model(service, wanted[service]) for service in sorted(wanted)}
    partitions = make_partitions(models)
    for path in HERE.glob("*.json"):
        if path.stem not in models:
            path.unlink()
    for service, model in models.items():
        write(HERE / f"{service}.json", model)
    write(PARTITIONS, partitions)


if __name__ == "__main__":
    try:
        main()
    except Refused as why:
        sys.exit(f"generate.py: {why}")
