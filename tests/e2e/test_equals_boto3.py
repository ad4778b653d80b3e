"""What is stored is what boto3 gives for the same call, key by key and type by type."""
import base64
import csv
import datetime
import io
import json

import pytest

import estate as e

# type -> (service, operation, its list, the member that is its id)
LISTS = {
    "aws_ec2_security_group": ("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "aws_ec2_network_interface": ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    "aws_ec2_address": ("ec2", "describe_addresses", "Addresses", "AllocationId"),
    "aws_ec2_vpc": ("ec2", "describe_vpcs", "Vpcs", "VpcId"),
    "aws_ec2_subnet": ("ec2", "describe_subnets", "Subnets", "SubnetId"),
    "aws_ec2_managed_prefix_list": ("ec2", "describe_managed_prefix_lists", "PrefixLists", "PrefixListId"),
    "aws_ec2_instance": ("ec2", "describe_instances", "Reservations", "InstanceId"),
    "aws_iam_user": ("iam", "list_users", "Users", "UserName"),
    "aws_iam_role": ("iam", "list_roles", "Roles", "RoleName"),
    "aws_iam_virtual_mfa_device": ("iam", "list_virtual_mfa_devices", "VirtualMFADevices", "SerialNumber"),
    "aws_s3_bucket": ("s3", "list_buckets", "Buckets", "Name"),
}
# what types.yaml adds to or takes from a list's item: parts of their own, and what is redacted
PARTS = {"aws_s3_bucket": ["PublicAccessBlock", "PolicyStatus"], "aws_ec2_managed_prefix_list": ["Entries"]}
REDACTED = {"aws_ec2_instance": ["ClientToken"]}


def plain(value):
    """Lists as sets, times as the AWS CLI prints them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((plain(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def stored(watch, kind):
    rows = watch.select("SELECT account.account, version.region, rid, config FROM version JOIN resource ON resource.id = version.resource "
                        "JOIN account ON account.id = resource.account JOIN scope ON scope.id = resource.scope WHERE type = ? AND to_run IS NULL", kind)
    found = {}
    for r in rows:
        config = json.loads(r["config"])
        for name in PARTS.get(kind, []) + REDACTED.get(kind, []):
            config.pop(name, None)
        found[r["account"], r["region"], r["rid"]] = plain(config)
    return found


def told_by_boto3(full, proxy_url, kind):
    service, operation, member, ident = LISTS[kind]
    found = {}
    for account in e.ACCOUNTS:
        for region in e.REGIONS if service == "ec2" else ["global"]:
            client = full.through(proxy_url, service, account, e.EAST if region == "global" else region)
            items = getattr(client, operation)()[member]
            if kind == "aws_ec2_instance":
                items = [i for reservation in items for i in reservation["Instances"]]
            for item in items:
                if item.get("OwnerId") == "AWS":
                    continue
                for name in REDACTED.get(kind, []):
                    item.pop(name, None)
                where = item.get("BucketRegion", region)
                found[account, where, item[ident]] = plain(item)
    return found


@pytest.fixture
def walked(watch, full):
    watch.scan()
    return watch


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_stored_resources_equal_boto3s(walked, full, proxy, kind):
    ours, theirs = stored(walked, kind), told_by_boto3(full, proxy.url, kind)
    assert ours.keys() == theirs.keys() and ours
    for key in ours:
        assert ours[key] == theirs[key]


def test_details_equal_boto3s(walked, full, proxy):
    for row in walked.select("SELECT account.account, rid, config FROM version JOIN resource ON resource.id = version.resource "
                             "JOIN account ON account.id = resource.account JOIN scope ON scope.id = resource.scope WHERE type = 'aws_s3_bucket'"):
        s3, config = full.through(proxy.url, "s3", row["account"], e.EAST), json.loads(row["config"])
        for part, ask in (("PublicAccessBlock", s3.get_public_access_block), ("PolicyStatus", s3.get_bucket_policy_status)):
            try:
                answer = ask(Bucket=row["rid"])
                del answer["ResponseMetadata"]
            except s3.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] in ("NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy")
                answer = None
            assert config[part] == answer, (row["rid"], part)
    world = full.names[e.DATA, e.TOKYO, "the-world"]
    config = walked.select("SELECT config FROM version WHERE rid = ?", world)[0]["config"]
    assert json.loads(config)["Entries"] == full.ec2(e.DATA, e.TOKYO).get_managed_prefix_list_entries(PrefixListId=world)["Entries"]


def test_report_rows_and_account_facts_equal_boto3s(walked, full, proxy):
    for account in e.ACCOUNTS:
        iam = full.through(proxy.url, "iam", account, e.EAST)
        rows = list(csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode())))
        ours = {k[2]: v for k, v in stored(walked, "aws_iam_credential_report_row").items() if k[0] == account}
        assert ours.keys() == {r["user"] for r in rows}
        for row in rows:
            mine = {k: v for k, v in ours[row["user"]].items() if k != "GeneratedTime"}
            assert mine == row
        summary = [v for k, v in stored(walked, "aws_iam_account_summary").items() if k[0] == account]
        assert summary == [iam.get_account_summary()["SummaryMap"]]
