#include "tests/fakecloud/offer.h"

#include "core/base/encode.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/people.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_BYTES_MAX = 4 * 1024 * 1024 };

/* The report has always just been made, as within four hours of another GenerateCredentialReport. */
static bool generate(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    if (!call_knows(c, known, fault))
        return false;
    *out = estate_json("{\"State\":\"COMPLETE\"}");
    return true;
}

static bool report(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    struct place at = { c->account, ESTATE_GLOBAL };
    struct json_object *rows = estate_find(c->estate, at, "Report");
    struct buffer text, base64;
    char date[TIMESTAMP_MAX];
    if (!call_knows(c, known, fault))
        return false;
    buffer_init(&text, REPORT_BYTES_MAX);
    buffer_init(&base64, 2 * REPORT_BYTES_MAX);
    buffer_append_string(&text, PEOPLE_REPORT_COLUMNS);
    for (size_t i = 0; rows != NULL && i < json_object_array_length(rows); i++) {
        struct text columns = TEXT_LITERAL(PEOPLE_REPORT_COLUMNS);
        char separator = '\n';
        while (columns.data != NULL) {
            char *column = text_copy(text_cut(&columns, ','));
            buffer_append_char(&text, separator);
            buffer_append_string(&text, json_string(json_object_array_get_idx(rows, i), column));
            separator = ',';
            free(column);
        }
    }
    encode_base64(&base64, text.data, text.len);
    timestamp_iso(c->now, date);
    *out = estate_json("{\"ReportFormat\":\"text/csv\",\"GeneratedTime\":\"%s\"}", date);
    json_object_object_add(*out, "Content", json_object_new_string(buffer_string(&base64)));
    buffer_release(&base64);
    buffer_release(&text);
    return true;
}

static const struct offer offers[] = {
    { .operation = "GenerateCredentialReport", .answer = generate },
    { .operation = "GetAccountSummary", .list = "SummaryMap", .as = "SummaryMap", .one = true },
    { .operation = "GetCredentialReport", .answer = report, .fleeting = true },
    { .operation = "ListRoles", .list = "Roles", .as = "Roles", .page = { 1, 1000, 100 } },
    { .operation = "ListUsers", .list = "Users", .as = "Users", .page = { 1, 1000, 100 } },
    { .operation = "ListVirtualMFADevices",
      .list = "VirtualMFADevices",
      .as = "VirtualMFADevices",
      .page = { 1, 1000, 100 } },
    { .operation = "GetAccessKeyLastUsed",
      .list = "AccessKeyLastUsed",
      .one = true,
      .none = { 403, "AccessDenied" },
      .filters = { { "AccessKeyId", "_of", { 0 } } } },
    { .operation = "GetAccountPasswordPolicy",
      .list = "PasswordPolicy",
      .as = "PasswordPolicy",
      .one = true,
      .none = { 404, "NoSuchEntity" } },
    { .operation = "GetPolicyVersion",
      .list = "PolicyVersions",
      .as = "PolicyVersion",
      .one = true,
      .none = { 404, "NoSuchEntity" },
      .filters = { { "PolicyArn", "_of", { 0 } }, { "VersionId", "VersionId", { 0 } } } },
    { .operation = "ListAccessKeys",
      .list = "AccessKeys",
      .as = "AccessKeyMetadata",
      .page = { 1, 1000, 100 },
      .parent = { "Users", "UserName", "UserName", { 404, "NoSuchEntity" } },
      .filters = { { "UserName", "UserName", { 0 } } } },
    { .operation = "ListAccountAliases",
      .list = "AccountAliases",
      .as = "AccountAliases",
      .page = { 1, 1000, 100 },
      .pluck = "_alias" },
    { .operation = "ListAttachedGroupPolicies",
      .list = "AttachedGroupPolicies",
      .as = "AttachedPolicies",
      .page = { 1, 1000, 100 },
      .parent = { "Groups", "GroupName", "GroupName", { 404, "NoSuchEntity" } },
      .filters = { { "GroupName", "_of", { 0 } } } },
    { .operation = "ListAttachedRolePolicies",
      .list = "AttachedRolePolicies",
      .as = "AttachedPolicies",
      .page = { 1, 1000, 100 },
      .parent = { "Roles", "RoleName", "RoleName", { 404, "NoSuchEntity" } },
      .filters = { { "RoleName", "_of", { 0 } } } },
    { .operation = "ListAttachedUserPolicies",
      .list = "AttachedUserPolicies",
      .as = "AttachedPolicies",
      .page = { 1, 1000, 100 },
      .parent = { "Users", "UserName", "UserName", { 404, "NoSuchEntity" } },
      .filters = { { "UserName", "_of", { 0 } } } },
    { .operation = "ListGroups", .list = "Groups", .as = "Groups", .page = { 1, 1000, 100 } },
    { .operation = "ListOrganizationsFeatures",
      .list = "OrganizationsFeatures",
      .one = true,
      .none = { 400, "AccountNotManagementOrDelegatedAdministratorException" } },
    { .operation = "ListPolicies",
      .list = "Policies",
      .as = "Policies",
      .page = { 1, 1000, 100 },
      .filters = { { "Scope", "_scope", { 0 } } } },
    { .operation = "ListServerCertificates",
      .list = "ServerCertificates",
      .as = "ServerCertificateMetadataList",
      .page = { 1, 1000, 100 } },
    { 0 },
};

const struct service service_iam = { .name = "iam", .global = true, .offers = offers };
