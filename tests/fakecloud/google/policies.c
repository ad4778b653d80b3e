#include "tests/fakecloud/google/policies.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define LIST "cloudresourcemanager.policies"
#define PROJECT "gcp_project_iam_policy"
#define AUDIT                                                                                                                        \
    ",\"auditConfigs\":[{\"service\":\"allServices\",\"auditLogConfigs\":[{\"logType\":\"ADMIN_READ\"},{\"logType\":\"DATA_WRITE\"," \
    "\"exemptedMembers\":[\"user:quiet@example.com\"]}]}]"

enum { VERSION_WITH_CONDITIONS = 3, SPOILT_DIGITS = 20 };

static const char *member_of(const struct estate *e, size_t project, const char *name)
{
    return json_string(json_object_array_get_idx(e->accounts, project), name);
}

void google_policies_build(struct estate *e, size_t project)
{
    const char *number = member_of(e, project, "number"), *id = estate_account(e, project);
    char *key = memory_format("//cloudresourcemanager.googleapis.com/projects/%s#iam", number);
    struct google_put p = { e, project, ESTATE_GLOBAL, NULL, LIST, PROJECT, id, key };
    google_put_thing(
        &p,
        estate_json(
            "{\"version\":3,\"etag\":\"BwYfake%04zu=\",\"bindings\":["
            "{\"role\":\"roles/owner\",\"members\":[\"user:admin@example.com\",\"group:platform@example.com\"]},"
            "{\"role\":\"roles/editor\",\"members\":[\"serviceAccount:%s@cloudservices.gserviceaccount.com\"]},"
            "{\"role\":\"roles/viewer\",\"members\":[\"group:everybody@example.com\"],\"condition\":{\"title\":\"this year\","
            "\"expression\":\"request.time < timestamp('2027-01-01T00:00:00Z')\"}}]%s,"
            "\"_name\":\"projects/%s\",\"_asset\":\"//cloudresourcemanager.googleapis.com/projects/%s\","
            "\"_type\":\"cloudresourcemanager.googleapis.com/Project\"}",
            project, number, project % 2 == 0 ? AUDIT : "", number, number));
    free(key);
}

static void build_holder(struct estate *e, const char *name)
{
    bool top = strncmp(name, "organizations/", strlen("organizations/")) == 0;
    const struct place at = { name, ESTATE_GLOBAL };
    char *key = memory_format("//cloudresourcemanager.googleapis.com/%s#iam", name);
    estate_put(
        e, at, LIST,
        estate_json(
            "{\"version\":1,\"etag\":\"BwYfake=\",\"bindings\":[{\"role\":\"%s\",\"members\":[\"group:%s@example.com\"]}]%s,"
            "\"_name\":\"%s\",\"_key\":\"%s\",\"_asset\":\"//cloudresourcemanager.googleapis.com/%s\","
            "\"_type\":\"cloudresourcemanager.googleapis.com/%s\"}",
            top ? "roles/resourcemanager.organizationAdmin" : "roles/resourcemanager.folderAdmin",
            top ? "admins" : "leads", top ? AUDIT : "", name, key, name,
            top ? "Organization" : "Folder"));
    truth_there(e, at, top ? "gcp_organization_iam_policy" : "gcp_folder_iam_policy",
                strchr(name, '/') + 1, key);
    free(key);
}

void google_policies_build_holders(struct estate *e)
{
    struct json_object *names = json_object_new_array();
    json_object_object_foreach(e->lists, account, lists) {
        (void)lists;
        if (strchr(account, '/') != NULL)
            json_object_array_add(names, json_object_new_string(account));
    }
    for (size_t i = 0; i < json_object_array_length(names); i++)
        build_holder(e, json_object_get_string(json_object_array_get_idx(names, i)));
    json_object_put(names);
}

void google_policies_drift(struct estate *e, size_t project)
{
    struct json_object *policy =
        json_object_array_get_idx(estate_find(e, estate_global(e, project), LIST), 0);
    char *etag = memory_format("BwYfake%04d=", e->night);
    json_object_object_add(policy, "etag", json_object_new_string(etag));
    free(etag);
}

static struct json_object *members_of(struct estate *e, size_t project, const char *role)
{
    struct json_object *policy = json_object_array_get_idx(
                           estate_find(e, estate_global(e, project), LIST), 0),
                       *bindings = json_get(policy, "bindings");
    for (size_t i = 0; i < json_object_array_length(bindings); i++) {
        struct json_object *b = json_object_array_get_idx(bindings, i);
        if (strcmp(json_string(b, "role"), role) == 0 && json_get(b, "condition") == NULL)
            return json_get(b, "members");
    }
    struct json_object *b = estate_json("{\"role\":\"%s\",\"members\":[]}", role);
    json_object_array_add(bindings, b);
    return json_get(b, "members");
}

void google_policies_bind(struct estate *e, size_t project, const char *role, const char *member)
{
    json_object_array_add(members_of(e, project, role), json_object_new_string(member));
}

bool google_policies_toggle(struct estate *e, size_t project, const char *role, const char *member)
{
    struct json_object *members = members_of(e, project, role);
    size_t count = json_object_array_length(members), i = 0;
    while (i < count &&
           strcmp(json_object_get_string(json_object_array_get_idx(members, i)), member) != 0)
        i++;
    if (i < count)
        json_object_array_del_idx(members, i, 1);
    else
        json_object_array_add(members, json_object_new_string(member));
    if (google_projects_is_open(e, project))
        truth_changed(e, estate_global(e, project), PROJECT, estate_account(e, project),
                      "bindings[]");
    return i == count;
}

/* ---- answers ---- */

/* By the body's options, or the query's; 1 when nobody says. */
static int64_t version_of(const struct google_call *c)
{
    static const char *const names[] = { "options.requestedPolicyVersion",
                                         "optionsRequestedPolicyVersion" };
    struct json_object *options = json_get(c->params, "options");
    int64_t version = json_int(options, "requestedPolicyVersion", 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (google_call_text(c, names[i]) != NULL)
            (void)text_to_int64(text_of(google_call_text(c, names[i])), &version);
    return version;
}

static struct json_object *without_conditions(const struct google_call *c,
                                              struct json_object *policy)
{
    struct json_object *copy = NULL;
    json_object_deep_copy(policy, &copy, NULL);
    struct json_object *bindings = json_get(copy, "bindings");
    for (size_t i = 0; bindings != NULL && i < json_object_array_length(bindings); i++) {
        struct json_object *b = json_object_array_get_idx(bindings, i);
        if (json_get(b, "condition") == NULL)
            continue;
        char *digits = chance_hex(c->estate->o.seed, json_string(b, "role"), SPOILT_DIGITS),
             *role = memory_format("%s_withcond_%s", json_string(b, "role"), digits);
        json_object_object_del(b, "condition");
        json_object_object_add(b, "role", json_object_new_string(role));
        free(role);
        free(digits);
    }
    json_object_object_add(copy, "version", json_object_new_int(1));
    return copy;
}

static const char *resource_of(const struct google_call *c)
{
    const char *resource = google_call_text(c, "resource");
    return resource == NULL ? google_call_text(c, "bucket") : resource;
}

bool google_policies_answer(const struct google_call *c, struct json_object **out,
                            struct google_fault *fault)
{
    char *list = memory_format("%s.policies", c->service->name);
    const char *resource = resource_of(c);
    struct json_object *policies = google_call_things(c, c->account, list), *found = NULL;
    free(list);
    if (c->account == NULL) {
        json_object_put(policies);
        return google_offer_none(c, resource, fault);
    }
    for (size_t i = 0; i < json_object_array_length(policies); i++) {
        struct json_object *policy = json_object_array_get_idx(policies, i);
        if (google_call_same(c, resource, json_string(policy, "_name"), false))
            found = policy;
    }
    if (found == NULL)
        *out = estate_json("{\"etag\":\"ACAB\"}");
    else
        *out = version_of(c) >= VERSION_WITH_CONDITIONS ? json_object_get(found)
                                                        : without_conditions(c, found);
    json_object_put(policies);
    return true;
}
