"""yomawari reads the fake cloud's events: what it has stored after each night is what the truth file names."""
import datetime
import json

import fakecloud
import night
import pytest
import type_files
import yaml
from fakecloud import FakeCloud

SEEDS = (1, 20261121, 987654321)
NIGHTS = 5
EVIDENCE = sorted(name for name, kind in type_files.read_all().items() if type_files.is_evidence(kind))
STORED = """SELECT a.account, s.region, s.type, e.event_id, e.at FROM evidence AS e
            JOIN scope AS s ON s.id = e.scope JOIN account AS a ON a.id = s.account"""


@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds: cloud(seed, night…)."""
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeCloud(binary, tmp_path / "truth", *args, **more)


@pytest.fixture
def watch(tmp_path, binary):
    watch = night.Watch(tmp_path / "watch", "", binary)
    watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": EVIDENCE},
                 limits={"share_of_quota": 1})  # events are looked up twice a second at most
    return watch


def scan(watch, fake, *args, **more):
    watch.url = fake.url
    result = watch.run("scan", *args, **more)
    watch.now += night.DAY
    return result


def stored(watch):
    at = datetime.timezone.utc
    return sorted((r["account"], r["region"], r["type"], r["event_id"], datetime.datetime.fromtimestamp(r["at"], at).strftime("%Y-%m-%dT%H:%M:%SZ"))
                  for r in watch.select(STORED))


def known(fake):
    return sorted(tuple(row) for row in fake.truth["evidence"])


def unread(watch):
    return {(r["account"], r["region"], r["type"], r["outcome"]) for r in watch.rows("coverage.csv") if r["type"] in EVIDENCE}


def disabled(fake):
    """Where Security Hub is off."""
    return {tuple(o) for o in fake.truth["outcomes"] if o[2] in EVIDENCE}


def looking_at_events():
    """The built-in checks that make a scan read events: {id: why it is off}."""
    found = {}
    for path in (night.ROOT / "checks").glob("aws/*.yaml"):
        check = yaml.safe_load(path.read_text())
        if {n["type"] for n in check.get("needs", [])} & set(EVIDENCE) or set(check.get("uses", [])) & set(EVIDENCE):
            found[check["id"]] = "nobody is to ask for events"
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_night_what_is_stored_is_the_truth(cloud, watch, seed):
    kinds = set()
    for at_night in range(NIGHTS):
        with cloud(seed, at_night, page=7 if seed == SEEDS[0] else 0) as fake:
            result = scan(watch, fake)
            truth = known(fake)
            assert stored(watch) == truth and len(truth) > 100, result
            assert unread(watch) == disabled(fake)
            assert not [r for r in watch.rows("inventory.csv") + watch.rows("changes.csv") if r["type"] in EVIDENCE]
            kinds |= {row[2] for row in truth}
    assert kinds == set(EVIDENCE)


def asked(watch, sql):
    return [json.loads(line) for line in watch.run("query", "--format", "ndjson", sql).out.splitlines()]


def test_what_the_cloud_still_shows_as_active_stays_however_long_ago_it_changed(cloud, watch):
    kinds = ["aws_accessanalyzer_finding", "aws_securityhub_finding"]
    watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": kinds}, checks={"off": looking_at_events()})
    for at_night in range(2):
        with cloud(SEEDS[1], at_night, accounts=8) as fake:
            assert scan(watch, fake).status == 0
            assert stored(watch) == [row for row in known(fake) if row[2] in kinds]

    def days(at):
        return (watch.now - night.DAY - datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()) / night.DAY
    analyzed = asked(watch, "SELECT status, updated FROM aws_accessanalyzer_finding")
    assert [x for x in analyzed if x["status"] == "ACTIVE" and days(x["updated"]) > 90]
    told = asked(watch, "SELECT record_state, json_extract(config, '$.UpdatedAt') AS updated FROM aws_securityhub_finding")
    assert [x for x in told if x["record_state"] == "ACTIVE" and 7 < days(x["updated"]) <= 90]
    assert [x for x in told if x["record_state"] == "ARCHIVED"], "shown as such"


# where events are asked for, and what of it breaks; the operations that only list parents go on
BREAKS = {
    "nothing is told": [{"service": s, "operation": o, "do": "deny"} for s, o in
                        (("cloudtrail", "LookupEvents"), ("guardduty", "*Findings"), ("securityhub", "GetFindings"), ("accessanalyzer", "ListFindingsV2"))],
    "the second page is refused": [{"service": s, "operation": o, "nth": 2, "per": "scope", "do": "deny"} for s, o in
                                   (("cloudtrail", "LookupEvents"), ("guardduty", "ListFindings"), ("securityhub", "GetFindings"), ("accessanalyzer", "ListFindingsV2"))],
    "a region is dead": [{"region": "ap-northeast-1", "service": s, "do": "500"} for s in ("cloudtrail", "guardduty", "securityhub", "accessanalyzer")],
}


@pytest.mark.parametrize("broken", sorted(BREAKS))
def test_the_night_after_a_failed_one_catches_up(cloud, watch, broken):
    for at_night in range(4):
        faults = BREAKS[broken] if at_night == 2 else None
        with cloud(SEEDS[1], at_night, page=10, faults=faults) as fake:
            scan(watch, fake)
            truth, have = set(known(fake)), stored(watch)
            assert len(have) == len({row[:4] for row in have})  # each once
            if faults is None:
                assert set(have) == truth and unread(watch) == disabled(fake)
            else:
                failed = unread(watch) - disabled(fake)
                assert failed and {o for *_, o in failed} <= {"denied", "failed"}
                missing = truth - set(have)
                # an account's event may have been told by the administrator alone
                assert missing and {row[1:3] for row in missing} <= {f[1:3] for f in failed}


def test_a_night_asks_for_what_is_new_alone(cloud, watch):
    calls = []
    for at_night in range(2):
        with cloud(SEEDS[0], at_night, page=10) as fake:
            scan(watch, fake)
            assert stored(watch) == known(fake)
            calls.append(fake.report()["operations"])
    first, second = ({o: c["calls"] for o, c in told.items()} for told in calls)
    scopes = 3 * 3 * 2  # types that look up, accounts, regions: a page each at least
    assert second["cloudtrail LookupEvents"] - scopes < (first["cloudtrail LookupEvents"] - scopes) / 2
    assert second["guardduty GetFindings"] < first["guardduty GetFindings"]


def test_events_are_read_when_somebody_asks_for_them(cloud, watch):
    watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory=None, checks={"off": looking_at_events()})
    with cloud(1) as fake:
        def kinds(*args):
            assert scan(watch, fake, *args).status == 0
            return {row[2] for row in stored(watch)}
        assert scan(watch, fake).status == 0 and stored(watch) == []
        assert kinds("--type", "aws_cloudtrail_root_event") == {"aws_cloudtrail_root_event"}
        assert kinds("--evidence") == {row[2] for row in known(fake)}
