"""The fake cloud (tests/fakecloud) in a process of its own, and boto3 as it sees it."""
import functools
import json
import os
import subprocess
from pathlib import Path

import boto3
from botocore.config import Config

import night
import type_files
from by_boto3 import Asker

ROLE = "yomawari-read"
BASE_KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

THINGS = sorted(name for name, kind in type_files.read_all().items() if not type_files.is_evidence(kind))


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

    def asker(self):
        """boto3 asked for every type as its file says (by_boto3.py), over the accounts and regions that the cloud itself names."""
        accounts = tuple(a["Id"] for p in self.client("organizations").get_paginator("list_accounts").paginate() for a in p["Accounts"] if a["Status"] == "ACTIVE")
        regions = tuple(r["RegionName"] for r in self.client("ec2").describe_regions()["Regions"])
        return CloudAsker(Keys(self), self.url, type_files.read_all(), night.FIRST_NIGHT, accounts=accounts, regions=regions)

    def resources(self):
        """{(account, region, type, id)}; what comes and goes by itself by its parent."""
        asker, found = self.asker(), set()
        for name in THINGS:
            for told in asker.told(name).values():
                found.add((told.account, told.region, name, type_files.parent(asker.types[name], told.config) or told.ident))
        return found


class CloudAsker(Asker):
    """S3 Control's account stands before the host's name, where there is no host of ours."""

    def client(self, service, account, region):
        client = super().client(service, account, region)
        if service == "s3control":
            client.meta.events.register_last("before-sign.s3-control", lambda request, **_: setattr(request, "url", request.url.replace(f"//{account}.", "//")), unique_id="home")
        return client


class Keys:
    """The keys of each account, asked for once."""

    def __init__(self, cloud):
        self.of = functools.cache(cloud.keys)

    def keys(self, account):
        return self.of(account)


def items(client, operation, member, **more):
    return [item for page in client.get_paginator(operation).paginate(**more) for item in page[member]]


def report(iam):
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    lines = iam.get_credential_report()["Content"].decode().split("\n")
    return [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
