"""One call to AWS as the proxy sees it: which service and operation, by whom, with what."""
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
S3_BUCKET_GETS = {
    "list-type": "ListObjectsV2",
    "publicAccessBlock": "GetPublicAccessBlock", "policyStatus": "GetBucketPolicyStatus",
    "location": "GetBucketLocation", "policy": "GetBucketPolicy", "versioning": "GetBucketVersioning", "encryption": "GetBucketEncryption",
    "lifecycle": "GetBucketLifecycleConfiguration", "logging": "GetBucketLogging", "tagging": "GetBucketTagging", "acl": "GetBucketAcl",
    "ownershipControls": "GetBucketOwnershipControls",
}
GUARDDUTY = {"GET detector": "ListDetectors", "GET detector/*": "GetDetector", "GET detector/*/administrator": "GetAdministratorAccount",
             "POST detector/*/findings": "ListFindings", "POST detector/*/findings/get": "GetFindings"}
SIGNED_AS = {"monitoring": "cloudwatch"}  # where the name that is signed is not the service's
FORM_SERVICES = {"2016-11-15": "ec2", "2010-05-08": "iam", "2011-06-15": "sts"}


@dataclass
class Call:
    service: str
    operation: str
    region: str
    key_id: str
    params: dict          # the form's or JSON body's members; for s3 also Bucket
    method: str
    target: str           # path and query as they came
    headers: dict
    body: bytes
    account: str = ""     # of the credentials, filled by the proxy
    at: float = field(default_factory=time.monotonic)
    status: int = 0       # of the answer; 0 while there is none, -1 where the connection was cut
    fault: str = ""       # the rule that answered or spoilt it

    def matches(self, operation=None, account=None, region=None, service=None, where=None):
        return ((operation is None or self.operation in as_set(operation))
                and (account is None or self.account in as_set(account))
                and (region is None or self.region in as_set(region))
                and (service is None or self.service == service)
                and (where is None or bool(where(self))))

    @property
    def protocol(self):
        if self.service in ("ec2", "s3"):
            return self.service
        return "query" if self.service in ("iam", "sts") else "json"

    def with_params(self, **changes):
        """The body with parameters of a form changed; None takes one out."""
        pairs = [(k, v) for k, v in parse_qsl(self.body.decode(), keep_blank_values=True) if k not in changes]
        pairs += [(k, v) for k, v in changes.items() if v is not None]
        return urlencode(pairs).encode()


def as_set(value):
    return {value} if isinstance(value, str) else set(value)


def read_call(method, target, headers, body):
    """`headers` by lower-case name."""
    m = SCOPE.search(headers.get("authorization", ""))
    key_id, region, service = m.groups() if m else ("", "", "")
    service = SIGNED_AS.get(service, service)
    parts = urlsplit(target)
    params, operation = {}, ""
    if "x-amz-target" in headers:
        operation = headers["x-amz-target"].split(".")[-1]
        params = json.loads(body or b"{}")
    elif headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        params = {k: v[0] for k, v in parse_qs(body.decode(), keep_blank_values=True).items()}
        operation = params.get("Action", "")
        service = service or FORM_SERVICES.get(params.get("Version", ""), "")
    elif service == "s3":
        operation, params = read_s3(method, parts)
    elif service == "guardduty":
        words = parts.path.strip("/").split("/")
        operation = GUARDDUTY.get(f"{method} {'/'.join(words[:1] + ['*'] * (len(words) > 1) + words[2:])}", "")
        params = json.loads(body or b"{}")
    elif service == "account":
        operation = parts.path[1:2].upper() + parts.path[2:]
        params = json.loads(body or b"{}")
    return Call(service, operation, region, key_id, params, method, target, headers, body)


def read_s3(method, parts):
    query = parse_qs(parts.query, keep_blank_values=True)
    params = {k: v[0] for k, v in query.items()}
    bucket, _, key = unquote(parts.path).strip("/").partition("/")
    if not bucket:
        return "ListBuckets", params
    params["Bucket"] = bucket
    if key and method == "GET":
        return "GetObject", {**params, "Key": key}
    known = [name for flag, name in S3_BUCKET_GETS.items() if flag in query]
    return (known[0] if method == "GET" and known else f"{method} {'+'.join(sorted(query))}".strip()), params
