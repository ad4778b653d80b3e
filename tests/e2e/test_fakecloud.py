"""The fake cloud: boto3 sees what the truth file says, and so does yomawari, night after night."""
import datetime
import socket
import subprocess

import fakecloud
import night
import pytest
from botocore.exceptions import ClientError
from fakecloud import FakeCloud, items

SEEDS = (1, 20261121, 987654321)
NIGHTS = (0, 1, 2, 3)


@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds: cloud(seed, night…)."""
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeCloud(binary, tmp_path / "truth", *args, **more)


def rows(listed):
    return sorted(tuple(row) for row in listed)


def refusal(call, *args, **more):
    with pytest.raises(ClientError) as caught:
        call(*args, **more)
    return caught.value.response["Error"]["Code"]


# what boto3 sees

@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("at_night", (0, 3))
def test_boto3_reads_what_the_truth_says(cloud, seed, at_night):
    with cloud(seed, at_night, accounts=3, regions=2) as fake:
        assert sorted(fake.resources()) == rows(r[:4] for r in fake.truth["resources"])
        assert any(account.startswith("0") for account in fake.truth["accounts"]) and len(fake.truth["resources"]) > 100


def test_pages_of_any_size_hold_the_same_items_once(cloud):
    with cloud(1, accounts=25, regions=1) as fake, cloud(1, accounts=25, regions=1, page=2) as small:
        for service, operation, member, ident in (("ec2", "describe_security_groups", "SecurityGroups", "GroupId"), ("ec2", "describe_subnets", "Subnets", "SubnetId"),
                                                  ("ec2", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId"), ("iam", "list_users", "Users", "UserName"),
                                                  ("iam", "list_roles", "Roles", "RoleName"), ("s3", "list_buckets", "Buckets", "Name"),
                                                  ("organizations", "list_accounts", "Accounts", "Id")):
            whole, pieces = ([i[ident] for i in items(f.client(service), operation, member)] for f in (fake, small))
            assert pieces == whole and len(set(whole)) == len(whole) > 1, operation
        sizes = [len(p["SecurityGroups"]) for p in small.client("ec2").get_paginator("describe_security_groups").paginate(MaxResults=5)]
        assert max(sizes) == 2 and min(sizes[:-1]) == 2 and len(fake.client("ec2").describe_security_groups(MaxResults=5)["SecurityGroups"]) == 5
        first = small.client("iam").list_users(MaxItems=1)
        assert first["IsTruncated"] and len(first["Users"]) == 1
        assert refusal(small.client("iam").list_users, Marker=first["Marker"] + "0") == "ValidationError"
        assert refusal(small.client("iam").list_roles, Marker=first["Marker"]) == "ValidationError"
        assert refusal(small.client("ec2").describe_vpcs, MaxResults=1001) == "InvalidParameterValue"


def test_keys_belong_to_accounts_and_signatures_are_verified(cloud):
    with cloud(1) as fake:
        base, member = fake.truth["accounts"][:2]
        keys = fake.keys(member)
        assert fake.client("sts", keys=keys).get_caller_identity()["Account"] == member
        assert fake.client("sts").get_caller_identity()["Account"] == base
        for service, operation, codes in (("sts", "get_caller_identity", ("InvalidClientTokenId", "SignatureDoesNotMatch")), ("ec2", "describe_vpcs", ("AuthFailure", "SignatureDoesNotMatch")),
                                          ("iam", "list_users", ("InvalidClientTokenId", "SignatureDoesNotMatch")), ("s3", "list_buckets", ("InvalidAccessKeyId", "SignatureDoesNotMatch")),
                                          ("organizations", "list_accounts", ("UnrecognizedClientException", "InvalidSignatureException"))):
            spoilt = ({**keys, "aws_access_key_id": "ASIA000000000000FAKE"}, {**keys, "aws_secret_access_key": "0" * 40})
            assert tuple(refusal(getattr(fake.client(service, keys=k), operation)) for k in spoilt) == codes
        assert refusal(fake.client("sts", keys={**keys, "aws_session_token": "bm8="}).get_caller_identity) == "InvalidClientTokenId"
        assert refusal(fake.client("organizations", keys=keys).list_accounts) == "AccessDeniedException"
        assume = fake.client("sts").assume_role
        assert refusal(assume, RoleArn=f"arn:aws:iam::{member}:role/other", RoleSessionName="test") == "AccessDenied"
        assert refusal(assume, RoleArn=f"arn:aws:iam::999999999999:role/{fakecloud.ROLE}", RoleSessionName="test") == "AccessDenied"
        assert refusal(fake.client("sts", keys=keys).assume_role, RoleArn=f"arn:aws:iam::{base}:role/{fakecloud.ROLE}", RoleSessionName="test") == "AccessDenied"


def test_a_session_ends_by_the_callers_own_time(cloud, monkeypatch):
    with cloud(1) as fake:
        member = fake.truth["accounts"][1]
        keys, now = fake.keys(member), datetime.datetime.now(datetime.timezone.utc)
        for hours, expected in ((0.9, None), (1.1, "ExpiredToken")):
            then = now + datetime.timedelta(hours=hours)
            monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True, then=then: then.replace(tzinfo=None) if remove_tzinfo else then)
            ask = fake.client("sts", keys=keys).get_caller_identity
            assert (refusal(ask) if expected else ask()["Account"]) == (expected or member)
        monkeypatch.undo()
        other = fake.keys(fake.truth["accounts"][2])
        assert refusal(fake.client("sts", keys={**keys, "aws_session_token": other["aws_session_token"]}).get_caller_identity) == "InvalidClientTokenId"


def test_what_no_client_sends_is_answered_or_hung_up_on(cloud):
    key, host = b"AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/ec2/aws4_request", b"Host: localhost\r\n"
    signed = b"Authorization: AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s\r\nX-Amz-Date: 20261121T030000Z\r\nContent-Length: 0\r\n\r\n"
    with cloud(1) as fake:
        for told, status in ((host + b"\r\n", b"403"), (b"\r\n", b""), (host + b"Authorization: AWS4-HMAC-SHA256 Credential=\r\n\r\n", b"403"),
                             (host + signed % (key, b"host", b"00"), b"403"), (host + signed % (b"ASIA/x/y/nosuch", b";;;" * 1000, b""), b"403"),
                             (host + signed % (key, b"host", b"f" * 64), b"403"), (host + b"Content-Length: 2000000\r\n\r\n" + b"a" * 2000000, b"413")):
            with socket.create_connection(("127.0.0.1", int(fake.url.rsplit(":")[-1])), timeout=20) as s:
                s.sendall(b"POST /%zz?=&&=%%% HTTP/1.1\r\n" + told)
                assert s.recv(4096)[9:12] == status, told[:100]
        assert fake.client("sts").get_caller_identity()["Account"] == fake.truth["accounts"][0], "it still serves"


def test_what_drifts_between_nights_is_no_change_of_the_truth(cloud):
    seen = []
    for at_night in (1, 2):
        with cloud(1, at_night) as fake:
            ec2, iam = fake.client("ec2"), fake.client("iam")
            groups, subnets, users = ec2.describe_security_groups()["SecurityGroups"], ec2.describe_subnets()["Subnets"], iam.list_users()["Users"]
            seen.append({"truth": rows(fake.truth["resources"]), "order": [g["GroupId"] for g in groups], "groups": {g["GroupId"] for g in groups},
                         "free": {s["SubnetId"]: s["AvailableIpAddressCount"] for s in subnets}, "used": {u["UserName"]: u["PasswordLastUsed"] for u in users},
                         "reports": {r["user"]: r["password_last_used"] for r in fakecloud.report(iam)}})
    assert {k for k in seen[0] if seen[0][k] != seen[1][k]} == {"order", "free", "used", "reports"}


def test_what_is_not_served_is_refused_not_ignored(cloud):
    with cloud(1) as fake:
        ec2 = fake.client("ec2")
        assert refusal(ec2.describe_vpcs, Filters=[{"Name": "is-default", "Values": ["true"]}]) == "InvalidParameterValue"
        assert refusal(ec2.describe_volumes) == "InvalidAction"
        assert refusal(ec2.get_managed_prefix_list_entries, PrefixListId="pl-0") == "InvalidPrefixListID.NotFound"
        assert refusal(fake.client("ec2", "af-south-1").describe_vpcs) == "AuthFailure"


def test_lists_are_shared_and_buckets_tell_of_their_parts(cloud):
    with cloud(1) as fake:
        base, member = fake.truth["accounts"][:2]
        ec2 = fake.client("ec2", keys=fake.keys(member))
        lists = {p["PrefixListName"]: p for p in ec2.describe_managed_prefix_lists()["PrefixLists"]}
        assert {n: p["OwnerId"] for n, p in lists.items()} == {"offices": base, "the-world": base, "com.amazonaws.global.cloudfront.origin-facing": "AWS"}
        cidrs = {e["Cidr"] for e in ec2.get_managed_prefix_list_entries(PrefixListId=lists["the-world"]["PrefixListId"])["Entries"]}
        assert cidrs == {"0.0.0.0/1", "128.0.0.0/1"}
        states = {}
        for bucket in fake.client("s3").list_buckets(MaxBuckets=10)["Buckets"]:
            s3, name = fake.client("s3", bucket["BucketRegion"]), bucket["Name"]
            kind = name.removeprefix(f"fake-{base}-")
            states[kind] = (s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]["BlockPublicAcls"] if kind == "logs" else refusal(s3.get_public_access_block, Bucket=name),
                            s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"] if kind.startswith("site") else refusal(s3.get_bucket_policy_status, Bucket=name))
        none = ("NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy")
        assert states == {"logs": (True, none[1]), "site.example.com": (none[0], True), "data": none}


def test_an_estate_follows_from_its_seed(cloud, tmp_path):
    binary = fakecloud.find_binary() or pytest.skip("the fake cloud is not built")
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        subprocess.run([binary, "--seed", str(seed), "--night", "3", "--truth", str(tmp_path / folder)], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)
    texts = {f: [(tmp_path / f / f"night-{n}.json").read_bytes() for n in NIGHTS] for f in "abc"}
    assert texts["a"] == texts["b"] and not set(texts["a"]) & set(texts["c"])
    assert subprocess.run([binary, "--accounts", "0"], capture_output=True, check=False, timeout=60).returncode == 2


# what yomawari sees

def found(watch, **match):
    return sorted((r["check"], r["account"], r["region"], night.bare(r["id"]), r["subject"]) for r in watch.rows("findings.csv", **match))


def scan(watch, fake, *args):
    """A walk over tonight's cloud; the exit status with --detailed-exitcode."""
    watch.url = fake.url
    result = watch.run("scan", "--detailed-exitcode", *args)
    watch.now += night.DAY
    return result


def compare(watch, truth):
    inventory = sorted((r["account"], r["region"], r["type"], night.bare(r["id"]), night.bare(r["key"])) for r in watch.rows("inventory.csv"))
    assert inventory == rows(truth["resources"])
    assert sorted(watch.changes()) == rows(truth["changes"])
    assert found(watch, state="open") == rows(truth["findings"])
    assert found(watch, change="resolved") == rows(truth["resolved"])
    assert not [r for r in watch.rows("coverage.csv") if r["type"] != "*"]


@pytest.mark.parametrize("seed", SEEDS)
def test_yomawari_tells_the_truth_night_after_night(cloud, tmp_path, binary, seed):
    watch = night.Watch(tmp_path / "watch", "", binary)
    watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}])
    for at_night in NIGHTS:
        with cloud(seed, at_night, accounts=5, regions=2, page=3 if at_night == 2 else 0) as fake:
            result = scan(watch, fake)
            compare(watch, fake.truth)
            told = found(watch, change="new") + found(watch, change="reopened")
            assert sorted(told) == rows(fake.truth["new"])
            assert result.status == (3 if fake.truth["new"] else 0), result
            assert bool(fake.truth["changes"]) == (at_night % 2 == 1)
