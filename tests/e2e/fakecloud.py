"""The fake cloud (tests/fakecloud) in a process of its own, and boto3 as it sees it."""
import itertools
import json
import os
import subprocess
from pathlib import Path

import boto3
from botocore.config import Config

import night

ROLE = "yomawari-read"
BASE_KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def find_binary():
    """It lies beside the program under test."""
    program = night.find_binary()
    beside = Path(program).parent / "fakecloud" if program else None
    return str(beside) if beside and os.access(beside, os.X_OK) else None


class FakeCloud:
    """One night of one estate, served while the `with` lasts; `truth` is what the scan of it must say."""

    def __init__(self, binary, folder, seed, at_night=0, accounts=3, regions=2, page=0):
        self.command = [binary, "--seed", str(seed), "--accounts", str(accounts), "--regions", str(regions), "--night", str(at_night),
                        "--page", str(page), "--truth", str(folder)]
        self.truth_file = Path(folder) / f"night-{at_night}.json"

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), self.process.communicate(timeout=30)
        self.url = f"http://127.0.0.1:{line.strip()}"
        self.truth = json.loads(self.truth_file.read_text(encoding="utf-8"))
        return self

    def __exit__(self, *failure):
        self.process.stdin.close()
        self.process.wait(60)
        told = self.process.stderr.read()
        assert self.process.returncode == 0 and not told, told

    def client(self, service, region="us-east-1", keys=None):
        return boto3.client(service, region_name=region, endpoint_url=self.url,
                            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}), **(keys or BASE_KEYS))

    def keys(self, account):
        given = self.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="test")["Credentials"]
        return {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"]}

    # what boto3 reads, in the words of the truth

    def resources(self):
        found = set()
        for account in (a["Id"] for p in self.client("organizations").get_paginator("list_accounts").paginate() for a in p["Accounts"]):
            keys = self.keys(account)
            found |= {(account, *rest) for rest in self.of_account(account, keys)}
            for region in (r["RegionName"] for r in self.client("ec2", keys=keys).describe_regions()["Regions"]):
                found |= {(account, region, *rest) for rest in self.of_region(account, self.client("ec2", region, keys))}
        return found

    def of_account(self, account, keys):
        iam = self.client("iam", keys=keys)
        yield "global", "aws_account", self.client("sts", keys=keys).get_caller_identity()["Account"]
        if iam.get_account_summary()["SummaryMap"]:
            yield "global", "aws_iam_account_summary", account
        for user in items(iam, "list_users", "Users"):
            yield "global", "aws_iam_user", user["UserName"]
        for role in items(iam, "list_roles", "Roles"):
            yield "global", "aws_iam_role", role["RoleName"]
        for device in items(iam, "list_virtual_mfa_devices", "VirtualMFADevices"):
            yield "global", "aws_iam_virtual_mfa_device", device["SerialNumber"]
        for row in report(iam):
            yield "global", "aws_iam_credential_report_row", row["user"]
        for bucket in items(self.client("s3", keys=keys), "list_buckets", "Buckets", MaxBuckets=1000):
            yield bucket["BucketRegion"], "aws_s3_bucket", bucket["Name"]

    def of_region(self, account, ec2):
        kinds = [("describe_vpcs", "Vpcs", "vpc", "VpcId"), ("describe_subnets", "Subnets", "subnet", "SubnetId"),
                 ("describe_security_groups", "SecurityGroups", "security_group", "GroupId"),
                 ("describe_network_interfaces", "NetworkInterfaces", "network_interface", "NetworkInterfaceId")]
        for operation, member, kind, ident in kinds:
            for item in items(ec2, operation, member, MaxResults=5):
                yield f"aws_ec2_{kind}", item[ident]
        for address in ec2.describe_addresses()["Addresses"]:
            yield "aws_ec2_address", address["AllocationId"]
        for instance in itertools.chain.from_iterable(r["Instances"] for r in items(ec2, "describe_instances", "Reservations")):
            yield "aws_ec2_instance", instance["InstanceId"]
        for prefixes in items(ec2, "describe_managed_prefix_lists", "PrefixLists", MaxResults=1):
            if prefixes["OwnerId"] == account:
                yield "aws_ec2_managed_prefix_list", prefixes["PrefixListId"]


def items(client, operation, member, **more):
    return [item for page in client.get_paginator(operation).paginate(**more) for item in page[member]]


def report(iam):
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    lines = iam.get_credential_report()["Content"].decode().split("\n")
    return [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
