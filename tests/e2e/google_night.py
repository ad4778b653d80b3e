"""Nights over the fake Google, alone or beside AWS: what a scan of it says, beside the truth file."""
import fnmatch
import os

import fakecloud
import night
import pytest
import type_files
from google_side import FakeGoogle

# What waits for Google's quotas by the clock, and is a variation of what else is tested.
patient = pytest.mark.skipif(not os.environ.get("YOMAWARI_LONG"), reason="waits for quotas: YOMAWARI_LONG")
TYPES = type_files.read_all("aws") | type_files.read_all("gcp")


def clouds(folder):
    """Makes fake clouds with projects, cloud(seed, night, projects=…, accounts=…); None: not built."""
    binary = fakecloud.find_binary()
    return binary and (lambda *args, **more: FakeGoogle(binary, folder / "truth", *args, **more))


class GoogleStory(night.Watch):
    """An installation that follows a fake cloud from night to night."""

    def __init__(self, folder, binary):
        super().__init__(folder, "", binary)
        self.options = {}

    def gcp(self, fake, **target):
        """The target's keys, for tonight's cloud. A key that is None is left out."""
        organization = next(r[3] for r in fake.truth["resources"] if r[2] == "gcp_organization")
        keys = {"organization": organization, "credentials": {"file": fake.key_file}, "endpoint": fake.endpoint, **target}
        return {"gcp": {k: v for k, v in keys.items() if v is not None}}

    def tonight(self, fake, *args, targets=None, **more):
        """A walk over it; the next night follows."""
        targets = targets or [self.gcp(fake)]
        if fake.truth["accounts"]:
            targets = [*targets, {"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}]
        self.url = fake.url
        self.config(targets, **{"inventory": None, "limits": {"share_of_quota": 1}, "logs": fake.logs, **self.options})
        result = self.run("scan", "--detailed-exitcode", *args, **more)
        self.now += night.DAY
        return result

    # what it says

    def resources(self):
        """{(account, region, type, id): key}"""
        return {(r["account"], r["region"], r["type"], night.bare(r["id"])): night.bare(r["key"]) for r in self.rows("inventory.csv")}

    def verdicts(self, **match):
        """Findings whole, as the truth has them."""
        return sorted((r["check"], r["account"], r["region"], night.bare(r["id"]), r["subject"], r["severity"], night.evidence(r["evidence"]))
                      for r in self.rows("findings.csv", **match))

    def unread(self):
        return {(r["account"], r["region"], r["type"]): r["outcome"] for r in self.rows("coverage.csv") if r["type"] != "*" and r["outcome"] != "complete"}

    def reasons(self, **match):
        return {(r["account"], r["region"], r["type"]): r["reason"] for r in self.rows("coverage.csv", **match)}

    def state_of(self, account):
        return self.select("SELECT state FROM account WHERE account = ?", account)[0]["state"]

    def inventories(self):
        """{sheet: its bytes}, of every type."""
        return {p.stem: p.read_bytes() for p in self.sheets().glob("inventory/*.csv")} | {"": self.bytes("inventory.csv")}

    def standing(self):
        """The findings that no event makes, without what tonight says of them."""
        return [{**r, "change": ""} for r in self.rows("findings.csv", state="open") if r["check"] not in night.OCCURRENCES]


# beside the truth

def is_shown(name):
    """What has a sheet, what checks read, and what is read since its children are wanted."""
    listed = TYPES[name].get("sheet") is not False and not type_files.is_evidence(TYPES[name]) and TYPES[name].get("bulk") != "only"
    return listed or name in type_files.CHECKED or any(kind.get("children_of") == name and is_shown(child) for child, kind in TYPES.items())


def rows(listed):
    return sorted(tuple(row) for row in listed)


def shown(listed, at):
    """Rows of the truth whose type, the word number `at`, a scan reads."""
    return rows(row for row in listed if is_shown(row[at]))


def special(truth, role):
    """The id of a project that is not ordinary."""
    return next(r[0] for r in [*truth["outcomes"], *truth["hidden"]] if f"-{role}-" in r[0])


def compare_resources(story, truth):
    found, expected = story.resources(), {tuple(r[:4]): r[4] for r in truth["resources"] if is_shown(r[2])}
    hidden = {tuple(r[:4]): r[4] for r in truth["hidden"]}
    closed = {r[0] for r in hidden}
    assert {r for r in found if r[0] not in closed} == set(expected)
    assert {r for r in found if r[0] in closed} <= set(hidden)
    assert not [(r, key) for r, key in found.items() if (expected | hidden)[r] not in ("", key)]


def compare_open(story, truth):
    assert night.told(sorted(story.verdicts(state="open") + story.verdicts(state="unverified")), truth) == rows(truth["findings"])


def compare_findings(story, truth):
    compare_open(story, truth)
    assert night.told(story.verdicts(change="resolved"), truth) == rows(truth["resolved"])
    assert night.told(sorted(story.verdicts(change="new") + story.verdicts(change="reopened")), truth) == rows(truth["new"])


def asks_for_itself(types):
    """Whether some type of the glob is no matter of Cloud Asset's, which knows what there is where an API is off."""
    return not types.startswith("gcp_") or any(kind.get("bulk") is False for name, kind in TYPES.items() if fnmatch.fnmatchcase(name, types))


def compare_outcomes(story, truth):
    """AWS's outcomes are told one by one, Google's by account and a glob of types."""
    unread = story.unread()
    for account, region, types, outcome in truth["outcomes"]:
        fitting = [s for s in unread if s[0] == account and fnmatch.fnmatchcase(s[2], types)]
        assert fitting or not asks_for_itself(types), (account, types, outcome)
        for scope in fitting:
            assert unread.pop(scope) == outcome, (scope, region)
    assert not unread


def compare(story, truth):
    compare_resources(story, truth)
    assert sorted(story.changes()) == shown(truth["changes"], 3)
    compare_findings(story, truth)
    compare_outcomes(story, truth)
