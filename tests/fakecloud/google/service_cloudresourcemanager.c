#include "core/base/text.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/constraints.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Resource Manager v3, and one method of v1. The organization and its folders lie in accounts of their own (projects.h). */

#define ORGANIZATIONS "cloudresourcemanager.organizations"
#define FOLDERS "cloudresourcemanager.folders"
#define PROJECTS "cloudresourcemanager.projects"

/* The things of one list of all accounts that pass: right below `parent` (NULL: wherever), ACTIVE unless `all`. */
static struct json_object *everywhere(const struct google_call *c, const char *list,
                                      const char *parent, bool all)
{
    struct json_object *out = json_object_new_array();
    json_object_object_foreach(c->lists, account, regions) {
        struct json_object *things = json_get(json_get(regions, ESTATE_GLOBAL), list);
        (void)account;
        for (size_t i = 0; things != NULL && i < json_object_array_length(things); i++) {
            struct json_object *thing = json_object_array_get_idx(things, i);
            const char *of = json_string(thing, "parent");
            if ((parent == NULL || (of != NULL && strcmp(of, parent) == 0)) &&
                (all || strcmp(json_string(thing, "state"), "ACTIVE") == 0))
                json_object_array_add(out, json_object_get(thing));
        }
    }
    return out;
}

static bool page(const struct google_call *c, struct json_object *things, struct json_object **out,
                 struct google_fault *fault)
{
    bool ok = google_offer_page(c, things, out, fault);
    json_object_put(things);
    return ok;
}

static bool list_below(const struct google_call *c, struct json_object **out,
                       struct google_fault *fault)
{
    const char *parent = google_call_text(c, "parent"),
               *deleted = google_call_text(c, "showDeleted");
    if (parent == NULL)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                "Request contains an invalid argument.");
    return page(
        c, everywhere(c, c->offer->list, parent, deleted != NULL && strcmp(deleted, "true") == 0),
        out, fault);
}

/* Whether one term of a query holds: "parent:folders/N" or "parent=…", "state:ACTIVE", "id:…", "projectId=…",
 * "displayName:…", globs at the end allowed. *out_known: whether the fake cloud knows the term. */
static bool holds(struct json_object *thing, struct text term, bool *out_known)
{
    static const char *const names[][2] = {
        { "parent", "parent" }, { "state", "state" },         { "lifecycleState", "state" },
        { "id", "projectId" },  { "projectId", "projectId" }, { "displayName", "displayName" }
    };
    size_t at = text_find(term, ':');
    at = text_find(term, '=') < at ? text_find(term, '=') : at;
    for (size_t i = 0; at < term.len && i < sizeof names / sizeof *names; i++) {
        if (!text_equal_string((struct text){ term.data, at }, names[i][0]))
            continue;
        char *want = text_copy((struct text){ term.data + at + 1, term.len - at - 1 });
        const char *is = json_string(thing, names[i][1]);
        bool ok = is != NULL && text_glob(want, is);
        free(want);
        return ok;
    }
    *out_known = false;
    return false;
}

/* Terms are joined by AND or a blank. */
static bool passes(struct json_object *thing, const char *query, bool *out_known)
{
    struct text rest = text_of(query);
    bool ok = true;
    while (rest.data != NULL) {
        struct text term = text_trim(text_cut(&rest, ' '));
        if (term.len > 0 && !text_equal_string(term, "AND"))
            ok = holds(thing, term, out_known) && ok;
    }
    return ok;
}

static bool search(const struct google_call *c, struct json_object **out,
                   struct google_fault *fault)
{
    const char *query = google_call_text(c, "query");
    struct json_object *all = everywhere(c, c->offer->list, NULL, true),
                       *found = json_object_new_array();
    bool known = true;
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *thing = json_object_array_get_idx(all, i);
        if (query == NULL || passes(thing, query, &known))
            json_object_array_add(found, json_object_get(thing));
    }
    json_object_put(all);
    if (known)
        return page(c, found, out, fault);
    json_object_put(found);
    return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                            "the fake cloud does not know the query %s", query);
}

#define POLICY(of, name)                                                                           \
    {                                                                                              \
        .method = of ".getIamPolicy", .path = "v3/{resource=" name "}:getIamPolicy", .post = true, \
        .kind = GOOGLE_ANSWER, .answer = google_policies_answer, .harmless = { "options" },        \
        .permission = "resourcemanager." of ".getIamPolicy"                                        \
    }

static const struct google_offer offers[] = {
    { .method = "organizations.search",
      .path = "v3/organizations:search",
      .kind = GOOGLE_ANSWER,
      .answer = search,
      .list = ORGANIZATIONS,
      .as = "organizations",
      .usual = 50,
      .most = 50,
      .harmless = { "query" } },
    { .method = "organizations.get",
      .path = "v3/{name=organizations/*}",
      .kind = GOOGLE_GET,
      .list = ORGANIZATIONS,
      .permission = "resourcemanager.organizations.get" },
    { .method = "folders.search",
      .path = "v3/folders:search",
      .kind = GOOGLE_ANSWER,
      .answer = search,
      .list = FOLDERS,
      .as = "folders",
      .usual = 10,
      .most = 1000,
      .harmless = { "query" } },
    { .method = "folders.list",
      .path = "v3/folders",
      .kind = GOOGLE_ANSWER,
      .answer = list_below,
      .list = FOLDERS,
      .as = "folders",
      .usual = 100,
      .most = 300,
      .harmless = { "parent", "showDeleted" },
      .permission = "resourcemanager.folders.list" },
    { .method = "folders.get",
      .path = "v3/{name=folders/*}",
      .kind = GOOGLE_GET,
      .list = FOLDERS,
      .permission = "resourcemanager.folders.get" },
    { .method = "projects.search",
      .path = "v3/projects:search",
      .kind = GOOGLE_ANSWER,
      .answer = search,
      .list = PROJECTS,
      .as = "projects",
      .usual = 10,
      .most = 1000,
      .harmless = { "query" } },
    { .method = "projects.list",
      .path = "v3/projects",
      .kind = GOOGLE_ANSWER,
      .answer = list_below,
      .list = PROJECTS,
      .as = "projects",
      .usual = 100,
      .most = 300,
      .harmless = { "parent", "showDeleted" },
      .permission = "resourcemanager.projects.list" },
    { .method = "projects.get",
      .path = "v3/{name=projects/*}",
      .kind = GOOGLE_GET,
      .list = PROJECTS,
      .permission = "resourcemanager.projects.get" },
    { .method = "projects.getEffectiveOrgPolicy",
      .path = "v1/{resource=projects/*}:getEffectiveOrgPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_constraints_answer,
      .harmless = { "constraint" },
      .post = true,
      .permission = "orgpolicy.policy.get" },
    POLICY("organizations", "organizations/*"),
    POLICY("folders", "folders/*"),
    POLICY("projects", "projects/*"),
    { .method = NULL },
};

const struct google_service google_service_cloudresourcemanager = {
    .name = "cloudresourcemanager",
    .title = "Cloud Resource Manager API",
    .by_caller = true,
    .offers = offers,
};
