/* What a walk asks of the store about scopes and what they hold. */
#include "core/store/configs.h"
#include "tests/unit/core/store/world.h"

static void assert_region(struct world *w, const char *key, const char *expected)
{
    char *region = store_resource_region(w->s, w->account, key);
    if (expected == NULL)
        assert_null(region);
    else
        assert_string_equal(region, expected);
    free(region);
}

static void a_resource_is_held_by_the_scope_that_saw_it_while_it_is_there(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_walk(&w, "aws_t_box", WORLD_ITEMS({ "a", "{}", NULL, NULL }, { "b", "{}", NULL, NULL }),
               OUTCOME_COMPLETE);
    assert_region(&w, "a", "r");
    assert_region(&w, "c", NULL);
    assert_null(store_resource_region(w.s, w.account + 1, "a"));
    world_walk(&w, "aws_t_box", WORLD_ITEMS({ "b", "{}", NULL, NULL }), OUTCOME_COMPLETE);
    assert_region(&w, "a", NULL); /* gone */
    assert_region(&w, "b", "r");
    world_release(&w);
}

static bool outcome_is(struct world *w, enum outcome expected)
{
    enum outcome outcome = OUTCOME_SKIPPED;
    return store_scope_outcome(w->s, w->account, "r", "aws_t_box", &outcome) && outcome == expected;
}

static bool keep_none(void *ctx, const char *region, const char *type)
{
    (void)ctx;
    (void)region;
    (void)type;
    return false;
}

static void a_scope_tells_how_it_last_ended(void **state)
{
    struct world w;
    enum outcome untouched = OUTCOME_THROTTLED;
    (void)state;
    world_init(&w);
    assert_false(store_scope_outcome(w.s, w.account, "r", "aws_t_box", &untouched));
    assert_int_equal(untouched, OUTCOME_THROTTLED);
    world_walk(&w, "aws_t_box", NULL, OUTCOME_DISABLED);
    assert_true(outcome_is(&w, OUTCOME_DISABLED));
    world_night(&w);
    world_read(&w, "aws_t_box", NULL,
               OUTCOME_COMPLETE); /* in a run that is not published yet, too */
    assert_true(outcome_is(&w, OUTCOME_COMPLETE));
    world_must(&w, store_scopes_retain(w.s, &w.run, w.account, keep_none, NULL, &w.err));
    assert_false(store_scope_outcome(w.s, w.account, "r", "aws_t_box", &untouched));
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resource_is_held_by_the_scope_that_saw_it_while_it_is_there),
        cmocka_unit_test(a_scope_tells_how_it_last_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
