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
