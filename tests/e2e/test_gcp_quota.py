"""Google's quotas, as the fake cloud counts them by the machine's clock: kept to, and found out where others use them too.
The large estates are on a simulated clock, in tests/unit/scanner/test_scan_google.c."""
import google_night
import pytest
from google_night import GoogleStory, patient


@pytest.fixture
def cloud(tmp_path):
    return google_night.clouds(tmp_path) or pytest.skip("the fake cloud is not built")


@pytest.fixture
def story(tmp_path, binary):
    return GoogleStory(tmp_path / "watch", binary)


def is_all_read(story, fake):
    assert not story.unread()
    google_night.compare_resources(story, fake.truth)
    google_night.compare_open(story, fake.truth)


def test_googles_quotas_are_kept(cloud, story):
    """Pages of five make more calls to Cloud Asset than a minute's quota has at once."""
    with cloud(31, projects=2, page=5, more=("--throttle",)) as fake:
        result = story.tonight(fake)
        is_all_read(story, fake)
        report = fake.report()
        assert report["throttled"] == 0 and story.run_json()["scan"]["throttled"] == 0, result
        assert sum(calls for name, calls in counts(report).items() if name.startswith("cloudasset")) > 15


def counts(report):
    """{"service operation": how many calls}"""
    return {name: row["calls"] for name, row in report["operations"].items()}


def test_a_quota_of_cloud_assets_that_others_use_up_leaves_the_direct_lists(cloud, story):
    with cloud(32, projects=2, more=("--throttle", "0.04")) as fake:
        story.options["logs"] = [fake.flow_table()]   # two lists of entries a minute are what there is
        result = story.tonight(fake, timeout=600)
        report = fake.report()
        assert report["operations"]["cloudasset assets.list"]["throttled"] > 0 and "was not read" in result.err, result
        assert counts(report)["storage buckets.list"] == 2 and "compute snapshots.list" not in counts(report)
        is_all_read(story, fake)


@pytest.mark.parametrize("deed", ["rate limit", pytest.param("throttle", marks=patient), pytest.param("503", marks=patient)])
def test_refusals_that_pass_leave_no_trace(cloud, story, deed):
    with cloud(33, projects=2) as fake:
        story.tonight(fake)
        before = story.inventories(), story.standing()
    with cloud(33, projects=2, faults=[{"service": service, "every": 7, "do": deed} for service in ("compute", "iam", "dns", "cloudasset", "storage")]) as fake:
        assert story.tonight(fake).status == 0
        assert (story.inventories(), story.standing()) == before and not story.rows("changes.csv")
        assert not story.unread()
        if deed != "503":
            assert story.run_json()["scan"]["throttled"] > 5
            assert sum(int(r["throttled"]) for r in story.rows("coverage.csv", provider="gcp", type="*")) > 5


@patient
def test_refusals_that_do_not_pass_are_throttled_and_not_denied(cloud, story):
    with cloud(34, projects=2) as fake:
        story.tonight(fake)
        before = story.inventories(), story.standing()
        project = fake.truth["projects"][0]
    with cloud(34, projects=2, faults=[{"service": "compute", "operation": "firewalls.list", "account": project, "do": "rate limit"}]) as fake:
        assert story.tonight(fake, timeout=600).status == 4
        assert story.unread() == {(project, "global", "gcp_compute_firewall"): "throttled"}
        assert story.inventories()[""].count(b"\r\n") == before[0][""].count(b"\r\n")
        assert {r["state"] for r in story.rows("findings.csv", provider="gcp", account=project, check="gcp_firewall_open_admin_port")} == {"unverified"}
