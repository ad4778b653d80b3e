"""Events: read from where the last complete read began, kept once, never inventory; whatever stops a scan, none is lost."""
import json
import time

import checkfile
import estate as e
import night
import pytest
from events import Trail, iso

TYPE, CHECK = "aws_trail_login", "groups_beside_logins"
HOUR = 3600
TYPES = {"service": "cloudtrail", "types": {TYPE: {
    "kind": "evidence", "window": "30d", "at": "EventTime", "list": "LookupEvents",
    "with": {"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "root"}], "StartTime": "{since}", "EndTime": "{until}"},
    "items": "Events", "id": "EventId", "json": ["CloudTrailEvent"], "redact": ["CloudTrailEvent.secretThing"],
    "columns": {"event_name": "EventName", "address": "CloudTrailEvent.sourceIPAddress"}}}}
QUERY = ("SELECT g.key, json_object('logins', (SELECT json_group_array(l.id) FROM (SELECT id FROM " + TYPE +
         " AS t WHERE t.region = g.region ORDER BY id) AS l)) AS evidence FROM aws_ec2_security_group AS g WHERE g.name = 'inside' AND EXISTS "
         "(SELECT 1 FROM " + TYPE + " AS t WHERE t.region = g.region)")
TESTS = [
    {"name": "fails", "given": {"aws_ec2_security_group": [{"GroupId": "sg-1", "GroupName": "inside"}],
                                TYPE: [{"EventId": "e", "EventTime": "2026-11-20T03:00:00Z"}]}, "expect": [{"id": "sg-1"}]},
    {"name": "passes", "given": {"aws_ec2_security_group": [{"GroupId": "sg-1", "GroupName": "inside"}]}, "expect": []},
    {"name": "unknown", "given": {"aws_ec2_security_group": [{"GroupId": "sg-1", "GroupName": "inside"}]}, "unread": {TYPE: "denied"},
     "expect": [{"id": "sg-1", "verdict": "UNKNOWN"}]}]


@pytest.fixture
def trail(proxy):
    return Trail(proxy)


@pytest.fixture
def watch(watch):
    builtin = [line.split()[0] for line in watch.run("check", "list").out.splitlines() if line.startswith(("aws_", "gcp_"))]
    watch.config(night.TARGETS, inventory={"only": [TYPE, "aws_ec2_security_group"]},
                 checks={"off": dict.fromkeys(builtin, "they read the same trail, and what moto lacks")})
    watch.write("types.d/trail.yaml", json.dumps(TYPES))
    watch.write(f"checks.d/{CHECK}.yaml", checkfile.check(CHECK, QUERY, needs=[{"type": TYPE, "where": "region"}], tests=TESTS))
    return watch


def kept(watch):
    return {(r["account"], r["region"], r["event_id"]) for r in watch.select(
        "SELECT account.account, region, event_id FROM evidence JOIN scope ON scope.id = evidence.scope JOIN account ON account.id = scope.account")}


def read_until(watch, account, region):
    return watch.select("SELECT read_until FROM cursor JOIN scope ON scope.id = cursor.scope JOIN account ON account.id = scope.account "
                        "WHERE account.account = ? AND region = ?", account, region)[0]["read_until"]


def asked(proxy, account=e.ZERO, region=e.EAST):
    """From when to when each list was asked for."""
    return [(c.params["StartTime"], c.params["EndTime"]) for c in proxy.calls("LookupEvents", account=account, region=region)
            if not c.params.get("NextToken")]


def seen_by_check(watch):
    return [json.loads(r["evidence"])["logins"] for r in watch.select(
        "SELECT evidence FROM finding_state JOIN finding ON finding.id = finding WHERE check_id = ? AND to_run IS NULL AND verdict = 'FAIL'", CHECK)]


def test_the_check_and_the_types_are_as_a_user_writes_them(watch):
    result = watch.run("check", "test", f"checks.d/{CHECK}.yaml")
    assert result.status == 0, result


def test_two_nights_overlap_and_no_event_is_twice(watch, full, trail, proxy):
    first = watch.now
    for i in range(5):
        trail.add(e.ZERO, e.EAST, f"e{i}", first - (i + 1) * 86400)
    trail.add(e.ZERO, e.EAST, "too-old", first - 31 * 86400)
    trail.add(e.DATA, e.TOKYO, "e0", first - HOUR)
    watch.scan("--detailed-exitcode", status=3)
    assert kept(watch) == {(e.ZERO, e.EAST, f"e{i}") for i in range(5)} | {(e.DATA, e.TOKYO, "e0")}
    assert asked(proxy) == [(first - 30 * 86400, first)]
    assert seen_by_check(watch) == [[f"e{i}" for i in range(5)]]
    trail.add(e.ZERO, e.EAST, "late", first - 2 * HOUR)      # it came after it was asked for
    trail.add(e.ZERO, e.EAST, "new", first + 2 * HOUR)
    proxy.forget_calls()
    watch.next_night("--detailed-exitcode", status=3)
    assert asked(proxy) == [(first - 6 * HOUR, watch.now)]
    assert kept(watch) == {(e.ZERO, e.EAST, x) for x in ["e0", "e1", "e2", "e3", "e4", "late", "new"]} | {(e.DATA, e.TOKYO, "e0")}
    assert seen_by_check(watch) == [["e0", "e1", "e2", "e3", "e4", "late", "new"]]
    assert [r["change"] for r in watch.rows("findings.csv", check=CHECK)] == ["changed"]


def test_events_are_no_inventory_no_change_and_hold_no_secret(watch, full, trail):
    trail.add(e.ZERO, e.EAST, "e0", watch.now - HOUR)
    watch.scan()
    assert TYPE not in {r["type"] for r in watch.rows("inventory.csv")}
    sheets = {n: watch.bytes(n) for n in ("inventory.csv", "changes.csv")}
    trail.add(e.ZERO, e.EAST, "e1", watch.now + HOUR)
    watch.next_night()
    assert sheets == {n: watch.bytes(n) for n in ("inventory.csv", "changes.csv")} and watch.changes() == []
    assert watch.incomplete(type=TYPE) == {} and not (watch.sheets() / "inventory" / f"{TYPE}.csv").exists()
    told = watch.run("query", f"SELECT account, region, id, at, event_name, address FROM {TYPE} ORDER BY id")
    assert told.status == 0 and told.out.split("\n")[1].split(",") == [e.ZERO, e.EAST, "e0", iso(night.FIRST_NIGHT - HOUR), "ConsoleLogin", "198.51.100.7"]
    assert "e1" in told.out
    for path in watch.folder.rglob("*"):
        assert not path.is_file() or b"hunter2" not in path.read_bytes(), path


def test_quiet_nights_write_nothing_but_where_they_read_to(watch, full, trail, proxy):
    trail.add(e.ZERO, e.EAST, "e0", watch.now - HOUR)
    watch.scan()
    watch.next_night("--detailed-exitcode", status=0)
    before = watch.select("SELECT * FROM evidence"), watch.select("SELECT * FROM input ORDER BY type, account")
    sheets = {n: watch.bytes(n) for n in ("inventory.csv", "findings.csv", "changes.csv")}
    watch.next_night("--detailed-exitcode", status=0)
    assert (watch.select("SELECT * FROM evidence"), watch.select("SELECT * FROM input ORDER BY type, account")) == before
    assert sheets == {n: watch.bytes(n) for n in ("inventory.csv", "findings.csv", "changes.csv")}
    assert {r["read_until"] for r in watch.select("SELECT read_until FROM cursor")} == {watch.now}


def test_an_incomplete_night_is_read_again(watch, full, trail, proxy, faults):
    first = watch.now
    watch.scan()
    trail.add(e.ZERO, e.EAST, "e0", first + HOUR)
    refusal = faults.deny("LookupEvents", account=e.ZERO, region=e.EAST)
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.incomplete(type=TYPE) == {(e.ZERO, e.EAST, TYPE): "denied"} and kept(watch) == set()
    trail.add(e.ZERO, e.EAST, "e1", watch.now + HOUR)
    proxy.remove(refusal)
    proxy.forget_calls()
    watch.next_night("--detailed-exitcode", status=3)
    assert asked(proxy) == [(first - 6 * HOUR, watch.now)] and asked(proxy, e.SHOP) == [(watch.now - 86400 - 6 * HOUR, watch.now)]
    assert kept(watch) == {(e.ZERO, e.EAST, "e0"), (e.ZERO, e.EAST, "e1")}
    assert watch.incomplete(type=TYPE) == {} and seen_by_check(watch) == [["e0", "e1"]]


def test_an_event_without_a_time_is_named_and_the_others_are_kept(watch, full, trail):
    trail.add(e.ZERO, e.EAST, "e0", watch.now - HOUR)
    trail.add(e.ZERO, e.EAST, "e1", None)
    trail.add(e.ZERO, e.EAST, None, watch.now - HOUR)
    watch.scan("--detailed-exitcode", status=4)
    assert kept(watch) == {(e.ZERO, e.EAST, "e0")}
    assert [(r["outcome"], r["reason"]) for r in watch.rows("coverage.csv", type=TYPE)] == [("failed", f"{TYPE}: an event without EventTime")]
    watch.next_night("--detailed-exitcode", status=4)
    assert [r["since"] for r in watch.rows("coverage.csv", type=TYPE)] == [iso(night.FIRST_NIGHT)]


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("how", [["--resume"], []])
def test_killed_mid_read_then_no_event_is_lost_or_twice(watch, full, trail, proxy, page, how):
    first = watch.now
    watch.scan()
    for i in range(5):
        trail.add(e.ZERO, e.EAST, f"e{i}", first + i * HOUR)
    watch.now += 86400
    begun = watch.now
    trail.hold(e.ZERO, e.EAST, page)

    def what_came_before_is_in_the_store(process):
        assert trail.arrived.wait(60)
        end = time.monotonic() + 60
        while len(kept(watch)) < page * trail.PAGE:
            assert time.monotonic() < end
            time.sleep(0.02)

    watch.kill_during(what_came_before_is_in_the_store)
    trail.release()
    proxy.wait_idle()
    assert read_until(watch, e.ZERO, e.EAST) == first and kept(watch) == {(e.ZERO, e.EAST, x) for x in ("e4", "e3")[:page * trail.PAGE]}
    proxy.forget_calls()
    watch.now += 60
    watch.scan(*how, "--detailed-exitcode", status=3)
    assert asked(proxy) == [(first - 6 * HOUR, begun if how else watch.now)]
    assert kept(watch) == {(e.ZERO, e.EAST, f"e{i}") for i in range(5)}
    assert seen_by_check(watch) == [[f"e{i}" for i in range(5)]]
    assert [r["change"] for r in watch.rows("findings.csv", check=CHECK)] == ["new"]
    watch.now = begun
    proxy.forget_calls()
    watch.next_night("--detailed-exitcode", status=0)
    assert asked(proxy) == [((begun if how else begun + 60) - 6 * HOUR, watch.now)]


def test_events_leave_with_their_window_and_the_finding_by_time(watch, full, trail):
    trail.add(e.ZERO, e.EAST, "e0", watch.now - 29 * 86400)
    watch.scan("--detailed-exitcode", status=3)
    watch.next_night("--detailed-exitcode", status=0)
    assert seen_by_check(watch) == [["e0"]]
    watch.next_night("--detailed-exitcode", status=0)
    assert kept(watch) == set() and [r["change"] for r in watch.rows("findings.csv", check=CHECK)] == ["resolved"]
    assert watch.select("SELECT cause FROM finding_state WHERE to_run IS NULL AND verdict = 'PASS'") == [{"cause": "time"}]
