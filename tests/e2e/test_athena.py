"""Flow logs asked of Athena: the same lines, read in S3 by us and summed up by another engine in our SQL, are the same rows."""
import json
import random
import signal
import threading
import time

import estate as e
import night
import pytest
from athena import WORKGROUP, Athena, Table, files_of
from test_flow_logs import BUCKET, CUSTOM, DEFAULT, HOUR, PREFIX, TYPE, Bucket, outcomes, scan

HIVE = dict.fromkeys(["aws-account-id", "aws-service", "aws-region", "year", "month", "day"], "string")


def plain_keys(key):
    account, _, region, year, month, day, *_ = key.removeprefix(PREFIX).split("/")
    return [account, region, f"{year}/{month}/{day}"]


def hive_keys(key):
    return [folder.partition("=")[2] for folder in key.removeprefix(PREFIX).split("/")[:6]]


def tables():
    """By the guide: plain folders with partition projection, Hive-compatible ones with fields of one's own; and one by somebody who took little care."""
    projected = {"projection.enabled": "true", "projection.day.type": "date", "projection.day.format": "yyyy/MM/dd",
                 "storage.location.template": "s3://bucket/AWSLogs/${accid}/vpcflowlogs/${region}/${day}"}
    return [Table("plain", DEFAULT.split(), dict.fromkeys(["accid", "region", "day"], "string"), plain_keys, projected),
            Table("hive", CUSTOM.split(), HIVE, hive_keys),
            Table("odd", DEFAULT.split(), {}, lambda _: [], numbers={"account-id": "bigint"}, headed=True)]


def named(table):
    return {"athena_flow_logs": {"account": e.DATA, "region": e.TOKYO, "workgroup": "flows", "database": "logs", "table": table}}


def odd_lines(at, draw):
    """What lines can be, beside flows to name servers: each kind of destination that is not watched, or is at one port alone; answers; silence."""
    destinations = ["10.0.0.2", "172.20.1.1", "172.32.1.1", "192.168.1.1", "100.64.0.1", "169.254.169.253", "224.0.0.251", "127.0.0.1", "8.8.8.8", "9.9.9.9", "45.90.28.9",
                    "45.90.29.9", "198.51.100.7", "fd00:ec2::253", "fe80::1", "ff02::fb", "::1", "2001:db8::53", "2620:fe::fe", "2a07:a8c0::1", "2a07:a8c2::1"]
    lines = ["2 unknown eni-unknown 10.0.0.9 8.8.4.4 40000 53 17 1 60 {at} {at} ACCEPT OK", "2 1 eni-1 - - - - - - - {at} {at} - NODATA"]
    for destination in destinations:
        for port in (53, 853, 443, 80):
            source = draw.choice([40000, 53, 123])
            lines.append(f"2 {e.ZERO} eni-{draw.randrange(3):017x} 10.0.0.{draw.randrange(3)} {destination} {source} {port} 17 {draw.randrange(1, 99)} "
                         f"{draw.randrange(60, 9999)} {at - draw.randrange(4000)} {at + draw.randrange(60)} {draw.choice(['ACCEPT', 'REJECT'])} OK")
    return [line.replace("{at}", str(at)) for line in lines]


def fill(bucket, now):
    """Files of both layouts, in and before the window."""
    draw = random.Random(7)
    for i in range(6):
        at = now - 3 * HOUR - i * 5000
        bucket.flows(e.ZERO, e.EAST, at, more=odd_lines(at, draw))
        bucket.flows(e.SHOP, e.TOKYO, at, custom=True, hive=True, hourly=i % 2 == 0)
    bucket.flows(e.SHOP, e.TOKYO, now - 2 * HOUR, custom=True, hive=True)
    bucket.flows(e.ZERO, e.EAST, now - 31 * HOUR)
    bucket.flows("999999999999", e.EAST, now - HOUR)   # nobody's that we walk
    bucket.flows(e.ZERO, e.EAST, now - HOUR)
    bucket.put(e.SHOP, e.TOKYO, now - HOUR, b"PAR1 by its first bytes")


@pytest.fixture
def bucket(empty_estate):
    return Bucket(empty_estate)


def rows_of(watch):
    """All that is kept, whole."""
    return sorted((r["account"], r["region"], r["body"]) for r in watch.select(
        "SELECT account.account, region, body FROM evidence JOIN scope ON scope.id = evidence.scope JOIN account ON account.id = scope.account WHERE type = ?", TYPE))


def test_another_engine_sums_up_by_our_sql_what_we_sum_up_of_the_files(watch, bucket, proxy, tmp_path, binary):
    fill(bucket, watch.now)
    athena = Athena(proxy, tables(), files_of(bucket.s3, BUCKET))
    watch.config(night.TARGETS, logs=[bucket.config])
    scan(watch)
    by_files, counts = rows_of(watch), watch.run_json()["scan"]["flow_logs"]
    assert len(by_files) > 50 and outcomes(watch)[e.SHOP, e.TOKYO][0] == "skipped", "Parquet lies there, too"
    other = night.Watch(tmp_path / "other", proxy.url, binary)
    other.config(night.TARGETS, logs=[named("plain"), named("hive"), named("odd")], limits={"logs_max_gb": 7})
    result = scan(other)
    assert rows_of(other) == by_files
    assert other.run_json()["scan"]["flow_logs"]["rows"] == counts["rows"] and result.err.count("has no partitions by day") == 1, result
    assert (e.ZERO, e.EAST) not in outcomes(other) and (e.SHOP, e.TOKYO) not in outcomes(other)
    assert outcomes(other)[e.DATA, e.EAST] == ("skipped", "what is named in logs: holds no flow logs of this account and region")
    assert len(athena.queries) == 3 and len(athena.queries["query-0"]["rows"]) > 3 * athena.page
    assert "'2026/11/19', '2026/11/20', '2026/11/21')" in athena.queries["query-0"]["params"]["QueryString"]
    assert "\"day\" IN ('19', '20', '21')" in athena.queries["query-1"]["params"]["QueryString"]
    policies = [json.loads(c.params["Policy"]) for c in proxy.calls("AssumeRole") if "athena" in c.params.get("Policy", "")]
    written = [[s for s in p["Statement"] if "s3:PutObject" in s["Action"]] for p in policies]
    assert [len(w) for w in written] == [0, 1] * 3 and written[1][0]["Resource"] == "arn:aws:s3:::results/night/*"
    assert all(s["Condition"]["ForAnyValue:StringEquals"] == {"aws:CalledVia": "athena.amazonaws.com"} for p in policies for s in p["Statement"] if "s3:" in str(s["Action"]))
    watch.config(night.TARGETS, logs=[bucket.config, named("odd"), named("hive")])
    watch.now += 60
    scan(watch)
    assert rows_of(watch) == by_files, "nothing counts twice"
    assert (e.SHOP, e.TOKYO) not in outcomes(watch), "what lies there as Parquet is told by the table"


def test_what_cannot_be_asked_is_told_and_what_was_scanned_counts_and_what_nobody_waits_for_is_stopped(watch, bucket, proxy):
    bucket.flows(e.ZERO, e.EAST, watch.now - HOUR)
    athena = Athena(proxy, tables(), files_of(bucket.s3, BUCKET))
    watch.config(night.TARGETS, logs=[named("plain"), named("hive")], limits={"logs_max_gb": 3})
    athena.workgroup = {**WORKGROUP, "Configuration": {**WORKGROUP["Configuration"], "BytesScannedCutoffPerQuery": 3_000_000_001}}
    result = watch.scan("--type", TYPE)
    assert {o for o, _ in outcomes(watch).values()} == {"skipped"} and proxy.count("StartQueryExecution") == 0
    assert all("lower BytesScannedCutoffPerQuery, or raise limits.logs_max_gb" in why for _, why in outcomes(watch).values())
    assert result.err.count("flow logs were not read") == 2, result
    watch.now += 60
    athena.workgroup, athena.end = WORKGROUP, ("FAILED", "HIVE_BAD_DATA: a\nfield é This query ran against the \"logs\" database. Query Id: 1-2-3")
    watch.scan("--type", TYPE, status=0)   # the first has scanned a half of what may be
    told = set(outcomes(watch).values())
    assert told == {("failed", "Athena's table logs.plain: the query ended FAILED: HIVE_BAD_DATA: a field")} and len(athena.queries) == 1
    athena.polls = 10**6
    process = watch.start("scan", "--type", TYPE)
    while len(athena.queries) < 2 or proxy.count("GetQueryExecution") < 4:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert athena.queries["query-1"].get("stopped")


def test_what_was_asked_is_not_paid_for_twice(watch, bucket, proxy):
    """Killed before it heard of its query, then while that ran; --resume takes it up, twice. Runs of a part ask for a part, or not at all."""
    fill(bucket, watch.now)
    athena = Athena(proxy, tables(), files_of(bucket.s3, BUCKET), page=10**6)
    watch.config(night.TARGETS, logs=[named("plain"), named("hive")], limits={"logs_max_gb": 7})
    begun, released = threading.Event(), threading.Event()
    athena.on_begun = lambda: (begun.set(), released.wait(60))
    watch.kill_during(lambda _: begun.wait(60), "--type", TYPE)
    athena.on_begun = lambda: None
    released.set()
    proxy.wait_idle()
    assert len(athena.queries) == 1
    athena.queries["query-0"]["polls"] = 10**6
    started, asked = proxy.count("StartQueryExecution"), proxy.count("GetQueryExecution")

    def it_runs(process):
        while proxy.count("GetQueryExecution") < asked + 4:
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)

    watch.kill_during(it_runs, "--type", TYPE, "--resume")
    proxy.wait_idle()
    assert len(athena.queries) == 1 and proxy.count("StartQueryExecution") == started + 1, "with the same token"
    athena.queries["query-0"]["polls"] = 0
    watch.scan("--type", TYPE, "--resume")
    assert len(athena.queries) == 2 and "stopped" not in str(athena.queries.values())
    assert len(rows_of(watch)) > 50
    athena.polls, watch.now = 0, watch.now + 60
    watch.scan("--check", "aws_s3_bucket_public")
    assert len(athena.queries) == 2
    watch.scan("--type", TYPE, "--account", e.SHOP)
    assert len(athena.queries) == 4, "another run, with another question"
    assert f"\"aws-account-id\" IN ('{e.SHOP}')" in athena.queries["query-3"]["params"]["QueryString"]
    assert {row["Data"][0].get("VarCharValue") for q in ("query-2", "query-3") for row in athena.queries[q]["rows"][1:]} <= {None, e.SHOP}
