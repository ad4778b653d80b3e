"""The AWS CLI reads the fake cloud as boto3 does."""
import json
import os
import subprocess
import sys
from pathlib import Path

import by_boto3
import fakecloud
import pytest
from fakecloud import BASE_KEYS, FakeCloud


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    with FakeCloud(binary, tmp_path_factory.mktemp("truth"), 7, at_night=3, accounts=6, regions=2) as fake:
        yield fake


# one list of each protocol, and those that boto3 and the CLI read by code of their own
COMMANDS = ["sts get-caller-identity", "organizations list-accounts", "ec2 describe-security-groups", "ec2 describe-instances", "ec2 describe-route-tables",
            "iam list-users", "iam get-account-summary", "s3api list-buckets", "rds describe-db-instances", "elbv2 describe-load-balancers",
            "lambda list-functions", "guardduty list-detectors", "cloudtrail describe-trails", "logs describe-log-groups",
            "route53resolver list-resolver-rules", "kms list-keys", "account get-alternate-contact --alternate-contact-type SECURITY",
            "autoscaling describe-auto-scaling-groups", "dynamodb list-tables", "ecs list-clusters", "eks list-clusters", "sqs list-queues"]


def aws(fake, command, folder):
    (folder / "config").write_text("[default]\ncli_timestamp_format = iso8601\n", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": BASE_KEYS["aws_access_key_id"],
                    "AWS_SECRET_ACCESS_KEY": BASE_KEYS["aws_secret_access_key"], "AWS_PAGER": ""}
    cli = Path(sys.executable).parent / "aws"
    result = subprocess.run([sys.executable, cli, *command.split(), "--output", "json", "--endpoint-url", fake.url], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout or "{}")


def by_boto3_too(fake, command):
    service, operation, *options = command.split()
    given = {"AlternateContactType": options[1]} if options else {}
    client = fake.client(service.replace("s3api", "s3"))
    name = operation.replace("-", "_")
    pages = client.get_paginator(name).paginate(**given) if client.can_paginate(name) else [getattr(client, name)(**given)]
    whole = {}
    for page in pages:
        page.pop("ResponseMetadata")
        for member, value in page.items():
            if isinstance(value, list):
                whole.setdefault(member, []).extend(value)
            elif member.lower() not in ("nexttoken", "marker", "nextmarker", "istruncated", "truncated", "maxresults", "lastevaluatedtablename"):
                whole[member] = value
    return by_boto3.plain(whole)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_aws_cli_reads_the_same(served, command, tmp_path):
    printed = aws(served, command, tmp_path)
    printed = {k: v for k, v in printed.items() if v is not None and k not in ("IsTruncated", "Truncated")}
    assert printed and printed == by_boto3_too(served, command)
