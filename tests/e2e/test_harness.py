"""The harness itself, with boto3 in the scanner's place: the ledger, accounts, faults and pages."""
import json
import threading

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

import estate as e


def client(proxy, service, keys=None, region=e.EAST):
    return boto3.client(service, region_name=region, endpoint_url=proxy.url, config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
                        **(keys or e.BASE_KEYS))


def assume(proxy, account):
    given = client(proxy, "sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{e.ROLE}", RoleSessionName="walk")["Credentials"]
    return {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"], "aws_session_token": given["SessionToken"]}


def code_of(function, **params):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        function(**params)
    return caught.value.response["Error"]["Code"]


def test_accounts_are_told_apart_by_their_sessions(proxy, bare):
    for account in e.ACCOUNTS:
        keys = assume(proxy, account)
        assert client(proxy, "sts", keys).get_caller_identity()["Account"] == account
        groups = client(proxy, "ec2", keys, e.TOKYO).describe_security_groups()["SecurityGroups"]
        assert {g["OwnerId"] for g in groups} == {account}
    assert [c.account for c in proxy.calls("DescribeSecurityGroups")] == list(e.ACCOUNTS)
    assert {c.account for c in proxy.calls("AssumeRole")} == {e.BASE}
    assert proxy.count(service="ec2", region=e.TOKYO) == 3 and proxy.count(region=e.EAST, operation="GetCallerIdentity") == 3


def test_every_call_of_a_walk_is_known_by_its_operation(proxy, full):
    keys = assume(proxy, e.SHOP)
    ec2, iam, s3 = (client(proxy, s, keys) for s in ("ec2", "iam", "s3"))
    for operation in ("security_groups", "network_interfaces", "instances", "addresses", "vpcs", "subnets", "managed_prefix_lists", "regions"):
        getattr(ec2, f"describe_{operation}")()
    ec2.get_managed_prefix_list_entries(PrefixListId=full.names[e.SHOP, e.EAST, "offices"])
    iam.list_users(), iam.list_roles(), iam.get_account_summary(), iam.list_virtual_mfa_devices()
    iam.generate_credential_report(), iam.get_credential_report()
    s3.list_buckets(), s3.get_public_access_block(Bucket="shop-orders.archive")
    assert code_of(s3.get_bucket_policy_status, Bucket="shop-orders.archive") == "NoSuchBucketPolicy"
    client(proxy, "account", keys).list_regions()
    seen = {c.operation for c in proxy.ledger}
    assert seen == {"AssumeRole", "DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeInstances", "DescribeAddresses", "DescribeVpcs",
                    "DescribeSubnets", "DescribeManagedPrefixLists", "DescribeRegions", "GetManagedPrefixListEntries", "ListUsers", "ListRoles",
                    "GetAccountSummary", "ListVirtualMFADevices", "GenerateCredentialReport", "GetCredentialReport", "ListBuckets",
                    "GetPublicAccessBlock", "GetBucketPolicyStatus", "ListRegions"}
    assert all(c.status for c in proxy.ledger)


def test_the_truth_is_what_boto3_sees(full):
    for account in e.ACCOUNTS:
        for region in e.REGIONS:
            groups = full.ec2(account, region).describe_security_groups()["SecurityGroups"]
            truth = {r[3] for r in full.truth.resources if r[:3] == (account, region, "aws_ec2_security_group")}
            assert {g["GroupId"] for g in groups} == truth
            cards = full.ec2(account, region).describe_network_interfaces()["NetworkInterfaces"]
            assert {c["NetworkInterfaceId"] for c in cards} == {r[3] for r in full.truth.resources if r[:3] == (account, region, "aws_ec2_network_interface")}
    assert len(full.truth.findings) == 10


def test_corrections_show_root_buckets_and_aws_prefix_lists_as_aws_does(proxy, full):
    lists = set()
    for account in (e.ZERO, e.SHOP, e.DATA):
        keys = assume(proxy, account)
        iam, ec2 = client(proxy, "iam", keys), client(proxy, "ec2", keys)
        summary = iam.get_account_summary()["SummaryMap"]
        assert summary["AccountMFAEnabled"] == (account != e.SHOP)
        assert summary["AccountAccessKeysPresent"] == (account == e.DATA)
        iam.generate_credential_report()
        rows = iam.get_credential_report()["Content"].decode().split("\n")
        assert rows[1].startswith(f"<root_account>,arn:aws:iam::{account}:root,") and rows[1].count(",") == rows[0].count(",") == 21
        owned = [p for p in ec2.describe_managed_prefix_lists()["PrefixLists"] if p["OwnerId"] == "AWS"]
        lists.add(tuple(sorted(p["PrefixListArn"] for p in owned)))
        assert ec2.get_managed_prefix_list_entries(PrefixListId=owned[0]["PrefixListId"])["Entries"]
    assert len(lists) == 1
    buckets = {b["Name"]: b["BucketRegion"] for b in client(proxy, "s3", assume(proxy, e.SHOP)).list_buckets()["Buckets"]}
    assert buckets == {"shop-orders.archive": e.TOKYO}
    assert client(proxy, "iam", assume(proxy, e.ZERO)).list_virtual_mfa_devices()["VirtualMFADevices"][0]["User"]["Arn"].endswith(":root")


def test_refusals_come_in_each_protocols_words_and_only_where_asked(proxy, faults, bare):
    keys = assume(proxy, e.SHOP)
    east, tokyo = client(proxy, "ec2", keys), client(proxy, "ec2", keys, e.TOKYO)
    rule = faults.deny("DescribeVpcs", region=e.TOKYO)
    east.describe_vpcs()
    assert code_of(tokyo.describe_vpcs) == "UnauthorizedOperation"
    proxy.remove(rule)
    tokyo.describe_vpcs()
    faults.deny_by_scp(None, account=e.SHOP)
    assert code_of(client(proxy, "iam", keys).list_users) == "AccessDenied"
    assert code_of(client(proxy, "s3", keys).list_buckets) == "AccessDenied"
    assert code_of(client(proxy, "account", keys).list_regions) == "AccessDeniedException"
    assert [c.fault for c in proxy.calls("DescribeVpcs")] == ["", "deny", ""]


def test_throttles_are_spent(proxy, faults, bare):
    faults.throttle("ListUsers", 2)
    iam = client(proxy, "iam", assume(proxy, e.SHOP))
    assert [code_of(iam.list_users) for _ in range(2)] == ["Throttling"] * 2
    iam.list_users()
    assert [c.fault for c in proxy.calls("ListUsers")] == ["throttle", "throttle", ""]


def test_broken_answers_break_the_reader(proxy, faults, bare):
    keys = assume(proxy, e.SHOP)
    for spoil in (faults.drop, faults.truncate, faults.shorten, faults.html):
        rule = spoil("DescribeVpcs")
        with pytest.raises(Exception, match="(?i)connection|closed|incomplete|broken|parse|read"):
            client(proxy, "ec2", keys).describe_vpcs()
        proxy.remove(rule)
    faults.server_error("DescribeVpcs")
    assert code_of(client(proxy, "ec2", keys).describe_vpcs) == "InternalError"


def test_a_huge_answer_is_as_long_as_it_says(proxy, faults, bare):
    faults.huge("DescribeSecurityGroups", 3_000_000)
    with pytest.raises(Exception, match="(?i)parse|xml"):  # it never closes its elements
        client(proxy, "ec2", assume(proxy, e.SHOP)).describe_security_groups()


def test_credentials_expire_until_new_ones_are_asked_for(proxy, bare):
    keys = assume(proxy, e.SHOP)
    client(proxy, "iam", keys).list_users()
    proxy.expire_credentials(e.SHOP)
    assert code_of(client(proxy, "iam", keys).list_users) == "ExpiredToken"
    assert code_of(client(proxy, "ec2", keys).describe_vpcs) == "RequestExpired"
    client(proxy, "iam", assume(proxy, e.SHOP)).list_users()


def test_a_held_call_waits_for_its_release(proxy, faults, bare):
    gate = faults.hold("ListUsers")
    iam, done = client(proxy, "iam", assume(proxy, e.SHOP)), []
    thread = threading.Thread(target=lambda: done.append(iam.list_users()))
    thread.start()
    gate.wait()
    assert not done
    gate.release()
    thread.join(30)
    assert done and proxy.count("ListUsers") == 1
    proxy.wait_idle()


@pytest.mark.parametrize("size", [1, 2, 100])
def test_pages_hold_everything_once(proxy, faults, full, size):
    keys = assume(proxy, e.SHOP)
    whole = client(proxy, "ec2", keys).describe_security_groups()["SecurityGroups"]
    users = client(proxy, "iam", keys).list_users()["Users"]
    faults.paged(["DescribeSecurityGroups", "ListUsers"], size)
    proxy.forget_calls()
    paged = client(proxy, "ec2", keys).get_paginator("describe_security_groups").paginate().build_full_result()["SecurityGroups"]
    assert json.dumps(paged) == json.dumps(whole)
    assert proxy.count("DescribeSecurityGroups") == -(-len(whole) // size)
    assert client(proxy, "iam", keys).get_paginator("list_users").paginate().build_full_result()["Users"] == users


def test_an_item_can_move_between_pages(proxy, faults, full):
    faults.paged("DescribeSecurityGroups", 2, lambda items, page: items if page == 0 else items[-1:] + items[:-1])
    pages = list(client(proxy, "ec2", assume(proxy, e.SHOP)).get_paginator("describe_security_groups").paginate())
    ids = [g["GroupId"] for page in pages for g in page["SecurityGroups"]]
    assert len(ids) == len(set(ids)) + 1


def test_lists_are_turned_inside_and_out(proxy, faults, full):
    keys = assume(proxy, e.ZERO)
    before = client(proxy, "ec2", keys).describe_security_groups()["SecurityGroups"]
    faults.reorder()
    after = client(proxy, "ec2", keys).describe_security_groups()["SecurityGroups"]
    assert [g["GroupId"] for g in after] == [g["GroupId"] for g in before][::-1]
    tags = next(g["Tags"] for g in before if len(g["Tags"]) > 1)
    assert tags[::-1] in [g["Tags"] for g in after]
