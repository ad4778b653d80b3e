"""Flow logs of the fake cloud: boto3 and yomawari read out of the bucket what the truth says of each night."""
import gzip
import json
import os
import random
from collections import Counter, defaultdict
from datetime import datetime, timezone

import fakecloud
import night
import pytest
from botocore.exceptions import ClientError
from fakecloud import FakeCloud

TYPE, BUCKET, PREFIX, REGION = "aws_ec2_flow", "company-flow-logs", "AWSLogs/", "us-east-1"
WINDOW, HOUR = 30 * 3600, 3600
WATCHED = {"9.9.9.9"}  # at port 443
SEEDS = [11]
if os.environ.get("YOMAWARI_LONG"):
    SEEDS += random.Random(11).sample(range(10**9), 19)


@pytest.fixture
def cloud(tmp_path):
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeCloud(binary, tmp_path / "truth", *args, accounts=3, regions=2, **more)


@pytest.fixture
def story(tmp_path, binary):
    return night.Watch(tmp_path / "watch", "", binary)


def visit(watch, fake, *args, targets=({"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}},), logs=None, **config):
    """A walk over tonight's cloud, with its bucket named, or other logs."""
    bucket = {"flow_logs": {"bucket": BUCKET, "region": REGION, "account": fake.truth["accounts"][1]}}
    watch.config(list(targets), inventory={"only": ["*"]}, logs=[bucket] if logs is None else [bucket if log == "bucket" else log for log in logs], **config)
    watch.url = fake.url
    return watch.run("scan", "--detailed-exitcode", *args)


def kept(watch):
    bodies = [json.loads(r["body"]) for r in watch.select("SELECT body FROM evidence JOIN scope ON scope.id = evidence.scope WHERE type = ?", TYPE)]
    return sorted((b["AccountId"], b["Region"], b.get("VpcId", ""), b["InterfaceId"], b["SourceAddress"], b["DestinationAddress"], b["Port"], b["Protocol"], b["Action"],
                   b["Hour"], b["Packets"], b["Bytes"], b["Flows"]) for b in bodies)


def told(truth):
    return sorted(tuple(row) for row in truth["flows"])


def unread(watch):
    return {(r["account"], r["region"]): (r["outcome"], r["reason"]) for r in watch.rows("coverage.csv", type=TYPE)}


def iso(at):
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def summed_up(lines, account, region, since, rows):
    """The file's watched flows, as Python reads them."""
    names = lines[0].split(" ")
    for line in lines[1:]:
        flow = dict(zip(names, line.split(), strict=True))
        destination, port = flow["dstaddr"], flow["dstport"]
        if "-" in (destination, port) or flow.get("flow-direction") == "ingress" or destination.startswith("10.") or int(flow["start"]) < since:
            continue
        if port in ("53", "853") or (port == "443" and destination in WATCHED):
            start = int(flow["start"])
            row = (account, region, flow.get("vpc-id", ""), flow["interface-id"], flow["srcaddr"], destination, int(port), int(flow["protocol"]), flow["action"],
                   iso(start - start % HOUR))
            rows[row] += Counter(packets=int(flow["packets"]), bytes=int(flow["bytes"]), flows=1)


def by_boto3(fake, since):
    s3, rows = fake.client("s3", keys=fake.keys(fake.truth["accounts"][1])), defaultdict(Counter)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX):
        for key in (item["Key"] for item in page["Contents"]):
            account, _, region, *_ = key.rsplit("/", 1)[1].split("_")
            assert key.split("/")[1].removeprefix("aws-account-id=") == account and key.split("/")[3].removeprefix("aws-region=") == region
            summed_up(gzip.decompress(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()).decode().splitlines(), account, region, since, rows)
    return sorted((*row, c["packets"], c["bytes"], c["flows"]) for row, c in rows.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_yomawari_keeps_what_the_bucket_holds_night_after_night(cloud, story, seed):
    late = set()
    for at_night in range(5):
        with cloud(seed, at_night, page=2 if at_night == 2 else 0) as fake:
            result = visit(story, fake, "--type", TYPE)
            assert result.status == 0, result
            assert kept(story) == told(fake.truth) and len(fake.truth["flows"]) > 50
            assert unread(story) == {}
            late |= {row[9] for row in fake.truth["flows"] if row[9] < iso(story.now - night.DAY)}
            if at_night == 1:
                assert by_boto3(fake, story.now - WINDOW) == told(fake.truth)
        story.now += night.DAY
    assert late, "files of the hours before the last night"


def test_whoever_has_no_list_of_accounts_finds_his_own_logs(cloud, story):
    with cloud(11) as fake:
        reader = fake.truth["accounts"][1]
        result = visit(story, fake, "--type", TYPE, targets=[{"aws": {"role": f"arn:aws:iam::{reader}:role/{fakecloud.ROLE}", "regions": "us-east-1"}}])
        assert result.status == 0, result
        assert kept(story) == [row for row in told(fake.truth) if row[:2] == (reader, REGION)] != []


def test_only_its_reader_opens_the_bucket(cloud, story):
    with cloud(11) as fake:
        with pytest.raises(ClientError, match="AccessDenied"):
            fake.client("s3").list_objects_v2(Bucket=BUCKET)
        with pytest.raises(ClientError, match="NoSuchKey"):
            fake.client("s3", keys=fake.keys(fake.truth["accounts"][1])).get_object(Bucket=BUCKET, Key="AWSLogs/x")


def test_a_second_scan_of_the_same_night_changes_nothing_and_a_broken_file_takes_nothing_away(cloud, story):
    seen, story.now = [], story.now + night.DAY
    with cloud(11, 1) as fake:
        for _ in range(2):
            visit(story, fake)
            assert kept(story) == told(fake.truth)
            seen.append((story.bytes("inventory.csv"), [{**row, "change": ""} for row in story.rows("findings.csv", state="open")]))
            story.now += 600
    assert seen[0] == seen[1] and story.rows("changes.csv") == []
    assert {row["account"] for row in seen[0][1] if row["check"] == "aws_outbound_dns"} == set(fake.truth["accounts"]), "checks see them"
    with cloud(11, 1, faults=[{"operation": "GetObject", "nth": 3, "do": "short", "bytes": 120}]) as fake:
        visit(story, fake, "--type", TYPE)
    assert kept(story) == told(fake.truth)
    assert [outcome for outcome, _ in unread(story).values()] == ["failed"] and "gzip: it is cut off" in str(unread(story))


ROOT_CHECK, TRAIL_TYPE, TRAIL_PREFIX = "aws_root_used", "aws_cloudtrail_trail_event", "trails/AWSLogs/"


def roots_by_boto3(fake, since):
    """{id: (account, region)} of what root did, in files that were delivered since then."""
    s3, found = fake.client("s3", keys=fake.keys(fake.truth["accounts"][1])), {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=TRAIL_PREFIX):
        for key in (item["Key"] for item in page["Contents"]):
            account, kind, region, minute, _ = key.rsplit("/", 1)[1].split("_")
            if kind != "CloudTrail" or datetime.strptime(minute + "+0000", "%Y%m%dT%H%MZ%z").timestamp() < since:
                continue
            for r in json.loads(gzip.decompress(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()))["Records"]:
                identity = r["userIdentity"]
                if identity["type"] == "Root" and "invokedBy" not in identity and r["eventType"] != "AwsServiceEvent":
                    found[r["eventID"]] = (r["recipientAccountId"], r["awsRegion"])
                    assert (account, region) == found[r["eventID"]]
    return found


def root_findings(watch):
    return sorted((r["account"], r["subject"], r["severity"], night.evidence(r["evidence"])) for r in watch.rows("findings.csv", state="open", check=ROOT_CHECK))


def kept_of(watch, types):
    return {r["event_id"]: (r["account"], r["region"]) for r in watch.select(
        "SELECT event_id, account.account, region FROM evidence JOIN scope ON scope.id = scope JOIN account ON account.id = scope.account WHERE type GLOB ?", types)}


def test_a_central_trail_tells_of_root_where_an_accounts_own_history_is_denied(cloud, story):
    ids, silent = {}, None
    for at_night in range(2):
        faults = [{"operation": "LookupEvents", "account": silent, "do": "deny"}] if at_night > 0 else None
        with cloud(11, at_night, faults=faults) as fake:
            since = story.now - (7 * night.DAY if at_night == 0 else night.DAY + 6 * HOUR)
            logs = [{"trails": {"bucket": BUCKET, "prefix": TRAIL_PREFIX, "region": REGION, "account": fake.truth["accounts"][1]}}]
            story.config([{"aws": {"organization": {}, "role": fakecloud.ROLE, "regions": "all"}}], inventory={"only": []}, judged=[ROOT_CHECK], logs=logs)
            story.url, silent = fake.url, fake.truth["accounts"][0]
            result = story.run("scan", "--check", ROOT_CHECK, "--detailed-exitcode")
            assert result.status in ((4, 5) if faults else (0, 3)), result
            assert root_findings(story) == sorted((a, subject, severity, evidence) for check, a, _, _, subject, severity, evidence in fake.truth["findings"] if check == ROOT_CHECK)
            assert night.bare(story.rows("controls.csv", check=ROOT_CHECK)[0]["unknown"]) == "0", "the trail covers the account"
            assert {(r["account"], r["outcome"]) for r in story.rows("coverage.csv", type="aws_cloudtrail_root_event")} == ({(silent, "denied")} if faults else set())
            assert story.rows("coverage.csv", type=TRAIL_TYPE) == []
            ids |= roots_by_boto3(fake, since - 900)
            assert kept_of(story, TRAIL_TYPE) == ids
            if faults:
                story.now += 600
                assert story.run("scan", "--check", ROOT_CHECK, "--detailed-exitcode").status == 4, "the same again is no news"
                assert kept_of(story, TRAIL_TYPE) == ids and story.rows("changes.csv") == []
        story.now += night.DAY
    alone = {ids[i][0] for i in ids.keys() - kept_of(story, "aws_cloudtrail_root_event*").keys()}
    assert alone == {silent}, "there, and nowhere else, the trail alone tells of some"


GROUPS = {"flow_log_groups": {}}
NAMES = ["", "", "", "", "ydst", "", "yport", "", "", "ybytes", "ystart", "", "", ""]
BY_DESTINATION = (r"parse @message /^ *" + " +".join(rf"(?<{name}>\S+)" if name else r"\S+" for name in NAMES) + r" *$/ | filter yport like /^53$/"
                  " | fields floor(ystart / 3600) as yhour | stats count(*) as yflows, sum(ybytes) as ysum by yhour, ydst | limit 100")


def most(*truths):
    """What several logs tell of the same flows counts once, as the one that saw most; only some tell of the network."""
    found = {}
    for row in (row for truth in truths for row in truth):
        key = (*row[:2], *row[3:10])
        found[key] = tuple(map(max, zip(found.get(key, (0, 0, 0)), row[10:], strict=True)))
    return found


def kept_by_group(watch):
    rows = kept(watch)
    found = {(*row[:2], *row[3:10]): row[10:] for row in rows}
    assert len(found) == len(rows), "the same flows in two rows"
    return found


def test_log_groups_are_read_event_by_event_or_by_queries_and_nothing_counts_twice(cloud, story):
    story.now += night.DAY
    with cloud(11, 1, page=7) as fake:
        result = visit(story, fake, "--type", TYPE, logs=[GROUPS, "bucket"])
        assert result.status == 0, result
        truth = fake.truth["log_group_flows"]
        assert kept_by_group(story) == most(fake.truth["flows"], truth) != most(fake.truth["flows"])
        assert unread(story) == {}
        assert story.run_json()["scan"]["flow_logs"]["bytes_queried"] > 20_000_000
        ours = next(row for row in truth if row[1] == REGION)
        logs, group = fake.client("logs", keys=fake.keys(ours[0])), "/vpc/flows"
        events = [event for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group) for event in page["events"]]
        assert len(events) > 50 and all(event["timestamp"] // 1000 == int(event["message"].split()[10]) for event in events)
        asked = [line for line in (event["message"].split() for event in events) if line[6] == "53"]
        query = {"logGroupNames": [group], "startTime": story.now - 3 * night.DAY, "endTime": story.now, "limit": 100}
        begun = logs.start_query(queryString=BY_DESTINATION, **query)["queryId"]
        first, second = (logs.get_query_results(queryId=begun) for _ in range(2))
        assert (first["status"], second["status"]) == ("Running", "Complete") and len(first["results"]) < len(second["results"])
        rows = [{cell["field"]: cell["value"] for cell in row} for row in second["results"]]
        assert (sum(int(row["yflows"]) for row in rows), sum(int(row["ysum"]) for row in rows)) == (len(asked), sum(int(line[9]) for line in asked))
        with pytest.raises(ClientError, match="MalformedQueryException"):
            logs.start_query(queryString="fields @message | limit 5", **query)


def test_what_is_over_the_limit_or_refused_is_left_out_and_says_why(cloud, story):
    with cloud(11) as fake:
        busy, quiet = (fake.truth["regions"][i] for i in (1, 0))
        logged = {tuple(row[:2]) for row in fake.truth["log_group_flows"]}
        assert {region for _, region in logged} == {busy, quiet}
        visit(story, fake, "--type", TYPE, logs=[GROUPS], limits={"logs_max_gb": 0})
        over = {scope: told for scope, told in unread(story).items() if scope in logged}
        assert set(over) == {scope for scope in logged if scope[1] == busy}
        assert all(outcome == "skipped" and "limits.logs_max_gb" in reason for outcome, reason in over.values())
        assert kept_by_group(story) == most([row for row in fake.truth["log_group_flows"] if tuple(row[:2]) not in over])
        others = {told for scope, told in unread(story).items() if scope not in logged}
        assert others == {("skipped", "what is named in logs: holds no flow logs of this account and region")}
    refused = [{"operation": "StartQuery", "do": "deny"}, {"operation": "FilterLogEvents", "do": "deny"}]
    with cloud(11, faults=refused) as fake:
        visit(story, fake, "--type", TYPE, logs=[GROUPS])
        told = {scope: told for scope, told in unread(story).items() if scope in logged}
        assert {(outcome, region == busy, "logs:StartQuery" in reason, "logs:FilterLogEvents" in reason) for (_, region), (outcome, reason) in told.items()} == {
            ("denied", True, True, False), ("denied", False, False, True)}


def test_athena_tells_what_the_files_of_the_bucket_hold(cloud, story):
    story.now += night.DAY
    with cloud(11, 1, page=100) as fake:
        asked = {"account": fake.truth["accounts"][1], "region": REGION, "workgroup": "flow-logs", "database": "flow_logs"}
        tables = [{"athena_flow_logs": {**asked, "table": table}} for table in ("plain", "hive")]
        result = visit(story, fake, "--type", TYPE, logs=tables)
        assert result.status == 0, result
        assert kept(story) == told(fake.truth) and unread(story) == {}
        assert story.run_json()["scan"]["flow_logs"]["rows"] == len(fake.truth["flows"])
        athena = fake.client("athena", keys=fake.keys(asked["account"]))
        assert athena.get_work_group(WorkGroup="flow-logs")["WorkGroup"]["Configuration"]["BytesScannedCutoffPerQuery"] == 10**9
        columns = athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="flow_logs", TableName="hive")["TableMetadata"]["Columns"]
        assert {"Name": "pkt_srcaddr", "Type": "string"} in columns
        query = athena.start_query_execution(QueryString="SELECT 1", WorkGroup="flow-logs", ClientRequestToken="x" * 32,
                                             QueryExecutionContext={"Catalog": "AwsDataCatalog", "Database": "flow_logs"})["QueryExecutionId"]
        states = [athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] for _ in range(3)]
        assert states == ["QUEUED", "RUNNING", "FAILED"], "no query but ours is understood"
        with pytest.raises(ClientError, match="not found"):
            fake.client("athena").get_work_group(WorkGroup="flow-logs")
