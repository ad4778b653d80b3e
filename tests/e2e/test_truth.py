"""Yomawari over the fake cloud says what the truth file of each night says: resources, changes, findings, what could not
be read; and writes nothing down that is secret."""
import gzip
import os
import random
import time

import fakecloud
import night
import pytest
import type_files
from fakecloud import FakeCloud

TYPES = type_files.read_all()
NIGHTS = range(5)
SEEDS = {1: 4, 20261121: 4, 987654321: 4}  # and how many accounts
if os.environ.get("YOMAWARI_LONG"):
    SEEDS |= {seed: 2 for seed in random.Random(20261121).sample(range(10**9), 17)}
PLANTED = b"planted-"
# Built-in checks of which the truth does not speak: what they find here is held to nothing.
UNTOLD = set()


@pytest.fixture
def cloud(tmp_path):
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeCloud(binary, tmp_path / "truth", *args, **more)


@pytest.fixture
def story(tmp_path, binary):
    watch = night.Watch(tmp_path / "watch", "", binary)
    watch.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": ["*"]})
    return watch


def is_shown(name):
    """What has a sheet, what checks read, and what is read since its children are wanted."""
    return TYPES[name].get("sheet") is not False or name in type_files.CHECKED or any(kind.get("children_of") == name and is_shown(child) for child, kind in TYPES.items())


def rows(listed):
    return sorted(tuple(row) for row in listed)


def shown(listed, at):
    """Rows of the truth whose type, the word number `at`, a scan reads."""
    return rows(row for row in listed if is_shown(row[at]))


def scan(watch, fake, *args):
    """A walk over tonight's cloud."""
    watch.url = fake.url
    result = watch.run("scan", "--detailed-exitcode", *args)
    watch.now += night.DAY
    return result


def findings(watch, **match):
    return sorted((r["check"], r["account"], r["region"], night.bare(r["id"]), r["subject"], r["severity"], night.evidence(r["evidence"])) for r in watch.rows("findings.csv", **match))


def compare(watch, truth):
    inventory = watch.rows("inventory.csv")
    assert sorted((r["account"], r["region"], r["type"], night.bare(r["id"])) for r in inventory) == shown((r[:4] for r in truth["resources"]), 2)
    keys = {(r["account"], r["region"], r["type"], night.bare(r["id"])): night.bare(r["key"]) for r in inventory}
    assert not [r for r in truth["resources"] if r[4] and is_shown(r[2]) and keys[tuple(r[:4])] != r[4]]
    assert sorted(watch.changes()) == shown(truth["changes"], 3)
    assert night.told(sorted(findings(watch, state="open") + findings(watch, state="unverified")), truth) == rows(truth["findings"])
    assert night.told(findings(watch, change="resolved"), truth) == rows(truth["resolved"])
    assert night.told(sorted(findings(watch, change="new") + findings(watch, change="reopened")), truth) == rows(truth["new"])
    unread = sorted((r["account"], r["region"], r["type"], r["outcome"]) for r in watch.rows("coverage.csv") if r["type"] != "*" and r["outcome"] != "complete")
    assert unread == rows(truth["outcomes"])


def inventories(watch):
    """{sheet: its bytes}, of every type."""
    found = {p.stem: p.read_bytes() for p in watch.sheets().glob("inventory/*.csv")} | {"": watch.bytes("inventory.csv")}
    assert len(found) > 50
    return found


def standing(watch):
    """The findings that no event makes, without what tonight says of them."""
    return [{**r, "change": ""} for r in watch.rows("findings.csv", state="open") if r["check"] not in night.OCCURRENCES]


@pytest.mark.parametrize("seed", SEEDS)
def test_yomawari_tells_the_truth_night_after_night(cloud, story, seed):
    before = None
    for at_night in NIGHTS:
        with cloud(seed, at_night, accounts=SEEDS[seed], regions=2, page=3 if at_night == 2 else 0) as fake:
            result = scan(story, fake)
            compare(story, fake.truth)
            assert result.status == (3 if story.news() else 0), result
            assert bool(fake.truth["changes"]) == (at_night % 2 == 1)
            if at_night % 2 == 0 and at_night > 0:
                assert (inventories(story), standing(story)) == before
                assert story.bytes("changes.csv").count(b"\r\n") == 1, "the header alone"
            before = inventories(story), standing(story)


def test_the_truth_speaks_of_every_built_in_check_but_those_that_are_named_here(cloud):
    with cloud(1, accounts=1, regions=1, more=("--projects", "1")) as fake:
        told = set(fake.truth["checks"])
    assert UNTOLD.isdisjoint(told)
    assert told | UNTOLD == {path.stem for path in (night.ROOT / "checks").glob("*/*.yaml") if path.parent.name != "shared"}


def test_two_quiet_nights_write_the_same_bytes(cloud, story):
    """The same estate again, minutes later, so that no event comes or leaves: only the order of lists, dates and counts."""
    seen = []
    for at_night in (0, 1, 2, 2, 2):
        with cloud(5, at_night, accounts=3, regions=2, page=4 if len(seen) == 4 else 0) as fake:
            scan(story, fake)
            seen.append(inventories(story) | {name: story.bytes(name) for name in ("findings.csv", "changes.csv")})
        story.now -= night.DAY - 60 if len(seen) > 2 else 0
    assert seen[3] == seen[4]
    assert {n for n in seen[1] if seen[1][n] != seen[2][n]} == {"findings.csv", "changes.csv"}


# secrets

def everything(watch):
    """(name, bytes) of all that lies in the state folder; what is packed also unpacked."""
    for path in sorted(p for p in watch.state.rglob("*") if p.is_file()):
        data = path.read_bytes()
        yield str(path), data
        if data[:2] == b"\x1f\x8b":
            yield f"{path} unpacked", gzip.decompress(data)


def no_secret(watch, secrets, *outputs):
    for name, data in [*everything(watch), *((f"output {i}", text.encode()) for i, text in enumerate(outputs))]:
        assert PLANTED not in data, name
        assert not [s for s in secrets if s.removeprefix(PLANTED.decode()).encode() in data], name


def texts(value):
    """All strings in a tree."""
    if isinstance(value, str):
        return {value}
    return set().union(*map(texts, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))


def redacted(kind, config):
    """The strings at the paths that a type redacts."""
    found = [v for path in kind.get("redact", []) for v in type_files.values(config, path.removesuffix("[]"))]
    return texts(found)


def test_boto3_reads_the_planted_secrets_and_nothing_else_where_types_redact(cloud):
    with cloud(1, 1, accounts=3, regions=2) as fake:
        asker, seen, kinds, secrets = fake.asker(), set(), set(), set(fake.truth["secrets"])
        for name in fakecloud.THINGS:
            for told in asker.told(name).values():
                assert redacted(TYPES[name], told.config) <= secrets, name
                planted = texts(told.config) & secrets
                seen |= planted
                kinds |= {name} if planted else set()
        assert kinds == {"aws_account_alternate_contact", "aws_ec2_instance", "aws_ecs_service", "aws_eks_cluster", "aws_elbv2_listener",
                         "aws_lambda_function", "aws_rds_instance", "aws_redshift_cluster"}
        assert len(seen) > 40 and all(s.startswith(PLANTED.decode()) for s in secrets)


def test_no_planted_secret_is_written_down_and_a_changed_one_is_a_change(cloud, story):
    changed = 0
    for at_night in NIGHTS:
        with cloud(3, at_night, accounts=3, regions=2) as fake:
            result = scan(story, fake, "--log", "json") if at_night % 2 else scan(story, fake)
            no_secret(story, fake.truth["secrets"], result.out, result.err)
            for row in story.rows("changes.csv"):
                if row["field"] in ("Environment.Variables.DATABASE_PASSWORD", "PendingModifiedValues.MasterUserPassword"):
                    changed += 1
                    before, after = row["before"], row["after"]
                    assert before != after and before.startswith("hmac:") and after.startswith("hmac:")
    assert changed == 4, "two on each odd night"
    for args in (("report",), ("query", "SELECT config FROM aws_lambda_function"), ("export", "--format", "ndjson", "out")):
        result = story.run(*args)
        no_secret(story, fake.truth["secrets"], result.out, result.err)
    for path in (p for p in story.folder.rglob("*") if p.is_file()):
        assert PLANTED not in path.read_bytes(), path


def test_no_planted_secret_lies_in_what_a_killed_scan_leaves(cloud, story):
    with cloud(3, 0, accounts=6, regions=3) as fake:
        story.url = fake.url

        def much_is_staged(process):
            log = story.state / "state.db-wal"
            while not (log.exists() and log.stat().st_size > 200_000):
                assert process.poll() is None, process.communicate(timeout=10)
                time.sleep(0.005)
        story.kill_during(much_is_staged)
        assert (story.state / "state.db-wal").exists()
        no_secret(story, fake.truth["secrets"])
        result = scan(story, fake)
        assert result.status == 3, result
        compare(story, fake.truth)
        no_secret(story, fake.truth["secrets"], result.out, result.err)
