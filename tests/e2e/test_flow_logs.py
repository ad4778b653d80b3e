"""VPC flow logs in a bucket: what boto3 and Python's gzip write there, yomawari sums up; whatever is wrong with a file is told."""
import gzip
import json
import random
import time
from collections import Counter
from datetime import datetime, timezone

import estate as e
import night
import pytest

TYPE, BUCKET, PREFIX = "aws_ec2_flow", "central-logs", "logs/AWSLogs/"
DEFAULT = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
CUSTOM = "flow-direction vpc-id dstport dstaddr srcaddr pkt-srcaddr start end protocol action packets bytes instance-id traffic-path a-new-field"
HOUR = 3600


def iso(at):
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def default_line(flow):
    return (f"2 {flow['account']} {flow['interface']} {flow['source']} {flow['destination']} 40000 {flow['port']} 17 {flow['packets']} "
            f"{flow['bytes']} {flow['start']} {flow['start'] + 59} {flow['action']} OK")


def custom_line(flow):
    return (f"egress {flow['vpc']} {flow['port']} {flow['destination']} 10.9.9.9 {flow['source']}  {flow['start']} {flow['start'] + 59} 17 "
            f"{flow['action']} {flow['packets']} {flow['bytes']} - 8 -")


class Bucket:
    """A log bucket, and what its files say: one row an hour and group."""

    def __init__(self, estate, account=e.DATA, region=e.TOKYO):
        self.s3, self.rows, self.keys = estate.client("s3", account, region), Counter(), []
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
        self.config = {"flow_logs": {"bucket": BUCKET, "prefix": PREFIX, "region": region, "account": account}}

    def name(self, account, region, at, *, hive=False, hourly=False, ending=".log.gz"):
        day = datetime.fromtimestamp(at, timezone.utc)
        if hive:
            folder = f"aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/" + day.strftime("year=%Y/month=%m/day=%d/")
            folder += day.strftime("hour=%H/") if hourly else ""
        else:
            folder = f"{account}/vpcflowlogs/{region}/" + day.strftime("%Y/%m/%d/") + (day.strftime("%H/") if hourly else "")
        return f"{PREFIX}{folder}{account}_vpcflowlogs_{region}_fl-0123456789abcdef0_{day:%Y%m%dT%H%M}Z_{len(self.keys):08x}{ending}"

    def put(self, account, region, at, body, **layout):
        self.keys.append(self.name(account, region, at, **layout))
        self.s3.put_object(Bucket=BUCKET, Key=self.keys[-1], Body=body)
        return self.keys[-1]

    def flows(self, account, region, at, count=5, *, counted=True, spoil=lambda b: b, more=(), custom=False, **layout):
        """A file of flows, drawn by its time."""
        draw, lines = random.Random(at), [CUSTOM if custom else DEFAULT, *more]
        for i in range(count):
            flow = {"account": account, "interface": f"eni-{i:017x}", "source": f"10.0.0.{i}", "destination": draw.choice(["8.8.8.8", "192.58.128.30", "2001:db8::53"]),
                    "port": draw.choice([53, 853]), "packets": draw.randrange(1, 99), "bytes": draw.randrange(60, 9999), "start": at - draw.randrange(300),
                    "action": draw.choice(["ACCEPT", "REJECT"]), "vpc": "vpc-1"}
            lines.append(custom_line(flow) if custom else default_line(flow))
            row = (account, region, "vpc-1" if custom else None, None if custom else flow["interface"], flow["source"], flow["destination"], flow["port"], flow["action"],
                   iso(flow["start"] - flow["start"] % HOUR))
            if counted:
                self.rows[row, "packets"] += flow["packets"]
                self.rows[row, "bytes"] += flow["bytes"]
                self.rows[row, "flows"] += 1
        return self.put(account, region, at, spoil(gzip.compress("\n".join(lines).encode() + b"\n", mtime=0)), **layout)

    def truth(self):
        rows = {row for row, _ in self.rows}
        return {(*row, *(self.rows[row, count] for count in ("packets", "bytes", "flows"))) for row in rows}


@pytest.fixture
def bucket(empty_estate):
    return Bucket(empty_estate)


@pytest.fixture
def watch(watch, bucket):
    watch.config(night.TARGETS, logs=[bucket.config])
    return watch


def scan(watch, **more):
    return watch.scan("--type", TYPE, "--detailed-exitcode", **more)


def kept(watch):
    """The rows in the store."""
    found = [(r["account"], r["region"], json.loads(r["body"])) for r in watch.select(
        "SELECT account.account, region, body FROM evidence JOIN scope ON scope.id = evidence.scope JOIN account ON account.id = scope.account WHERE type = ?", TYPE)]
    assert all((account, region) == (body["AccountId"], body["Region"]) for account, region, body in found)
    return {(account, region, body.get("VpcId"), body.get("InterfaceId"), body["SourceAddress"], body["DestinationAddress"], body["Port"], body["Action"], body["Hour"],
             body["Packets"], body["Bytes"], body["Flows"]) for account, region, body in found}


def outcomes(watch, *scopes):
    """{(account, region): (outcome, reason)} of what is not complete."""
    found = {(r["account"], r["region"]): (r["outcome"], r["reason"]) for r in watch.rows("coverage.csv", type=TYPE)}
    return {scope: found[scope] for scope in scopes} if scopes else found


def test_rows_are_what_the_files_say_whatever_their_layout_and_format(watch, bucket, proxy):
    at = watch.now - 4 * HOUR
    for i in range(12):
        bucket.flows(e.ZERO, e.EAST, at + i * 300)
    bucket.flows(e.ZERO, e.TOKYO, watch.now - 29 * HOUR, hourly=True)
    bucket.flows(e.SHOP, e.EAST, at, custom=True, hive=True, hourly=True)
    bucket.flows(e.SHOP, e.TOKYO, at, custom=True, hive=True)
    bucket.flows(e.SHOP, e.TOKYO, watch.now - 40 * HOUR, counted=False)                 # before the window
    bucket.flows("999999999999", e.EAST, at, counted=False)                             # nobody's that we walk
    bucket.s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{e.ZERO}/elasticloadbalancing/x", Body=b"another service's")
    result = scan(watch, status=0)
    assert kept(watch) == bucket.truth()
    assert set(outcomes(watch)) == {(e.DATA, e.EAST), (e.DATA, e.TOKYO)}
    assert outcomes(watch)[e.DATA, e.EAST] == ("skipped", "the buckets named in logs: hold no flow logs of this account and region")
    assert "15 files became" in result.err
    assert watch.run_json()["scan"]["flow_logs"] == {"files": 15, "lines": 75, "rows": len(bucket.truth()), "lines_nodata": 0, "lines_skipdata": 0, "lines_malformed": 0}
    assert {c.account for c in proxy.calls("GetObject")} == {e.DATA}
    policy = next(json.loads(c.params["Policy"]) for c in proxy.calls("AssumeRole") if BUCKET in c.params.get("Policy", ""))
    allowed = {s["Action"]: s["Resource"] for s in policy["Statement"]}
    assert allowed == {"s3:ListBucket": f"arn:aws:s3:::{BUCKET}", "s3:GetObject": f"arn:aws:s3:::{BUCKET}/{PREFIX}*", "kms:Decrypt": "*"}


def test_late_files_are_summed_up_the_next_night_and_nothing_counts_twice(watch, bucket):
    first = watch.now
    bucket.flows(e.ZERO, e.EAST, first - 2 * HOUR)
    scan(watch)
    before = kept(watch)
    assert before == bucket.truth()
    late = bucket.flows(e.ZERO, e.EAST, first - 2 * HOUR + 1, count=7)  # the same hour, and groups among those above
    assert late in bucket.keys
    watch.now += night.DAY
    scan(watch)
    assert kept(watch) == bucket.truth() != before
    watch.now += 60
    scan(watch)
    assert kept(watch) == bucket.truth()
    watch.now += 2 * night.DAY
    scan(watch)
    assert kept(watch) == set(), "they have left the window"
    assert outcomes(watch, (e.ZERO, e.EAST)) == {(e.ZERO, e.EAST): ("skipped", "no file of flow logs was delivered since the first hour that is read")}


BROKEN = {  # scope: what is done to the file, whether its whole lines are kept, what is told
    (e.ZERO, e.EAST): (lambda b: b[:-9], True, "gzip: it is cut off"),
    (e.ZERO, e.TOKYO): (lambda b: b[:-6] + bytes([b[-6] ^ 1]) + b[-5:], False, "gzip: incorrect data check"),
    (e.SHOP, e.EAST): (lambda b: b"<html>", False, "gzip: incorrect header check"),
    (e.SHOP, e.TOKYO): (lambda b: b"", False, "gzip: it is empty")}


def test_a_file_that_is_broken_leaves_its_scope_incomplete_and_loses_no_other(watch, bucket):
    at, keys = watch.now - HOUR, {}
    for scope, (spoil, counted, _) in BROKEN.items():
        bucket.flows(*scope, at)
        keys[scope] = bucket.flows(*scope, at - 300, count=1, counted=counted, spoil=spoil)
    bucket.flows(e.DATA, e.EAST, at)
    scan(watch, status=4)
    assert kept(watch) == bucket.truth()
    assert outcomes(watch, *BROKEN) == {scope: ("failed", f"{keys[scope]}: {words}") for scope, (_, _, words) in BROKEN.items()}
    assert (e.DATA, e.EAST) not in outcomes(watch)
    for key in keys.values():
        bucket.s3.delete_object(Bucket=BUCKET, Key=key)
    watch.now += HOUR
    scan(watch, status=0)
    assert set(outcomes(watch)) == {(e.DATA, e.TOKYO)}
    assert kept(watch) == bucket.truth(), "what was read of a file stays, gone as it is"


def test_lines_that_cannot_be_read_are_counted_and_parquet_is_named_as_what_it_is(watch, bucket):
    lines = ["2 too short", "2 1 eni-1 10.0.0.1 8.8.8.8 1 fifty 17 1 1 1 1 ACCEPT OK", "x" * 9000, "2 1 eni-1 - - - - - - - 1 2 - NODATA", "2 1 eni-1 - - - - - - - 1 2 - SKIPDATA"]
    key = bucket.flows(e.ZERO, e.EAST, watch.now - HOUR, more=lines)
    bucket.flows(e.SHOP, e.EAST, watch.now - HOUR)
    bucket.put(e.SHOP, e.EAST, watch.now - HOUR, b"PAR1 by its name", ending=".log.parquet")
    bucket.put(e.SHOP, e.TOKYO, watch.now - HOUR, b"PAR1 by its first bytes")
    bucket.flows(e.ZERO, e.TOKYO, watch.now - HOUR, more=lines[-1:])
    scan(watch, status=4)
    assert kept(watch) == bucket.truth()
    parquet = ("skipped", "flow logs are Parquet, which is not read: deliver them as text, or ask Athena")
    left_out = ("skipped", "AWS itself left records out (SKIPDATA): what was not seen may have happened")
    assert outcomes(watch, (e.ZERO, e.EAST), (e.ZERO, e.TOKYO), (e.SHOP, e.EAST), (e.SHOP, e.TOKYO)) == {
        (e.ZERO, e.EAST): ("failed", f"3 of 10 lines cannot be read, the first of them in {key}"), (e.ZERO, e.TOKYO): left_out, (e.SHOP, e.EAST): parquet, (e.SHOP, e.TOKYO): parquet}
    counts = watch.run_json()["scan"]["flow_logs"]
    assert (counts["lines_malformed"], counts["lines_nodata"], counts["lines_skipdata"]) == (3, 1, 2)


def test_what_is_refused_is_told_where_it_is_and_what_nobody_names_is_skipped(watch, bucket, faults, proxy):
    for region in e.REGIONS:
        bucket.flows(e.ZERO, region, watch.now - HOUR)
    kms = "User: x is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext"
    refused = faults.error("GetObject", 403, "AccessDenied", kms)
    scan(watch, status=4)
    proxy.remove(refused)
    words = ("denied", f"the role may not use the key that the bucket {BUCKET} is encrypted with (kms:Decrypt)")
    assert outcomes(watch, (e.ZERO, e.EAST), (e.ZERO, e.TOKYO)) == {(e.ZERO, e.EAST): words, (e.ZERO, e.TOKYO): words}
    refused = faults.error("ListObjectsV2", 403, "AccessDenied", "no")
    result = scan(watch, status=4)
    proxy.remove(refused)
    assert outcomes(watch, (e.ZERO, e.EAST))[e.ZERO, e.EAST] == ("denied", f"bucket {BUCKET}: s3 ListObjectsV2: AccessDenied: no")
    assert "flow logs were not read" in result.err
    watch.scan("--type", TYPE)
    assert kept(watch) == bucket.truth()
    watch.config(night.TARGETS)
    assert "no flow logs are named in logs: of the config" in scan(watch, status=0).err


def test_flow_logs_in_log_groups_are_read_where_the_config_names_them(watch, bucket, empty_estate, proxy):
    ec2, logs = (empty_estate.client(service, e.SHOP, e.EAST) for service in ("ec2", "logs"))
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    watch.now = int(time.time())  # moto refuses events of long ago
    at, group, stream = watch.now - watch.now % HOUR - HOUR // 2, "/vpc/flows", "eni-1-all"
    empty_estate.client("iam", e.SHOP).create_role(RoleName="flows", AssumeRolePolicyDocument="{}")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    made = ec2.create_flow_logs(ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogGroupName=group, DeliverLogsPermissionArn=f"arn:aws:iam::{e.SHOP}:role/flows")
    assert made["Unsuccessful"] == []
    flow = {"account": e.SHOP, "interface": "eni-1", "source": "10.0.0.9", "destination": "8.8.8.8", "port": 53, "packets": 3, "bytes": 200, "start": at, "action": "ACCEPT"}
    lines = [default_line({**flow, **more}) for more in ({}, {"destination": "10.0.0.2"}, {"start": at + 1}, {"destination": "192.0.2.80", "port": 443})]
    put = logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": at * 1000, "message": line} for line in lines])
    assert "rejectedLogEventsInfo" not in put, put
    bucket.flows(e.SHOP, e.EAST, at, custom=True)
    watch.config(night.TARGETS, logs=[bucket.config, {"flow_log_groups": {"account": e.SHOP, "name": "/vpc/*"}}])
    scan(watch, status=0)
    row = (e.SHOP, e.EAST, None, "eni-1", "10.0.0.9", "8.8.8.8", 53, "ACCEPT", iso(at - at % HOUR), 6, 400, 2)
    assert kept(watch) == bucket.truth() | {row}
    assert {c.account for operation in ("FilterLogEvents", "DescribeFlowLogs") for c in proxy.calls(operation)} == {e.SHOP}
    policies = [json.loads(c.params["Policy"]) for c in proxy.calls("AssumeRole") if "log-group" in c.params.get("Policy", "")]
    assert [statement["Resource"] for policy in policies for statement in policy["Statement"]] == ["*", [f"arn:aws:logs:*:{e.SHOP}:log-group:/vpc/*:*"]]
