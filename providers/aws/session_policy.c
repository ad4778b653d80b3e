#include "providers/aws/session_policy.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    POLICY_MAX = 2048
}; /* STS's own limit, for policy and ARNs together (AssumeRole reference) */

/* Where an action is not called like its operation (Service Authorization Reference). */
static const struct {
    const char *operation, *action;
} renamed[] = {
    { "s3:ListBuckets", "s3:ListAllMyBuckets" },
    { "s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock" },
    { "s3control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock" },
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
    char *name = memory_format("%s:%s", service, operation);
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++) {
        if (strcmp(renamed[i].operation, name) != 0)
            continue;
        free(name);
        return memory_string(renamed[i].action);
    }
    return name;
}

static bool is_gap(const char *action)
{
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        if (strcmp(gaps[i], action) == 0)
            return true;
    return false;
}

char *session_policy_inline(const struct string_list *operations)
{
    struct buffer out;
    buffer_init(&out, POLICY_MAX);
    size_t added = 0;
    for (size_t i = 0; i < operations->count; i++) {
        const char *colon = strchr(operations->items[i], ':');
        char *service =
            memory_string_n(operations->items[i], (size_t)(colon - operations->items[i]));
        char *action = session_policy_action(service, colon + 1);
        if (is_gap(action))
            buffer_append_format(&out, "%s\"%s\"", added++ > 0 ? "," : "", action);
        free(action);
        free(service);
    }
    char *actions = buffer_detach(&out);
    char *policy =
        added == 0
            ? NULL
            : memory_format("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
                            "\"Action\":[%s],\"Resource\":\"*\"}]}",
                            actions);
    free(actions);
    return policy;
}
