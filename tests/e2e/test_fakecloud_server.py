"""The fake cloud as a server: TLS, rates, waits, faults by rule, the report, ten thousand accounts."""
import contextlib
import http.client
import itertools
import json
import os
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import fakecloud
import night
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError, SSLError
from fakecloud import FakeCloud

EAST = "us-east-1"
GROUPS = {"service": "ec2", "operation": "DescribeSecurityGroups"}


@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds: cloud(seed, night…)."""
    program = fakecloud.find_binary()
    if program is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeCloud(program, tmp_path / "cloud", *args, **more)


FEW = {"aws_root_access_key_present", "aws_root_without_mfa", "aws_security_group_open_admin_port", "aws_security_group_open_to_internet"}


@pytest.fixture
def walk(tmp_path, binary):
    """A walk over a fake cloud, of no more than what a few checks read: walk(fake, env…) gives the watch and the result."""
    watch = night.Watch(tmp_path / "watch", "", binary)

    def go(fake, *args, target=None, timeout=180, **env):
        watch.config([{"aws": {**(target or {"organization": {}}), "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": []},
                     checks={"off": dict.fromkeys(sorted(set(night.ALL) - FEW), "the server is tested here, not what is found")})
        watch.url = fake.url
        result = watch.run("scan", *args, env=env, timeout=timeout)
        watch.now += night.DAY
        return watch, result
    return go


def refusal(call, *args, **more):
    with pytest.raises(ClientError) as caught:
        call(*args, **more)
    told = caught.value.response
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]


def findings_of(watch):
    return sorted((r["check"], r["account"], r["region"], night.bare(r["id"]), r["subject"]) for r in watch.rows("findings.csv", state="open"))


def admin_ports(truth):
    return sorted(tuple(row[:5]) for row in truth["findings"] if row[0] == "aws_security_group_open_admin_port")


# TLS

def test_boto3_and_yomawari_read_over_tls(cloud, walk, tmp_path):
    authority = fakecloud.Authority(tmp_path / "authority")
    with cloud(1, accounts=2, regions=1, authority=authority) as fake:
        assert fake.client("sts").get_caller_identity()["Account"] == fake.truth["accounts"][0]
        fake.authority = None
        with pytest.raises(SSLError):
            fake.client("sts").get_caller_identity()
        fake.authority = authority
        watch, result = walk(fake)
        assert result.status == 1 and "certificate" in (result.out + result.err), result
        watch, result = walk(fake, AWS_CA_BUNDLE=authority.ca)
        assert result.status == 0 and not watch.incomplete(), result
        assert [f for f in findings_of(watch) if f[0].endswith("admin_port")] == admin_ports(fake.truth)
        with socket.create_connection(("127.0.0.1", fake.port), timeout=20) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with contextlib.suppress(ConnectionResetError):
                assert b"HTTP/1.1" not in plain.recv(4096)
        with ssl.create_default_context(cafile=authority.ca).wrap_socket(socket.create_connection(("127.0.0.1", fake.port), timeout=20), server_hostname="localhost") as s:
            assert s.version() in ("TLSv1.2", "TLSv1.3")


def test_a_certificate_that_is_none_is_told(tmp_path):
    program = fakecloud.find_binary() or pytest.skip("the fake cloud is not built")
    (tmp_path / "none.pem").write_text("nothing\n", encoding="utf-8")
    for certificate in ("none.pem", "missing.pem"):
        run = subprocess.run([program, "--small", "--tls", certificate, certificate], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        assert run.returncode == 1 and "certificate" in run.stderr or "missing.pem" in run.stderr, run
        assert not run.stdout


# rates

def burst(call, count, **params):
    """How many of `count` calls in a row are answered, and how the others are refused."""
    passed, refused = 0, set()
    for _ in range(count):
        try:
            call(**params)
            passed += 1
        except ClientError as e:
            refused.add((e.response["Error"]["Code"], e.response["ResponseMetadata"]["HTTPStatusCode"]))
    return passed, refused


def test_each_action_has_its_bucket_by_account_and_region(cloud):
    with cloud(1, accounts=2, regions=2, small=True, more=["--throttle", "0.1"]) as fake:
        ec2, other = fake.client("ec2"), fake.client("ec2", "ap-northeast-1")
        # 100 and 20/s, a tenth of it; the time that the calls take gives a few more
        passed, refused = burst(ec2.describe_vpcs, 40, MaxResults=100)
        assert 10 <= passed < 30 and refused == {("RequestLimitExceeded", 503)}
        assert burst(ec2.describe_subnets, 9, MaxResults=100) == (9, set())
        assert burst(other.describe_vpcs, 9, MaxResults=100) == (9, set())
        # without any parameter some have half of it
        passed, refused = burst(ec2.describe_security_groups, 40)
        assert 5 <= passed < 20 and refused
        assert burst(ec2.describe_security_groups, 9, MaxResults=100) == (9, set())
        time.sleep(1)
        assert 1 <= burst(ec2.describe_vpcs, 3, MaxResults=100)[0] <= 3
        # IAM has one for the account
        iam = fake.client("iam")
        passed, refused = burst(iam.list_users, 3)
        more, refused_too = burst(iam.list_roles, 20)
        assert passed + more < 20 and refused | refused_too == {("Throttling", 400)}
        assert burst(fake.client("organizations").list_accounts, 10)[1] == {("ThrottlingException", 400)}
        report = fake.report()
        assert report["operations"]["iam ListRoles"]["throttled"] == 20 - more
        assert report["throttled"] == sum(o["throttled"] for o in report["operations"].values()) > 40


def test_without_the_option_nobody_is_too_fast(cloud):
    with cloud(1, accounts=1, regions=1, small=True) as fake:
        assert burst(fake.client("ec2").describe_vpcs, 130) == (130, set())
        assert fake.report()["throttled"] == 0


def test_yomawari_reads_everything_past_throttles(cloud, walk):
    with cloud(1, accounts=2, regions=1, more=["--throttle", "0.06"]) as fake:
        watch, result = walk(fake)
        assert result.status == 0 and not watch.incomplete(), result
        assert [f for f in findings_of(watch) if f[0].endswith("admin_port")] == admin_ports(fake.truth)


# waits

def test_answers_wait_without_holding_each_other_up(cloud):
    with cloud(1, accounts=1, regions=1, small=True, more=["--latency", "400:100"]) as fake:
        clients = [fake.client("sts") for _ in range(20)]
        started = time.monotonic()
        with ThreadPoolExecutor(len(clients)) as pool:
            told = [f.result() for f in [pool.submit(c.get_caller_identity) for c in clients]]
        took = time.monotonic() - started
        assert len({t["Account"] for t in told}) == 1 and 0.4 <= took < 4, took
        report = fake.report()
        assert report["peak_parallel"] >= 10 and report["seconds"] >= 0.4


def test_who_leaves_while_waiting_is_forgotten(cloud):
    with cloud(1, accounts=1, regions=1, small=True, faults=[{"operation": "DescribeVpcs", "do": "hang"}], more=["--latency", "200"]) as fake:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", fake.port), timeout=20) as s:
                s.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        quick = Config(retries={"max_attempts": 0}, read_timeout=1)
        with pytest.raises(ReadTimeoutError):
            fake.client("ec2", config=quick).describe_vpcs()
        assert fake.client("ec2").describe_regions()["Regions"], "it still serves"
        assert fake.report()["operations"]["ec2 DescribeVpcs"]["spoilt"] == 1


# faults by rule

WORDS = [
    ("deny", "ec2", "describe_security_groups", ("UnauthorizedOperation", 403)), ("scp", "ec2", "describe_security_groups", ("UnauthorizedOperation", 403)),
    ("throttle", "ec2", "describe_security_groups", ("RequestLimitExceeded", 503)), ("500", "ec2", "describe_security_groups", ("InternalError", 500)),
    ("503", "ec2", "describe_security_groups", ("Unavailable", 503)), ("expire", "ec2", "describe_security_groups", ("RequestExpired", 400)),
    ("deny", "iam", "list_users", ("AccessDenied", 403)), ("throttle", "iam", "list_users", ("Throttling", 400)), ("expire", "iam", "list_users", ("ExpiredToken", 403)),
    ("deny", "organizations", "list_accounts", ("AccessDeniedException", 400)), ("throttle", "organizations", "list_accounts", ("ThrottlingException", 400)),
    ("deny", "s3", "list_buckets", ("AccessDenied", 403)), ("throttle", "s3", "list_buckets", ("SlowDown", 503)),
    ("deny", "lambda", "list_functions", ("AccessDeniedException", 403)), ("throttle", "lambda", "list_functions", ("TooManyRequestsException", 429)),
    ("503", "lambda", "list_functions", ("ServiceUnavailableException", 503)),
]


@pytest.mark.parametrize("do", sorted({w[0] for w in WORDS}))
def test_refusals_have_the_words_of_their_protocol(cloud, do):
    with cloud(1, accounts=1, regions=1, small=True, faults=[{"operation": "List*", "do": do}, {**GROUPS, "do": do}]) as fake:
        for _, service, call, told in [w for w in WORDS if w[0] == do]:
            assert refusal(getattr(fake.client(service), call)) == told
        with pytest.raises(ClientError) as caught:
            fake.client("ec2").describe_security_groups()
        assert ("with an explicit deny in a service control policy" in str(caught.value)) == (do == "scp")


def ask_plainly(fake, client, call):
    """What boto3 would send for a call, sent by nothing but http.client: (status, type, declared length, body or its broken piece)."""
    kept = []
    client.meta.events.register_first("before-send", lambda request, **_: kept.append(request))
    with contextlib.suppress(Exception):   # boto3 goes on and asks as well; what it makes of the answer is no matter here
        getattr(client, call)()
    request = kept[0]
    connection = http.client.HTTPConnection("127.0.0.1", fake.port, timeout=20)
    connection.request(request.method, "/", request.body, {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()})
    answer = connection.getresponse()
    try:
        body, whole = answer.read(), True
    except http.client.IncompleteRead as e:
        body, whole = e.partial, False
    connection.close()
    return answer.status, answer.getheader("Content-Type"), int(answer.getheader("Content-Length")), body, whole


@pytest.mark.parametrize(("rule", "length", "whole"), [({"do": "cut", "bytes": 100}, 100, False), ({"do": "cut"}, 0, False), ({"do": "short", "bytes": 100}, 100, True), ({"do": "short"}, 0, True)])
def test_answers_are_broken_off_as_the_rule_says(cloud, rule, length, whole):
    with cloud(1, accounts=1, regions=1, small=True, faults=[{**GROUPS, "nth": 2, **rule}]) as fake:
        status, kind, declared, body, came = ask_plainly(fake, fake.client("ec2"), "describe_security_groups")
        assert (status, kind, came) == (200, "text/xml;charset=UTF-8", whole)
        assert len(body) == length and (declared == length if whole else declared > 1000) and b"<DescribeSecurityGroupsResponse"[:length] == body[:31]
        assert len(fake.client("ec2").describe_security_groups()["SecurityGroups"]) == 2


def test_answers_may_be_another_page_or_none(cloud):
    rules = [{**GROUPS, "nth": 2, "do": "html"}, {"operation": "DescribeVpcs", "nth": 1, "do": "close"}]
    with cloud(1, accounts=1, regions=1, small=True, faults=rules) as fake:
        status, kind, _, body, _ = ask_plainly(fake, fake.client("ec2"), "describe_security_groups")
        assert (status, kind) == (200, "text/html") and body.startswith(b"<html>")
        ec2 = fake.client("ec2")
        with pytest.raises(ConnectionClosedError):
            ec2.describe_vpcs()
        assert ec2.describe_vpcs()["Vpcs"] and ec2.describe_security_groups()["SecurityGroups"]


def test_rules_choose_their_calls(cloud):
    rules = [{"operation": "DescribeVpcs", "every": 3, "do": "500"}, {"operation": "DescribeSubnets", "region": EAST, "first": 2, "do": "503"},
             {"operation": "DescribeAddresses", "probability": 0.5, "do": "deny"}, {"service": "iam", "account": "0*", "do": "deny"},
             {"operation": "DescribeVolumes", "nth": 1, "per": "scope", "do": "500"}]
    seen = []
    for seed in (1, 1, 2):
        with cloud(seed, accounts=2, regions=2, small=True, faults=rules) as fake:
            ec2, west = fake.client("ec2"), fake.client("ec2", "ap-northeast-1")

            def goes(call):
                try:
                    call()
                    return True
                except ClientError:
                    return False
            assert [goes(ec2.describe_vpcs) for _ in range(6)] == [True, True, False] * 2
            assert [goes(c.describe_subnets) for c in (west, ec2, west, ec2, ec2)] == [True, False, True, False, True]
            assert [goes(c.describe_volumes) for c in (ec2, ec2, west, west)] == [False, True] * 2
            seen.append([goes(ec2.describe_addresses) for _ in range(40)])
            accounts = [a["Id"] for a in fake.client("organizations").list_accounts()["Accounts"]]
            assert accounts[1].startswith("0") and goes(fake.client("iam").list_users)
            assert not goes(fake.client("iam", keys=fake.keys(accounts[1])).list_users)
    assert seen[0] == seen[1] != seen[2] and 5 < sum(seen[0]) < 35


def test_pages_may_be_empty_or_come_again(cloud):
    rules = [{**GROUPS, "first": 1, "do": "empty page"}, {"operation": "DescribeInstances", "nth": 2, "do": "repeat token"}]
    with cloud(1, accounts=1, regions=1, page=2, faults=rules) as fake:
        ec2 = fake.client("ec2")
        pages = [p["SecurityGroups"] for p in ec2.get_paginator("describe_security_groups").paginate()]
        assert pages[0] == [] and all(pages[1:]) and len(list(itertools.chain(*pages))) > 5
        first = ec2.describe_instances()
        second = ec2.describe_instances(NextToken=first["NextToken"])
        assert second["NextToken"] == first["NextToken"] and second["Reservations"]


@pytest.mark.parametrize("rules", [
    '{"rules": [{"do": "dance"}]}', '{"rules": [{"service": "ec2"}]}', '{"rules": [{"do": "500", "sevice": "ec2"}]}', '{"rules": {}}', "[]", "{", '{"rules": [{"do": "500", "per": "day"}]}', None])
def test_rules_that_are_none_are_told(tmp_path, rules):
    program = fakecloud.find_binary() or pytest.skip("the fake cloud is not built")
    if rules is not None:
        (tmp_path / "rules.json").write_text(rules, encoding="utf-8")
    run = subprocess.run([program, "--small", "--faults", "rules.json"], cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 1 and "rules.json" in run.stderr and not run.stdout, run


OUTCOMES = [
    ({"do": "deny"}, "denied"), ({"do": "scp"}, "blocked"), ({"do": "throttle"}, "throttled"), ({"do": "500"}, "failed"), ({"do": "503"}, "failed"),
    ({"do": "close"}, "failed"), ({"do": "cut", "bytes": 300}, "failed"), ({"do": "short", "bytes": 300}, "failed"), ({"do": "html"}, "failed"),
    ({"do": "empty page"}, "failed"), ({"do": "repeat token"}, "failed"),
    ({"do": "expire", "first": 1}, None), ({"do": "500", "first": 2}, None), ({"do": "throttle", "first": 1}, None), ({"do": "cut", "bytes": 300, "first": 1}, None),
    ({"do": "close", "first": 1}, None), ({"do": "empty page", "first": 1}, None)]


@pytest.mark.parametrize(("rule", "outcome"), OUTCOMES, ids=["-".join(map(str, r.values())) + f"-{o}" for r, o in OUTCOMES])
def test_yomawari_says_what_a_fault_left_unread(cloud, walk, rule, outcome):
    with cloud(1, accounts=2, regions=1, page=2, faults=[{**GROUPS, "account": "0*", **rule}]) as fake:
        member = fake.truth["accounts"][1]
        assert member.startswith("0")
        watch, result = walk(fake)
        unread = {(member, EAST, "aws_ec2_security_group"): outcome} if outcome else {}
        assert result.status == 0 and watch.incomplete() == unread, result
        told = [f for f in findings_of(watch) if f[0].endswith("admin_port")]
        assert [f for f in told if f[1] != member] == [f for f in admin_ports(fake.truth) if f[1] != member]
        if not outcome:
            assert told == admin_ports(fake.truth)
        assert fake.report()["spoilt"] >= 1


@pytest.mark.skipif(not os.environ.get("YOMAWARI_LONG"), reason="waits for time-outs: YOMAWARI_LONG")
def test_yomawari_waits_for_a_dead_region_no_longer_than_it_must(cloud, walk):
    dead = "ap-northeast-1"
    with cloud(1, accounts=2, regions=2, faults=[{"region": dead, "do": "hang"}]) as fake:
        watch, result = walk(fake, timeout=900)
        unread = watch.incomplete()
        # Both regions are one host here, so that what one does not answer may end the other's, too; tests/bench gives each its own.
        assert result.status == 0 and set(unread.values()) <= {"failed", "complete"}, result   # complete: but for details
        assert unread[fake.truth["accounts"][0], dead, "aws_ec2_security_group"] == "failed", unread
        told = [f for f in findings_of(watch) if f[0].endswith("admin_port")]
        assert all(f in admin_ports(fake.truth) and f[2] != dead for f in told), told


def test_yomawari_gives_up_credentials_that_expire_again_and_again(cloud, walk):
    """What it had not asked yet goes unread with them; other accounts do not."""
    with cloud(1, accounts=2, regions=1, faults=[{**GROUPS, "account": "0*", "do": "expire"}]) as fake:
        member = fake.truth["accounts"][1]
        watch, result = walk(fake)
        assert result.status == 0 and watch.incomplete()[member, EAST, "aws_ec2_security_group"] == "denied", result
        assert {(key[0], outcome) for key, outcome in watch.incomplete().items()} == {(member, "denied")}
        assert fake.report()["operations"]["ec2 DescribeSecurityGroups"]["spoilt"] <= 5


def test_yomawari_says_that_a_role_cannot_be_assumed(cloud, walk):
    with cloud(1, accounts=2, regions=1, faults=[{"operation": "AssumeRole", "account": "0*", "do": "deny"}]) as fake:
        watch, result = walk(fake)
        assert result.status == 0 and watch.incomplete(), result
        assert {(key[0], outcome) for key, outcome in watch.incomplete().items()} == {(fake.truth["accounts"][1], "denied")}


# requests that no client makes, well signed

EC2, LOGS = "Action=DescribeVpcs&Version=2016-11-15", {"X-Amz-Target": "Logs_20140328.DescribeLogGroups", "Content-Type": "application/x-amz-json-1.1"}
ODD = [
    ("ec2", "POST", "/", {}, body) for body in (
        "", "&&&", "=", "Action=DescribeVpcs", "Action=DescribeVpcs&Version=1", f"{EC2}&Action=DescribeSubnets&Action=x", f"{EC2}&{'a.' * 5000}=1", f"{EC2}&Filter.1.Name=x&Filter.1=2",
        f"{EC2}&Filter.1=2&Filter.1.Name=x", f"{EC2}&Filter.2.Name=x", f"{EC2}&Filter.999999999999999999999.Name=x", f"{EC2}&Filter.1.Value.1.1.1=3", f"{EC2}&Filter.=1", f"{EC2}&Filter..=1",
        f"{EC2}&MaxResults=99999999999999999999", f"{EC2}&MaxResults=-1", f"{EC2}&MaxResults=", f"{EC2}&DryRun=perhaps", f"{EC2}&MaxResults.1=5", f"{EC2}&NextToken=%00%ff", f"{EC2}&%zz=%", f"{EC2}&NextToken={'x' * 500000}",
        f"{EC2}&{'&'.join(f'VpcId.{i}=vpc-{i}' for i in range(1, 5000))}")
] + [
    ("logs", "POST", "/", LOGS, body) for body in ("", "[]", "null", "{", '{"limit":"five"}', '{"limit":1e400}', '{"nosuch":1}', '{"logGroupNamePrefix":{"a":1}}', '{"logGroupIdentifiers":[1]}', '{"a":' * 5000, '{"limit":null}"')
] + [
    ("logs", "POST", "/", {"X-Amz-Target": target}, "{}") for target in ("", "Logs_20140328", "Logs_20140328.", "Logs_20140328.PutLogEvents", ".DescribeLogGroups", "L" * 5000)
] + [
    (service, method, path, {}, body) for service, method, path, body in (
        ("lambda", "GET", "/2015-03-31/functions/%00/policy", ""), ("lambda", "GET", "/2015-03-31/functions//policy", ""), ("lambda", "GET", "/", ""), ("lambda", "DELETE", "/2015-03-31/functions", ""),
        ("lambda", "GET", "/2015-03-31/functions?MaxItems=x", ""), ("lambda", "GET", "/2015-03-31/functions?Nosuch=1", ""), ("lambda", "GET", "/2015-03-31/functions", "{"), ("lambda", "GET", "/" + "a/" * 3000, ""),
        ("guardduty", "POST", "/detector/x/findings", '{"findingCriteria":{"criterion":' + "{" * 3000), ("guardduty", "POST", "/detector/x/findings", "[]"),
        ("s3", "GET", "/bucket", ""), ("s3", "GET", "/bucket?acl&policy", ""), ("s3", "PUT", "/bucket?acl", ""), ("s3", "GET", "/bucket?acl", "<x/>"), ("s3", "GET", "/?x-id=ListBuckets&nosuch=1", ""), ("s3", "GET", "/%ff%00?acl", ""))
]


def ask_signed(fake, service, method, path, headers, body):
    """Sends it as it is, signed; the status."""
    request = AWSRequest(method, fake.url + path, headers={**headers, "Host": f"127.0.0.1:{fake.port}"}, data=body.encode())
    (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials(fakecloud.BASE_KEYS["aws_access_key_id"], fakecloud.BASE_KEYS["aws_secret_access_key"]), service, EAST).add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", fake.port, timeout=30)
    connection.request(method, path, body.encode(), dict(request.headers.items()))
    answer = connection.getresponse()
    told = answer.read()
    connection.close()
    return answer.status, told


def test_odd_requests_are_refused_and_nothing_else_happens(cloud):
    with cloud(1, accounts=1, regions=1) as fake:
        told = [(odd[:3], odd[4][:60], *ask_signed(fake, *odd)) for odd in ODD]
        assert [t for t in told if not 400 <= t[2] < 500 or b"ignature" in t[3]] == []
        assert ask_signed(fake, "ec2", "POST", "/", {}, EC2)[0] == 200
        assert ask_signed(fake, "logs", "POST", "/", LOGS, '{"limit":50}')[0] == 200
        assert ask_signed(fake, "lambda", "GET", "/2015-03-31/functions?MaxItems=50", {}, "")[0] == 200
        assert ask_signed(fake, "s3", "GET", "/?x-id=ListBuckets", {}, "")[0] == 200


# the organization's tree

def test_the_tree_holds_every_account_once_and_yomawari_walks_a_branch(cloud, walk):
    with cloud(1, accounts=50, regions=1, small=True, page=2) as fake:
        organizations = fake.client("organizations")

        def pages(call, member, **params):
            return [i for p in organizations.get_paginator(call).paginate(**params) for i in p[member]]

        def branch(parent):
            yield from ((a["Id"], parent) for a in pages("list_accounts_for_parent", "Accounts", ParentId=parent))
            for unit in pages("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=parent):
                yield from branch(unit["Id"])
        everybody = [a["Id"] for a in pages("list_accounts", "Accounts")]
        root = pages("list_roots", "Roots")[0]["Id"]
        tree = list(branch(root))
        assert sorted(a for a, _ in tree) == sorted(everybody) and len({unit for _, unit in tree}) == 4
        for account, unit in tree[::7]:
            assert [p["Id"] for p in organizations.list_parents(ChildId=account)["Parents"]] == [unit]
        assert refusal(organizations.list_accounts_for_parent, ParentId="ou-fake-nosuch11") == ("ParentNotFoundException", 400)
        assert refusal(organizations.list_parents, ChildId="999999999999") == ("ChildNotFoundException", 400)
        unit = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"][0]["Id"]
        wanted = {a for a, _ in branch(unit)}
        watch, _ = walk(fake, target={"organization": {"include_ous": [unit]}})
        assert {r["account"] for r in watch.rows("inventory.csv")} == wanted and 20 < len(wanted) < 30


# many accounts

def test_ten_thousand_small_accounts_are_served_from_little_memory(cloud):
    started = time.monotonic()
    with cloud(3, accounts=10000, regions=17, small=True) as fake:
        assert time.monotonic() - started < 30, "it starts before it makes them"
        organizations = fake.client("organizations")
        accounts = [a["Id"] for p in organizations.get_paginator("list_accounts").paginate() for a in p["Accounts"]]
        assert len(accounts) == len(set(accounts)) == 10000 and all(len(a) == 12 for a in accounts)
        told = {}
        for index in (0, 1, 5000, 9999, *range(100, 120)):
            keys = fake.keys(accounts[index])
            ec2 = fake.client("ec2", "sa-east-1", keys)
            groups = ec2.describe_security_groups(MaxResults=1000)["SecurityGroups"]
            assert sorted(g["GroupName"] for g in groups) == ["default", "open"] and {g["OwnerId"] for g in groups} == {accounts[index]}
            interface = ec2.describe_network_interfaces(MaxResults=1000)["NetworkInterfaces"][0]
            assert interface["Groups"][0]["GroupId"] in {g["GroupId"] for g in groups}
            assert ec2.describe_instances(MaxResults=1000)["Reservations"][0]["Instances"][0]["InstanceId"] == interface["Attachment"]["InstanceId"]
            told[accounts[index]] = {g["GroupId"] for g in groups}
        assert len(set().union(*told.values())) == 2 * len(told)
        status = open(f"/proc/{fake.process.pid}/status", encoding="ascii").read()
        assert int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) < 1_000_000


def test_a_forgotten_account_is_made_again_as_it_was(cloud):
    """More accounts than are kept at a time (ESTATE_KEPT)."""
    with cloud(3, accounts=600, regions=1, small=True) as fake:
        organizations = fake.client("organizations")
        accounts = [a["Id"] for p in organizations.get_paginator("list_accounts").paginate() for a in p["Accounts"]]

        def vpc(account, **params):
            return fake.client("ec2", keys=fake.keys(account)).describe_vpcs(**params)["Vpcs"][0]["VpcId"]
        before = vpc(accounts[1])
        for account in accounts[2:]:
            fake.keys(account)
        assert vpc(accounts[1], MaxResults=7) == before   # another question, so that no kept answer is given


# what is told

def test_the_report_is_told_on_demand_and_at_the_end(cloud):
    with cloud(1, accounts=1, regions=1, small=True) as fake:
        assert fake.report() == {"calls": 0, "throttled": 0, "refused": 0, "spoilt": 0, "peak_parallel": 0, "seconds": 0, "operations": {}}
        fake.client("ec2").describe_vpcs()
        refusal(fake.client("iam").list_users, Marker="x")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(fake.url, timeout=20)
        report = fake.report()
        assert report["operations"] == {"ec2 DescribeVpcs": {"calls": 1, "throttled": 0, "refused": 0, "spoilt": 0},
                                        "iam ListUsers": {"calls": 1, "throttled": 0, "refused": 1, "spoilt": 0},
                                        "? ?": {"calls": 1, "throttled": 0, "refused": 1, "spoilt": 0}}
        fake.client("ec2").describe_vpcs()
        fake.report_file.unlink()
    assert json.loads(fake.report_file.read_text(encoding="utf-8"))["calls"] == 4


@pytest.mark.parametrize("words", ["--small --truth x", "--throttle fast", "--throttle 0", "--latency", "--latency 1:x", "--latency -1", "--tls a", "--faults", "--nosuch", "--accounts 10001"])
def test_a_command_line_that_is_none_is_refused(words):
    program = fakecloud.find_binary() or pytest.skip("the fake cloud is not built")
    run = subprocess.run([program, *words.split()], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 2 and run.stderr.startswith("usage: fakecloud"), run
