"""The fake cloud's events and the services that tell them: boto3 reads what the truth file says."""
import collections
import datetime
import itertools
import json

import by_boto3
import fakecloud
import night
import pytest
import type_files
from botocore.exceptions import ClientError
from fakecloud import FakeCloud, items

SEEDS = (1, 20261121, 987654321)
EVIDENCE = sorted(name for name, kind in type_files.read_all().items() if type_files.is_evidence(kind))
EAST, TOKYO = "us-east-1", "ap-northeast-1"
HOME_SERVICES = ("signin.amazonaws.com", "iam.amazonaws.com")


def instant(at_night):
    return datetime.datetime.fromtimestamp(night.FIRST_NIGHT + at_night * night.DAY, datetime.timezone.utc)


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    """Makes fake clouds, and lets boto3 sign with the time of their night: cloud(seed, night…)."""
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")

    def make(seed, at_night=0, **more):
        then = instant(at_night)
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: then.replace(tzinfo=None) if remove_tzinfo else then)
        return FakeCloud(binary, tmp_path / "truth", seed, at_night, **more)
    return make


def refusal(call, *args, **more):
    with pytest.raises(ClientError) as caught:
        call(*args, **more)
    return caught.value.response["Error"]["Code"]


def seconds(at):
    """ISO 8601 or a number, as the truth writes it."""
    return datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def evidence(fake, at_night):
    """What boto3 is told when it asks for all events of all windows: {(account, region, type, id, time)}."""
    types = type_files.read_all()
    asker = by_boto3.Asker(fakecloud.Keys(fake), fake.url, types, night.FIRST_NIGHT + at_night * night.DAY,
                           accounts=tuple(fake.truth["accounts"]), regions=tuple(fake.truth["regions"]))
    for name, told in ((n, t) for n in EVIDENCE for t in asker.told(n).values()):
        kind = types[name]
        yield told.account, told.region, name, told.ident, seconds(type_files.value(told.config, kind["at"]))


def known(truth, kind=None):
    return {tuple(row) for row in truth["evidence"] if kind in (None, row[2])}


# the truth

@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("at_night", (0, 4))
def test_boto3_reads_the_events_that_the_truth_names(cloud, seed, at_night):
    with cloud(seed, at_night) as fake:
        truth = known(fake.truth)
        assert set(evidence(fake, at_night)) == truth and len(truth) == len(fake.truth["evidence"])
        assert {row[2] for row in truth} == set(EVIDENCE)


def test_pages_of_three_hold_the_same_events(cloud):
    with cloud(1, 2, page=3) as fake:
        assert set(evidence(fake, 2)) == known(fake.truth)


def test_events_come_night_by_night_some_late_and_none_is_lost(cloud):
    truths = []
    for at_night in range(6):
        with cloud(SEEDS[0], at_night, accounts=5) as fake:
            truths.append({row[3]: row for row in fake.truth["evidence"]})
    late, moved = [], []
    for at_night, (before, after) in enumerate(itertools.pairwise(truths)):
        window = (instant(at_night + 1) - datetime.timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert not {row[3] for row in before.values() if seconds(row[4]) >= window} - set(after)
        new = [row for row in after.values() if row[3] not in before]
        assert new and all(row[4] < instant(at_night + 1).strftime("%Y-%m-%dT%H:%M:%SZ") for row in new)
        late += [(row[2], instant(at_night) - datetime.datetime.fromisoformat(row[4].replace("Z", "+00:00"))) for row in new if row[4] < instant(at_night).strftime("%Y-%m-%dT%H:%M:%SZ")]
        moved += [row[2] for row in after.values() if row[3] in before and before[row[3]][4] < row[4]]
    assert max(by for _, by in late) < datetime.timedelta(hours=6)  # what yomawari reads again
    assert {kind for kind, _ in late} >= {"aws_cloudtrail_root_event", "aws_guardduty_finding", "aws_securityhub_finding"}
    assert {"aws_guardduty_finding", "aws_securityhub_finding", "aws_accessanalyzer_finding"} >= set(moved) >= {"aws_guardduty_finding"}


# GuardDuty

def detectors(fake, region=EAST):
    """{account: (client, detector id)}"""
    clients = {a: fake.client("guardduty", region, fake.keys(a)) for a in fake.truth["accounts"]}
    return {a: (c, c.list_detectors()["DetectorIds"][0]) for a, c in clients.items() if c.list_detectors()["DetectorIds"]}


def finding_ids(client, detector, **more):
    return items(client, "list_findings", "FindingIds", DetectorId=detector, **more)


def findings(client, detector):
    ids = finding_ids(client, detector)
    return [f for i in range(0, len(ids), 50) for f in client.get_findings(DetectorId=detector, FindingIds=ids[i:i + 50])["Findings"]]


def test_the_administrator_sees_the_findings_of_members_and_they_their_own(cloud):
    with cloud(1, 3, accounts=8) as fake:
        administrator = fake.client("organizations").list_delegated_administrators(ServicePrincipal="guardduty.amazonaws.com")["DelegatedAdministrators"][0]["Id"]
        found = detectors(fake)
        client, detector = found[administrator]
        members = {m["AccountId"]: m["DetectorId"] for m in items(client, "list_members", "Members", DetectorId=detector)}
        alone = set(found) - set(members) - {administrator}
        assert members and alone and len(found) < len(fake.truth["accounts"])
        assert {f["AccountId"] for f in findings(client, detector)} == {administrator, *members}
        for account, (own, ident) in found.items():
            named = own.get_administrator_account(DetectorId=ident).get("Administrator", {}).get("AccountId")
            assert named == (administrator if account in members else None)
            if account != administrator:
                assert {f["AccountId"] for f in findings(own, ident)} == {account} and not own.list_members(DetectorId=ident)["Members"]


def test_findings_are_chosen_and_sorted_by_their_attributes(cloud):
    with cloud(1, 3, accounts=8) as fake:
        client, detector = detectors(fake)[fake.truth["accounts"][1]]
        told = {f["Id"]: f for f in findings(client, detector)}
        assert len(told) > 20

        def chosen(**criterion):
            return set(finding_ids(client, detector, FindingCriteria={"Criterion": {k.replace("_", "."): v for k, v in criterion.items()}}))
        archived, open_ = chosen(service_archived={"Equals": ["true"]}), chosen(service_archived={"Eq": ["false"]})
        assert archived | open_ == set(told) and not archived & open_ and all(told[i]["Service"]["Archived"] for i in archived)
        root = chosen(type={"Equals": ["Policy:IAMUser/RootCredentialUsage", "Policy:IAMUser/ShortTermRootCredentialUsage"]}, service_archived={"Equals": ["false"]})
        assert root == {i for i, f in told.items() if f["Type"].startswith("Policy:") and not f["Service"]["Archived"]} != set()
        since = sorted(f["UpdatedAt"] for f in told.values())[len(told) // 2]
        at = int(datetime.datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp() * 1000)
        assert chosen(updatedAt={"GreaterThanOrEqual": at}) == {i for i, f in told.items() if f["UpdatedAt"] >= since}
        assert chosen(severity={"Gte": 5}, updatedAt={"LessThan": at}) == {i for i, f in told.items() if f["Severity"] >= 5 and f["UpdatedAt"] < since}
        newest = finding_ids(client, detector, SortCriteria={"AttributeName": "updatedAt", "OrderBy": "DESC"})
        assert [told[i]["UpdatedAt"] for i in newest] == sorted((f["UpdatedAt"] for f in told.values()), reverse=True)
        assert refusal(client.list_findings, DetectorId=detector, FindingCriteria={"Criterion": {"mood": {"Eq": ["x"]}}}) == "BadRequestException"
        assert refusal(client.list_findings, DetectorId="0" * 32) == "BadRequestException"
        assert refusal(client.list_findings, DetectorId=detector, MaxResults=50, NextToken="1.0") == "BadRequestException"
        assert refusal(client.get_findings, DetectorId=detector, FindingIds=[str(i) for i in range(51)]) == "BadRequestException"


def test_a_finding_seen_again_keeps_its_id_and_counts_on(cloud):
    told = []
    for at_night in (0, 8):
        with cloud(1, at_night) as fake:
            client, detector = detectors(fake)[fake.truth["accounts"][1]]
            told.append({f["Id"]: f for f in findings(client, detector)})
    again = [i for i in told[0] if told[1][i]["UpdatedAt"] > told[0][i]["UpdatedAt"]]
    assert again and all(told[1][i]["Service"]["Count"] > told[0][i]["Service"]["Count"] and told[1][i]["CreatedAt"] == told[0][i]["CreatedAt"] for i in again)


# CloudTrail

def events(client, **more):
    return items(client, "lookup_events", "Events", **more)


def by(key, value):
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


def test_root_is_seen_in_every_way_it_is_used(cloud):
    ways = collections.Counter()
    for seed in SEEDS:
        with cloud(seed, 2) as fake:
            for account in fake.truth["accounts"]:
                alias = f"fake-{account}"
                for region, name in itertools.product((EAST, TOKYO), ("root", alias)):
                    for event in events(fake.client("cloudtrail", region, fake.keys(account)), **by("Username", name)):
                        told = json.loads(event["CloudTrailEvent"])
                        assert (told["eventID"], told["eventName"], told["awsRegion"], told["recipientAccountId"]) == (event["EventId"], event["EventName"], region, account)
                        assert told["userIdentity"].get("userName", "root") == name and (region == EAST or told["eventSource"] not in HOME_SERVICES)
                        ways[way(told)] += 1
    assert set(ways) == {"signed in with MFA", "signed in without MFA", "failed to sign in", "console", "access key", "AssumeRoot", "service", "user called root"}


def way(told):
    who, more = told["userIdentity"], told.get("additionalEventData", {})
    if who["type"] != "Root":
        return "user called root"
    if "invokedBy" in who:
        return "service"
    if told["eventName"] == "ConsoleLogin":
        return "failed to sign in" if told["responseElements"]["ConsoleLogin"] == "Failure" else f"signed in with{'' if more['MFAUsed'] == 'Yes' else 'out'} MFA"
    if who["accessKeyId"].startswith("AKIA"):
        return "access key"
    return "AssumeRoot" if who["sessionContext"].get("assumedRoot") == "true" else "console"


def test_events_are_looked_up_by_one_attribute_and_time(cloud):
    with cloud(1, 3) as fake:
        client = fake.client("cloudtrail")
        every = events(client)
        times = [e["EventTime"] for e in every]
        assert times == sorted(times, reverse=True) and min(times) >= instant(3) - datetime.timedelta(days=90) and max(times) < instant(3)
        assert {e["EventId"] for e in events(client, **by("EventName", "ConsoleLogin"))} == {e["EventId"] for e in every if e["EventName"] == "ConsoleLogin"}
        assert {e["EventId"] for e in events(client, **by("ReadOnly", "false"))} == {e["EventId"] for e in every if e["ReadOnly"] == "false"}
        middle = times[len(times) // 2]
        assert {e["EventTime"] for e in events(client, StartTime=middle)} == {t for t in times if t >= middle}
        assert {e["EventTime"] for e in events(client, StartTime=times[-1], EndTime=middle)} == {t for t in times if t <= middle}
        assert [e["EventId"] for e in events(client, **by("EventId", every[3]["EventId"]))] == [every[3]["EventId"]]
        first = client.lookup_events(**by("Username", "root"))
        assert len(first["Events"]) == 50 and first["NextToken"]
        assert refusal(client.lookup_events, **by("Username", "alice"), NextToken=first["NextToken"]) == "InvalidNextTokenException"
        assert refusal(client.lookup_events, LookupAttributes=by("Username", "root")["LookupAttributes"] * 2) == "InvalidLookupAttributesException"
        assert refusal(client.lookup_events, StartTime=times[0], EndTime=times[-1]) == "InvalidTimeRangeException"
        assert refusal(client.lookup_events, MaxResults=51) in ("InvalidMaxResultsException", "InvalidParameterException")
        insights = [json.loads(e["CloudTrailEvent"]) for e in events(client, EventCategory="insight")]
        pairs = collections.Counter((i["sharedEventID"], i["insightDetails"]["state"]) for i in insights)
        assert {s for _, s in pairs} == {"Start", "End"} and set(pairs.values()) == {1} and not {i["eventID"] for i in insights} & {e["EventId"] for e in every}
        assert refusal(client.lookup_events, EventCategory="insight", **by("Username", "root")) == "InvalidLookupAttributesException"


def test_the_organizations_trail_is_one_everywhere(cloud):
    with cloud(1) as fake:
        owner = fake.truth["accounts"][0]
        arn = f"arn:aws:cloudtrail:{EAST}:{owner}:trail/organization"
        for account, region in itertools.product(fake.truth["accounts"], (EAST, TOKYO)):
            client = fake.client("cloudtrail", region, fake.keys(account))
            seen = {t["TrailARN"]: t for t in client.describe_trails()["trailList"]}
            assert (seen[arn]["HomeRegion"], seen[arn]["IsOrganizationTrail"]) == (EAST, True)
            status = client.get_trail_status(Name=arn)
            assert status["IsLogging"] and instant(0) - status["LatestDeliveryTime"] < datetime.timedelta(minutes=5)
            assert client.get_event_selectors(TrailName=arn)["TrailARN"] == client.get_insight_selectors(TrailName=arn)["TrailARN"] == arn
            here = (account, region) == (owner, EAST)
            own = {t["TrailARN"] for t in client.describe_trails(includeShadowTrails=False)["trailList"]}
            assert (arn in own) == here and all(a.split(":")[3:5] == [region, account] for a in own)
            if here:
                assert client.get_trail_status(Name="organization")["IsLogging"]
                assert client.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
            else:
                assert refusal(client.get_trail_status, Name="organization") == "TrailNotFoundException"
                assert refusal(client.list_tags, ResourceIdList=[arn]) == "ResourceNotFoundException"
            for other in set(seen) - {arn}:
                assert refusal(client.get_insight_selectors, TrailName=other) == "InsightNotEnabledException"


# Route 53 Resolver

def test_what_ram_shares_of_the_resolver_is_seen_by_all_and_owned_by_one(cloud):
    with cloud(1) as fake:
        owner, *others = fake.truth["accounts"]
        for account in (owner, *others):
            client = fake.client("route53resolver", EAST, fake.keys(account))
            sharing = "SHARED_BY_ME" if account == owner else "SHARED_WITH_ME"
            for operation, member, name in (("list_firewall_rule_groups", "FirewallRuleGroups", "central-firewall"), ("list_resolver_rules", "ResolverRules", "corp"),
                                            ("list_resolver_query_log_configs", "ResolverQueryLogConfigs", "central-queries")):
                shared = [i for i in items(client, operation, member) if i["Name"] == name]
                assert [(i["OwnerId"], i["ShareStatus"], i["Arn"].split(":")[4]) for i in shared] == [(owner, sharing, owner)], operation
            group = next(g["Id"] for g in client.list_firewall_rule_groups()["FirewallRuleGroups"] if g["Name"] == "central-firewall")
            assert [r["Name"] for r in client.list_firewall_rules(FirewallRuleGroupId=group)["FirewallRules"]] == ["alert-tunnels"]
            aws = [r for r in client.list_resolver_rules()["ResolverRules"] if r["OwnerId"] == "Route 53 Resolver"]
            assert [r["Arn"] for r in aws] == [f"arn:aws:route53resolver:{EAST}::autodefined-rule/rslvr-autodefined-rr-internet-resolver"]
            assert refusal(client.list_firewall_rules, FirewallRuleGroupId="rslvr-frg-0") == "ResourceNotFoundException"
            assert refusal(client.list_resolver_endpoint_ip_addresses, ResolverEndpointId="rslvr-in-0") == "ResourceNotFoundException"
            assert client.list_resolver_query_log_config_associations()["TotalCount"] == len(client.list_resolver_query_log_config_associations()["ResolverQueryLogConfigAssociations"])


# Security Hub and Access Analyzer

def hub_is_off(client):
    try:
        return not client.describe_hub()["HubArn"]
    except ClientError as error:
        return error.response["Error"]["Code"] == "InvalidAccessException"


def test_a_hub_that_is_off_refuses_and_its_truth_says_disabled(cloud):
    off = set()
    with cloud(1, accounts=8) as fake:
        for account, region in itertools.product(fake.truth["accounts"], (EAST, TOKYO)):
            client = fake.client("securityhub", region, fake.keys(account))
            if hub_is_off(client):
                off.add((account, region))
                assert refusal(client.get_findings) == "InvalidAccessException"
        disabled = {tuple(o[:3]) for o in fake.truth["outcomes"] if o[3] == "disabled" and "securityhub" in o[2]}
    assert off and disabled == {(*place, kind) for place in off for kind in ("aws_securityhub_hub", "aws_securityhub_finding")}


def test_the_hubs_findings_are_chosen_by_filters(cloud):
    with cloud(1, 3, accounts=8) as fake:
        client = fake.client("securityhub", EAST, fake.keys(fake.truth["accounts"][1]))
        told = items(client, "get_findings", "Findings")
        assert len({f["AwsAccountId"] for f in told}) > 3 and len(told) == len({f["Id"] for f in told}) > 100

        def chosen(**filters):
            return {f["Id"] for f in items(client, "get_findings", "Findings", Filters=filters, PaginationConfig={"PageSize": 100})}
        is_active = [{"Value": "ACTIVE", "Comparison": "EQUALS"}]
        since = sorted(f["UpdatedAt"] for f in told)[len(told) // 2]
        assert chosen(RecordState=is_active, UpdatedAt=[{"Start": since, "End": "2027-01-01T00:00:00Z"}]) == \
            {f["Id"] for f in told if f["RecordState"] == "ACTIVE" and f["UpdatedAt"] >= since} != set()
        assert chosen(SeverityLabel=[{"Value": "CRITICAL", "Comparison": "NOT_EQUALS"}]) == {f["Id"] for f in told if f["Severity"]["Label"] != "CRITICAL"}
        assert chosen(ResourceId=[{"Value": "AWS::::Account", "Comparison": "PREFIX"}]) == {f["Id"] for f in told if f["Resources"][0]["Type"] == "AwsAccount"}
        assert chosen(UpdatedAt=[{"DateRange": {"Value": 7, "Unit": "DAYS"}}]) == \
            {f["Id"] for f in told if f["UpdatedAt"] >= (instant(3) - datetime.timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")} != set()
        newest = [f["UpdatedAt"] for f in items(client, "get_findings", "Findings", SortCriteria=[{"Field": "UpdatedAt", "SortOrder": "desc"}])]
        assert newest == sorted(newest, reverse=True)
        assert refusal(client.get_findings, Filters={"MalwareName": is_active}) == "InvalidInputException"


def test_an_analyzer_of_the_organization_tells_of_all_accounts(cloud):
    with cloud(1, 3, accounts=5) as fake:
        client = fake.client("accessanalyzer", EAST, fake.keys(fake.truth["accounts"][1]))
        analyzers = {a["name"]: a for a in items(client, "list_analyzers", "analyzers")}
        assert {"organization", "unused"} <= set(analyzers) <= {"organization", "unused", "account"}
        arn = analyzers["organization"]["arn"]
        told = items(client, "list_findings_v2", "findings", analyzerArn=arn)
        assert {f["resourceOwnerAccount"] for f in told} == set(fake.truth["accounts"]) and {f["findingType"] for f in told} == {"ExternalAccess"}
        open_ = items(client, "list_findings_v2", "findings", analyzerArn=arn, filter={"status": {"eq": ["ACTIVE"]}})
        rest = items(client, "list_findings_v2", "findings", analyzerArn=arn, filter={"status": {"neq": ["ACTIVE"]}})
        assert {f["id"] for f in open_} | {f["id"] for f in rest} == {f["id"] for f in told} and {f["status"] for f in open_} == {"ACTIVE"} and rest
        assert items(client, "list_findings_v2", "findings", analyzerArn=arn, filter={"resource": {"contains": [":role/"]}})
        assert {a["name"] for a in client.list_analyzers(type="ORGANIZATION")["analyzers"]} == {"organization"}
        assert refusal(client.list_findings_v2, analyzerArn=arn + "x") == "ResourceNotFoundException"
        assert refusal(client.list_findings_v2, analyzerArn=arn, filter={"mood": {"eq": ["x"]}}) == "ValidationException"
