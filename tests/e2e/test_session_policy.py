"""The session of an assumed role is narrowed, and still allows every call of a scan: AWS's own texts of the two
managed policies (as moto carries them) and the inline policy are held against what was asked."""
import fnmatch
import json
import urllib.parse

import estate as e
import night
import yaml
from moto.iam.aws_managed_policies import aws_managed_policies_data

# Operations whose action is called otherwise, services whose actions have another prefix (Service Authorization Reference).
RENAMED = {"s3:ListBuckets": "s3:ListAllMyBuckets", "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
           "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock", "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
           "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration", "accessanalyzer:ListFindingsV2": "access-analyzer:ListFindings"}
PREFIXES = {"elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing", "opensearch": "es", "accessanalyzer": "access-analyzer", "s3control": "s3"}
NARROWED = ["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]


def action_of(operation):
    service, name = operation.split(":")
    return RENAMED.get(operation) or f"{PREFIXES.get(service, service)}:{name}"


def operations_of_types():
    """What a scan of every built-in type may ask, out of the type files themselves."""
    for path in sorted((night.ROOT / "providers" / "aws" / "types").glob("*.yaml")):
        file = yaml.safe_load(path.read_text(encoding="utf-8"))
        for kind in file["types"].values():
            if "asked_by" in kind or "aggregate" in kind:
                continue
            yield f"{file['service']}:{kind['list']}"
            if "poll" in kind:
                yield f"{file['service']}:{kind['poll']['call']}"
            for detail in kind.get("details", []):
                yield f"{detail.get('service', file['service'])}:{detail['get']}"


def managed(arn):
    return json.loads(aws_managed_policies_data)[arn.rsplit("/", 1)[-1]]["Document"]


def allowed_by(documents, action):
    statements = [s for d in documents for s in (d["Statement"] if isinstance(d["Statement"], list) else [d["Statement"]])]
    granted = [a for s in statements if s["Effect"] == "Allow" for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])]
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in granted)


def test_sessions_are_narrowed_and_allow_all_that_is_asked(watch, full, proxy, corrections):
    corrections.regions = [(e.EAST, "ENABLED_BY_DEFAULT")]
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": "all"}}])
    watch.scan()
    asked = {f"{c.service}:{c.operation}" for c in proxy.calls() if c.service != "sts"}
    assert {"ec2:DescribeRegions", "ec2:DescribeSecurityGroups", "iam:GenerateCredentialReport", "s3:ListBuckets"} <= asked
    for call in proxy.calls("AssumeRole"):
        form = dict(urllib.parse.parse_qsl(call.body.decode()))
        arns = [form[k] for k in sorted(form) if k.startswith("PolicyArns.member.")]
        assert arns == NARROWED
        documents = [managed(a) for a in arns] + ([json.loads(form["Policy"])] if "Policy" in form else [])
        refused = sorted(a for a in asked if not allowed_by(documents, action_of(a)))
        assert not refused
        assert not allowed_by(documents, "ec2:TerminateInstances") and not allowed_by(documents, "s3:GetObject")
        assert not allowed_by(documents, "iam:CreateUser") and not allowed_by(documents, "secretsmanager:GetSecretValue")


def test_the_two_managed_policies_allow_what_every_type_asks():
    documents = [managed(a) for a in NARROWED]
    asked = set(operations_of_types()) - {"sts:GetCallerIdentity"}  # needs no permission
    assert len(asked) > 10
    assert sorted(a for a in asked if not allowed_by(documents, action_of(a))) == []
