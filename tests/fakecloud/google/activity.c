#include "tests/fakecloud/google/activity.h"

#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANTED "gcp_owner_granted"
#define MADE "gcp_service_account_key_created"
#define OUTSIDE "gcp_service_account_key_used_outside"
#define OWNERS "gcp_super_admin_activity"
#define OWNER "admin@example.com" /* as policies.c has it */
#define GUEST "user:contractor@example.net"
#define ACCOUNT "deployer@%s.iam.gserviceaccount.com" /* of a project */

enum { KEY_DIGITS = 40 };

enum what { OTHER, GRANT_OWNER, GRANT_EDITOR, TAKE_OWNER, MAKE_KEY, KEY_OUTSIDE, KEY_INSIDE };

struct recipe {
    const char *method, *service;
    bool asked;
    enum what what;
    const char *by; /* who did it; NULL: the service account, by its key */
};

static const struct recipe recipes[] = {
    { "SetIamPolicy", "cloudresourcemanager.googleapis.com", true, GRANT_OWNER, OWNER },
    { "SetIamPolicy", "cloudresourcemanager.googleapis.com", true, GRANT_EDITOR, OWNER },
    { "SetIamPolicy", "cloudresourcemanager.googleapis.com", true, TAKE_OWNER, OWNER },
    { "google.iam.admin.v1.CreateServiceAccountKey", "iam.googleapis.com", true, MAKE_KEY,
      "dev@example.com" },
    { "v1.compute.firewalls.patch", "compute.googleapis.com", true, KEY_OUTSIDE, NULL },
    { "google.logging.v2.ConfigServiceV2.UpdateSink", "logging.googleapis.com", true, KEY_INSIDE,
      NULL },
    { "v1.compute.firewalls.patch", "compute.googleapis.com", true, OTHER, "dev@example.com" },
    { "v1.compute.instances.insert", "compute.googleapis.com", false, OTHER, OWNER },
    { "google.pubsub.v1.Publisher.CreateTopic", "pubsub.googleapis.com", false, OTHER, OWNER },
};

static const struct recipe *recipe_of(const struct estate *e, const struct event *event)
{
    return &recipes[events_number(e, event, "method", sizeof recipes / sizeof *recipes)];
}

void google_activity_each(const struct estate *e, size_t project, event_fn each, void *ctx)
{
    static const struct event_rate rate = { "google activity", 12, 2 };
    if (project < e->o.accounts && events_lively(e, project))
        events_each(e, estate_global(e, project), &rate, each, ctx);
}

/* The service account's one key. free() */
static char *key_of(const struct estate *e, const char *project)
{
    char *path = memory_format("%s/deployer/key", project);
    char *key = chance_hex(e->o.seed, path, KEY_DIGITS);
    free(path);
    return key;
}

/* The key that the event made. free() */
static char *made_key(const struct estate *e, const struct event *event)
{
    char *path = memory_format("%s/made", event->path),
         *key = chance_hex(e->o.seed, path, KEY_DIGITS);
    free(path);
    return key;
}

/* ---- entries ---- */

static char *delta(const char *action, const char *role, const char *member)
{
    return memory_format(
        ",\"serviceData\":{\"@type\":\"type.googleapis.com/google.iam.v1.logging.AuditData\",\"policyDelta\":{"
        "\"bindingDeltas\":[{\"action\":\"%s\",\"role\":\"%s\",\"member\":\"%s\"}]}}",
        action, role, member);
}

/* Members of the payload that only this one has. free() */
static char *special_of(const struct estate *e, const struct event *event, enum what what,
                        const char *project)
{
    char *out = NULL, *account = memory_format(ACCOUNT, project),
         *member = memory_format("serviceAccount:%s", account), *key = made_key(e, event);
    if (what == GRANT_OWNER || what == TAKE_OWNER)
        out = delta(what == GRANT_OWNER ? "ADD" : "REMOVE", "roles/owner", GUEST);
    else if (what == GRANT_EDITOR)
        out = delta("ADD", "roles/editor", member);
    else if (what == MAKE_KEY)
        out = memory_format(
            ",\"response\":{\"@type\":\"type.googleapis.com/google.iam.admin.v1.ServiceAccountKey\","
            "\"name\":\"projects/%s/serviceAccounts/%s/keys/%s\",\"key_type\":1}",
            project, account, key);
    free(key);
    free(member);
    free(account);
    return out == NULL ? memory_string("") : out;
}

static char *principal_of(const struct estate *e, const struct recipe *r, const char *project)
{
    if (r->by != NULL)
        return memory_format("\"principalEmail\":\"%s\"", r->by);
    char *key = key_of(e, project), *account = memory_format(ACCOUNT, project);
    char *out = memory_format("\"principalEmail\":\"%s\",\"serviceAccountKeyName\":"
                              "\"//iam.googleapis.com/projects/%s/serviceAccounts/%s/keys/%s\"",
                              account, project, account, key);
    free(account);
    free(key);
    return out;
}

char *google_activity_own(const struct estate *e, size_t project, const struct event *event,
                          bool *out_asked)
{
    const struct recipe *r = recipe_of(e, event);
    const char *id = estate_account(e, project);
    char address[32], *principal = principal_of(e, r, id),
                      *special = special_of(e, event, r->what, id);
    snprintf(address, sizeof address, "192.175.48.%d", (int)events_number(e, event, "ip", 250));
    char *own = memory_format(
        "\"resource\":{\"type\":\"project\",\"labels\":{\"project_id\":\"%s\"}},\"protoPayload\":{"
        "\"@type\":\"type.googleapis.com/google.cloud.audit.AuditLog\",\"serviceName\":\"%s\",\"methodName\":\"%s\","
        "\"resourceName\":\"projects/%s\",\"authenticationInfo\":{%s},"
        "\"requestMetadata\":{\"callerIp\":\"%s\",\"callerSuppliedUserAgent\":\"gcloud/550.0.0\"},\"status\":{}%s}",
        id, r->service, r->method, id, principal,
        r->what == KEY_INSIDE ? "gce-internal-ip" : address, special);
    free(special);
    free(principal);
    *out_asked = r->asked;
    return own;
}

/* ---- truth ---- */

struct telling {
    struct estate *e;
    size_t project;
};

static void open_finding(const struct telling *t, const char *check, const char *subject,
                         const char *severity, const char *evidence)
{
    const char *id = estate_account(t->e, t->project);
    truth_open(t->e, estate_global(t->e, t->project),
               &(struct truth_finding){ check, id, subject, severity, evidence });
}

static void tell_grant(const struct telling *t, const char *role, const char *member,
                       const char *severity)
{
    char *subject = memory_format("%s %s", role, member),
         *evidence = memory_format("{\"by\":\"" OWNER "\",\"member\":\"%s\",\"role\":\"%s\"}",
                                   member, role);
    open_finding(t, GRANTED, subject, severity, evidence);
    free(evidence);
    free(subject);
}

static void tell_made(const struct telling *t, const struct event *event, const char *account)
{
    char *key = made_key(t->e, event),
         *evidence = memory_format(
             "{\"by\":\"dev@example.com\",\"service_account\":\"%s\",\"uploaded\":false}", account);
    open_finding(t, MADE, key, "medium", evidence);
    free(evidence);
    free(key);
}

static void tell_outside(const struct telling *t, const char *account)
{
    char *key = key_of(t->e, estate_account(t->e, t->project)),
         *subject = memory_format("key/%s/192.175.48.0/24", key),
         *evidence = memory_format(
             "{\"actions\":[],\"from\":\"unknown\",\"key\":\"%s\",\"kind\":\"key\",\"network\":\"192.175.48.0/24\","
             "\"service_account\":\"%s\",\"tools\":[\"gcloud\"]}",
             key, account);
    open_finding(t, OUTSIDE, subject, "high", evidence);
    free(evidence);
    free(subject);
    free(key);
}

static void tell_event(void *ctx, const struct event *event)
{
    const struct telling *t = ctx;
    const struct recipe *r = recipe_of(t->e, event);
    if (!r->asked ||
        event->at_s < events_night_s(event->night) - (int64_t)EVENTS_WINDOW_DAYS * EVENTS_DAY_S)
        return;
    char *account = memory_format(ACCOUNT, estate_account(t->e, t->project)),
         *member = memory_format("serviceAccount:%s", account);
    if (r->by != NULL && strcmp(r->by, OWNER) == 0)
        open_finding(t, OWNERS, OWNER, "info", "{\"as\":\"owner\"}");
    if (r->what == GRANT_OWNER)
        tell_grant(t, "roles/owner", GUEST, "high");
    if (r->what == GRANT_EDITOR)
        tell_grant(t, "roles/editor", member, "medium");
    if (r->what == MAKE_KEY)
        tell_made(t, event, account);
    if (r->what == KEY_OUTSIDE)
        tell_outside(t, account);
    free(member);
    free(account);
}

void google_activity_tell(struct estate *e)
{
    static const char *const checks[] = { GRANTED, MADE, OUTSIDE, OWNERS };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        truth_speaks_of(e, checks[i]);
    for (size_t i = 0; i < e->o.accounts; i++) {
        struct telling t = { e, i };
        google_activity_each(e, i, tell_event, &t);
    }
}
