/* Runs in their order: names, the clock set back, abandoned and resumed ones, and the accounts. */
#include "tests/unit/core/store/world.h"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

static bool begin(struct store_run_options o, struct error *err)
{
    return store_run_begin(w.s, &o, &w.run, err);
}

static void a_run_knows_its_baseline(void **state)
{
    (void)state;
    world_night(&w);
    assert_int_equal(w.run.id, 1);
    assert_int_equal(w.run.baseline, 0);
    assert_string_equal(w.run.name, "20270116T080000Z");
    assert_false(w.run.resumed);
    world_publish(&w);
    world_night(&w);
    assert_int_equal(w.run.baseline, 1);
    world_night(&w); /* the second was never published */
    assert_int_equal(w.run.id, 3);
    assert_int_equal(w.run.baseline, 1);
    world_publish(&w);
    world_expect(&w, "SELECT state FROM run ORDER BY id", "published abandoned published");
    world_expect(&w, "SELECT started, ended FROM run WHERE id = 3", "1800259200|1800259800");
}

static void a_clock_set_back_keeps_the_order(void **state)
{
    (void)state;
    world_night(&w);
    world_publish(&w);
    w.now -= 10 * 86400;
    world_night(&w);
    assert_string_equal(w.run.name, "20270116T080001Z");
    assert_int_equal(w.run.started_unix_s, WORLD_NOON + 86400 + 1);
    world_publish(&w);
    world_expect(&w, "SELECT started <= ended FROM run WHERE id = 2", "1");
    world_night(&w);
    assert_string_equal(w.run.name, "20270116T080002Z");
    world_publish(&w);
    /* Twice in one second. */
    w.now = WORLD_NOON + 30 * 86400;
    world_night(&w);
    world_publish(&w);
    w.now -= 86400;
    world_night(&w);
    world_publish(&w);
    world_expect(&w, "SELECT count(DISTINCT name), count(*) FROM run", "5|5");
}

static void a_run_begun_afresh_forgets_what_the_last_one_staged(void **state)
{
    (void)state;
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    world_item(&w, scope, (struct world_item){ "a", "{}", 0, 0 });
    store_scope_abandon(scope);
    world_read(&w, "u", NULL, OUTCOME_COMPLETE);
    world_night(&w);
    world_expect(&w, "SELECT (SELECT count(*) FROM staged) + (SELECT count(*) FROM progress)", "0");
    assert_false(store_scope_is_done(w.s, &w.run, w.account, "r", "u"));
}

static void a_resumed_run_keeps_what_was_done(void **state)
{
    (void)state;
    static const enum outcome all[] = { OUTCOME_COMPLETE, OUTCOME_DISABLED, OUTCOME_SKIPPED,
                                        OUTCOME_BLOCKED,  OUTCOME_DENIED,   OUTCOME_THROTTLED,
                                        OUTCOME_FAILED };
    world_night(&w);
    for (size_t i = 0; i < 7; i++)
        world_read(&w, outcome_name(all[i]), NULL, all[i]);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    struct store_run first = w.run;
    world_resume(&w);
    assert_true(w.run.resumed);
    assert_int_equal(w.run.id, first.id);
    assert_int_equal(w.run.started_unix_s, first.started_unix_s);
    assert_string_equal(w.run.name, first.name);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(store_scope_is_done(w.s, &w.run, w.account, "r", outcome_name(all[i])),
                         !outcome_is_incomplete(all[i]));
    assert_false(store_scope_is_done(w.s, &w.run, w.account, "r", "never"));
    assert_false(store_scope_is_done(w.s, &w.run, w.account, "other", "complete"));
    world_publish(&w);
}

static void refuse(struct store_run_options o, const char *words)
{
    struct error err = ERROR_INIT;
    o.resume = true;
    assert_false(begin(o, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void resuming_says_what_is_in_its_way(void **state)
{
    (void)state;
    struct store_run_options o = world_options(&w);
    refuse(o, "there is no run to resume");
    world_must(&w, begin(o, &w.err));
    o.config_digest = "config-2";
    refuse(o, "the config has changed");
    o = world_options(&w);
    o.checks_digest = "checks-2";
    refuse(o, "the checks have changed");
    o = world_options(&w);
    o.filtered = true;
    refuse(o, "it was not filtered");
    o = world_options(&w);
    o.now_unix_s += 12 * 3600 + 1;
    refuse(o, "more than 12 hours ago");
    o.now_unix_s -= 1;
    o.resume = true;
    world_must(&w, begin(o, &w.err));
    world_publish(&w);
    refuse(world_options(&w), "it was published");
    world_expect(&w, "SELECT count(*) FROM run", "1");
}

static void only_a_walking_run_is_published_and_only_once(void **state)
{
    (void)state;
    world_night(&w);
    assert_false(store_run_publish(w.s, &w.run, w.now, &w.err));
    world_publish(&w);
    world_must(&w, store_begin(w.s, &w.err));
    assert_false(store_run_publish(w.s, &w.run, w.now, &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    store_rollback(w.s);
}

static void runs_are_found_by_name(void **state)
{
    (void)state;
    struct store_run found;
    char run_state[16];
    assert_false(store_run_find(w.s, NULL, &found, NULL, &w.err));
    assert_int_equal(w.err.kind, ERROR_USAGE);
    world_night(&w);
    assert_false(store_run_find(w.s, "latest", &found, NULL, &w.err));
    world_publish(&w);
    world_night(&w);
    world_must(&w, store_run_find(w.s, "latest", &found, run_state, &w.err));
    assert_int_equal(found.id, 1);
    assert_string_equal(run_state, "published");
    world_must(&w, store_run_find(w.s, w.run.name, &found, run_state, &w.err));
    assert_int_equal(found.id, 2);
    assert_int_equal(found.baseline, 1);
    assert_string_equal(run_state, "walking");
    assert_false(store_run_find(w.s, "x' OR '1", &found, NULL, &w.err));
    assert_non_null(strstr(w.err.message, "x' OR '1"));
}

/* ---- accounts ---- */

static bool note_account(void *ctx, const struct store_account *a)
{
    buffer_append_format(ctx, "%s %s %s %s %s;", a->provider, a->account, a->name, a->state,
                         a->target);
    return true;
}

static bool note_one(void *ctx, const struct store_account *a)
{
    note_account(ctx, a);
    return false;
}

static void expect_accounts(const char *target, const char *wanted)
{
    struct buffer b;
    buffer_init(&b, 10000);
    world_must(&w, store_accounts_each(w.s, target, note_account, &b, &w.err));
    assert_string_equal(buffer_string(&b), wanted);
    buffer_release(&b);
}

static void accounts_are_kept_and_listed(void **state)
{
    (void)state;
    struct store_account other = { .provider = "aws",
                                   .account = "000000000001",
                                   .name = "x",
                                   .state = "suspended",
                                   .team = NULL,
                                   .target = "t2" };
    world_must(&w, store_account_put(w.s, &other, &w.err));
    assert_int_not_equal(other.id, w.account);
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    assert_int_equal(world_account(&w, "012345678901", "active"), w.account);
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    assert_int_equal(world_account(&w, "012345678901", "pending_deletion"), w.account);
    expect_accounts(NULL,
                    "aws 000000000001 x suspended t2;aws 012345678901 shop pending_deletion t1;");
    expect_accounts("t1", "aws 012345678901 shop pending_deletion t1;");
    expect_accounts("t9", "");
    struct buffer b;
    buffer_init(&b, 1000);
    world_must(&w, store_accounts_each(w.s, NULL, note_one, &b, &w.err));
    assert_string_equal(buffer_string(&b), "aws 000000000001 x suspended t2;");
    buffer_release(&b);
    struct store_account copied = { 0,    memory_string("a"), memory_string("b"),
                                    NULL, memory_string(""),  NULL,
                                    NULL };
    store_account_release(&copied);
    assert_null(copied.provider);
    store_account_release(&copied);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_run_knows_its_baseline),
        CASE(a_clock_set_back_keeps_the_order),
        CASE(a_run_begun_afresh_forgets_what_the_last_one_staged),
        CASE(a_resumed_run_keeps_what_was_done),
        CASE(resuming_says_what_is_in_its_way),
        CASE(only_a_walking_run_is_published_and_only_once),
        CASE(runs_are_found_by_name),
        CASE(accounts_are_kept_and_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
