"""Wrong answers from the cloud, or none: the right outcome for what they spoil, and nothing else."""
import socket
import time

import pytest

import estate as e
from proxy import Reply, Rule

SCOPE = (e.SHOP, e.EAST, "aws_ec2_security_group")


@pytest.fixture
def second_night(watch, full):
    """The watch after one good night, with a new group elsewhere that must be told all the same."""
    watch.scan()
    watch.before = watch.inventory()
    watch.new = full.group(e.ZERO, e.TOKYO, "meanwhile")
    return watch


def told_well(watch, outcome, scopes=(SCOPE,)):
    assert watch.incomplete() == dict.fromkeys(scopes, outcome)
    assert watch.inventory() == watch.before | {(e.ZERO, e.TOKYO, "aws_ec2_security_group", watch.new)}
    assert not watch.changes(change="removed") and not watch.findings(state="resolved")
    assert watch.rows("coverage.csv", account=SCOPE[0], region=SCOPE[1], type=SCOPE[2])[0]["reason"]


@pytest.mark.parametrize("spoil", ["drop", "truncate", "shorten", "html", "server_error"])
def test_an_answer_that_stays_broken_is_failed(second_night, faults, spoil):
    getattr(faults, spoil)("DescribeSecurityGroups", account=e.SHOP, region=e.EAST)
    second_night.next_night("--detailed-exitcode", status=4)
    told_well(second_night, "failed")


@pytest.mark.parametrize("spoil", ["drop", "truncate", "html"])
def test_a_broken_list_of_users_or_buckets_is_failed(second_night, faults, spoil):
    getattr(faults, spoil)(["ListUsers", "ListBuckets"], account=e.SHOP)
    second_night.next_night("--detailed-exitcode", status=4)
    told = second_night.incomplete()
    assert set(told) == {(e.SHOP, "global", "aws_iam_user"), (e.SHOP, "global", "aws_s3_bucket")} and set(told.values()) == {"failed"}
    assert not second_night.changes(change="removed")


def test_a_hundred_megabytes_are_not_swallowed(second_night, faults):
    """Three attempts at most, none held in memory, and the scan goes on."""
    faults.huge("DescribeSecurityGroups", account=e.SHOP, region=e.EAST)
    second_night.next_night("--detailed-exitcode", status=4)
    told_well(second_night, "failed")
    assert 1 <= faults.proxy.count("DescribeSecurityGroups", account=e.SHOP, region=e.EAST) <= 4  # one good night, three attempts


def test_a_credential_report_that_is_no_report(second_night, faults, proxy):
    proxy.add(Rule("garbage", lambda c: c.matches("GetCredentialReport", account=e.SHOP),
                   after=lambda c, r: Reply(200, r.body.replace(b"<Content>", b"<Content>!!"), r.headers)))
    second_night.next_night("--detailed-exitcode", status=4)
    assert second_night.incomplete() == {(e.SHOP, "global", "aws_iam_credential_report_row"): "failed"}
    assert not second_night.changes(change="removed") and not second_night.findings(state="resolved")


def test_an_unreachable_endpoint_fails_soon_and_keeps_the_last_night(watch, full):
    watch.scan()
    before = watch.bytes("inventory.csv")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    result = watch.scan("--detailed-exitcode", status=4, env={"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"})
    assert time.monotonic() - started < 60 and "connect" in result.err.lower()
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.bytes("inventory.csv") == before


def test_credentials_that_are_expired_for_good(watch, full, faults):
    watch.scan()
    before, findings = watch.inventory(), watch.findings()
    faults.error("AssumeRole", 403, "ExpiredToken", "The security token included in the request is expired")
    faults.error("GetCallerIdentity", 403, "ExpiredToken", "The security token included in the request is expired")
    faults.proxy.forget_calls()
    result = watch.next_night("--detailed-exitcode", status=4)
    assert "expired" in result.err.lower()
    assert watch.inventory() == before and watch.findings() | watch.findings(state="unverified") == findings
    assert faults.proxy.count() < 30


def test_no_credentials_at_all(watch, bare, proxy):
    result = watch.scan("--detailed-exitcode", status=4, env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None})
    assert "AWS_ACCESS_KEY_ID" in result.err
    assert proxy.count() == 0


def test_a_wrong_external_id_is_denied_in_words_that_help(watch, full, faults):
    watch.accounts(e.ACCOUNTS, external_id="the-wrong-one")
    faults.deny("AssumeRole", where=lambda c: c.params.get("ExternalId") != "the-right-one", words="User is not authorized to perform: sts:AssumeRole")
    result = watch.scan("--detailed-exitcode", status=4)
    assert "external id" in result.err.lower()
    watch.accounts(e.ACCOUNTS, external_id="the-right-one")
    watch.next_night("--detailed-exitcode", status=3)
    assert watch.inventory() == full.truth.resources


def test_a_slow_region_does_not_hold_up_the_others(second_night, faults, proxy):
    gate = faults.hold("DescribeSubnets", account=e.DATA, region=e.TOKYO)
    process = second_night.start("scan")
    gate.wait()
    end = time.monotonic() + 60  # everything else is asked while this one waits, on both nights
    while proxy.count("ListRoles") < 6 or proxy.count("ListBuckets") < 6 or proxy.count("DescribeVpcs") < 12:
        assert time.monotonic() < end, "the others waited"
        time.sleep(0.05)
    gate.release()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
