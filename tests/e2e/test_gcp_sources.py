"""Where Google's inventory comes from: Cloud Asset or the direct lists, late or with gaps; and which projects there are:
an organization, folders, ids, globs, and the nights on which the list fails or a project leaves."""
import json

import fakecloud
import google_night
import night
import pytest
from google_night import TYPES, GoogleStory, patient
from google_watch import fake_google
from proxy import Reply, Rule

ASSETS_OFF = [{"service": "cloudasset", "do": "disable"}]
ASSETS_DENIED = [{"service": "cloudasset", "do": "deny"}]


@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds behind a proxy: cloud(seed, at_night=…, projects=…)."""
    binary = fakecloud.find_binary() or pytest.skip("the fake cloud is not built")
    return lambda seed, **more: fake_google(binary, tmp_path / "truth", seed, **more)


@pytest.fixture
def story(tmp_path, binary):
    return GoogleStory(tmp_path / "watch", binary)


def tonight(story, fake, *args, **target):
    """A walk through the proxy."""
    return story.tonight(fake, *args, targets=[story.gcp(fake, endpoint=fake.proxy.url + "/{service}", **target)])


def rewrite(fake, operation, change, **match):
    """`change(call, tree)` alters the answers of an operation in place."""
    def after(call, reply):
        tree = json.loads(reply.body)
        change(call, tree)
        return Reply(reply.status, json.dumps(tree).encode(), reply.headers)
    return fake.proxy.add(Rule(operation, lambda c: c.matches(operation, **match), after=after))


def asked(fake, operation):
    return [c for c in fake.proxy.calls() if c.operation == operation]


def sheets(story):
    return story.inventories(), story.standing()


def is_bulk(name):
    return name.startswith("gcp_") and TYPES[name].get("bulk") is not False


# sources

def test_without_cloud_asset_the_same_things_and_findings_are_found(cloud, tmp_path, binary):
    told = []
    for i, faults in enumerate((None, ASSETS_OFF, ASSETS_DENIED)):
        story = GoogleStory(tmp_path / f"watch-{i}", binary)
        with cloud(11, projects=2, faults=faults) as fake:
            result = tonight(story, fake)
            google_night.compare(story, fake.truth)
            assert len(asked(fake, "snapshots.list")) == (2 if faults else 0)
            assert ("was not read" in result.err) == bool(faults), result
        told.append((story.resources(), story.verdicts()))
    assert told[0] == told[1] == told[2] and told[0][1]


@pytest.mark.parametrize("faults", [ASSETS_OFF, pytest.param(ASSETS_DENIED, marks=patient)])
def test_cloud_asset_off_for_one_night_changes_nothing(cloud, story, faults):
    with cloud(12, projects=2) as fake:
        tonight(story, fake)
        before = sheets(story)
    with cloud(12, projects=2, faults=faults) as fake:
        assert tonight(story, fake).status == 0
        assert sheets(story) == before and not story.rows("changes.csv")
    with cloud(12, projects=2) as fake:
        assert tonight(story, fake).status == 0
        assert sheets(story) == before and not story.rows("changes.csv")


@patient
def test_what_changed_while_the_source_was_another_is_known_after(cloud, story):
    """A switch of the source is silent, but what the sheets say is tonight's."""
    for at_night, faults in ((0, None), (1, ASSETS_OFF), (2, None), (3, None)):
        with cloud(13, at_night=at_night, projects=2, faults=faults) as fake:
            tonight(story, fake)
            google_night.compare_resources(story, fake.truth)
            google_night.compare_findings(story, fake.truth)
            changes = story.changes()
            gone_or_come = google_night.rows(c for c in fake.truth["changes"] if c[0] != "changed")
            assert [c for c in sorted(changes) if c[0] != "changed"] == gone_or_come
            if at_night in (2, 3):   # it was switched back on a night without changes
                assert sorted(changes) == google_night.shown(fake.truth["changes"], 3)


def seed_with_removed(cloud, wanted):
    """A seed whose night 1 takes away something of a wanted type."""
    for seed in range(100, 160):
        with cloud(seed, at_night=1, projects=2) as fake:
            if any(c[0] == "removed" and wanted(c[3]) for c in fake.truth["changes"]):
                return seed
    raise AssertionError("no seed")


@patient
def test_what_cloud_asset_shows_late_comes_and_goes_a_night_later(cloud, story):
    seed, late, truths = seed_with_removed(cloud, is_bulk), ("--asset-lag",), []
    for at_night in range(3):
        with cloud(seed, at_night=at_night, projects=2, more=late) as fake:
            tonight(story, fake)
            truths.append(fake.truth)
            shown = {tuple(r[:4]) for r in truths[max(at_night - 1, 0)]["resources"] if is_bulk(r[2])} | \
                    {tuple(r[:4]) for r in fake.truth["resources"] if not is_bulk(r[2])}
            assert set(story.resources()) == {r for r in shown if google_night.is_shown(r[2])}
            gone = {tuple(c[1:5]) for c in story.changes() if c[0] == "removed"}
            if at_night == 2:   # the get has said so: no second list was waited for
                assert gone == {tuple(c[1:5]) for c in truths[1]["changes"] if c[0] == "removed" and is_bulk(c[3])} != set()
    google_night.compare_open(story, fake.truth)


def lose(fake, *ends):
    """Cloud Asset does not show the things whose names end so."""
    def drop(_, tree):
        tree["assets"] = [a for a in tree.get("assets", []) if not a["name"].endswith(ends)]
    return rewrite(fake, "assets.list", drop)


def test_what_cloud_asset_loses_for_a_night_is_asked_for_and_stays(cloud, story):
    with cloud(14, projects=2) as fake:
        tonight(story, fake)
        before = sheets(story)
        fake.proxy.clear()
        lose(fake, "/networks/default", "-assets")
        tonight(story, fake)
        assert len(asked(fake, "networks.get")) == 2 and len(asked(fake, "buckets.get")) >= 1
        assert sheets(story) == before and not story.rows("changes.csv")
        fake.proxy.clear()
        tonight(story, fake)
        assert not asked(fake, "networks.get")
        assert sheets(story) == before and not story.rows("changes.csv")


def test_what_cannot_be_asked_for_is_gone_on_the_second_night(cloud, story):
    with cloud(15, projects=2, faults=[{"service": "compute", "operation": "networks.get", "do": "deny"}]) as fake:
        tonight(story, fake)
        before, network = sheets(story), (fake.truth["projects"][1], "global", "gcp_compute_network", "default")
        lose(fake, f"{network[0]}/global/networks/default")
        tonight(story, fake)
        assert sheets(story) == before and not story.rows("changes.csv")
        tonight(story, fake)
        assert [c for c in story.changes() if c[3] == "gcp_compute_network"] == [("removed", *network, "")]
        assert network not in story.resources()
        fake.proxy.clear()
        tonight(story, fake)
        assert network in story.resources()


# which projects

def of_kind(story, prefix=""):
    """Accounts of the sheets, without organization and folders."""
    return {r["account"] for r in story.rows("coverage.csv") if "/" not in r["account"] and r["account"].startswith(prefix)}


def folders(fake):
    """{name: number}"""
    answer = fake.client("cloudresourcemanager").folders().search().execute()
    return {f["displayName"]: f["name"].split("/")[1] for f in answer["folders"]}


@patient
def test_a_hundred_projects_of_an_organization_are_found_and_read(cloud, story):
    with cloud(16, projects=100) as fake:
        result = story.tonight(fake)
        google_night.compare_resources(story, fake.truth)
        google_night.compare_outcomes(story, fake.truth)
        google_night.compare_open(story, fake.truth)
        assert result.status == 5, result
        assert set(fake.truth["projects"]) <= of_kind(story) and len(fake.truth["projects"]) == 100


@patient
def test_folders_are_read_with_all_that_is_below_them(cloud, story):
    with cloud(17, projects=6) as fake:
        number, projects = folders(fake), fake.truth["projects"]
        only = {r[0] for r in [*fake.truth["outcomes"], *fake.truth["hidden"]]}
        tonight(story, fake, organization=None, folders=[number["Production"]])
        assert of_kind(story) & set(projects) == {projects[1], projects[2]}
        assert {r["account"] for r in story.rows("coverage.csv") if "/" in r["account"]} == {f"folders/{number[f]}" for f in ("Production", "Web")}
        assert of_kind(story) - set(projects) <= only
        resources = {r for r, key in story.resources().items() if r[0] in projects}
        assert resources == {tuple(r[:4]) for r in fake.truth["resources"] if r[0] in projects[1:3] and google_night.is_shown(r[2])}
        assert all(c.params["parent"] == f"folders/{number['Production']}" for c in asked(fake, "assets.list"))


def test_folders_that_are_excluded_are_out_of_scope_with_all_below_them(cloud, story):
    with cloud(17, projects=6) as fake:
        projects = fake.truth["projects"]
        tonight(story, fake)
        assert set(projects) <= of_kind(story)
        tonight(story, fake, exclude_folders=["Production", "Sandbox"], exclude_projects=[projects[0]])
        assert of_kind(story) & set(projects) == {projects[3]}
        assert {story.state_of(p) for p in (projects[0], projects[1], projects[2], projects[4], projects[5])} == {"out_of_scope"}
        assert not story.rows("changes.csv", change="removed") and not story.rows("findings.csv", change="resolved")
        assert {v[1] for v in story.verdicts(state="open")} & set(projects) == {projects[3]}


def test_projects_are_named_by_id_and_by_glob(cloud, story):
    with cloud(18, projects=4) as fake:
        projects = fake.truth["projects"]
        tonight(story, fake, organization=None, projects=[projects[0], projects[1].split("-")[0] + "-*"])
        assert of_kind(story) == {projects[0], projects[1]}
        parents = {c.params["parent"] for c in asked(fake, "assets.list")}
        assert parents == {f"projects/{projects[0]}", f"projects/{projects[1]}"}
        resources = {tuple(r[:4]) for r in fake.truth["resources"] if r[0] in projects[:2] and google_night.is_shown(r[2])}
        assert set(story.resources()) == resources
        called = {r["account"]: r["name"] for r in story.rows("inventory.csv", type="gcp_project")}
        assert all(called.values()) and {(r["account"], r["account_name"]) for r in story.rows("inventory.csv")} == set(called.items())
        for project in projects[:2]:
            assert {f for f in night.told(story.verdicts(state="open"), fake.truth) if f[1] == project} == {tuple(f) for f in fake.truth["findings"] if f[1] == project}


@pytest.mark.parametrize("deed", ["deny", pytest.param("503", marks=patient), pytest.param("html", marks=patient)])
def test_a_discovery_that_fails_uses_last_nights_list_and_says_so(cloud, story, deed):
    with cloud(19, projects=2) as fake:
        tonight(story, fake)
        before = sheets(story)
    with cloud(19, projects=2, faults=[{"service": "cloudresourcemanager", "operation": "folders.list", "do": deed}]) as fake:
        assert tonight(story, fake).status == 4
        assert sheets(story) == before and not story.rows("changes.csv")
        said = [r for r in story.rows("coverage.csv") if r["type"] == "discovery"]
        assert [r["outcome"] for r in said] == ["denied" if deed == "deny" else "failed"]
        assert "last night's list" in said[0]["reason"] and "folders.list" in said[0]["reason"]
    with cloud(19, projects=2) as fake:
        assert tonight(story, fake).status == 0
        assert sheets(story) == before


@patient
def test_the_first_night_without_a_list_of_projects_says_that_nothing_is_known(cloud, story):
    with cloud(19, projects=2, faults=[{"service": "cloudresourcemanager", "operation": "projects.list", "do": "deny"}]) as fake:
        result = tonight(story, fake)
        assert result.status == 1 and "none is known from an earlier night" in result.err, result


# projects that leave

GONE = {"error": {"code": 403, "message": "Project has been deleted.", "status": "PERMISSION_DENIED",
                  "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "CONSUMER_INVALID", "domain": "googleapis.com"}]}}
NONE = {"error": {"code": 404, "message": "The resource was not found", "errors": [{"message": "not found", "domain": "global", "reason": "notFound"}]}}


def leave_list(fake, project, state=None):
    """The project is in no list any more, or in another state."""
    def change(_, tree):
        kept = [p for p in tree.get("projects", []) if state or p["projectId"] != project]
        for p in kept:
            if p["projectId"] == project:
                p["state"] = state
        tree["projects"] = kept
    rewrite(fake, "projects.list", change)


def test_a_project_that_vanishes_in_the_middle_of_a_scan_loses_nothing(cloud, story):
    with cloud(20, projects=2) as fake:
        tonight(story, fake)
        before, project, seen = story.resources(), fake.truth["projects"][1], []
        open_before = {v for v in story.verdicts(state="open") if v[1] == project}

        def vanished(call):
            if f"projects/{project}/" not in call.target.split("?")[0] + "/":
                return None
            seen.append(call)
            body = NONE if call.service in ("compute", "storage", "sqladmin", "dns") else GONE
            return None if len(seen) <= 6 else Reply(body["error"]["code"], json.dumps(body).encode(), {"Content-Type": "application/json"})
        fake.proxy.clear()
        fake.proxy.add(Rule("vanished", lambda c: True, instead=vanished))
        result = tonight(story, fake)
        assert len(seen) > 12 and result.status == 4, result
        assert story.resources() == before and not story.rows("changes.csv", change="removed")
        unread = {s: outcome for s, outcome in story.unread().items() if s[0] == project}
        assert len(unread) > 5 and set(unread.values()) <= {"denied", "failed"}
        assert {v for v in story.verdicts() if v[1] == project} == open_before

        fake.proxy.clear()
        leave_list(fake, project)
        tonight(story, fake)
        assert story.state_of(project) == "closed"
        assert not {r for r in story.resources() if r[0] == project}
        assert not {v for v in story.verdicts(state="open") if v[1] == project}
        assert not [c for c in fake.proxy.calls() if f"projects/{project}/" in c.target]


@patient
def test_a_project_that_is_being_deleted_is_frozen_until_it_is_gone(cloud, story):
    with cloud(21, projects=2) as fake:
        tonight(story, fake)
        before, project = story.resources(), fake.truth["projects"][1]
        fake.proxy.clear()
        leave_list(fake, project, "DELETE_REQUESTED")
        for _ in range(2):
            tonight(story, fake)
            assert story.state_of(project) == "pending_deletion"
            assert story.resources() == before and not story.rows("changes.csv", change="removed")
            assert story.unread()[project, "global", "credentials"] == "skipped"
        assert not [c for c in fake.proxy.calls() if f"projects/{project}/" in c.target]
        fake.proxy.clear()
        tonight(story, fake)   # restored
        assert story.state_of(project) == "active" and story.resources() == before
        leave_list(fake, project)
        tonight(story, fake)
        assert story.state_of(project) == "closed" and not {r for r in story.resources() if r[0] == project}


@patient
def test_a_folder_that_moves_takes_its_projects_along(cloud, story):
    with cloud(22, projects=6) as fake:
        tonight(story, fake)
        number, before = folders(fake), story.resources()
        to = f"folders/{number['Development']}"

        def move(call, tree):
            tree["folders"] = [f for f in tree.get("folders", []) if f["displayName"] != "Web"]
            if call.params["parent"] == to:
                tree["folders"].append({"name": f"folders/{number['Web']}", "displayName": "Web", "state": "ACTIVE", "parent": to})
        rewrite(fake, "folders.list", move)
        rewrite(fake, "folders.get", lambda _, tree: tree.update(parent=to if tree["displayName"] == "Web" else tree["parent"]))
        tonight(story, fake)
        assert story.resources() == before
        assert story.changes() == [("changed", f"folders/{number['Web']}", "global", "gcp_folder", number["Web"], "parent")]
        assert not story.rows("findings.csv", change="new") and not story.rows("findings.csv", change="resolved")
