/* What a list over many accounts does not show is not gone at once. */
#include "core/store/doubt.h"
#include "tests/unit/core/store/world.h"

struct look {
    struct world *w;
    struct store_scope *scope;
    bool keep;
    struct buffer seen;
};

static bool on_unseen(void *ctx, int64_t resource, const char *config)
{
    struct look *l = ctx;
    buffer_append_format(&l->seen, "%s ", config);
    if (l->keep)
        world_must(l->w, store_scope_keep(l->scope, resource, &l->w->err));
    else
        world_must(l->w, store_scope_doubt(l->w->s, l->scope, resource, &l->w->err));
    return true;
}

/* A night whose list shows these, and which keeps or doubts the others; what was unseen. */
static void night(struct world *w, const struct world_item *items, bool keep, const char *unseen)
{
    struct look l = { .w = w, .keep = keep };
    world_night(w);
    l.scope = world_begin(w, "r", "t");
    for (; items != NULL && items->key != NULL; items++)
        world_item(w, l.scope, *items);
    buffer_init(&l.seen, 1000);
    world_must(w, store_scope_unseen(w->s, l.scope, on_unseen, &l, &w->err));
    assert_string_equal(buffer_string(&l.seen), unseen);
    buffer_release(&l.seen);
    world_end(w, l.scope, OUTCOME_COMPLETE);
    world_publish(w);
}

#define A { "a", "{\"A\":1}", NULL, NULL }
#define B { "b", "{\"B\":1}", NULL, NULL }
#define OPEN "SELECT key FROM resource JOIN version ON resource = id WHERE to_run IS NULL ORDER BY 1"

static void both(struct world *w)
{
    world_init(w);
    night(w, WORLD_ITEMS(A, B), false, "");
}

static void what_is_doubted_is_kept_once_and_gone_the_second_time(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_expect(&w, OPEN, "a b");
    world_expect_diff(&w, "");
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_expect(&w, OPEN, "a");
    world_expect(&w, "SELECT count(*) FROM doubt", "0");
    world_release(&w);
}

static void what_shows_again_is_doubted_no_more(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    night(&w, WORLD_ITEMS(A, B), false, "");
    world_expect(&w, "SELECT count(*) FROM doubt", "0");
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_expect(&w, OPEN, "a b");
    world_release(&w);
}

static void a_changed_body_is_as_good_as_the_same(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    night(&w, WORLD_ITEMS(A, { "b", "{\"B\":2}", NULL, NULL }), false, "");
    night(&w, WORLD_ITEMS(A), false, "{\"B\":2} ");
    world_expect(&w, OPEN, "a b");
    world_release(&w);
}

static void what_its_own_list_shows_is_doubted_no_more(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_walk(&w, "t", WORLD_ITEMS(A, B), OUTCOME_COMPLETE); /* the direct list, in between */
    world_expect(&w, "SELECT count(*) FROM doubt", "0");
    world_release(&w);
}

static void what_was_asked_for_and_is_there_is_kept_for_ever(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    for (int i = 0; i < 3; i++)
        night(&w, WORLD_ITEMS(A), true, "{\"B\":1} ");
    world_expect(&w, OPEN, "a b");
    world_expect(&w, "SELECT count(*) FROM doubt", "0");
    world_release(&w);
}

static void a_list_that_failed_proves_nothing_either_time(void **state)
{
    struct world w;
    (void)state;
    both(&w);
    world_walk(&w, "t", WORLD_ITEMS(A), OUTCOME_FAILED);
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_walk(&w, "t", WORLD_ITEMS(A), OUTCOME_FAILED);
    world_expect(&w, OPEN, "a b");
    night(&w, WORLD_ITEMS(A), false, "{\"B\":1} ");
    world_expect(&w, OPEN, "a");
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_doubted_is_kept_once_and_gone_the_second_time),
        cmocka_unit_test(what_shows_again_is_doubted_no_more),
        cmocka_unit_test(a_changed_body_is_as_good_as_the_same),
        cmocka_unit_test(what_its_own_list_shows_is_doubted_no_more),
        cmocka_unit_test(what_was_asked_for_and_is_there_is_kept_for_ever),
        cmocka_unit_test(a_list_that_failed_proves_nothing_either_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
