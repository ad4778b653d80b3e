"""The fake cloud: boto3 sees what the truth file says (yomawari: test_truth.py)."""
import datetime
import json
import socket
import subprocess

import fakecloud
import pytest
import type_files
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

@pytest.mark.parametrize(("seed", "at_night"), list(zip(SEEDS, (0, 3, 1), strict=True)))
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


@pytest.mark.parametrize("page", (1, 3))
def test_pages_of_any_size_tell_of_every_type_the_same(cloud, page):
    with cloud(2, 1, accounts=2, regions=1, page=page) as small:
        assert sorted(small.resources()) == rows(r[:4] for r in small.truth["resources"])


def test_every_type_is_somewhere_and_many_are_not_everywhere(cloud):
    with cloud(1, 0, accounts=4, regions=2) as fake:
        at = {}
        for account, region, kind, _, _ in fake.truth["resources"]:
            at.setdefault(kind, set()).add((account, region))
    assert set(at) == set(fakecloud.THINGS)
    accounts = {kind: {account for account, _ in places} for kind, places in at.items()}
    assert len([k for k, a in accounts.items() if len(a) < 4]) > 10 and len([k for k, a in accounts.items() if len(a) == 4]) > 10


def same(value):
    """Lists as sets."""
    if isinstance(value, dict):
        return {k: same(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((same(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return value


def still(kind, config):
    """What of a resource is compared: no volatile members, no order but where it counts."""
    for path in kind.get("volatile", []) + kind.get("from_answer", []):
        type_files.edit(config, path, lambda _: type_files.NOTHING)
    return same(config)


def test_what_drifts_between_nights_is_no_change_of_the_truth(cloud):
    """Nothing but order, what types call volatile, and members of parents that replace them."""
    seen = []
    for at_night in (1, 2):
        with cloud(1, at_night, accounts=2) as fake:
            asker, things, raw, members = fake.asker(), {}, {}, set()
            for name in fakecloud.THINGS:
                for key, told in asker.told(name).items():
                    if told.parent is None:
                        raw[name, key] = json.dumps(told.config, sort_keys=True)
                        things[name, key] = still(asker.types[name], told.config)
                    else:
                        members.add((name, key))
            seen.append((things, raw, members, rows(fake.truth["resources"])))
    (one, one_raw, one_members, one_truth), (two, two_raw, two_members, two_truth) = seen
    assert one == two and one_truth == two_truth and len(one) > 300
    moved = {name for name, key in one_raw if one_raw[name, key] != two_raw[name, key]}
    assert moved >= {"aws_ec2_subnet", "aws_rds_instance", "aws_rds_cluster", "aws_logs_log_group", "aws_iam_user", "aws_iam_role", "aws_iam_credential_report_row",
                     "aws_iam_account_summary", "aws_dynamodb_table", "aws_secretsmanager_secret", "aws_sqs_queue", "aws_sns_topic", "aws_ecs_cluster", "aws_ec2_route_table"}
    kinds = {name for name, _ in one_members}
    assert kinds == {"aws_ec2_address", "aws_ec2_instance", "aws_ec2_network_interface", "aws_ec2_security_group", "aws_ec2_snapshot", "aws_ec2_volume"} and not one_members & two_members
    assert {kind: len([m for m in one_members if m[0] == kind]) for kind in kinds} == {kind: len([m for m in two_members if m[0] == kind]) for kind in kinds}


def test_a_shared_network_is_seen_by_all_and_a_suspended_account_is_only_listed(cloud):
    with cloud(1, accounts=3, regions=1) as fake:
        listed = {a["Id"]: a["Status"] for a in items(fake.client("organizations"), "list_accounts", "Accounts")}
        base, *others = fake.truth["accounts"]
        suspended = [a for a, status in listed.items() if status == "SUSPENDED"]
        assert len(suspended) == 1 and set(listed) == {base, *others, *suspended}
        assert [suspended[0], "global", "credentials", "skipped"] in fake.truth["outcomes"]
        assert refusal(fake.keys, suspended[0]) == "AccessDenied"
        for account in others:
            ec2 = fake.client("ec2", keys=fake.keys(account))
            for told in (ec2.describe_vpcs()["Vpcs"], ec2.describe_subnets()["Subnets"], ec2.describe_route_tables()["RouteTables"], ec2.describe_network_acls()["NetworkAcls"]):
                assert {thing["OwnerId"] for thing in told} == {base, account}


def test_what_is_not_served_is_refused_not_ignored(cloud):
    with cloud(1) as fake:
        ec2 = fake.client("ec2")
        assert refusal(ec2.describe_vpcs, Filters=[{"Name": "is-default", "Values": ["true"]}]) == "InvalidParameterValue"
        assert refusal(ec2.describe_key_pairs) == "InvalidAction"
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
