/* A need that another type can stand for: region by region, and only where that one is complete. */
#include "tests/unit/checks/kit.h"

#include "checks/check_test.h"
#include "checks/sandbox.h"
#include "core/base/buffer.h"

#include <string.h>

#define NEEDS "needs:\n  - {type: aws_t_list, where: account, or: aws_t_event}\n"
static const char query[] = "SELECT key FROM aws_t_box WHERE size = 'x'";

static struct resource_types *types;
static struct catalog *catalog;
static struct buffer told;

static int set_up(void **state)
{
    (void)state;
    types = kit_make_types();
    catalog = catalog_new(types);
    buffer_init(&told, 100000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&told);
    catalog_free(catalog);
    resource_types_free(types);
    return 0;
}

static void is_wrong(const char *head, const char *words)
{
    struct error err = ERROR_INIT;
    char *yaml = kit_file("aws_x", head, query, NULL);
    assert_false(kit_add(catalog, "aws_x", yaml, &err));
    if (strstr(err.message, words) == NULL)
        fail_msg("%s, not %s", err.message, words);
    free(yaml);
}

static void what_stands_for_another_is_used_has_its_scopes_and_goes_by_no_ids(void **state)
{
    (void)state;
    is_wrong(NEEDS, "or names a type of uses, not aws_t_event");
    is_wrong(
        "uses: [aws_t_account]\nneeds:\n  - {type: aws_t_list, where: account, or: aws_t_account}\n",
        "or: its scopes are not those of the needed type: aws_t_account");
    is_wrong(
        "uses: [aws_t_event]\nneeds:\n  - {type: aws_t_list, where: account, ids: list_ids, or: aws_t_event}\n",
        "or goes without ids: aws_t_list");
    is_wrong(
        "uses: [aws_t_event]\nneeds:\n  - {type: aws_t_list, where: account, or: aws_t_crate}\n",
        "there is no resource type aws_t_crate");
}

static void note_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed && strcmp(r->test, "tests") != 0)
        buffer_append_format(&told, "%s: %s; ", r->test, r->fault);
}

#define BOX "given: {aws_t_box: [{Id: a, Size: y}]}"

static void either_is_enough_and_without_both_nothing_is_known(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct check_test_counts counted = { 0 };
    const struct check *c = kit_check(
        catalog, "aws_c", "uses: [aws_t_event]\n" NEEDS, query,
        "tests:\n"
        "  - {name: both, " BOX ", expect: []}\n"
        "  - {name: the needed one alone, " BOX ", unread: {aws_t_event: denied}, expect: []}\n"
        "  - {name: the other alone, " BOX ", unread: {aws_t_list: denied}, expect: []}\n"
        "  - {name: none, " BOX
        ", unread: {aws_t_list: denied, aws_t_event: skipped}, expect: [{id: a, verdict: UNKNOWN}]}\n");
    assert_true(check_test_run(catalog, c, note_fault, NULL, &counted, &err));
    assert_string_equal(buffer_string(&told), "");
    assert_int_equal(counted.passed, 4);
}

/* In three regions: one told of by each, one by both. */
static void regions_are_looked_at_one_by_one(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct sandbox *s = sandbox_new(types, &err);
    const struct {
        const char *type, *region, *outcome;
    } scopes[] = {
        { "aws_t_list", "eu-west-1", "complete" },  { "aws_t_list", "us-east-1", "denied" },
        { "aws_t_list", "us-west-2", "complete" },  { "aws_t_event", "eu-west-1", "skipped" },
        { "aws_t_event", "us-east-1", "complete" }, { "aws_t_event", "us-west-2", "complete" },
    };
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        assert_true(sandbox_put_scope(s, scopes[i].type, "1", scopes[i].region, scopes[i].outcome,
                                      true, &err));
    assert_false(sandbox_scope(s, "aws_t_list", "1", NULL).complete);
    assert_false(sandbox_scope(s, "aws_t_event", "1", NULL).complete);
    assert_true(sandbox_scope_or(s, "aws_t_list", "aws_t_event", "1", NULL).complete);
    assert_true(sandbox_scope_or(s, "aws_t_list", "aws_t_event", "1", "us-east-1").complete);
    assert_true(sandbox_scope_or(s, "aws_t_list", "aws_t_event", "1", "eu-west-1").complete);
    assert_false(sandbox_scope_or(s, "aws_t_event", NULL, "1", "eu-west-1").complete);
    assert_true(sandbox_put_scope(s, "aws_t_event", "1", "us-east-1", "failed", true, &err));
    assert_true(sandbox_put_scope(s, "aws_t_event", "2", "us-east-1", "complete", true,
                                  &err)); /* another's */
    struct sandbox_scope bad = sandbox_scope_or(s, "aws_t_list", "aws_t_event", "1", NULL);
    assert_false(bad.complete);
    assert_string_equal(bad.region, "us-east-1");
    assert_string_equal(bad.outcome, "denied");
    assert_false(sandbox_scope_or(s, "aws_t_list", "aws_t_event", "1", "us-east-1").complete);
    sandbox_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_stands_for_another_is_used_has_its_scopes_and_goes_by_no_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(either_is_enough_and_without_both_nothing_is_known, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(regions_are_looked_at_one_by_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
