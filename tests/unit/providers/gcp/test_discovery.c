/* Which accounts a target has: lists asked in turn, and what their items are taken for. */
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/gcp/discovery.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

struct scene {
    struct config_gcp gcp;
    struct gcp_discovery *d;
    struct provider_listing now;
    struct error err;
};

static char *constant(const char *s)
{
    return (char *)(uintptr_t)s;
}

/* What a provider's caller has from providers/provider.c, whose library knows all clouds. */
static void forget(struct account_spec *spec)
{
    free(spec->account);
    free(spec->name);
    free(spec->state);
    *spec = (struct account_spec){ .account = NULL };
}

static void start(struct scene *s)
{
    s->d = gcp_discovery_new(&s->gcp);
}

static void end(struct scene *s)
{
    gcp_discovery_free(s->d);
    string_list_release(&s->gcp.folders);
    string_list_release(&s->gcp.projects);
    string_list_release(&s->gcp.exclude_folders);
    string_list_release(&s->gcp.exclude_projects);
}

/* The next list is this method, about this name (as `name` or `parent`; NULL: neither). */
static void next_is(struct scene *s, const char *method, const char *about)
{
    if (!gcp_discovery_next(s->d, &s->now))
        fail_msg("no more lists, and %s %s was due", method, about);
    const char *name = json_string(s->now.arguments, "name");
    if (name == NULL)
        name = json_string(s->now.arguments, "parent");
    assert_string_equal(s->now.operation, method);
    assert_string_equal(s->now.service, "cloudresourcemanager");
    if (about == NULL)
        assert_null(name);
    else
        assert_string_equal(name, about);
    if (strstr(method, ".list") != NULL) /* what Google still keeps is frozen, not closed */
        assert_true(json_boolean(s->now.arguments, "showDeleted", false));
    json_object_put(s->now.arguments);
}

static bool give(struct scene *s, const char *json, struct account_spec *out, bool *out_wanted)
{
    struct json_object *item = NULL;
    assert_true(json_parse(text_of(json), &item, &s->err));
    *out = (struct account_spec){ .account = NULL };
    bool ok = gcp_discovery_item(s->d, item, out, out_wanted, &s->err);
    json_object_put(item);
    return ok;
}

/* `account` NULL: nothing is said of any. */
static void takes(struct scene *s, const char *json, const char *account, const char *name,
                  const char *state, bool wanted)
{
    struct account_spec spec;
    bool got = !wanted;
    if (!give(s, json, &spec, &got))
        fail_msg("%s", s->err.message);
    assert_int_equal(got, wanted);
    if (account == NULL)
        assert_null(spec.account);
    else
        assert_string_equal(spec.account, account);
    if (account != NULL) {
        assert_string_equal(spec.name, name);
        assert_string_equal(spec.state, state);
    }
    forget(&spec);
}

static void refuses(struct scene *s, const char *json, enum error_kind kind)
{
    struct account_spec spec;
    bool wanted = false;
    error_clear(&s->err);
    assert_false(give(s, json, &spec, &wanted));
    assert_int_equal(s->err.kind, kind);
}

static void is_done(struct scene *s)
{
    assert_false(gcp_discovery_is_done(s->d));
    assert_false(gcp_discovery_next(s->d, &s->now));
    assert_true(gcp_discovery_is_done(s->d));
}

#define ORGANIZATION                                                                               \
    "{\"name\":\"organizations/1\",\"displayName\":\"acme.example\",\"state\":\"ACTIVE\"}"
#define FOLDER(number, name)                                                                       \
    "{\"name\":\"folders/" number "\",\"displayName\":\"" name "\",\"state\":\"ACTIVE\"}"
#define PROJECT(number, id, state)                                                                 \
    "{\"name\":\"projects/" number "\",\"projectId\":\"" id "\",\"displayName\":\"The " id         \
    "\",\"state\":\"" state "\"}"

static void an_organization_is_walked_to_its_leaves(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    start(&s);
    assert_int_equal(gcp_discovery_accounts(s.d), PROVIDER_ACCOUNTS_WHOLE);
    next_is(&s, "organizations.get", "organizations/1");
    takes(&s, ORGANIZATION, "organizations/1", "acme.example", "active", true);
    next_is(&s, "projects.list", "organizations/1");
    takes(&s, PROJECT("11", "alpha", "ACTIVE"), "alpha", "The alpha", "active", true);
    takes(&s, PROJECT("12", "old", "DELETE_REQUESTED"), "old", "The old", "pending_deletion", true);
    next_is(&s, "folders.list", "organizations/1");
    takes(&s, FOLDER("5", "Five"), "folders/5", "Five", "active", true);
    takes(&s, FOLDER("6", "Six"), "folders/6", "Six", "active", true);
    takes(&s, FOLDER("5", "Five"), "folders/5", "Five", "active", true); /* the page was sent again */
    next_is(&s, "projects.list", "folders/5");
    next_is(&s, "folders.list", "folders/5");
    takes(&s, "{\"name\":\"folders/7\",\"displayName\":\"Seven\",\"state\":\"DELETE_REQUESTED\"}",
          "folders/7", "Seven", "pending_deletion", true);
    next_is(&s, "projects.list", "folders/6");
    next_is(&s, "folders.list", "folders/6");
    next_is(&s, "projects.list", "folders/7"); /* holds projects that Google still keeps */
    next_is(&s, "folders.list", "folders/7");
    is_done(&s);
    assert_string_equal(gcp_discovery_project(s.d, "11"), "alpha");
    assert_string_equal(gcp_discovery_project(s.d, "12"), "old");
    assert_null(gcp_discovery_project(s.d, "13"));
    assert_true(gcp_discovery_has_folder(s.d, "folders/7"));
    assert_false(gcp_discovery_has_folder(s.d, "folders/8"));
    end(&s);
}

static void folders_of_the_config_are_accounts_and_roots(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = NULL };
    string_list_add(&s.gcp.folders, "5");
    string_list_add(&s.gcp.folders, "6");
    start(&s);
    assert_int_equal(gcp_discovery_accounts(s.d), PROVIDER_ACCOUNTS_LISTED);
    next_is(&s, "folders.get", "folders/5");
    takes(&s, FOLDER("5", "Five"), "folders/5", "Five", "active", true);
    next_is(&s, "folders.get", "folders/6");
    takes(&s, FOLDER("6", "Six"), "folders/6", "Six", "active", true);
    next_is(&s, "projects.list", "folders/5");
    next_is(&s, "folders.list", "folders/5");
    takes(&s, FOLDER("6", "Six"), "folders/6", "Six", "active", true); /* walked once all the same */
    next_is(&s, "projects.list", "folders/6");
    next_is(&s, "folders.list", "folders/6");
    is_done(&s);
    assert_true(gcp_discovery_has_folder(s.d, "folders/6"));
    assert_false(gcp_discovery_has_folder(s.d, "folders/5"));
    end(&s);
}

static void what_the_config_excludes_is_named_and_not_walked(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    string_list_add(&s.gcp.exclude_folders, "5");
    string_list_add(&s.gcp.exclude_folders, "Sand*");
    string_list_add(&s.gcp.exclude_projects, "sys-*");
    string_list_add(&s.gcp.exclude_projects, "The beta");
    start(&s);
    assert_int_equal(gcp_discovery_accounts(s.d), PROVIDER_ACCOUNTS_LISTED); /* not all there are */
    next_is(&s, "organizations.get", "organizations/1");
    takes(&s, ORGANIZATION, "organizations/1", "acme.example", "active", true);
    next_is(&s, "projects.list", "organizations/1");
    takes(&s, PROJECT("11", "sys-1", "ACTIVE"), "sys-1", "The sys-1", "active", false);
    takes(&s, PROJECT("12", "beta", "ACTIVE"), "beta", "The beta", "active", false);
    takes(&s, PROJECT("13", "gamma", "ACTIVE"), "gamma", "The gamma", "active", true);
    next_is(&s, "folders.list", "organizations/1");
    takes(&s, FOLDER("5", "Five"), "folders/5", "Five", "active", false);
    takes(&s, FOLDER("6", "Sandbox"), "folders/6", "Sandbox", "active", false);
    is_done(&s);
    assert_null(gcp_discovery_project(s.d, "11"));
    assert_string_equal(gcp_discovery_project(s.d, "13"), "gamma");
    end(&s);
}

static void ids_are_taken_at_their_word_and_globs_are_searched_for(void **state)
{
    (void)state;
    struct account_spec spec = { .account = NULL };
    struct scene s = { .gcp.organization = NULL };
    string_list_add(&s.gcp.projects, "alpha");
    start(&s);
    assert_int_equal(gcp_discovery_accounts(s.d), PROVIDER_ACCOUNTS_NAMED);
    is_done(&s);
    end(&s);
    s = (struct scene){ .gcp.organization = NULL };
    string_list_add(&s.gcp.projects, "team-*");
    string_list_add(&s.gcp.projects, "alpha");
    string_list_add(&s.gcp.projects, "omega");
    string_list_add(&s.gcp.exclude_projects, "*-old");
    start(&s);
    assert_int_equal(gcp_discovery_accounts(s.d), PROVIDER_ACCOUNTS_LISTED);
    assert_true(gcp_discovery_configured(s.d, 0, &spec));
    assert_string_equal(spec.account, "alpha");
    forget(&spec);
    assert_true(gcp_discovery_configured(s.d, 1, &spec));
    assert_string_equal(spec.account, "omega");
    forget(&spec);
    assert_false(gcp_discovery_configured(s.d, 2, &spec));
    next_is(&s, "projects.search", NULL);
    takes(&s, PROJECT("1", "other", "ACTIVE"), NULL, NULL, NULL, false); /* of no concern */
    takes(&s, PROJECT("2", "team-a", "ACTIVE"), "team-a", "The team-a", "active", true);
    takes(&s, PROJECT("2", "team-a", "ACTIVE"), "team-a", "The team-a", "active", true);
    takes(&s, PROJECT("3", "team-old", "ACTIVE"), "team-old", "The team-old", "active", false);
    takes(&s, PROJECT("4", "team-b", "DELETE_REQUESTED"), "team-b", "The team-b",
          "pending_deletion", true);
    is_done(&s);
    assert_string_equal(gcp_discovery_matched(s.d, 0), "team-a");
    assert_null(gcp_discovery_matched(s.d, 1));
    end(&s);
}

static void items_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    start(&s);
    next_is(&s, "organizations.get", "organizations/1");
    refuses(&s, "{\"name\":\"organizations/2\"}", ERROR_DATA);
    refuses(&s, "{}", ERROR_DATA);
    next_is(&s, "projects.list", "organizations/1");
    refuses(&s, "{}", ERROR_DATA);
    refuses(&s, "7", ERROR_DATA);
    refuses(&s, "{\"projectId\":\"a\",\"name\":\"projects/a\"}", ERROR_DATA);
    refuses(&s, "{\"projectId\":\"\",\"name\":\"projects/1\"}", ERROR_DATA);
    refuses(&s, "{\"projectId\":7,\"name\":\"projects/1\"}", ERROR_DATA);
    next_is(&s, "folders.list", "organizations/1");
    refuses(&s, "{\"name\":\"folders/\"}", ERROR_DATA);
    refuses(&s, "{\"name\":\"folders/5/../6\"}", ERROR_DATA);
    refuses(&s, "{\"name\":\"organizations/1\"}", ERROR_DATA);
    end(&s);
}

static void an_endless_tree_has_an_end(void **state)
{
    (void)state;
    struct scene s = { .gcp.organization = constant("1") };
    char name[32], folder[64];
    start(&s);
    for (int i = 0; i < 3; i++) {
        assert_true(gcp_discovery_next(s.d, &s.now));
        json_object_put(s.now.arguments);
    }
    for (int i = 0; i < GCP_DISCOVERY_FOLDERS_MAX; i++) {
        snprintf(name, sizeof name, "folders/%d", i);
        snprintf(folder, sizeof folder, "{\"name\":\"%s\"}", name);
        takes(&s, folder, name, "", "active", true);
    }
    refuses(&s, "{\"name\":\"folders/999999\"}", ERROR_LIMIT);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_organization_is_walked_to_its_leaves),
        cmocka_unit_test(folders_of_the_config_are_accounts_and_roots),
        cmocka_unit_test(what_the_config_excludes_is_named_and_not_walked),
        cmocka_unit_test(ids_are_taken_at_their_word_and_globs_are_searched_for),
        cmocka_unit_test(items_that_cannot_be_are_refused),
        cmocka_unit_test(an_endless_tree_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
