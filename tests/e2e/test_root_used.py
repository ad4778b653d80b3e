"""Root's key on somebody's machine: opened once, with who it was; silent on later nights; new for a new actor; ended by quiet."""
import gzip
import json
from datetime import datetime, timezone

import estate as e
import night
import pytest
from events import Trail, iso

CHECK, KEY, HOUR = "aws_root_used", "AKIAIOSFODNN7EXAMPLE", 3600
STRANGER = "203.0.113.77"


@pytest.fixture
def trail(proxy):
    return Trail(proxy)


@pytest.fixture
def watch(watch):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": e.EAST}}], inventory={"only": []}, judged=[CHECK], quiet_days=2,
                 checks={"tor_exits": "exits.csv"})
    watch.accounts({e.ZERO: "zero", e.SHOP: "shop"}, team="web")
    watch.write("exits.csv", "range,name\n# one a line\n198.51.100.0/24,nobody\n")
    return watch


@pytest.fixture
def machine(bare):
    """An instance of the shop's with a public address: its id and address."""
    ec2 = bare.ec2(e.SHOP, e.EAST)
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "backup-server"}]}])["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc", Address="198.18.0.7")  # moto draws them from 127.0.0.0/8
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=made)
    return made, address["PublicIp"]


def use(trail, ident, at, address, name="DescribeVolumes", **record):
    """In account zero, by its key."""
    told = {"userIdentity": {"type": "Root", "accountId": e.ZERO, "accessKeyId": KEY}, "eventType": "AwsApiCall", "eventSource": "ec2.amazonaws.com",
            "eventName": name, "sourceIPAddress": address, "userAgent": "aws-cli/1.11.13 Python/2.7.12", "eventTime": iso(at), **record}
    trail.add(e.ZERO, e.EAST, ident, at, name, CloudTrailEvent=json.dumps(told))


def told(watch, **match):
    return {r["subject"]: (r["state"], r["change"], r["severity"]) for r in watch.rows("findings.csv", check=CHECK, **match)}


def details(watch):
    return {r["subject"]: json.loads(r["detail"]) for r in watch.select(
        "SELECT subject, detail FROM finding_state JOIN finding ON finding.id = finding WHERE check_id = ? AND to_run IS NULL", CHECK)}


def test_a_key_on_a_machine_is_told_once_and_ends_when_it_is_quiet(watch, trail, machine, bare):
    instance, address = machine
    ours = f"access-key/{KEY}/{instance}"
    for i in range(12):
        use(trail, f"v{i}", watch.now - HOUR - i, address)
    use(trail, "s", watch.now - 2 * HOUR, address, "CreateSnapshot")
    watch.scan("--check", CHECK, "--detailed-exitcode", status=3)
    assert told(watch) == {ours: ("open", "new", "critical")}
    row = watch.rows("findings.csv", check=CHECK)[0]
    assert row["summary"].startswith(f"In account {e.ZERO} the root access key {KEY} was used, from {instance} (backup-server, account shop, team web), "
                                     "by aws-cli; 13 calls: DescribeVolumes ×12, CreateSnapshot ×1, between 20")
    assert (row["id"].strip("'="), row["team"]) == (e.ZERO, "web") or row["team"] == "web"
    assert details(watch)[ours]["calls"] == ["DescribeVolumes ×12", "CreateSnapshot ×1"] and details(watch)[ours]["addresses"] == [f"{address} ×13"]

    bare.ec2(e.SHOP, e.EAST).create_tags(Resources=[instance], Tags=[{"Key": "Name", "Value": "old-backup"}])
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=0)             # nothing happened, but that it is called otherwise
    assert told(watch) == {ours: ("open", "", "critical")}
    assert f"from {instance} (old-backup, account shop, team web), by" in watch.rows("findings.csv", check=CHECK)[0]["summary"]
    use(trail, "again", watch.now + HOUR, address)
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=0)             # the same by the same: no news
    assert told(watch) == {ours: ("open", "", "critical")} and details(watch)[ours]["count"] == 14

    theirs, tor = f"access-key/{KEY}/203.0.113.0/24", "console/198.51.100.0/24"
    use(trail, "stranger", watch.now + HOUR, STRANGER)
    use(trail, "person", watch.now + HOUR, "198.51.100.7", userAgent="Mozilla/5.0", userIdentity={
        "type": "Root", "accountId": e.ZERO, "accessKeyId": "ASIA", "sessionContext": {"attributes": {"mfaAuthenticated": "true"}}})
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=3)             # another actor, and one out of Tor
    assert told(watch) == {ours: ("open", "", "critical"), theirs: ("open", "new", "critical"), tor: ("open", "new", "critical")}
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=0)
    assert told(watch, state="resolved") == {ours: ("resolved", "resolved", "critical")}
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=0)
    assert set(told(watch, state="resolved")) == {theirs, tor} and told(watch, state="open") == {}
    causes = {r["cause"] for r in watch.select("SELECT cause FROM finding_state JOIN finding ON finding.id = finding WHERE check_id = ? AND "
                                               "to_run IS NULL AND verdict = 'PASS' AND subject <> ''", CHECK)}
    assert causes == {"quiet"}


def test_whoever_let_the_address_go_since_is_named_without_a_change(watch, trail, machine, bare):
    instance, address = machine
    use(trail, "first", watch.now - HOUR, address)
    watch.scan("--check", CHECK, "--detailed-exitcode", status=3)
    assert f"from {instance} (backup-server, account shop, team web), by" in watch.rows("findings.csv", check=CHECK)[0]["summary"]
    ec2 = bare.ec2(e.SHOP, e.EAST)
    allocation = ec2.describe_addresses(PublicIps=[address])["Addresses"][0]
    ec2.disassociate_address(AssociationId=allocation["AssociationId"])
    ec2.release_address(AllocationId=allocation["AllocationId"])
    use(trail, "before", watch.now + HOUR, address)
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=0)
    row = watch.rows("findings.csv", check=CHECK)[0]
    assert row["subject"] == f"access-key/{KEY}/{instance}" and json.loads(row["evidence"])["actor"]["id"] == instance
    assert f"from {instance} (backup-server, account shop, team web, address released since), by aws-cli; 2 calls: DescribeVolumes ×2" in row["summary"]
    use(trail, "after", watch.now + HOUR, address)
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=3)
    network = address.rsplit(".", 1)[0] + ".0/24"
    assert {s: c for s, (_, c, _) in told(watch).items()} == {f"access-key/{KEY}/{instance}": "", f"access-key/{KEY}/{network}": "new"}


def test_events_without_their_parts_are_told_and_a_region_that_refuses_leaves_the_account_unknown(watch, trail, bare, faults):
    trail.add(e.ZERO, e.EAST, "bare", watch.now - HOUR, CloudTrailEvent="{}")
    trail.add(e.ZERO, e.EAST, "torn", watch.now - HOUR, CloudTrailEvent='{"userIdentity": {"type": "Ro')
    use(trail, "nowhere", watch.now - HOUR, None, userAgent="=1+1\u0007" * 1000)
    faults.deny("LookupEvents", account=e.SHOP, region=e.EAST)
    watch.scan("--check", CHECK, "--detailed-exitcode", status=5)
    assert told(watch) == {"unreadable": ("open", "new", "low"), f"access-key/{KEY}/none": ("open", "new", "critical")}
    assert details(watch)["unreadable"]["count"] == 2
    assert {a for a, _, _ in watch.incomplete()} == {e.SHOP}
    assert night.bare(watch.rows("controls.csv", check=CHECK)[0]["unknown"]) == "1"


TRAIL, BUCKET, PREFIX, ORGANIZATION = "aws_cloudtrail_trail_event", "audit-logs", "org/AWSLogs/", "o-abcde12345"
KEY_ARN = f"arn:aws:kms:{e.EAST}:{e.SHOP}:key/0a1b2c3d"


class Files:
    """Trails in a bucket of the shop's: an organization's, and one of a single account."""

    def __init__(self, estate):
        self.s3, self.count = estate.client("s3", e.SHOP, e.EAST), 0
        self.s3.create_bucket(Bucket=BUCKET)
        self.config = {"trails": {"bucket": BUCKET, "prefix": PREFIX, "region": e.EAST, "account": e.SHOP}}

    def put(self, account, at, records, *, organization=ORGANIZATION + "/", kind="CloudTrail", region=e.EAST, spoil=lambda b: b):
        self.count += 1
        day = datetime.fromtimestamp(at, timezone.utc)
        key = f"{PREFIX}{organization}{account}/{kind}/{region}/{day:%Y/%m/%d}/{account}_{kind}_{region}_{day:%Y%m%dT%H%M}Z_{self.count:016x}.json.gz"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=spoil(gzip.compress(json.dumps({"Records": records}).encode(), mtime=0)))
        return key


def record(account, ident, at, **more):
    return {"eventID": ident, "eventTime": iso(at), "recipientAccountId": account, "awsRegion": e.EAST, "eventType": "AwsApiCall", "eventSource": "ec2.amazonaws.com",
            "eventName": "DescribeVolumes", "readOnly": True, "sourceIPAddress": STRANGER, "userAgent": "aws-cli/2", "userIdentity":
            {"type": "Root", "accountId": account, "accessKeyId": KEY}, **more}


def unread(watch):
    return {night.bare(r["account"]): (r["outcome"], r["reason"]) for r in watch.rows("coverage.csv", type=TRAIL)}


def test_a_trail_stands_in_for_history_that_is_denied_and_what_is_amiss_with_it_is_told(watch, trail, empty_estate, faults, proxy):
    files, at = Files(empty_estate), watch.now - 2 * HOUR
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": e.EAST}}], inventory={"only": []}, judged=[CHECK], logs=[files.config])
    service = {"userIdentity": {"type": "AWSService"}}
    files.put(e.ZERO, at, [record(e.ZERO, "n", at, **service), record(e.ZERO, "a", at), record(e.ZERO, "b", at)])
    files.put(e.ZERO, at - 5 * night.DAY, [record(e.ZERO, "a", at)], organization="")
    files.put(e.ZERO, at - 9 * night.DAY, [record(e.ZERO, "old", at)])
    files.put(e.ZERO, at, [], kind="CloudTrail-Digest", spoil=lambda b: b"no gzip")
    files.put(e.ZERO, at, [record(e.ZERO, "t", at, awsRegion=e.TOKYO)], region=e.TOKYO)  # of no region that is read
    files.put("999999999999", at, [], spoil=lambda b: b"nobody's that we walk")
    cut = files.put(e.SHOP, at, [record(e.SHOP, "s", at, **service)], spoil=lambda b: b[:-9])
    faults.deny("LookupEvents")
    watch.scan("--check", CHECK, "--detailed-exitcode", status=5)
    path = f"access-key/{KEY}/203.0.113.0/24"
    assert told(watch) == {path: ("open", "new", "critical")} and details(watch)[path]["count"] == 2
    assert unread(watch) == {e.SHOP: ("failed", f"{cut}: gzip: it is cut off")}
    assert night.bare(watch.rows("controls.csv", check=CHECK)[0]["unknown"]) == "1", "the shop, whose file is cut off"
    assert watch.run_json()["scan"]["trails"] == {"files": 3, "records": 5, "rows": 3, "records_malformed": 0}
    policy = next(json.loads(c.params["Policy"]) for c in proxy.calls("AssumeRole") if BUCKET in c.params.get("Policy", ""))
    assert [s["Resource"] for s in policy["Statement"] if s["Action"] == "s3:GetObject"] == [f"arn:aws:s3:::{BUCKET}/{PREFIX}*"]

    files.s3.delete_object(Bucket=BUCKET, Key=cut)
    files.put(e.SHOP, at, [record(e.SHOP, "w", at, readOnly=False)])
    refused = faults.error("GetObject", 403, "AccessDenied", f"User: x is not authorized to perform: kms:Decrypt on resource: {KEY_ARN} because no policy allows it")
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=4)
    proxy.remove(refused)
    words = ("denied", f"the role may not use the key that the bucket {BUCKET} is encrypted with (kms:Decrypt on {KEY_ARN})")
    assert unread(watch) == {e.ZERO: words, e.SHOP: words}

    files.put(e.ZERO, watch.now + HOUR, [record(e.ZERO, "c", watch.now + HOUR)])
    watch.next_night("--check", CHECK, "--detailed-exitcode", status=5)
    assert unread(watch) == {e.SHOP: ("skipped", "the trail's files hold no call that only reads: it leaves them out, and root's with them")}
    assert {night.bare(r["id"]) for r in watch.rows("findings.csv", check=CHECK, state="open")} == {e.ZERO, e.SHOP}
