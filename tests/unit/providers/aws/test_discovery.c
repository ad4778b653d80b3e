/* Which accounts an organization has: what is asked, what is kept, where it ends. */
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/aws/discovery.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

struct search {
    struct config_aws aws;
    struct discovery *discovery;
    struct error err;
};

static void begin(struct search *s)
{
    *s = (struct search){ .aws = { .organization = true } };
}

static void end(struct search *s)
{
    discovery_free(s->discovery);
    string_list_release(&s->aws.include_ous);
    string_list_release(&s->aws.exclude_ous);
    string_list_release(&s->aws.exclude_accounts);
}

/* The next list must be this one, below `parent` (NULL: none). */
static void expect(struct search *s, const char *operation, const char *items, const char *parent)
{
    struct provider_listing listing;
    if (s->discovery == NULL)
        s->discovery = discovery_new(&s->aws);
    assert_true(discovery_next(s->discovery, "eu-west-1", &listing));
    assert_string_equal(listing.service, "organizations");
    assert_string_equal(listing.operation, operation);
    assert_string_equal(listing.items, items);
    assert_string_equal(listing.region, "eu-west-1");
    if (parent == NULL)
        assert_int_equal(json_object_object_length(listing.arguments), 0);
    else
        assert_string_equal(json_string(listing.arguments, "ParentId"), parent);
    json_object_put(listing.arguments);
}

static void expect_no_more(struct search *s)
{
    struct provider_listing listing;
    if (s->discovery == NULL)
        s->discovery = discovery_new(&s->aws);
    assert_false(discovery_next(s->discovery, "eu-west-1", &listing));
}

static bool bring(struct search *s, const char *json, struct account_spec *out, bool *out_wanted)
{
    struct json_object *item = NULL;
    assert_true(json_parse(text_of(json), &item, &s->err));
    *out = (struct account_spec){ .account = NULL };
    bool ok = discovery_item(s->discovery, item, out, out_wanted, &s->err);
    json_object_put(item);
    return ok;
}

/* As an account_spec_release() of the roof does. */
static void release(struct account_spec *a)
{
    free(a->account);
    free(a->name);
    free(a->state);
}

/* A unit or root: no account. */
static void bring_unit(struct search *s, const char *json)
{
    struct account_spec spec;
    bool wanted = true;
    if (!bring(s, json, &spec, &wanted))
        fail_msg("%s", s->err.message);
    assert_false(wanted);
    assert_null(spec.account);
}

static void bring_account(struct search *s, const char *json, const char *id, bool is_wanted)
{
    struct account_spec spec;
    bool wanted = !is_wanted;
    if (!bring(s, json, &spec, &wanted))
        fail_msg("%s", s->err.message);
    assert_string_equal(spec.account, id);
    assert_int_equal(wanted, is_wanted);
    assert_null(spec.role);
    release(&spec);
}

static void without_an_organization_nothing_is_asked(void **state)
{
    (void)state;
    struct search s;
    begin(&s);
    s.aws.organization = false;
    expect_no_more(&s);
    end(&s);
}

static void a_whole_organization_is_one_list(void **state)
{
    (void)state;
    struct search s;
    begin(&s);
    expect(&s, "ListAccounts", "Accounts", NULL);
    bring_account(&s, "{\"Id\":\"111111111111\",\"Name\":\"shop\",\"State\":\"ACTIVE\"}",
                  "111111111111", true);
    expect_no_more(&s);
    end(&s);
}

static void included_units_are_walked_with_all_below(void **state)
{
    (void)state;
    struct search s;
    begin(&s);
    string_list_add(&s.aws.include_ous, "ou-1");
    string_list_add(&s.aws.include_ous, "ou-2");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-1");
    bring_account(&s, "{\"Id\":\"111111111111\"}", "111111111111", true);
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-1");
    bring_unit(&s, "{\"Id\":\"ou-11\",\"Name\":\"below\"}");
    bring_unit(&s, "{\"Id\":\"ou-2\",\"Name\":\"included itself\"}");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-2");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-2");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-11");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-11");
    expect_no_more(&s);
    end(&s);
}

static void excluded_units_are_left_out_with_all_below(void **state)
{
    (void)state;
    struct search s;
    begin(&s);
    string_list_add(&s.aws.exclude_ous, "ou-2");
    string_list_add(&s.aws.exclude_ous, "Sand*");
    expect(&s, "ListRoots", "Roots", NULL);
    bring_unit(&s, "{\"Id\":\"r-1\",\"Name\":\"Root\"}");
    expect(&s, "ListAccountsForParent", "Accounts", "r-1");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "r-1");
    bring_unit(&s, "{\"Id\":\"ou-2\",\"Name\":\"Old\"}");
    bring_unit(&s, "{\"Id\":\"ou-3\",\"Name\":\"Sandboxes\"}");
    bring_unit(&s, "{\"Id\":\"ou-4\",\"Name\":\"In Sand\"}");
    bring_unit(&s, "{\"Id\":\"ou-22\"}");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-4");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-4");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-22");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-22");
    expect_no_more(&s);
    end(&s);
}

/* Which they are is told, so that they can be called skipped and not gone. */
static void excluded_accounts_are_named(void **state)
{
    (void)state;
    struct search s;
    begin(&s);
    string_list_add(&s.aws.exclude_accounts, "111111111111");
    string_list_add(&s.aws.exclude_accounts, "lab-*");
    string_list_add(&s.aws.exclude_accounts, "3333*");
    expect(&s, "ListAccounts", "Accounts", NULL);
    bring_account(&s, "{\"Id\":\"111111111111\",\"Name\":\"a\"}", "111111111111", false);
    bring_account(&s, "{\"Id\":\"222222222222\",\"Name\":\"lab-1\"}", "222222222222", false);
    bring_account(&s, "{\"Id\":\"333333333333\"}", "333333333333", false);
    bring_account(&s, "{\"Id\":\"444444444444\",\"Name\":\"the lab-1\"}", "444444444444", true);
    end(&s);
}

static void states_are_read_by_either_name(void **state)
{
    (void)state;
    static const struct {
        const char *json, *state;
    } accounts[] = {
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"ACTIVE\"}", "active" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"SUSPENDED\"}", "suspended" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"CLOSED\"}", "closed" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"PENDING_CLOSURE\"}", "suspended" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"PENDING_ACTIVATION\"}", "suspended" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"Status\":\"SUSPENDED\"}", "suspended" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"CLOSED\",\"Status\":\"SUSPENDED\"}", "closed" },
        { "{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"UNHEARD_OF\"}", "active" },
        { "{\"Id\":\"1\",\"Name\":\"n\"}", "active" },
    };
    struct search s;
    begin(&s);
    expect(&s, "ListAccounts", "Accounts", NULL);
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        struct account_spec spec;
        bool wanted = false;
        assert_true(bring(&s, accounts[i].json, &spec, &wanted));
        assert_true(wanted);
        assert_string_equal(spec.name, "n");
        assert_string_equal(spec.state, accounts[i].state);
        release(&spec);
    }
    end(&s);
}

static void items_without_an_id_are_no_data(void **state)
{
    (void)state;
    struct search s;
    struct account_spec spec;
    bool wanted = true;
    begin(&s);
    string_list_add(&s.aws.exclude_ous, "ou-2");
    expect(&s, "ListRoots", "Roots", NULL);
    assert_false(bring(&s, "{\"Name\":\"Root\"}", &spec, &wanted));
    assert_int_equal(s.err.kind, ERROR_DATA);
    bring_unit(&s, "{\"Id\":\"r-1\"}");
    expect(&s, "ListAccountsForParent", "Accounts", "r-1");
    assert_false(bring(&s, "{\"Id\":5}", &spec, &wanted));
    assert_int_equal(s.err.kind, ERROR_DATA);
    assert_false(bring(&s, "[]", &spec, &wanted));
    assert_null(spec.account);
    end(&s);
}

static void units_without_end_are_not_walked(void **state)
{
    (void)state;
    struct search s;
    struct account_spec spec;
    bool wanted;
    begin(&s);
    string_list_add(&s.aws.include_ous, "ou-1");
    expect(&s, "ListAccountsForParent", "Accounts", "ou-1");
    expect(&s, "ListOrganizationalUnitsForParent", "OrganizationalUnits", "ou-1");
    for (int i = 0; i < DISCOVERY_UNITS_MAX; i++) {
        char *unit = memory_format("{\"Id\":\"ou-%d\"}", i + 2);
        bring_unit(&s, unit);
        free(unit);
    }
    assert_false(bring(&s, "{\"Id\":\"ou-x\"}", &spec, &wanted));
    assert_int_equal(s.err.kind, ERROR_LIMIT);
    assert_non_null(strstr(s.err.message, "5000"));
    assert_false(bring(&s, "{\"Id\":\"ou-x\"}", &spec, &wanted)); /* and it stays so */
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_organization_nothing_is_asked),
        cmocka_unit_test(a_whole_organization_is_one_list),
        cmocka_unit_test(included_units_are_walked_with_all_below),
        cmocka_unit_test(excluded_units_are_left_out_with_all_below),
        cmocka_unit_test(excluded_accounts_are_named),
        cmocka_unit_test(states_are_read_by_either_name),
        cmocka_unit_test(items_without_an_id_are_no_data),
        cmocka_unit_test(units_without_end_are_not_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
