"""What `export` writes is read by DuckDB as tables, and says what the state says."""
import json

import duckdb
import estate as e
import pytest


@pytest.fixture
def walked(watch, full):
    watch.scan()
    return watch


def read(folder, kind, columns):
    source = f"read_json('{folder}/*/type={kind}/*/*.ndjson', hive_partitioning=true, hive_types={{'account': VARCHAR}})"
    return duckdb.sql(f"SELECT {columns} FROM {source}").fetchall()


def everything(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_duckdb_reads_a_table_a_type(walked):
    out = walked.run("export", "--format", "ndjson", "out").out
    rows = walked.rows("inventory.csv")
    assert f"{len(rows)} resources" in out
    for kind in sorted({r["type"] for r in rows}):
        told = {(r["account"], r["region"], r["key"], r["first_seen"], r["team"]) for r in walked.rows("inventory.csv", type=kind)}
        assert set(read(walked.folder / "out", kind, "account, region, key, strftime(first_seen AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ'), team")) == told
    owners = read(walked.folder / "out", "aws_ec2_security_group", "account, config.OwnerId")
    assert owners and all(account == owner for account, owner in owners) and any(a.startswith("0") for a, _ in owners)


def test_values_are_raw(walked):
    walked.run("export", "--format", "ndjson", "out")
    stored = {r["key"]: json.loads(r["config"]) for r in walked.select(
        "SELECT key, config FROM version JOIN resource ON resource.id = version.resource WHERE to_run IS NULL")}
    lines = [json.loads(line) for data in everything(walked.folder / "out").values() for line in data.splitlines()]
    assert {x["key"]: x["config"] for x in lines if "key" in x} == stored
    assert all(isinstance(x["tags"], dict) for x in lines if "key" in x)


def test_members_of_one_parent_are_lines_of_their_own_that_name_it(watch, full):
    made = full.client("autoscaling", e.SHOP, e.TOKYO)
    made.create_launch_configuration(LaunchConfigurationName="lc", ImageId="ami-12c6146b", InstanceType="t3.micro")
    made.create_auto_scaling_group(AutoScalingGroupName='web "1"', LaunchConfigurationName="lc", MinSize=2, MaxSize=2, DesiredCapacity=2,
                                   VPCZoneIdentifier=full.names[e.SHOP, e.TOKYO, "subnet"])
    watch.scan()
    watch.run("export", "--format", "ndjson", "out")
    told = read(watch.folder / "out", "aws_ec2_instance", "parent, id")
    assert sorted(parent for parent, _ in told if parent) == ['web "1"'] * 2 and len({i for _, i in told}) == len(told) > 2
    lines = [json.loads(line) for data in everything(watch.folder / "out").values() for line in data.splitlines()]
    assert {x["parent"] for x in lines if "key" in x} == {None, 'web "1"'}
    theirs = {i for parent, i in told if parent}
    assert all(x["id"] in theirs or x["config"]["Attachment"]["InstanceId"] in theirs for x in lines if x.get("parent")), "machines, and what follows them"


def test_an_export_replaces_an_export_and_nothing_else(walked, full):
    folder = walked.folder / "out"
    walked.run("export", "--format", "ndjson", "out")
    first = everything(folder)
    walked.run("export", "--format", "ndjson", "out/")
    assert everything(folder) == first
    full.delete_group(e.ZERO, e.TOKYO, full.names[e.ZERO, e.TOKYO, "web-8080"])
    walked.next_night()
    walked.run("export", "--format", "ndjson", "out")
    assert len(read(folder, "aws_ec2_security_group", "id")) == len(walked.inventory(type="aws_ec2_security_group"))
    assert everything(folder) != first
    before = walked.runs()[0]
    walked.run("export", "--format", "ndjson", "--run", before, "out")
    assert {k: v for k, v in everything(folder).items()} == first, "the first night, as it was"
    walked.write("mine/notes.txt", "not an export")
    refused = walked.run("export", "--format", "ndjson", "mine")
    assert refused.status == 2 and "mine" in refused.err and (walked.folder / "mine" / "notes.txt").read_text() == "not an export"
    assert sorted(p.name for p in walked.folder.glob("*.tmp")) == sorted(p.name for p in walked.folder.glob("*.old")) == []


def test_what_is_asked_wrongly_is_said(walked):
    for args in (["out"], ["--format", "csv", "out"], ["--format", "ndjson"], ["--format", "ndjson", "--run", "20200101T000000Z", "out"]):
        result = walked.run("export", *args)
        assert result.status == 2 and result.err, args
    assert not (walked.folder / "out").exists()
