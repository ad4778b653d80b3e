"""How many calls a night costs, counted at the server."""
import estate as e
from proxy import Reply, Rule


def test_a_night_asks_each_thing_once(watch, full, proxy):
    watch.scan()
    proxy.forget_calls()
    watch.next_night()
    for account in e.ACCOUNTS:
        for region in e.REGIONS:
            for operation in ("DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeInstances", "DescribeAddresses",
                              "DescribeVpcs", "DescribeSubnets", "DescribeManagedPrefixLists"):
                assert proxy.count(operation, account=account, region=region) == 1, (operation, account, region)
        for operation in ("ListUsers", "ListRoles", "ListBuckets"):
            assert proxy.count(operation, account=account) == 1
        root = ("GetAccountSummary", "GenerateCredentialReport", "GetCredentialReport", "ListVirtualMFADevices")
        assert [proxy.count(o, account=account) for o in root] == [1, 1, 1, 1]
        assert proxy.count("AssumeRole", where=lambda c: account in c.params["RoleArn"]) == 1
        assert proxy.count("GetCallerIdentity", account=account) <= 2
    buckets = [r[3] for r in full.truth.resources if r[2] == "aws_s3_bucket"]
    assert proxy.count(["GetPublicAccessBlock", "GetBucketPolicyStatus"]) == 2 * len(buckets)
    named = [c.params["PrefixListId"] for c in proxy.calls("GetManagedPrefixListEntries")]
    assert sorted(named) == sorted([full.names[e.SHOP, e.EAST, "offices"], full.names[e.DATA, e.TOKYO, "the-world"]])


def test_lists_are_asked_with_a_page_size(watch, bare, proxy):
    """Unpaginated calls have half of EC2's rate."""
    watch.scan()
    for operation in ("DescribeSecurityGroups", "DescribeNetworkInterfaces", "DescribeInstances"):
        assert all(int(c.params["MaxResults"]) >= 100 for c in proxy.calls(operation))


def test_a_report_in_the_making_is_polled_for_and_read_once(watch, bare, proxy):
    for account in e.ACCOUNTS:
        proxy.add(Rule("in the making", lambda c, a=account: c.matches("GenerateCredentialReport", account=a), times=2,
                       after=lambda c, r: Reply(200, r.body.replace(b"COMPLETE", b"STARTED"), r.headers)))
    watch.scan()
    for account in e.ACCOUNTS:
        assert proxy.count("GenerateCredentialReport", account=account) == 3
        assert proxy.count("GetCredentialReport", account=account) == 1
    assert watch.incomplete() == {} and len(watch.inventory(type="aws_iam_credential_report_row")) == 3


def test_only_reading_operations_are_ever_sent(watch, full, proxy):
    watch.scan()
    told = {c.operation for c in proxy.calls()}
    assert all(o.startswith(("Describe", "Get", "List", "Lookup", "AssumeRole")) or o == "GenerateCredentialReport" for o in told), told


def test_sessions_are_narrowed_and_named(watch, bare, proxy):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "external_id": "our-secret-handshake", "regions": e.EAST}}])
    watch.scan()
    for call in proxy.calls("AssumeRole"):
        assert call.params["ExternalId"] == "our-secret-handshake"
        arns = {v for k, v in call.params.items() if k.startswith("PolicyArns")}
        assert {"arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"} <= arns
        assert call.region == e.EAST and 2 <= len(call.params["RoleSessionName"]) <= 64


def test_coverage_counts_what_the_server_counted(watch, full, proxy):
    watch.scan()
    for row in watch.rows("coverage.csv", type="*", service="ec2"):
        assert int(row["calls"]) == proxy.count(service="ec2", account=row["account"], region=row["region"]), row
