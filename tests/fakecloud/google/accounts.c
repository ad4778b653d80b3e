#include "tests/fakecloud/google/accounts.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/google/constraints.h"
#include "tests/fakecloud/google/policies.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNTS "iam.serviceAccounts"
#define KEYS "iam.keys"
#define OF_ACCOUNTS "policyanalyzer.serviceAccountLastAuthentication"
#define OF_KEYS "policyanalyzer.serviceAccountKeyLastAuthentication"
#define EXISTS "gcp_service_account_key_exists"
#define OLD "gcp_service_account_key_old"
#define UNUSED "gcp_service_account_key_unused"
#define PRIVILEGED "gcp_service_account_key_privileged"
#define EDITOR "gcp_default_service_account_editor"
#define DEPLOYER "deployer"

enum { KEY_DIGITS = 40, UNIQUE_DIGITS = 21, RECIPES_A_PROJECT = 3 };

/* What is known of a key's use. */
enum use { USE_RECENT, USE_LONG_AGO, USE_NEVER, USE_UNKNOWN };

/* An account, its role in the project (NULL: none) and its key (`made` NULL: none). */
struct recipe {
    const char *name, *role, *made;
    enum use use;
    const char *origin;
    bool disabled;
    /* What checks say of the key, beside that it is there: severity, NULL for nothing. */
    const char *privileged;
    bool old, unused;
};

#define GOOGLES "GOOGLE_PROVIDED"

/* Old is what was made more than 90 days before any night that tests look at. */
static const struct recipe recipes[] = {
    { DEPLOYER, "roles/run.developer", "2026-11-02T09:00:00Z", USE_RECENT, GOOGLES, false, NULL,
      false, false },
    { "legacy-admin", "roles/owner", "2023-04-01T09:00:00Z", USE_RECENT, GOOGLES, false, "critical",
      true, false },
    { "old-editor", "roles/editor", "2026-11-03T09:00:00Z", USE_RECENT, GOOGLES, false, "high",
      false, false },
    { "backup", "roles/storage.admin", "2024-02-01T09:00:00Z", USE_LONG_AGO, GOOGLES, false, NULL,
      true, true },
    { "forgotten", NULL, "2025-01-15T09:00:00Z", USE_NEVER, GOOGLES, false, NULL, true, true },
    { "uploaded", NULL, "2026-10-20T09:00:00Z", USE_RECENT, "USER_PROVIDED", false, NULL, false,
      false },
    { "switched-off", NULL, "2024-06-01T09:00:00Z", USE_LONG_AGO, GOOGLES, true, NULL, false,
      false },
    { "newcomer", NULL, "2026-11-20T09:00:00Z", USE_UNKNOWN, GOOGLES, false, NULL, false, false },
    { "keyless", "roles/viewer", NULL, USE_RECENT, NULL, false, NULL, false, false },
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

static const char *id_of(const struct estate *e, size_t project)
{
    return estate_account(e, project);
}

static const char *number_of(const struct estate *e, size_t project)
{
    return json_string(json_object_array_get_idx(e->accounts, project), "number");
}

static char *email_of(const struct estate *e, size_t project, const char *name)
{
    return memory_format("%s@%s.iam.gserviceaccount.com", name, id_of(e, project));
}

static char *default_email(const struct estate *e, size_t project)
{
    return memory_format("%s-compute@developer.gserviceaccount.com", number_of(e, project));
}

static char *unique_of(const struct estate *e, const char *email)
{
    char digits[UNIQUE_DIGITS + 1] = "1";
    for (size_t i = 1; i < UNIQUE_DIGITS; i++) {
        char *path = memory_format("google/unique/%s/%zu", email, i);
        digits[i] = (char)('0' + chance_number(e->o.seed, path, 10));
        free(path);
    }
    return memory_string(digits);
}

static char *key_id(const struct estate *e, const char *email, const char *name)
{
    char *path = memory_format("google/key/%s/%s", email, name);
    char *id = chance_hex(e->o.seed, path, KEY_DIGITS);
    free(path);
    return id;
}

/* ---- use ---- */

/* A date in the day before the night, or a long time ago. */
static void used_at(const struct estate *e, const char *what, enum use use, char out[TIMESTAMP_MAX])
{
    char *path = memory_format("google/used/%d/%s", use == USE_RECENT ? e->night : 0, what);
    int64_t draw = (int64_t)chance_number(e->o.seed, path, EVENTS_DAY_S);
    free(path);
    timestamp_iso(use == USE_RECENT ? EVENTS_FIRST_NIGHT_S + e->night * (int64_t)EVENTS_DAY_S -
                                          3 * (int64_t)EVENTS_DAY_S + draw
                                    : events_night_s(-200) + draw,
                  out);
}

static void set_use(const struct estate *e, struct json_object *activity, enum use use)
{
    char date[TIMESTAMP_MAX];
    struct json_object *what = json_get(activity, "activity"), *period = json_object_new_object();
    timestamp_iso(events_night_s(e->night - 2), date);
    json_object_object_add(period, "startTime", json_object_new_string("2025-01-01T00:00:00Z"));
    json_object_object_add(period, "endTime", json_object_new_string(date));
    json_object_object_add(activity, "observationPeriod", period);
    if (use == USE_NEVER)
        return;
    used_at(e, json_string(activity, "fullResourceName"), use, date);
    json_object_object_add(what, "lastAuthenticatedTime", json_object_new_string(date));
}

/* What Policy Analyzer says of a key (`key` its id) or an account (NULL). */
static void put_activity(struct estate *e, size_t project, const char *email, const char *key,
                         enum use use)
{
    char *unique = unique_of(e, email),
         *resource = memory_format("//iam.googleapis.com/projects/%s/serviceAccounts/%s%s%s",
                                   id_of(e, project), email, key == NULL ? "" : "/keys/",
                                   key == NULL ? "" : key),
         *told = memory_format("%s#lastAuthentication", resource);
    const char *type =
        key == NULL ? "gcp_policyanalyzer_account_activity" : "gcp_policyanalyzer_key_activity";
    struct google_put p = { e,
                            project,
                            ESTATE_GLOBAL,
                            NULL,
                            key == NULL ? OF_ACCOUNTS : OF_KEYS,
                            type,
                            key == NULL ? email : key,
                            told };
    struct json_object *activity = estate_json(
        "{\"fullResourceName\":\"%s\",\"activityType\":\"%s\",\"activity\":{\"%s\":{\"serviceAccountId\":\"%s\","
        "\"projectNumber\":\"%s\",\"fullResourceName\":\"%s\"}},\"_use\":%d}",
        resource, strchr(p.list, '.') + 1, key == NULL ? "serviceAccount" : "serviceAccountKey",
        unique, number_of(e, project), resource, (int)use);
    set_use(e, activity, use);
    if (key != NULL)
        google_put_thing(&p, activity);
    else /* no check asks for those, and no sheet shows them: yomawari does not read them */
        estate_put(e, estate_global(e, project), p.list, activity);
    free(told);
    free(resource);
    free(unique);
}

void google_accounts_drift(struct estate *e, size_t project)
{
    static const char *const lists[] = { OF_ACCOUNTS, OF_KEYS };
    for (size_t l = 0; l < 2; l++) {
        struct json_object *list = estate_find(e, estate_global(e, project), lists[l]);
        for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
            struct json_object *activity = json_object_array_get_idx(list, i);
            set_use(e, activity, (enum use)json_int(activity, "_use", USE_NEVER));
        }
    }
}

/* ---- accounts and keys ---- */

static void put_account(struct estate *e, size_t project, const char *email, const char *title)
{
    char *unique = unique_of(e, email),
         *key = memory_format("//iam.googleapis.com/projects/%s/serviceAccounts/%s",
                              id_of(e, project), unique);
    struct google_put p = { e,     project,  ESTATE_GLOBAL,
                            NULL,  ACCOUNTS, "gcp_iam_service_account",
                            email, key };
    google_put_thing(
        &p,
        estate_json(
            "{\"name\":\"projects/%s/serviceAccounts/%s\",\"projectId\":\"%s\",\"uniqueId\":\"%s\","
            "\"email\":\"%s\",\"displayName\":\"%s\",\"etag\":\"MDEwMjE5MjA=\",\"oauth2ClientId\":\"%s\"}",
            id_of(e, project), email, id_of(e, project), unique, email, title, unique));
    free(key);
    free(unique);
}

/* Google's own, which rotates: no type shows it. */
static void put_system_key(struct estate *e, size_t project, const char *email)
{
    char *id = key_id(e, email, "system");
    estate_put(
        e, estate_global(e, project), KEYS,
        estate_json(
            "{\"name\":\"projects/%s/serviceAccounts/%s/keys/%s\",\"validAfterTime\":\"2026-11-10T03:00:00Z\","
            "\"validBeforeTime\":\"2026-11-27T03:00:00Z\",\"keyAlgorithm\":\"KEY_ALG_RSA_2048\","
            "\"keyOrigin\":\"GOOGLE_PROVIDED\",\"keyType\":\"SYSTEM_MANAGED\",\"_email\":\"%s\"}",
            id_of(e, project), email, id, email));
    free(id);
}

static void tell(struct estate *e, size_t project, const char *check, const char *id,
                 const char *severity, char *evidence)
{
    const struct truth_finding f = { check, id, "", severity, evidence };
    truth_open(e, estate_global(e, project), &f);
    free(evidence);
}

/* What checks say of a key. `used` is when it was last, "-" for never. */
static void tell_key(struct estate *e, size_t project, const char *email, const char *id,
                     const struct recipe *r)
{
    char used[TIMESTAMP_MAX] = "-";
    char *resource = memory_format("//iam.googleapis.com/projects/%s/serviceAccounts/%s/keys/%s",
                                   id_of(e, project), email, id);
    if (r->use == USE_LONG_AGO)
        used_at(e, resource, r->use, used);
    tell(e, project, EXISTS, id, r->disabled ? "info" : "low",
         memory_format(
             "{\"created\":\"%s\",\"disabled\":%s,\"origin\":\"%s\",\"service_account\":\"%s\"}",
             r->made, r->disabled ? "true" : "false", r->origin, email));
    if (r->old)
        tell(e, project, OLD, id, "medium",
             memory_format("{\"created\":\"%s\",\"service_account\":\"%s\"}", r->made, email));
    if (r->unused)
        tell(e, project, UNUSED, id, "medium",
             memory_format("{\"created\":\"%s\",\"last_used\":\"%s\",\"service_account\":\"%s\"}",
                           r->made, used, email));
    if (r->privileged != NULL) {
        char *evidence =
            memory_format("{\"conditional\":false,\"created\":\"%s\",\"service_account\":\"%s\"}",
                          r->made, email);
        truth_open(e, estate_global(e, project),
                   &(struct truth_finding){ PRIVILEGED, id, r->role, r->privileged, evidence });
        free(evidence);
    }
    free(resource);
}

static void put_key(struct estate *e, size_t project, const char *email, const char *name,
                    const struct recipe *r)
{
    char *id = key_id(e, email, name), *unique = unique_of(e, email),
         *key = memory_format("//iam.googleapis.com/projects/%s/serviceAccounts/%s/keys/%s",
                              id_of(e, project), unique, id);
    struct google_put p = { e,  project, ESTATE_GLOBAL, NULL, KEYS, "gcp_iam_service_account_key",
                            id, key };
    struct json_object *item = estate_json(
        "{\"name\":\"projects/%s/serviceAccounts/%s/keys/%s\",\"validAfterTime\":\"%s\","
        "\"validBeforeTime\":\"9999-12-31T23:59:59Z\",\"keyAlgorithm\":\"KEY_ALG_RSA_2048\","
        "\"keyType\":\"USER_MANAGED\",\"keyOrigin\":\"%s\",\"_email\":\"%s\",\"_named\":\"%s\"}",
        id_of(e, project), email, id, r->made, r->origin, email, name);
    if (r->disabled)
        json_object_object_add(item, "disabled", json_object_new_boolean(true));
    google_put_thing(&p, item);
    tell_key(e, project, email, id, r);
    if (r->use != USE_UNKNOWN)
        put_activity(e, project, email, id, r->use);
    free(key);
    free(unique);
    free(id);
}

static void add_account(struct estate *e, size_t project, const struct recipe *r)
{
    char *email = email_of(e, project, r->name),
         *member = memory_format("serviceAccount:%s", email);
    put_account(e, project, email, r->name);
    put_system_key(e, project, email);
    put_activity(e, project, email, NULL, r->use == USE_UNKNOWN ? USE_NEVER : r->use);
    if (r->made != NULL)
        put_key(e, project, email, "first", r);
    if (r->role != NULL)
        google_policies_bind(e, project, r->role, member);
    free(member);
    free(email);
}

static bool is_there(const struct estate *e, size_t project, const char *name)
{
    char *email = email_of(e, project, name);
    bool there = estate_item(e, estate_global(e, project), ACCOUNTS, "email", email) != NULL;
    free(email);
    return there;
}

/* Those that identity.h speaks of. */
static void add_own(struct estate *e, size_t project)
{
    static const struct recipe own[] = {
        { "reader", "roles/viewer", NULL, USE_RECENT, NULL, false, NULL, false, false },
        { "scanner", "roles/viewer", NULL, USE_RECENT, NULL, false, NULL, false, false },
        { "stranger", NULL, NULL, USE_NEVER, NULL, false, NULL, false, false }
    };
    for (size_t i = 0; i < (project == 0 ? 3 : 1); i++)
        add_account(e, project, &own[i]);
}

/* Recipes drawn; the first project has them all. */
static void add_recipes(struct estate *e, size_t project)
{
    add_account(e, project, &recipes[0]);
    for (size_t i = 1; i < (project == 0 ? RECIPES : RECIPES_A_PROJECT); i++) {
        char *path = memory_format("%s/account/%zu", id_of(e, project), i);
        size_t which = project == 0 ? i : 1 + chance_number(e->o.seed, path, RECIPES - 1);
        free(path);
        if (!is_there(e, project, recipes[which].name))
            add_account(e, project, &recipes[which]);
    }
}

void google_accounts_build(struct estate *e, size_t project)
{
    static const char *const checks[] = { EXISTS, OLD, UNUSED, PRIVILEGED, EDITOR };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        truth_speaks_of(e, checks[i]);
    char *email = default_email(e, project);
    google_policies_build(e, project);
    google_constraints_build(e, project);
    put_account(e, project, email, "Compute Engine default service account");
    put_activity(e, project, email, NULL, USE_RECENT);
    free(email);
    if (*google_projects_role(e, project) != '\0')
        return;
    add_own(e, project);
    add_recipes(e, project);
    if (project % 2 == 0)
        google_accounts_toggle_editor(e, project);
}

/* ---- nights ---- */

void google_accounts_add_key(struct estate *e, size_t project, const char *name)
{
    char *email = email_of(e, project, DEPLOYER), date[TIMESTAMP_MAX];
    timestamp_iso(events_night_s(e->night - 1), date);
    const struct recipe r = {
        DEPLOYER, NULL, date, USE_UNKNOWN, GOOGLES, false, NULL, false, false
    };
    put_key(e, project, email, name, &r);
    free(email);
}

static void drop_key(struct estate *e, size_t project, struct json_object *item)
{
    char *key = memory_string(json_string(item, ESTATE_KEY)),
         *id = memory_string(strrchr(key, '/') + 1);
    struct google_put p = { e,  project, ESTATE_GLOBAL, NULL, KEYS, "gcp_iam_service_account_key",
                            id, key };
    if (google_put_drop(&p))
        truth_closed(e, estate_global(e, project), EXISTS, id, "");
    free(id);
    free(key);
}

void google_accounts_drop_key(struct estate *e, size_t project)
{
    struct json_object *list = estate_find(e, estate_global(e, project), KEYS);
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *item = json_object_array_get_idx(list, i);
        const char *named = json_string(item, "_named");
        if (named == NULL || strncmp(named, "late-", strlen("late-")) != 0)
            continue;
        drop_key(e, project, item);
        return;
    }
}

void google_accounts_toggle_editor(struct estate *e, size_t project)
{
    char *email = default_email(e, project), *member = memory_format("serviceAccount:%s", email);
    if (google_policies_toggle(e, project, "roles/editor", member))
        truth_open(e, estate_global(e, project),
                   &(struct truth_finding){ EDITOR, email, "roles/editor", "high",
                                            "{\"conditional\":false}" });
    else
        truth_closed(e, estate_global(e, project), EDITOR, email, "roles/editor");
    free(member);
    free(email);
}
