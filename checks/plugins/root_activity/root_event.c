#include "checks/plugins/root_activity/root_event.h"

#include "checks/plugins/root_activity/root_agent.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

#define SIGN_IN "AwsConsoleSignIn"

enum { MILLISECONDS = 1000 };

static const char *string_at(struct json_object *o, const char *path)
{
    const char *s = path_string(o, path);
    return s == NULL ? "" : s;
}

static bool equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* CloudTrail writes these as texts, and some of its documents as booleans. */
static bool is_true(struct json_object *o, const char *path)
{
    struct json_object *value = path_first(o, path);
    return json_object_is_type(value, json_type_boolean) ? json_object_get_boolean(value)
                                                         : equal(string_at(o, path), "true");
}

static int64_t time_of(const char *iso)
{
    int64_t ms = 0;
    return iso != NULL && timestamp_parse_iso(text_of(iso), &ms) ? ms / MILLISECONDS : 0;
}

static void begin(const struct check_resource *r, struct root_event *e)
{
    memset(e, 0, sizeof *e);
    e->id = r->id == NULL ? "" : r->id;
    e->at_unix_s = time_of(r->at);
    e->region = r->region == NULL ? "" : r->region;
    e->name = e->address = e->near_account = e->agent = e->error = e->key = e->of = "";
}

/* ---- CloudTrail ---- */

static bool reads(const char *name)
{
    struct text t = text_of(name);
    return text_starts_with(t, "List") || text_starts_with(t, "Get") ||
           text_starts_with(t, "Describe");
}

/* The policies of AssumeRoot allow one service each but for IAM's three. */
static enum root_task task_of(const char *source, const char *name)
{
    struct text t = text_of(name);
    if (text_starts_with(text_of(source), "s3"))
        return ROOT_UNLOCK_S3;
    if (text_starts_with(text_of(source), "sqs"))
        return ROOT_UNLOCK_SQS;
    if (reads(name))
        return ROOT_AUDIT;
    if (!text_starts_with(text_of(source), "iam"))
        return ROOT_OTHER_TASK;
    if (text_starts_with(t, "Create"))
        return ROOT_CREATE;
    return text_starts_with(t, "Delete") || text_starts_with(t, "Deactivate") ||
                   text_starts_with(t, "Update")
               ? ROOT_DELETE
               : ROOT_OTHER_TASK;
}

static bool has_failed(struct json_object *record)
{
    return *string_at(record, "errorMessage") != '\0' || *string_at(record, "errorCode") != '\0' ||
           equal(string_at(record, "responseElements.ConsoleLogin"), "Failure");
}

/* Only the sign-in itself says whether MFA was used; the steps around it say nothing. */
static void read_sign_in(struct json_object *record, struct root_event *e)
{
    const char *mfa = string_at(record, "additionalEventData.MFAUsed");
    if (text_starts_with(text_of(e->name), "PasswordRecovery")) {
        e->kind = ROOT_RECOVERY;
    } else if (has_failed(record)) {
        e->kind = ROOT_FAILED;
    } else {
        e->kind = ROOT_CONSOLE;
        e->signed_in = equal(e->name, "ConsoleLogin");
        e->mfa = equal(mfa, "Yes")  ? ROOT_MFA_YES
                 : equal(mfa, "No") ? ROOT_MFA_NO
                                    : ROOT_MFA_UNSAID;
    }
}

static enum root_kind kind_of_session(const char *key, const char *agent)
{
    if (text_starts_with(text_of(key), "AKIA"))
        return ROOT_KEY;
    return root_agent_is_program(agent) ? ROOT_SESSION : ROOT_CONSOLE;
}

static void read_call(struct json_object *record, struct json_object *identity,
                      struct root_event *e)
{
    const char *mfa = "sessionContext.attributes.mfaAuthenticated";
    e->kind = kind_of_session(e->key, e->agent);
    if (is_true(record, "sessionCredentialFromConsole") && e->kind == ROOT_SESSION)
        e->kind = ROOT_CONSOLE;
    if (is_true(identity, "sessionContext.assumedRoot")) {
        e->kind = ROOT_TASK;
        e->task = task_of(string_at(record, "eventSource"), e->name);
    }
    if (path_first(identity, mfa) != NULL)
        e->mfa = is_true(identity, mfa) ? ROOT_MFA_YES : ROOT_MFA_NO;
}

static bool is_anothers(struct json_object *record, struct json_object *identity)
{
    const char *type = string_at(identity, "type"), *event = string_at(record, "eventType");
    return (*type != '\0' && !equal(type, "Root")) || json_get(identity, "invokedBy") != NULL ||
           equal(event, "AwsServiceEvent") || equal(event, "AwsCloudTrailInsight") ||
           equal(string_at(record, "eventCategory"), "Insight");
}

enum root_reading root_event_of_trail(const struct check_resource *r, const char *account,
                                      struct root_event *out)
{
    struct json_object *record = json_get(r->config, "CloudTrailEvent"),
                       *identity = json_get(record, "userIdentity");
    begin(r, out);
    out->name = string_at(r->config, "EventName");
    if (is_anothers(record, identity))
        return ROOT_NOT_ROOTS;
    if (*string_at(identity, "type") == '\0') {
        out->kind = ROOT_UNREADABLE;
        return ROOT_READ;
    }
    out->name = string_at(record, "eventName");
    out->address = string_at(record, "sourceIPAddress");
    out->near_account = string_at(record, "vpcEndpointAccountId");
    out->agent = string_at(record, "userAgent");
    out->error = string_at(record, "errorCode");
    out->key = string_at(identity, "accessKeyId");
    const char *of = string_at(identity, "accountId");
    out->of = equal(of, account) ? "" : of;
    if (equal(string_at(record, "eventType"), SIGN_IN))
        read_sign_in(record, out);
    else
        read_call(record, identity, out);
    return ROOT_READ;
}

/* ---- Cloud Logging ---- */

/* "//iam.googleapis.com/projects/P/serviceAccounts/EMAIL/keys/ID" */
enum root_reading root_event_of_log(const struct check_resource *r, struct root_event *out)
{
    struct json_object *payload = json_get(r->config, "protoPayload");
    const char *name = string_at(payload, "authenticationInfo.serviceAccountKeyName");
    const char *last = strrchr(name, '/');
    begin(r, out);
    if (*name == '\0')
        return ROOT_NOT_ROOTS;
    out->kind = ROOT_ACCOUNT_KEY;
    out->key = last == NULL ? name : last + 1;
    out->of = string_at(payload, "authenticationInfo.principalEmail");
    out->name = string_at(payload, "methodName");
    out->address = string_at(payload, "requestMetadata.callerIp");
    out->agent = string_at(payload, "requestMetadata.callerSuppliedUserAgent");
    out->error = string_at(payload, "status.message");
    return ROOT_READ;
}

/* ---- GuardDuty ---- */

#define CALL "Service.Action.AwsApiCallAction."

/* By type alone: their severity is Low. Others may end in the same words one day, and are others. */
enum root_reading root_event_of_finding(const struct check_resource *r, struct root_event *out)
{
    struct json_object *finding = json_get(r->config, "Finding");
    const char *type = string_at(finding, "Type");
    bool brief = equal(type, "Policy:IAMUser/ShortTermRootCredentialUsage");
    begin(r, out);
    if (!brief && !equal(type, "Policy:IAMUser/RootCredentialUsage"))
        return ROOT_NOT_ROOTS;
    const char *v4 = string_at(finding, CALL "RemoteIpDetails.IpAddressV4");
    int64_t last = time_of(path_string(finding, "Service.EventLastSeen"));
    out->at_unix_s = last > 0 ? last : out->at_unix_s;
    out->name = string_at(finding, CALL "Api");
    out->agent = string_at(finding, CALL "UserAgent");
    out->error = string_at(finding, CALL "ErrorCode");
    out->address = *v4 != '\0' ? v4 : string_at(finding, CALL "RemoteIpDetails.IpAddressV6");
    out->key = string_at(finding, "Resource.AccessKeyDetails.AccessKeyId");
    out->kind = brief ? ROOT_TASK : kind_of_session(out->key, out->agent);
    out->task = task_of(string_at(finding, CALL "ServiceName"), out->name);
    return ROOT_READ;
}
