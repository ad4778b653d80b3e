#include "core/decode/json.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

#include <json-c/json.h>
#include <string.h>

/* Identity and Access Management v1. */

/* The e-mail of "projects/P/serviceAccounts/{EMAIL or unique id}"; NULL: there is no such account. */
static const char *email_of(const struct google_call *c, const char *name)
{
    const char *who = strrchr(name, '/') + 1, *email = NULL;
    struct json_object *accounts = google_call_things(c, c->account, "iam.serviceAccounts");
    for (size_t i = 0; i < json_object_array_length(accounts); i++) {
        struct json_object *a = json_object_array_get_idx(accounts, i);
        if (strcmp(json_string(a, "email"), who) == 0 ||
            strcmp(json_string(a, "uniqueId"), who) == 0)
            email = json_string(a, "email");
    }
    json_object_put(accounts); /* the estate has them still */
    return email;
}

static bool wants(const struct google_call *c, const char *kind)
{
    size_t count = google_call_count(c, "keyTypes");
    for (size_t i = 0; i < count; i++)
        if (strcmp(google_call_text_at(c, "keyTypes", i), kind) == 0)
            return true;
    return count == 0;
}

static bool list_keys(const struct google_call *c, struct json_object **out,
                      struct google_fault *fault)
{
    const char *email = email_of(c, google_call_text(c, "name"));
    if (email == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "Service account %s does not exist.",
                                google_call_text(c, "name"));
    struct json_object *all = google_call_things(c, c->account, "iam.keys"),
                       *keys = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *key = json_object_array_get_idx(all, i);
        if (strcmp(json_string(key, "_email"), email) == 0 && wants(c, json_string(key, "keyType")))
            json_object_array_add(keys, json_object_get(key));
    }
    bool ok = google_offer_page(c, keys, out, fault);
    json_object_put(keys);
    json_object_put(all);
    return ok;
}

static bool get_account(const struct google_call *c, struct json_object **out,
                        struct google_fault *fault)
{
    const char *email = email_of(c, google_call_text(c, "name"));
    struct json_object *accounts = google_call_things(c, c->account, "iam.serviceAccounts");
    for (size_t i = 0; email != NULL && i < json_object_array_length(accounts); i++)
        if (strcmp(json_string(json_object_array_get_idx(accounts, i), "email"), email) == 0)
            *out = json_object_get(json_object_array_get_idx(accounts, i));
    json_object_put(accounts);
    return *out != NULL ||
           google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "Unknown service account");
}

/* BASIC, which is what comes unasked for, has no permissions. */
static bool list_roles(const struct google_call *c, struct json_object **out,
                       struct google_fault *fault)
{
    const char *view = google_call_text(c, "view");
    struct json_object *roles = google_call_things(c, c->account, "iam.roles"),
                       *shown = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(roles); i++) {
        struct json_object *copy = NULL;
        json_object_deep_copy(json_object_array_get_idx(roles, i), &copy, NULL);
        if (view == NULL || strcmp(view, "FULL") != 0)
            json_object_object_del(copy, "includedPermissions");
        json_object_array_add(shown, copy);
    }
    bool ok = google_offer_page(c, shown, out, fault);
    json_object_put(shown);
    json_object_put(roles);
    return ok;
}

static const struct google_offer offers[] = {
    { .method = "projects.serviceAccounts.list",
      .path = "v1/{name=projects/*}/serviceAccounts",
      .kind = GOOGLE_LIST,
      .list = "iam.serviceAccounts",
      .as = "accounts",
      .usual = 20,
      .most = 100,
      .permission = "iam.serviceAccounts.list" },
    { .method = "projects.serviceAccounts.get",
      .path = "v1/{name=projects/*/serviceAccounts/*}",
      .kind = GOOGLE_ANSWER,
      .answer = get_account,
      .permission = "iam.serviceAccounts.get" },
    { .method = "projects.serviceAccounts.getIamPolicy",
      .path = "v1/{resource=projects/*/serviceAccounts/*}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .post = true,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "iam.serviceAccounts.getIamPolicy" },
    { .method = "projects.serviceAccounts.keys.list",
      .path = "v1/{name=projects/*/serviceAccounts/*}/keys",
      .kind = GOOGLE_ANSWER,
      .answer = list_keys,
      .as = "keys",
      .harmless = { "keyTypes" },
      .permission = "iam.serviceAccountKeys.list" },
    { .method = "projects.serviceAccounts.keys.get",
      .path = "v1/{name=projects/*/serviceAccounts/*/keys/*}",
      .kind = GOOGLE_GET,
      .list = "iam.keys",
      .permission = "iam.serviceAccountKeys.get" },
    { .method = "projects.roles.list",
      .path = "v1/{parent=projects/*}/roles",
      .kind = GOOGLE_ANSWER,
      .answer = list_roles,
      .as = "roles",
      .usual = 300,
      .most = 1000,
      .harmless = { "view", "showDeleted" },
      .permission = "iam.roles.list" },
    { .method = "projects.roles.get",
      .path = "v1/{name=projects/*/roles/*}",
      .kind = GOOGLE_GET,
      .list = "iam.roles",
      .permission = "iam.roles.get" },
    { .method = "organizations.roles.list",
      .path = "v1/{parent=organizations/*}/roles",
      .kind = GOOGLE_ANSWER,
      .answer = list_roles,
      .as = "roles",
      .usual = 300,
      .most = 1000,
      .harmless = { "view", "showDeleted" },
      .permission = "iam.roles.list" },
    { .method = "organizations.roles.get",
      .path = "v1/{name=organizations/*/roles/*}",
      .kind = GOOGLE_GET,
      .list = "iam.roles",
      .permission = "iam.roles.get" },
    { .method = NULL },
};

const struct google_service google_service_iam = {
    .name = "iam",
    .title = "Identity and Access Management (IAM) API",
    .by_caller = true,
    .offers = offers,
};
