"""One run over AWS accounts and Google projects says what the truth file of each night says: resources, changes, findings,
what could not be read; and writes nothing down that is secret."""
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor

import google_night
import pytest
from google_night import GoogleStory, compare
from test_truth import PLANTED, no_secret

NIGHTS = range(5)
SEEDS = [1, 20261121]
AT_ONCE = 2
if os.environ.get("YOMAWARI_LONG"):
    SEEDS += random.Random(20261121).sample(range(10**9), 18)


@pytest.fixture
def cloud(tmp_path):
    return google_night.clouds(tmp_path) or pytest.skip("the fake cloud is not built")


@pytest.fixture
def story(tmp_path, binary):
    return GoogleStory(tmp_path / "watch", binary)


def follow(folder, binary, seed):
    """Five nights of one seed."""
    cloud, story, before = google_night.clouds(folder), GoogleStory(folder / "watch", binary), None
    for at_night in NIGHTS:
        with cloud(seed, at_night, projects=2, accounts=1, regions=1, page=20 if at_night == 2 else 0) as fake:
            result = story.tonight(fake)
            compare(story, fake.truth)
            assert result.status == (3 if story.news() else 0), result
            assert bool(fake.truth["changes"]) == (at_night % 2 == 1)
            if at_night % 2 == 0 and at_night > 0:
                assert (story.inventories(), story.standing()) == before
                assert story.bytes("changes.csv").count(b"\r\n") == 1, "the header alone"
            before = story.inventories(), story.standing()
    assert {r["provider"] for r in story.rows("inventory.csv")} == {r["provider"] for r in story.rows("findings.csv")} == {"aws", "gcp"}


@pytest.mark.usefixtures("cloud")
def test_one_run_over_both_clouds_tells_the_truth_night_after_night(tmp_path, binary):
    """Side by side: most of a scan is waiting for Google's quotas."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        stories = {seed: pool.submit(follow, tmp_path / str(seed), binary, seed) for seed in SEEDS}
    for seed, story in stories.items():
        try:
            story.result()
        except AssertionError as e:
            raise AssertionError(f"seed {seed}") from e


def test_projects_that_keep_us_out_are_told_as_such_and_stay_so(cloud, story):
    with cloud(5, 0, projects=3) as fake:
        for at_night in range(2):
            result = story.tonight(fake)
            assert result.status == (5 if at_night == 0 else 4), result
            google_night.compare_resources(story, fake.truth)
            google_night.compare_outcomes(story, fake.truth)
            google_night.compare_open(story, fake.truth)
            before = story.inventories(), story.bytes("findings.csv"), sorted(story.unread().items())
        truth = fake.truth
        assert story.tonight(fake).status == 4
        assert (story.inventories(), story.bytes("findings.csv"), sorted(story.unread().items())) == before
        assert not story.rows("changes.csv")
    denied, perimeter, disabled = (google_night.special(truth, role) for role in ("denied", "perimeter", "disabled"))
    reasons = story.reasons()
    assert "compute.firewalls.list" in reasons[denied, "global", "gcp_compute_firewall"]
    assert "SECURITY_POLICY_VIOLATED" in reasons[perimeter, "global", "gcp_compute_firewall"]
    assert "SERVICE_DISABLED" in reasons[disabled, "global", "gcp_dns_policy"]
    deleted = google_night.special(truth, "deleted")
    assert reasons[deleted, "global", "credentials"] == "the account is pending_deletion"


def test_zones_that_do_not_answer_leave_their_own_scopes_incomplete(cloud, story):
    dead = [{"service": "compute", "region": "us-central1-b", "do": "unreachable"}]
    with cloud(5, 0, projects=2) as fake:
        story.tonight(fake)
        before = story.inventories(), story.standing()
    with cloud(5, 0, projects=2, faults=dead) as fake:
        story.tonight(fake)
        assert not story.rows("changes.csv", change="removed") and not story.rows("changes.csv", change="changed")
        assert not story.rows("findings.csv", change="resolved")
        unread = story.unread()
        assert (fake.truth["projects"][0], "us-central1-b", "gcp_compute_instance") in unread
        assert {region for _, region, _ in unread} <= {"us-central1-b", "global"}
        assert set(unread.values()) == {"failed"}
        assert "UNREACHABLE" in story.reasons()[fake.truth["projects"][0], "us-central1-b", "gcp_compute_instance"]
    with cloud(5, 0, projects=2) as fake:
        story.tonight(fake)
        assert not story.unread()
        assert {r["change"] for r in story.rows("changes.csv")} <= {"verified_again"}
        assert (story.inventories(), story.standing()) == before


# secrets

def test_no_planted_secret_is_written_down_and_a_changed_one_is_a_change(cloud, story):
    changed = 0
    for at_night in NIGHTS:
        with cloud(3, at_night, projects=2, accounts=1, regions=1) as fake:
            result = story.tonight(fake, "--log", "json") if at_night % 2 else story.tonight(fake)
            no_secret(story, fake.truth["secrets"], result.out, result.err)
            for row in story.rows("changes.csv", provider="gcp"):
                if "hmac:" in row["before"] + row["after"]:
                    changed += 1
                    assert row["before"] != row["after"]
    assert changed, "some secret is another every odd night"
    for args in (("report",), ("query", "SELECT config FROM gcp_compute_instance"), ("export", "--format", "ndjson", "out")):
        result = story.run(*args)
        no_secret(story, fake.truth["secrets"], result.out, result.err)
    for path in (p for p in story.folder.rglob("*") if p.is_file()):
        assert PLANTED not in path.read_bytes(), path


def test_no_planted_secret_lies_in_what_a_killed_scan_leaves(cloud, story):
    slow = ("--latency", "30")
    with cloud(3, 0, projects=6, more=slow) as fake:
        targets = [story.gcp(fake)]

        def something_is_held(process):
            held = story.state / "holding.db"
            while not (held.exists() and held.stat().st_size > 20_000):
                assert process.poll() is None, process.communicate(timeout=10)
                time.sleep(0.005)
        story.config(targets, inventory=None, limits={"share_of_quota": 1})
        story.kill_during(something_is_held)
        assert (story.state / "holding.db").exists()
        no_secret(story, fake.truth["secrets"])
        result = story.tonight(fake)
        assert not (story.state / "holding.db").exists()
        google_night.compare_resources(story, fake.truth)
        no_secret(story, fake.truth["secrets"], result.out, result.err)
