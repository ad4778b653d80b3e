"""kill -9 at bad moments: the next scan, resumed or fresh, ends where an undisturbed one would."""
import os
import time

import pytest

import checkfile
import estate as e

# The store's content without the numbers of runs: what is, and what happened to whom, in order.
STORE = {
    "versions": "SELECT account.account, key, life, hex(digest) AS digest, config, unread, shared_from FROM version "
                "JOIN resource ON resource.id = version.resource JOIN account ON account.id = resource.account WHERE to_run IS NULL ORDER BY 1, 2",
    "ended": "SELECT account.account, key, life, closed_cause, hex(digest) AS digest FROM version JOIN resource ON resource.id = version.resource "
             "JOIN account ON account.id = resource.account WHERE to_run IS NOT NULL ORDER BY 1, 2, from_run",
    "findings": "SELECT fingerprint, verdict, severity, evidence, cause, to_run IS NULL AS open FROM finding_state JOIN finding ON finding.id = finding ORDER BY 1, from_run",
    "coverage": "SELECT account.account, region, type, outcome FROM coverage JOIN scope ON scope.id = coverage.scope "
                "JOIN account ON account.id = scope.account WHERE to_run IS NULL ORDER BY 1, 2, 3",
    "left over": "SELECT (SELECT count(*) FROM staged) AS staged, (SELECT count(*) FROM progress) AS progress",
    "alerts": "SELECT kind, subject, payload FROM alert ORDER BY 1, 2",
}
TIMES = ("first_seen", "last_changed", "unverified_since", "since")


def content(watch):
    return {name: watch.select(sql) for name, sql in STORE.items()}


def without_times(rows):
    return [{k: v for k, v in r.items() if k not in TIMES} for r in rows]


def sheets(watch):
    return {name: without_times(watch.rows(name)) for name in ("inventory.csv", "findings.csv", "changes.csv", "controls.csv")}


def change_the_cloud(full):
    full.group(e.ZERO, e.EAST, "new-rdp", e.tcp(3389, e.ANYWHERE))
    full.group(e.DATA, e.TOKYO, "new-quiet")
    full.delete_group(e.ZERO, e.TOKYO, full.names[e.ZERO, e.TOKYO, "web-8080"])
    full.delete_group(e.DATA, e.EAST, full.names[e.DATA, e.EAST, "split-in-two"])
    full.user(e.DATA, "late")


@pytest.fixture
def twins(watch, full, tmp_path):
    """One night over the estate, then a change; the watch and an untouched copy that walked it well."""
    watch.scan()
    change_the_cloud(full)
    undisturbed = watch.copy(tmp_path / "undisturbed")
    undisturbed.next_night("--detailed-exitcode", status=3)
    watch.now = undisturbed.now
    return watch, undisturbed


def kill_mid_scope(watch, faults, operation, **match):
    gate = faults.hold(operation, **match)
    watch.kill_during(lambda process: gate.wait())
    gate.release()
    faults.proxy.wait_idle()


@pytest.mark.parametrize("operation", ["DescribeSecurityGroups", "ListUsers", "AssumeRole"])
def test_killed_mid_scope_then_resumed(twins, faults, proxy, operation):
    watch, undisturbed = twins
    kill_mid_scope(watch, faults, operation, where=lambda c: e.DATA in (c.account, *c.params.get("RoleArn", "").split(":")))
    assert len(watch.runs()) == 1 and watch.run_json() == undisturbed.run_json(undisturbed.runs()[0])  # the earlier run stands
    proxy.forget_calls()
    watch.now += 60
    watch.scan("--resume", "--detailed-exitcode", status=3)
    assert content(watch) == content(undisturbed) and sheets(watch) == sheets(undisturbed)


def test_a_resumed_run_does_not_read_again_what_it_read(twins, faults, proxy):
    watch, undisturbed = twins
    proxy.forget_calls()
    gate = faults.hold("DescribeSecurityGroups", account=e.DATA, region=e.TOKYO)

    def others_are_stored(process):
        gate.wait()
        wait_for(lambda: watch.select("SELECT count(*) AS n FROM progress")[0]["n"] >= len(undisturbed.select(STORE["coverage"])) - 3, 60)

    watch.kill_during(others_are_stored)
    gate.release()
    proxy.wait_idle()
    proxy.forget_calls()
    watch.scan("--resume")
    assert proxy.count("DescribeSecurityGroups", account=e.DATA, region=e.TOKYO) == 1
    assert proxy.count("DescribeSecurityGroups", account=e.ZERO) == 0 and proxy.count(service="iam", account=e.SHOP) == 0
    assert content(watch) == content(undisturbed)


@pytest.mark.parametrize("operation", ["DescribeSecurityGroups", *(["ListUsers", "AssumeRole"] if os.environ.get("YOMAWARI_LONG") else [])])
def test_killed_mid_scope_then_scanned_afresh(twins, faults, operation):
    watch, undisturbed = twins
    kill_mid_scope(watch, faults, operation, where=lambda c: e.DATA in (c.account, *c.params.get("RoleArn", "").split(":")))
    watch.now += 60
    watch.scan("--detailed-exitcode", status=3)
    assert content(watch) == content(undisturbed) and sheets(watch) == sheets(undisturbed)
    states = [r["state"] for r in watch.select("SELECT state FROM run ORDER BY id")]
    assert states == ["published", "abandoned", "published"]


def test_killed_when_walked_but_not_published(watch, full, tmp_path, faults, proxy):
    """A check that takes its time holds the scan between the last scope and publishing."""
    watch.write("checks.d/slow_one.yaml", checkfile.check("slow_one", checkfile.slow(4)))
    watch.scan(timeout=600)
    change_the_cloud(full)
    undisturbed, fresh = watch.copy(tmp_path / "undisturbed"), watch.copy(tmp_path / "fresh")
    undisturbed.next_night("--detailed-exitcode", status=3, timeout=600)
    scopes = len(undisturbed.select("SELECT scope FROM coverage WHERE to_run IS NULL"))
    for twin in (watch, fresh):
        twin.now = undisturbed.now

        def all_scopes_have_ended(process):
            wait_for(lambda: twin.select("SELECT count(*) AS n FROM progress")[0]["n"] >= scopes, 120)

        twin.kill_during(all_scopes_have_ended)
        assert [r["state"] for r in twin.select("SELECT state FROM run ORDER BY id")] == ["published", "walking"]
        assert len(twin.runs()) == 1
    proxy.forget_calls()
    watch.scan("--resume", "--detailed-exitcode", status=3, timeout=600)
    assert proxy.count(service="ec2") == 0
    fresh.now += 60
    fresh.scan("--detailed-exitcode", status=3, timeout=600)
    for twin in (watch, fresh):
        assert content(twin) == content(undisturbed) and sheets(twin) == sheets(undisturbed)


def wait_for(condition, timeout):
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it never became true")
        time.sleep(0.02)


def test_killed_again_and_again(twins, faults, proxy):
    watch, undisturbed = twins
    for operation in ("ListRoles", "DescribeVpcs", "ListBuckets"):
        kill_mid_scope(watch, faults, operation, account=e.SHOP)
        watch.now += 60
    watch.scan("--detailed-exitcode", status=3)
    assert content(watch) == content(undisturbed) and sheets(watch) == sheets(undisturbed)


def test_resume_with_nothing_to_resume_is_refused_or_begins(watch, full):
    watch.scan()
    result = watch.run("scan", "--resume")
    assert result.status == 2 and "resume" in result.err


def test_resume_after_the_config_changed_or_too_late_is_refused(watch, full, faults):
    watch.scan()
    watch.now += 86400
    kill_mid_scope(watch, faults, "ListUsers", account=e.DATA)
    watch.accounts({e.ZERO: "zero"})
    assert watch.run("scan", "--resume").status == 2
    watch.accounts(e.ACCOUNTS)
    watch.now += 13 * 3600
    assert watch.run("scan", "--resume").status == 2
    watch.scan()
    assert watch.inventory() == full.truth.resources
