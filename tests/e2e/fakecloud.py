"""The fake cloud (tests/fakecloud) in a process of its own, and boto3 as it sees it."""
import functools
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import boto3
from botocore.config import Config

import night
import type_files
from by_boto3 import Asker

ROLE = "yomawari-read"
CONFIG = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
BASE_KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

THINGS = sorted(name for name, kind in type_files.read_all().items() if not type_files.is_evidence(kind))


def find_binary():
    """It lies beside the program under test."""
    program = night.find_binary()
    beside = Path(program).parent / "fakecloud" if program else None
    return str(beside) if beside and os.access(beside, os.X_OK) else None


class Authority:
    """A throwaway certificate authority, and a certificate of its for the loopback."""

    def __init__(self, folder):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.ca, self.certificate, self.key = (str(folder / n) for n in ("ca.pem", "server.pem", "server.key"))
        new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self.openssl(*new, "-x509", "-subj", "/CN=fake authority", "-days", "2", "-keyout", str(folder / "ca.key"), "-out", self.ca)
        self.openssl(*new, "-subj", "/CN=localhost", "-keyout", self.key, "-out", str(folder / "server.csr"))
        (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="utf-8")
        self.openssl("x509", "-req", "-in", str(folder / "server.csr"), "-CA", self.ca, "-CAkey", str(folder / "ca.key"), "-CAcreateserial",
                     "-days", "2", "-extfile", str(folder / "names"), "-out", self.certificate)

    @staticmethod
    def openssl(*args):
        subprocess.run(["openssl", *args], check=True, capture_output=True, timeout=60)


class FakeCloud:
    """One night of one estate, served while the `with` lasts; `truth` is what the scan of it must say.

    `faults` are rules (tests/fakecloud/rules.h), `authority` an Authority for TLS, `more` further words of its command line."""

    def __init__(self, binary, folder, seed, at_night=0, accounts=3, regions=2, page=0, *, small=False, authority=None, faults=None, more=()):
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.authority, self.report_file = authority, folder / "report.json"
        self.truth_file = None if small else folder / f"night-{at_night}.json"
        self.command = [binary, "--seed", str(seed), "--accounts", str(accounts), "--regions", str(regions), "--night", str(at_night),
                        "--page", str(page), "--report", str(self.report_file), *(["--small"] if small else ["--truth", str(folder)]), *more]
        if authority:
            self.command += ["--tls", authority.certificate, authority.key]
        if faults:
            (folder / "faults.json").write_text(json.dumps({"rules": faults}), encoding="utf-8")
            self.command += ["--faults", str(folder / "faults.json")]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.strip().isdigit(), self.process.communicate(timeout=30)
        self.port = int(line)
        self.url = f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"
        self.truth = json.loads(self.truth_file.read_text(encoding="utf-8")) if self.truth_file else None
        return self

    def __exit__(self, *failure):
        self.process.stdin.close()
        self.process.wait(60)
        told = self.process.stderr.read()
        assert self.process.returncode == 0 and not told, told

    def report(self):
        """What was asked so far."""
        self.report_file.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(600):
            if self.report_file.exists():   # it appears whole
                return json.loads(self.report_file.read_text(encoding="utf-8"))
            time.sleep(0.05)
        raise TimeoutError("no report")

    def client(self, service, region="us-east-1", keys=None, config=None):
        return boto3.client(service, region_name=region, endpoint_url=self.url, verify=self.authority.ca if self.authority else None,
                            config=CONFIG.merge(config) if config else CONFIG, **(keys or BASE_KEYS))

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
                found.add((told.account, told.region, name, told.parent or told.ident))
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
