/* Which calls share a rate, and which rate AWS documents for them. */
#include "providers/aws/limits.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static const struct {
    const char *service, *operation, *region;
    const char *key;
    double rate_per_s, burst;
} calls[] = {
    /* EC2, "Request throttling": by action, account and region */
    { "ec2", "DescribeVpcs", "eu-west-1", "aws/1/eu-west-1/ec2/DescribeVpcs", 20, 100 },
    { "ec2", "DescribeSubnets", "eu-west-1", "aws/1/eu-west-1/ec2/DescribeSubnets", 20, 100 },
    { "ec2", "DescribeStaleSecurityGroups", "eu-west-1",
      "aws/1/eu-west-1/ec2/DescribeStaleSecurityGroups", 5, 20 },
    { "ec2", "DescribeSecurityGroupReferences", "us-east-1",
      "aws/1/us-east-1/ec2/DescribeSecurityGroupReferences", 5, 20 },
    /* "Quotas for AWS Organizations": by action */
    { "organizations", "ListAccounts", "us-east-1", "aws/1/us-east-1/organizations/ListAccounts", 8,
      12 },
    { "organizations", "ListAccountsForParent", "us-east-1",
      "aws/1/us-east-1/organizations/ListAccountsForParent", 5, 8 },
    { "organizations", "ListOrganizationalUnitsForParent", "us-east-1",
      "aws/1/us-east-1/organizations/ListOrganizationalUnitsForParent", 5, 8 },
    { "organizations", "ListParents", "us-east-1", "aws/1/us-east-1/organizations/ListParents", 5,
      8 },
    { "organizations", "ListTagsForResource", "us-east-1",
      "aws/1/us-east-1/organizations/ListTagsForResource", 10, 15 },
    { "organizations", "ListRoots", "us-east-1", "aws/1/us-east-1/organizations/ListRoots", 1, 2 },
    { "organizations", "DescribeOrganization", "us-east-1",
      "aws/1/us-east-1/organizations/DescribeOrganization", 1, 2 },
    { "organizations", "DescribeAccount", "us-east-1",
      "aws/1/us-east-1/organizations/DescribeAccount", 20, 30 },
    { "cloudtrail", "LookupEvents", "eu-west-1", "aws/1/eu-west-1/cloudtrail/LookupEvents", 2, 2 },
    /* "IAM and STS quotas": all signed calls of an account and region together */
    { "sts", "GetCallerIdentity", "eu-west-1", "aws/1/eu-west-1/sts", 600, 600 },
    { "sts", "AssumeRole", "eu-west-1", "aws/1/eu-west-1/sts", 600, 600 },
    /* quotas pages of the services, by action or by all calls of an account and region together */
    { "logs", "DescribeLogGroups", "eu-west-1", "aws/1/eu-west-1/logs/DescribeLogGroups", 10, 10 },
    { "logs", "FilterLogEvents", "eu-west-1", "aws/1/eu-west-1/logs/FilterLogEvents", 5, 5 },
    { "lambda", "ListFunctions", "eu-west-1", "aws/1/eu-west-1/lambda", 15, 15 },
    { "lambda", "ListTags", "eu-west-1", "aws/1/eu-west-1/lambda", 15, 15 },
    { "lambda", "GetPolicy", "eu-west-1", "aws/1/eu-west-1/lambda/GetPolicy", 15, 15 },
    { "route53resolver", "ListFirewallRules", "eu-west-1", "aws/1/eu-west-1/route53resolver", 5, 5 },
    { "securityhub", "GetFindings", "eu-west-1", "aws/1/eu-west-1/securityhub/GetFindings", 3, 6 },
    { "securityhub", "DescribeHub", "eu-west-1", "aws/1/eu-west-1/securityhub/DescribeHub", 10, 30 },
    { "dynamodb", "ListTagsOfResource", "eu-west-1",
      "aws/1/eu-west-1/dynamodb/ListTagsOfResource", 10, 10 },
    { "dynamodb", "DescribeContinuousBackups", "eu-west-1",
      "aws/1/eu-west-1/dynamodb/DescribeContinuousBackups", 10, 10 },
    { "sns", "ListTopics", "eu-west-1", "aws/1/eu-west-1/sns/ListTopics", 30, 30 },
    { "sns", "ListTagsForResource", "eu-west-1", "aws/1/eu-west-1/sns/ListTagsForResource", 10, 10 },
    { "kms", "DescribeKey", "eu-west-1", "aws/1/eu-west-1/kms/DescribeKey", 500, 500 },
    { "cloudwatch", "GetMetricStatistics", "eu-west-1",
      "aws/1/eu-west-1/cloudwatch/GetMetricStatistics", 400, 400 },
    /* one bucket an account, whatever the region and the action; IAM at 5 to 10 a second once halved */
    { "iam", "ListUsers", "us-east-1", "aws/1/iam", 16, 32 },
    { "iam", "ListRoles", "eu-west-1", "aws/1/iam", 16, 32 },
    { "s3", "ListBuckets", "eu-west-1", "aws/1/s3", 100, 100 },
    /* nothing published */
    { "guardduty", "ListDetectors", "eu-west-1", "aws/1/eu-west-1/guardduty", 20, 40 },
    { "dynamodb", "DescribeTable", "eu-west-1", "aws/1/eu-west-1/dynamodb", 20, 40 },
    { "cloudtrail", "DescribeTrails", "eu-west-1", "aws/1/eu-west-1/cloudtrail", 20, 40 },
};

static void each_call_draws_from_its_documented_bucket(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct http_limit limit = { NULL, 0, 0 };
        aws_limit_of(calls[i].service, calls[i].operation, "1", calls[i].region, &limit);
        assert_string_equal(limit.key, calls[i].key);
        if (limit.rate_per_s != calls[i].rate_per_s || limit.burst != calls[i].burst)
            fail_msg("%s: %g a second of %g", limit.key, limit.rate_per_s, limit.burst);
        free(limit.key);
    }
}

static void accounts_never_share_a_bucket(void **state)
{
    (void)state;
    struct http_limit first = { NULL, 0, 0 }, second = { NULL, 0, 0 };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        aws_limit_of(calls[i].service, calls[i].operation, "1", calls[i].region, &first);
        aws_limit_of(calls[i].service, calls[i].operation, "2", calls[i].region, &second);
        assert_string_not_equal(first.key, second.key); /* and the key before is freed */
    }
    free(first.key);
    free(second.key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_draws_from_its_documented_bucket),
        cmocka_unit_test(accounts_never_share_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
