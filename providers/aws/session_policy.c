#include "providers/aws/session_policy.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    POLICY_MAX = 2048
}; /* STS's own limit, for policy and ARNs together (AssumeRole reference) */

/* Where an action is not called like its operation, and where a service's actions begin with another word than
 * botocore's name of it (Service Authorization Reference). */
static const struct {
    const char *operation, *action;
} renamed[] = {
    { "accessanalyzer:ListFindingsV2", "access-analyzer:ListFindings" },
    { "s3:GetBucketEncryption", "s3:GetEncryptionConfiguration" },
    { "s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration" },
    { "s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock" },
    { "s3:ListBuckets", "s3:ListAllMyBuckets" },
    { "s3control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock" },
};

static const struct {
    const char *service, *prefix;
} prefixes[] = {
    { "accessanalyzer", "access-analyzer" },
    { "elb", "elasticloadbalancing" },
    { "elbv2", "elasticloadbalancing" },
    { "opensearch", "es" },
    { "s3control", "s3" },
};

/* Reads that neither SecurityAudit v85 nor ViewOnlyAccess v43 holds. */
static const char *const gaps[] = {
    "account:ListRegions",
    "account:GetContactInformation",
    "ec2:GetSecurityGroupsForVpc",
    "resource-explorer-2:ListResources",
};

void session_policy_arns(const char *partition, char *out[SESSION_POLICY_ARNS])
{
    out[0] = memory_format("arn:%s:iam::aws:policy/SecurityAudit", partition);
    out[1] = memory_format("arn:%s:iam::aws:policy/job-function/ViewOnlyAccess", partition);
}

char *session_policy_action(const char *service, const char *operation)
{
    const char *prefix = service;
    char *name = memory_format("%s:%s", service, operation);
    const char *action = NULL;
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(renamed[i].operation, name) == 0)
            action = renamed[i].action;
    free(name);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strcmp(prefixes[i].service, service) == 0)
            prefix = prefixes[i].prefix;
    return action != NULL ? memory_string(action) : memory_format("%s:%s", prefix, operation);
}

static bool is_asked(const struct string_list *operations, const char *action)
{
    bool found = false;
    for (size_t i = 0; i < operations->count && !found; i++) {
        const char *colon = strchr(operations->items[i], ':');
        char *service =
            memory_string_n(operations->items[i], (size_t)(colon - operations->items[i]));
        char *needed = session_policy_action(service, colon + 1);
        found = strcmp(needed, action) == 0;
        free(needed);
        free(service);
    }
    return found;
}

/* What is encrypted under a bucket key has the bucket for its context, else the object (Amazon S3 guide, "Using
 * server-side encryption with AWS KMS keys"). */
char *session_policy_files(const char *partition, const char *bucket, const char *prefix)
{
    return memory_format("{\"Version\":\"2012-10-17\",\"Statement\":["
                         "{\"Effect\":\"Allow\",\"Action\":\"s3:ListBucket\",\"Resource\":\"arn:%s:s3:::%s\","
                         "\"Condition\":{\"StringLike\":{\"s3:prefix\":\"%s*\"}}},"
                         "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:%s:s3:::%s/%s*\"},"
                         "{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":"
                         "{\"StringLike\":{\"kms:EncryptionContext:aws:s3:arn\":"
                         "[\"arn:%s:s3:::%s\",\"arn:%s:s3:::%s/%s*\"]}}}]}",
                         partition, bucket, prefix, partition, bucket, prefix, partition, bucket,
                         partition, bucket, prefix);
}

/* Of what has no place of its own to be narrowed to, query results are those of queries that somebody could begin
 * (Service Authorization Reference). */
char *session_policy_log_groups(const char *partition, const char *account,
                                const struct string_list *names)
{
    struct buffer groups;
    buffer_init(&groups, POLICY_MAX); /* the config's maximum of names leaves room */
    for (size_t i = 0; i < names->count; i++)
        buffer_append_format(&groups, "%s\"arn:%s:logs:*:%s:log-group:%s:*\"", i > 0 ? "," : "", partition,
                             account == NULL ? "*" : account, names->items[i]);
    char *policy = memory_format(
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
        "[\"ec2:DescribeRegions\",\"ec2:DescribeFlowLogs\",\"cloudwatch:GetMetricStatistics\","
        "\"logs:GetQueryResults\",\"logs:StopQuery\"],\"Resource\":\"*\"},"
        "{\"Effect\":\"Allow\",\"Action\":[\"logs:FilterLogEvents\",\"logs:StartQuery\"],\"Resource\":[%s]}]}",
        buffer_string(&groups));
    buffer_release(&groups);
    return policy;
}

char *session_policy_inline(const struct string_list *operations)
{
    struct buffer out;
    buffer_init(&out, POLICY_MAX); /* all gaps together are far below it */
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (is_asked(operations, gaps[i]))
            buffer_append_format(&out, "%s\"%s\"", out.len > 0 ? "," : "", gaps[i]);
    char *actions = buffer_detach(&out);
    char *policy =
        actions[0] == '\0'
            ? NULL
            : memory_format("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                            "\"Action\":[%s],\"Resource\":\"*\"}]}",
                            actions);
    free(actions);
    return policy;
}
