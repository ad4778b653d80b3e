"""Evidence of Google's: what a reader of every night knows is what the truth file says."""
import datetime
import json
import time

import google_night
import night
import pytest
import type_files
from google_night import GoogleStory
from test_fakecloud_evidence import STORED

NIGHTS = 4
EVIDENCE = sorted(name for name, kind in type_files.read_all("gcp").items() if type_files.is_evidence(kind))


@pytest.fixture
def cloud(tmp_path):
    return google_night.clouds(tmp_path) or pytest.skip("the fake cloud is not built")


def stored(story):
    utc = datetime.timezone.utc
    return sorted((r["account"], r["region"], r["type"], r["event_id"], datetime.datetime.fromtimestamp(r["at"], utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
                  for r in story.select(STORED))


@pytest.mark.parametrize(("seed", "page"), [(20261121, 3), pytest.param(1, 0, marks=google_night.patient)])
def test_every_night_adds_what_happened_since(cloud, tmp_path, binary, seed, page):
    story = GoogleStory(tmp_path / "watch", binary)
    known = []
    for at_night in range(NIGHTS):
        with cloud(seed, at_night, projects=2, page=page) as fake:
            story.config([story.gcp(fake)], inventory={"only": EVIDENCE}, logs=fake.logs, limits={"share_of_quota": 1})
            result = story.run("scan", "--evidence")
            assert result.status == 0, result
            story.now += night.DAY
            told = sorted(tuple(row) for row in fake.truth["evidence"])
            assert stored(story) == told
            assert told != known
            known = told
    assert {row[2] for row in known} >= {"gcp_logging_admin_activity", "gcp_securitycenter_finding"}


# flows that are routed elsewhere

FLOWS = "gcp_logging_vpc_flow"
ASKED, POSTURE = "gcp_outbound_dns", "gcp_network_outbound_dns_posture"
SEED, NIGHT = 3, 0   # when somebody asks outside in the project whose flows are routed


def scan(folder, binary, fake, logs):
    """A first scan, of what the checks of names need: the story and what it says to people."""
    story = GoogleStory(folder, binary)
    story.now += NIGHT * night.DAY
    story.config([story.gcp(fake)], inventory={"only": []}, limits={"share_of_quota": 1}, logs=logs)
    result = story.run("scan", "--check", ASKED, "--check", POSTURE)
    assert result.status == 0, result
    return story, result.err


def findings(story, check):
    return {(r["account"], r["subject"]) for r in story.rows("findings.csv", check=check, state="open")}


def truth_of(fake, check):
    return {(r[1], r[4]) for r in fake.truth["findings"] if r[0] == check}


def test_flows_that_are_routed_away_are_seen_where_they_are_routed_to(cloud, tmp_path, binary):
    with cloud(SEED, NIGHT, projects=2) as fake:
        routed, asked = fake.truth["projects"][1], truth_of(fake, ASKED)
        blind, _ = scan(tmp_path / "blind", binary, fake, [])
        assert findings(blind, ASKED) == {f for f in asked if f[0] != routed} != asked
        assert "flow_logs_routed" in {g for r in blind.rows("findings.csv", check=POSTURE, account=routed) for g in json.loads(r["evidence"])["gaps"]}
        seeing, _ = scan(tmp_path / "seeing", binary, fake, fake.logs)
        assert findings(seeing, ASKED) == asked
        assert findings(seeing, POSTURE) == truth_of(fake, POSTURE)
        for name in ("compute_googleapis_com_vpc_flows_*", "_AllLogs"):
            queried, said = scan(tmp_path / name.strip("*"), binary, fake, [fake.flow_table(name)])
            assert findings(queried, ASKED) == asked, said
            assert f"table {fake.truth['projects'][0]}.flows.{name}: " in said


def test_a_table_is_not_paid_for_twice_when_a_run_is_killed_nor_asked_for_what_is_not_needed(cloud, tmp_path, binary):
    hang = [{"service": "bigquery", "operation": "jobs.getQueryResults", "first": 1, "do": "hang"}]
    with cloud(SEED, NIGHT, projects=2, faults=hang) as fake:
        story = GoogleStory(tmp_path / "watch", binary)
        story.now += NIGHT * night.DAY
        story.config([story.gcp(fake)], inventory={"only": []}, limits={"share_of_quota": 1}, logs=[fake.flow_table()])

        def queries():
            return fake.report()["operations"]["bigquery jobs.query"]["calls"]

        def the_query_runs(process):
            while "bigquery jobs.getQueryResults" not in fake.report()["operations"]:
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)

        story.kill_during(the_query_runs, "--check", ASKED)
        assert queries() == 2, "a dry run, and the query"
        result = story.run("scan", "--check", ASKED, "--resume")
        assert result.status == 0 and queries() == 2, result
        assert findings(story, ASKED) >= {f for f in truth_of(fake, ASKED) if f[0] == fake.truth["projects"][1]}
        assert story.select("SELECT 1 FROM meta WHERE key LIKE 'note/%'") == []
        story.now += 600
        assert story.run("scan", "--type", "gcp_compute_network").status == 0 and queries() == 2
        result = story.run("scan", "--type", FLOWS, "--account", fake.truth["projects"][1])
        assert queries() == 4 and "of accounts that are walked" in result.err, "the fake cloud knows a query for some"


def test_places_of_flows_that_are_not_read_say_why(cloud, tmp_path, binary):
    with cloud(SEED, NIGHT, projects=2) as fake:
        view = fake.logs[0]["log_view"]["view"]
    denied = [{"service": "logging", "operation": "entries.list", "account": view.partition("/locations")[0], "do": "deny"}]
    with cloud(SEED, NIGHT, projects=2, faults=denied) as fake:
        names = ("huge", "grown", "odd", "plain", "missing", "missing_*")
        story, said = scan(tmp_path / "watch", binary, fake, [*fake.logs, *(fake.flow_table(name) for name in names)])
        assert f"log view {view}: " in said and "logging.views.access" in said
        for name, why in zip(names, ("would read 10000000000000 bytes, and limits.logs_max_gb leaves 5000000000", "Query exceeded limit for bytes billed: 5000000000",
                                     "a row that is none of what was asked for", "it has no column jsonPayload", "Not found: Table", "Not found: Table"), strict=True):
            line = next(line for line in said.splitlines() if f".flows.{name}: " in line)
            assert why in line
        for project in fake.truth["projects"][:2]:
            assert story.unread()[project, "global", FLOWS] == "failed"
        assert findings(story, ASKED) == {f for f in truth_of(fake, ASKED) if f[0] != fake.truth["projects"][1]}, "what was seen is true all the same"
