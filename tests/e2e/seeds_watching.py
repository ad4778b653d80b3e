"""At least one of everything that watches: GuardDuty, CloudTrail, CloudWatch Logs, Security Hub, Access Analyzer, and Route 53 Resolver."""
import estate as e

UNKNOWN = "500 Internal Server Error"  # "has not been implemented" stands in moto's own log only
MOTO_LACKS = dict.fromkeys((
    "aws_accessanalyzer_analyzer", "aws_accessanalyzer_finding", "aws_cloudtrail_insights_event", "aws_cloudtrail_root_event", "aws_cloudtrail_root_event_by_alias",
    "aws_route53resolver_firewall_config", "aws_route53resolver_firewall_domain_list", "aws_route53resolver_firewall_rule", "aws_route53resolver_firewall_rule_group",
    "aws_route53resolver_firewall_rule_group_association"), UNKNOWN) | {"aws_guardduty_finding": "404 Not Found"}

MOTO_DRIFTS = {"aws_cloudtrail_trail": ["Status.LatestDeliveryTime", "Status.LatestDeliveryAttemptTime"]}


def seed_guardduty(estate):
    for region in e.REGIONS:
        estate.client("guardduty", e.DATA, region).create_detector(Enable=True, Tags={"Team": "data"}, Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}])


def seed_cloudtrail(estate):
    estate.client("s3", e.ZERO).create_bucket(Bucket="zero-trail")
    cloudtrail = estate.client("cloudtrail", e.ZERO)
    cloudtrail.create_trail(Name="everything", S3BucketName="zero-trail", IsMultiRegionTrail=True)
    cloudtrail.create_trail(Name="here", S3BucketName="zero-trail")
    cloudtrail.start_logging(Name="everything")
    cloudtrail.put_event_selectors(TrailName="everything", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True,
                                                                            "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/", "arn:aws:s3:::a/"]}]}])
    cloudtrail.put_insight_selectors(TrailName="everything", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}])


def seed_logs(estate):
    logs = estate.client("logs", e.SHOP, e.TOKYO)
    for name in ("/aws/lambda/pays", "plain"):
        logs.create_log_group(logGroupName=name, tags={"Team": "shop"})
    logs.put_retention_policy(logGroupName="plain", retentionInDays=30)


def seed_securityhub(estate):
    hub = estate.client("securityhub", e.DATA)
    hub.enable_security_hub()
    hub.batch_import_findings(Findings=[{
        "SchemaVersion": "2018-10-08", "Id": ident, "ProductArn": f"arn:aws:securityhub:us-east-1:{e.DATA}:product/{e.DATA}/default", "GeneratorId": "tests", "AwsAccountId": e.DATA,
        "Types": ["Software and Configuration Checks/b", "Effects/a"], "CreatedAt": "2026-11-01T00:00:00Z", "UpdatedAt": at, "Severity": {"Label": "HIGH"}, "Title": ident,
        "Description": "of the tests", "RecordState": "ACTIVE",
        "Resources": [{"Type": "AwsLambdaFunction", "Id": "pays", "Details": {"AwsLambdaFunction": {"Environment": {"Variables": {"PASSWORD": "hunter2"}}}}}],
    } for ident, at in (("finding-1", "2026-11-20T12:00:00Z"), ("finding-2", "2026-11-19T12:00:00Z"))])


def seed_route53resolver(estate):
    resolver, group = estate.client("route53resolver", e.SHOP), estate.names[e.SHOP, e.EAST, "rdp-over-v6"]
    vpc = estate.names[e.SHOP, e.EAST, "vpc"]
    subnets = [s["SubnetId"] for s in estate.ec2(e.SHOP).describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]][:2]
    endpoint = resolver.create_resolver_endpoint(CreatorRequestId="1", Name="out", SecurityGroupIds=[group], Direction="OUTBOUND",
                                                 IpAddresses=[{"SubnetId": s} for s in subnets])["ResolverEndpoint"]["Id"]
    rule = resolver.create_resolver_rule(CreatorRequestId="2", Name="office", RuleType="FORWARD", DomainName="office.example", ResolverEndpointId=endpoint,
                                         TargetIps=[{"Ip": "10.0.0.2", "Port": 53}, {"Ip": "10.0.0.1", "Port": 53}])["ResolverRule"]["Id"]
    resolver.associate_resolver_rule(ResolverRuleId=rule, Name="office", VPCId=vpc)
    config = resolver.create_resolver_query_log_config(Name="all", DestinationArn="arn:aws:s3:::shop-orders.archive", CreatorRequestId="3")["ResolverQueryLogConfig"]["Id"]
    resolver.associate_resolver_query_log_config(ResolverQueryLogConfigId=config, ResourceId=vpc)
