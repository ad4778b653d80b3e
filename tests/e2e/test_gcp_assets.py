"""What Cloud Asset knows beyond our types: counted a project and asset type, and listed where the config names it."""
import collections

import google_night
import pytest
from google_night import GoogleStory
from test_truth import no_secret

TYPES = {"autoscalers": "compute.googleapis.com/Autoscaler", "instanceTemplates": "compute.googleapis.com/InstanceTemplate", "redis": "redis.googleapis.com/Instance"}
OTHERS = ("gcp_asset", "gcp_asset_type")


@pytest.fixture
def cloud(tmp_path):
    return google_night.clouds(tmp_path) or pytest.skip("the fake cloud is not built")


@pytest.fixture
def story(tmp_path, binary):
    story = GoogleStory(tmp_path / "watch", binary)
    story.options = {"inventory": {"only": ["gcp_project"], "include": ["compute.googleapis.com/Auto*", "redis.googleapis.com/*"]}}
    return story


def kind_of(key):
    return next(kind for word, kind in TYPES.items() if word in key)


def counted(story):
    return {(r["account"], r["id"]): int(r["Number"]) for r in story.rows("inventory/gcp_asset_type.csv")}


def listed(story):
    return {(r["account"], r["region"], r["id"], r["key"]): r["Asset type"] for r in story.rows("inventory/gcp_asset.csv")}


def others(truth):
    return [r for r in truth["resources"] if r[2] == "gcp_asset"]


def compare(story, truth, gone):
    """What the last list did not show any more is believed on the second."""
    assert counted(story) == dict(collections.Counter((r[0], kind_of(r[4])) for r in others(truth)))
    assert listed(story) == {(r[0], r[1], r[3], r[4]): kind_of(r[4]) for r in [*others(truth), *gone] if "instanceTemplates" not in r[4]}


def lists(fake):
    return fake.report()["operations"].get("cloudasset assets.list", {}).get("calls", 0)


def test_other_asset_types_are_counted_and_those_named_are_listed(cloud, story):
    rows, inventories, gone = [], [], []
    for at_night, page in ((0, 0), (1, 0), (2, 7), (2, 0)):
        with cloud(4, at_night, projects=2, page=page) as fake:
            result = story.tonight(fake, *[arg for t in (*OTHERS, "gcp_project") for arg in ("--type", t)])
            gone = [r for r in rows if r not in others(fake.truth)] if at_night == 1 else []
            rows = others(fake.truth)
            compare(story, fake.truth, gone)
            assert not story.unread() and result.status == 0, result
            assert page or lists(fake) == 2, "two further lists a target, not a project"
            no_secret(story, fake.truth["secrets"], result.out, result.err)
            inventories.append(story.inventories())
            told = collections.Counter(c[0] for c in story.changes() if c[3] == "gcp_asset")
            assert told == [{}, {}, {"removed": 1}, {}][len(inventories) - 1]
    assert inventories[2] == inventories[3]
    shop = story.rows("inventory/gcp_asset.csv", id="sessions")[0]
    assert shop["name"] == "Sessions of the shop" and "shop" in shop["tags"]


def test_a_list_that_fails_leaves_the_counts_of_the_night_before_marked_as_such(cloud, story):
    with cloud(4, 0, projects=2) as fake:
        story.tonight(fake)
        before = counted(story), listed(story)
        assert all(before)
    with cloud(4, 0, projects=2, faults=[{"operation": "assets.list", "do": "deny"}]) as fake:
        result = story.tonight(fake)
        assert result.status & 4, result
        assert (counted(story), listed(story)) == before
        assert all(r["unverified_since"] for t in OTHERS for r in story.rows(f"inventory/{t}.csv"))
        assert {story.unread()[p, "global", t] for p in fake.truth["projects"] for t in OTHERS} == {"denied"}
        assert "assets.list" in story.reasons()[fake.truth["projects"][0], "global", "gcp_asset_type"]
        assert not [c for c in story.changes() if c[0] == "removed"]
    with cloud(4, 0, projects=2) as fake:
        story.tonight(fake)
        assert (counted(story), listed(story)) == before
        assert not any(r["unverified_since"] for t in OTHERS for r in story.rows(f"inventory/{t}.csv"))


def test_without_include_nothing_of_it_is_asked_for(cloud, story):
    story.options = {"inventory": {"only": ["gcp_project"]}}
    with cloud(4, 0, projects=2) as fake:
        story.tonight(fake, "--type", "gcp_project")
        assert lists(fake) == 0
        assert not [r for r in story.rows("inventory.csv") if r["type"] in OTHERS]
