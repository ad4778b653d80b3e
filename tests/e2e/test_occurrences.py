"""What happened stays open while its events leave, is told once, and ends when it has been quiet; and whose address it was."""
import json

import checkfile
import estate as e
import night
import pytest
from events import Trail

HAPPENED, FROM = "root_did_something", "root_came_from"
TYPE, QUIET_DAYS, HOUR = "aws_cloudtrail_root_event", 3, 3600
QUERY = ("SELECT a.key, v.event_name AS subject, max(v.at) AS at, json_object('address', v.source_ip) AS evidence, "
         f"json_object('times', count(*)) AS detail FROM aws_account a JOIN {TYPE} v ON v.account = a.account GROUP BY a.key, v.event_name")
HOLDERS = ("SELECT a.key, v.event_name AS subject, max(v.at) AS at, json_object('who', coalesce((SELECT h.type || ' ' || h.id || ' of ' || h.account "
           "FROM address_holders(v.source_ip, v.at) h WHERE h.held_then ORDER BY h.position LIMIT 1), 'nobody of ours')) AS evidence "
           f"FROM aws_account a JOIN {TYPE} v ON v.account = a.account GROUP BY a.key, v.event_name")
ACCOUNT = {"aws_account": [{"Account": "123456789012"}]}
EVENT = {"EventId": "e", "EventName": "ConsoleLogin", "EventTime": "2026-11-20T03:00:00Z", "CloudTrailEvent": {"sourceIPAddress": "203.0.113.1"}}
TESTS = [{"name": "fails", "given": {**ACCOUNT, TYPE: [EVENT]}, "expect": [{"id": "123456789012", "subject": "ConsoleLogin", "at": EVENT["EventTime"]}]},
         {"name": "passes", "given": ACCOUNT, "expect": []},
         {"name": "unknown", "given": ACCOUNT, "unread": {TYPE: "denied"}, "expect": [{"id": "123456789012", "verdict": "UNKNOWN"}]}]


@pytest.fixture
def trail(proxy):
    return Trail(proxy)


@pytest.fixture
def watch(watch):
    watch.accounts({e.ZERO: "zero"})
    builtin = [line.split()[0] for line in watch.run("check", "list").out.splitlines() if line.startswith(("aws_", "gcp_"))]
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": e.EAST}}], quiet_days=QUIET_DAYS,
                 inventory={"only": ["aws_account", TYPE, "aws_ec2_network_interface", "aws_ec2_address"]},
                 checks={"off": dict.fromkeys(builtin, "only these two are asked")})
    for ident, query in ((HAPPENED, QUERY), (FROM, HOLDERS)):
        watch.write(f"checks.d/{ident}.yaml", checkfile.check(ident, query, subject="aws_account", occurrence="yes",
                                                              needs=[{"type": TYPE, "where": "account"}], tests=TESTS))
    return watch


def do(trail, ident, at, address, name="DeleteTrail"):
    trail.add(e.ZERO, e.EAST, ident, at, name, CloudTrailEvent=json.dumps({"sourceIPAddress": address, "eventName": name}))


def states(watch):
    """What is told of the check's findings: (subject, state, change)."""
    return {(r["subject"], r["state"], r["change"]) for r in watch.rows("findings.csv", check=HAPPENED)}


def causes(watch):
    return [(r["verdict"], r["cause"]) for r in watch.select(
        "SELECT verdict, cause FROM finding_state JOIN finding ON finding.id = finding WHERE check_id = ? ORDER BY from_run", HAPPENED)]


def test_the_checks_are_as_a_user_writes_them(watch):
    for ident in (HAPPENED, FROM):
        result = watch.run("check", "test", f"checks.d/{ident}.yaml")
        assert result.status == 0, result


def test_it_opens_once_neither_resolves_overnight_nor_repeats_and_ends_when_it_is_quiet(watch, bare, trail):
    do(trail, "e1", watch.now - HOUR, "203.0.113.7")
    watch.scan("--detailed-exitcode", status=3)
    assert states(watch) == {("DeleteTrail", "open", "new")}
    trail.events.clear()
    watch.next_night("--detailed-exitcode")  # nothing new: neither found again nor resolved
    assert states(watch) == {("DeleteTrail", "open", "")}
    first = watch.bytes("findings.csv")
    watch.next_night("--detailed-exitcode")
    assert watch.bytes("findings.csv") == first
    do(trail, "e2", watch.now + HOUR, "203.0.113.7")
    watch.next_night("--detailed-exitcode")  # the same again: silent, and the nights count anew
    assert watch.bytes("findings.csv") == first
    assert watch.select("SELECT detail FROM finding_state JOIN finding ON finding.id = finding WHERE check_id = ?", HAPPENED) == [{"detail": '{"times":2}'}]
    for _ in range(QUIET_DAYS - 1):
        watch.next_night("--detailed-exitcode")
        assert states(watch) == {("DeleteTrail", "open", "")}
    watch.next_night("--detailed-exitcode", status=0)
    assert states(watch) == {("DeleteTrail", "resolved", "resolved")}
    assert causes(watch) == [("FAIL", "cloud"), ("PASS", "quiet")]
    watch.next_night("--detailed-exitcode")  # e2 is still in the window of 90 days
    assert not states(watch)
    do(trail, "e3", watch.now + HOUR, "203.0.113.7")
    watch.next_night("--detailed-exitcode", status=3)
    assert states(watch) == {("DeleteTrail", "open", "reopened")}


def test_an_address_is_looked_up_as_of_the_event(watch, bare, trail):
    card = bare.interface(e.ZERO, e.EAST, bare.names[e.ZERO, e.EAST, "subnet"])
    fixed = bare.address(e.ZERO, e.EAST, card)
    address = bare.ec2(e.ZERO, e.EAST).describe_addresses(AllocationIds=[fixed])["Addresses"][0]["PublicIp"]
    watch.scan()
    bare.ec2(e.ZERO, e.EAST).disassociate_address(PublicIp=address)
    bare.ec2(e.ZERO, e.EAST).release_address(AllocationId=fixed)
    do(trail, "then", watch.now + HOUR, address, "ThenOurs")
    watch.next_night()  # it came from us, and the address is released by now
    do(trail, "later", watch.now + HOUR, address, "NobodysNow")
    watch.next_night()
    who = {r["subject"]: json.loads(r["evidence"])["who"] for r in watch.rows("findings.csv", check=FROM)}
    assert who == {"ThenOurs": f"aws_ec2_network_interface {card} of {e.ZERO}", "NobodysNow": "nobody of ours"}
