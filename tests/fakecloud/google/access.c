#include "tests/fakecloud/google/access.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/identity.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/routed.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const char *member_of(const struct google_call *c, const char *project, const char *member)
{
    size_t number = project == NULL ? SIZE_MAX : estate_number(c->estate, project);
    const char *value =
        number == SIZE_MAX
            ? NULL
            : json_string(json_object_array_get_idx(c->estate->accounts, number), member);
    return value == NULL ? "" : value;
}

static bool has_bucket(const struct google_call *c, const char *project, const char *bucket)
{
    struct json_object *all = google_call_things(c, project, "storage.buckets");
    bool found = false;
    for (size_t i = 0; i < json_object_array_length(all) && !found; i++)
        found = strcmp(json_string(json_object_array_get_idx(all, i), "name"), bucket) == 0;
    json_object_put(all);
    return found;
}

/* The project of a bucket: names of buckets are the world's. */
static const char *bucket_owner(const struct google_call *c, const char *bucket)
{
    for (size_t i = 0; i < json_object_array_length(c->estate->accounts); i++)
        if (has_bucket(c, estate_account(c->estate, i), bucket))
            return estate_account(c->estate, i);
    return NULL;
}

/* What names an account: the first of these that is sent. *out_named: whether one is. */
static const char *account_of(const struct google_call *c, bool *out_named)
{
    static const char *const ids[] = { "project", "projectId" };
    static const char *const names[] = { "parent",   "parentId",     "name",
                                         "resource", "sinkName",     "metricName",
                                         "topic",    "subscription", "resourceNames" };
    *out_named = true;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const char *id = google_call_text(c, ids[i]);
        size_t number = id == NULL ? SIZE_MAX : estate_number(c->estate, id);
        if (id != NULL && strchr(id, '/') != NULL)
            return google_call_account_of(c, id);
        if (id != NULL)
            return number == SIZE_MAX ? NULL : estate_account(c->estate, number);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = google_call_text(c, names[i]);
        if (name != NULL)
            return google_call_account_of(c, name);
    }
    const char *bucket = google_call_text(c, "bucket");
    *out_named = false;
    return bucket == NULL ? NULL : bucket_owner(c, bucket);
}

bool google_access_find(struct google_call *c, const struct http_request *request,
                        const char *own_project, struct google_fault *fault)
{
    const char *sent = http_headers_get(&request->headers, "x-goog-user-project");
    bool named = false;
    size_t number = sent == NULL ? SIZE_MAX : estate_number(c->estate, sent);
    c->account = account_of(c, &named);
    c->consumer = own_project;
    if (number != SIZE_MAX)
        c->consumer = estate_account(c->estate, number);
    fault->consumer = member_of(c, c->consumer, "number");
    if (sent != NULL && number == SIZE_MAX)
        return google_fault_set(
            fault, GOOGLE_FAULT_USER_PROJECT,
            "Caller does not have required permission to use project %s. Grant the caller the "
            "roles/serviceusage.serviceUsageConsumer role, or a custom role with the "
            "serviceusage.services.use permission, by visiting "
            "https://console.developers.google.com/iam-admin/iam/project?project=%s and then retry.",
            sent, sent);
    if (c->account == NULL && named)
        return c->service->classic
                   ? google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND,
                                      "The resource named in the request was not found")
                   : google_fault_set(fault, GOOGLE_FAULT_CONSUMER,
                                      "Permission denied on resource: it may not exist.");
    return true;
}

static bool disabled(const struct google_call *c, const char *project, struct google_fault *fault)
{
    fault->consumer = member_of(c, project, "number");
    return google_fault_set(
        fault, GOOGLE_FAULT_DISABLED,
        "%s has not been used in project %s before or it is disabled. Enable it by visiting "
        "https://console.developers.google.com/apis/api/%s/overview?project=%s then retry. If you enabled this API "
        "recently, wait a few minutes for the action to propagate to our systems and retry.",
        c->service->title, fault->consumer, fault->service, fault->consumer);
}

/* A view of logs wants another one than the logs of a project do ("Access control with IAM", Cloud Logging). */
static const char *permission_for(const struct google_call *c)
{
    return google_routed_is_view(google_call_text(c, "resourceNames")) ? "logging.views.access"
                                                                       : c->offer->permission;
}

static bool denied(const struct google_call *c, struct google_fault *fault)
{
    fault->permission = permission_for(c);
    fault->resource = c->account;
    if (fault->permission == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_DENIED, "The caller does not have permission");
    return google_fault_set(
        fault, GOOGLE_FAULT_DENIED,
        c->service->classic
            ? "Required '%s' permission for '%s'"
            : "Permission '%s' denied on resource '//cloudresourcemanager.googleapis.com/%s' "
              "(or it may not exist).",
        fault->permission, c->account == NULL ? "" : c->account);
}

static bool perimeter(struct google_fault *fault)
{
    return google_fault_set(
        fault, GOOGLE_FAULT_PERIMETER,
        "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: ");
}

static bool is(const struct google_call *c, const char *role)
{
    return c->account != NULL && strcmp(member_of(c, c->account, "_role"), role) == 0;
}

/* The APIs that are off where some are. */
static bool api_is_off(const struct google_call *c, const char *project)
{
    return project != NULL &&
           strcmp(member_of(c, project, "_role"), GOOGLE_PROJECTS_DISABLED) == 0 &&
           google_projects_api_is_off(c->service->name);
}

static bool check_one(const struct google_call *c, struct google_fault *fault)
{
    if (api_is_off(c, c->service->by_caller ? c->consumer : c->account))
        return disabled(c, c->service->by_caller ? c->consumer : c->account, fault);
    if (!google_identity_may(c->principal) || is(c, GOOGLE_PROJECTS_DENIED))
        return denied(c, fault);
    if (is(c, GOOGLE_PROJECTS_PERIMETER))
        return perimeter(fault);
    if (is(c, GOOGLE_PROJECTS_DELETED) && strcmp(c->service->name, "cloudresourcemanager") != 0)
        return google_fault_set(fault, GOOGLE_FAULT_CONSUMER, "Project %s has been deleted.",
                                member_of(c, c->account, "number"));
    return true;
}

size_t google_access_count(const struct google_call *c)
{
    size_t count = google_call_count(c, "resourceNames");
    return count == 0 ? 1 : count;
}

struct google_call google_access_one(const struct google_call *c, size_t index)
{
    struct google_call one = *c;
    if (index > 0)
        one.account = google_call_account_of(c, google_call_text_at(c, "resourceNames", index));
    return one;
}

bool google_access_check(const struct google_call *c, struct google_fault *fault)
{
    bool ok = check_one(c, fault);
    for (size_t i = 1; ok && i < google_access_count(c); i++) {
        struct google_call one = google_access_one(c, i);
        ok = one.account == NULL
                 ? google_fault_set(fault, GOOGLE_FAULT_CONSUMER,
                                    "Permission denied on resource: it may not exist.")
                 : check_one(&one, fault);
    }
    return ok;
}

bool google_access_deed(const struct google_call *c, enum deed deed, struct google_fault *fault)
{
    const char *project = c->account == NULL ? c->consumer : c->account;
    switch (deed) {
    case DEED_DENY:
        return !denied(c, fault);
    case DEED_DISABLE:
        return !disabled(c, project, fault);
    case DEED_PERIMETER:
        return !perimeter(fault);
    case DEED_EXPIRE:
        return !google_fault_set(fault, GOOGLE_FAULT_UNAUTHENTICATED,
                                 "Request had invalid authentication credentials.");
    case DEED_THROTTLE:
        return !google_fault_set(fault, GOOGLE_FAULT_THROTTLED, "Quota exceeded for quota metric.");
    case DEED_RATE_LIMIT:
        return !google_fault_set(fault, GOOGLE_FAULT_RATE, "Rate Limit Exceeded");
    case DEED_USER_PROJECT:
        return !google_fault_set(
            fault, GOOGLE_FAULT_USER_PROJECT,
            "Caller does not have required permission to use project %s. Grant the caller the "
            "roles/serviceusage.serviceUsageConsumer role.",
            c->consumer);
    case DEED_BILLING:
        return !google_fault_set(
            fault, GOOGLE_FAULT_BILLING,
            "This API method requires billing to be enabled. Please enable billing on project #%s.",
            member_of(c, project, "number"));
    case DEED_VANISH:
        return !(c->service->classic
                     ? google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND,
                                        "The resource 'projects/%s' was not found", project)
                     : google_fault_set(fault, GOOGLE_FAULT_CONSUMER,
                                        "Project %s has been deleted.", project));
    case DEED_500:
        return !google_fault_set(fault, GOOGLE_FAULT_INTERNAL, "Internal error encountered.");
    case DEED_503:
        return !google_fault_set(fault, GOOGLE_FAULT_UNAVAILABLE,
                                 "The service is currently unavailable.");
    default:
        return false;
    }
}
