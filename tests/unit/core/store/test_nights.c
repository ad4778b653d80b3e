/* Whole nights: what is said, and on which night it is said. */
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

static void denied_five_nights_then_gone_is_said_on_the_night_that_saw_it(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    for (int night = 0; night < 5; night++) {
        world_walk(&w, "t", NULL, OUTCOME_DENIED);
        world_expect_diff(&w, night == 0 ? "unverified t >" : "");
    }
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_diff(&w, "verified_again t >; removed b >");
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_diff(&w, "");
}

static void every_outcome_that_is_not_complete_is_unverified(void **state)
{
    (void)state;
    static const enum outcome others[] = { OUTCOME_DISABLED, OUTCOME_SKIPPED,   OUTCOME_BLOCKED,
                                           OUTCOME_DENIED,   OUTCOME_THROTTLED, OUTCOME_FAILED };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
        world_expect_diff(&w, i == 0 ? "" : "verified_again t >");
        world_walk(&w, "t", NULL, others[i]);
        world_expect_diff(&w, "unverified t >");
    }
}

static void an_empty_scope_has_nothing_to_be_unverified(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    world_expect_diff(&w, "");
    world_walk(&w, "t", WORLD_ITEMS({ "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_diff(&w, "added b >");
}

static void a_key_deleted_and_made_again_is_said(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", "U1", 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", "U2", 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_expect_diff(&w, "removed a >; added a >");
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", "U2", 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", "U2", 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_expect_diff(&w, "added b >");
}

/* The night that is killed and the ways to go on: both must end where a night without a kill ends. */
enum after_kill { NO_KILL, RESUMED, AFRESH };

static char *final_state(void)
{
    /* Nothing here says in which run it was written. What only the killed night saw (g) is history. */
    return world_rows(
        &w,
        "SELECT r.key, v.life, v.config, v.unread, v.to_run IS NULL, v.closed_cause FROM version v"
        " JOIN resource r ON r.id = v.resource WHERE v.from_run = (SELECT max(l.from_run) FROM"
        " version l WHERE l.resource = r.id) AND r.key <> 'g' UNION ALL SELECT sc.type, c.outcome, c.reason, '', '', ''"
        " FROM coverage c JOIN scope sc ON sc.id = c.scope WHERE c.to_run IS NULL ORDER BY 1, 2");
}

static void second_half(void)
{
    world_read(&w, "later", WORLD_ITEMS({ "x", "{\"X\":2}", 0, 0 }, { "new", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
}

static void read_all(void)
{
    world_read(&w, "done", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "failed", WORLD_ITEMS({ "f", "{\"X\":3}", "L2", 0 }, { "h", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    second_half();
}

static void killed_night(enum after_kill how)
{
    world_night(&w);
    if (how == NO_KILL) {
        read_all();
        return;
    }
    world_read(&w, "done", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "failed", WORLD_ITEMS({ "f", "{\"X\":2}", "L1", 0 }, { "g", "{}", 0, 0 }),
               OUTCOME_FAILED);
    world_must(&w, store_commit(w.s, &w.err));
    struct store_scope *scope = world_begin(&w, "r", "later"); /* in the middle of this one */
    world_item(&w, scope, (struct world_item){ "x", "{\"X\":9}", 0, 0 });
    store_scope_abandon(scope);
    world_kill(&w);
    if (how == AFRESH) {
        world_night(&w);
        read_all();
        return;
    }
    world_resume(&w);
    assert_true(store_scope_is_done(w.s, &w.run, w.account, "r", "done"));
    world_read(&w, "failed", WORLD_ITEMS({ "f", "{\"X\":3}", "L2", 0 }, { "h", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    second_half();
}

static char *changes_of_the_night(void)
{
    struct buffer b;
    struct diff_options o = { w.run.baseline, w.run.id };
    buffer_init(&b, 1 << 20);
    world_must(&w, diff_each(w.s, &o, world_note_change, &b, &w.err));
    buffer_append_string(&b, "");
    return buffer_detach(&b);
}

static void a_killed_night_ends_as_one_that_was_not(void **state)
{
    (void)state;
    char *wanted_state = NULL, *wanted_changes = NULL;
    for (enum after_kill how = NO_KILL; how <= AFRESH; how++) {
        if (how != NO_KILL) {
            world_release(&w);
            world_init(&w);
        }
        world_night(&w);
        world_read(&w, "done", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
                   OUTCOME_COMPLETE);
        world_read(&w, "failed", WORLD_ITEMS({ "f", "{\"X\":1}", "L1", 0 }), OUTCOME_COMPLETE);
        world_read(&w, "later", WORLD_ITEMS({ "x", "{\"X\":1}", 0, 0 }, { "y", "{}", 0, 0 }),
                   OUTCOME_COMPLETE);
        world_publish(&w);
        killed_night(how);
        world_publish(&w);
        char *now = final_state(), *changes = changes_of_the_night();
        if (how == NO_KILL) {
            wanted_state = now;
            wanted_changes = changes;
            assert_string_equal(changes,
                                "changed a X 1>2; removed b >; removed f >; added f >; added h >;"
                                " added new >; changed x X 1>2; removed y >");
            continue;
        }
        assert_string_equal(now, wanted_state);
        assert_string_equal(changes, wanted_changes);
        free(now);
        free(changes);
    }
    free(wanted_state);
    free(wanted_changes);
}

static void an_abandoned_run_is_no_baseline_and_loses_nothing(void **state)
{
    (void)state;
    world_walk(
        &w, "t",
        WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }, { "c", "{\"X\":1}", 0, 0 }),
        OUTCOME_COMPLETE);
    world_night(&w); /* abandoned: sees a changed, b gone, c changed, d new */
    world_read(
        &w, "t",
        WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "c", "{\"X\":2}", 0, 0 }, { "d", "{}", 0, 0 }),
        OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    world_night(&w); /* c is back as it was, b too, d is gone */
    world_read(
        &w, "t",
        WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "b", "{}", 0, 0 }, { "c", "{\"X\":1}", 0, 0 }),
        OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_diff(&w, "changed a X 1>2");
    world_expect_diff_between(&w, 1, 2, "changed a X 1>2; removed b >; changed c X 1>2; added d >");
    world_expect_diff_between(&w, 2, 1, "changed a X 2>1; added b >; changed c X 2>1; removed d >");
}

static void a_change_seen_only_by_an_abandoned_run_is_told_later(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "p", "{\"P\":1}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "p", "{\"P\":2}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    /* The next night cannot read what changed: that it did is known all the same. */
    world_walk(&w, "t", WORLD_ITEMS({ "p", "{\"P\":2}", 0, "{\"P\":\"denied\"}" }), OUTCOME_DENIED);
    world_expect_diff(&w, "unverified t >; changed a X 1>2; changed p P 1>2");
}

static void a_filtered_run_leaves_everything_else_alone(void **state)
{
    (void)state;
    world_night(&w);
    int64_t mine = w.account, other = world_account(&w, "999999999999", "active");
    for (int i = 0; i < 2; i++) {
        w.account = i == 0 ? mine : other;
        world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    }
    world_publish(&w);
    world_exec(
        &w,
        "CREATE TEMP TABLE before AS SELECT * FROM version; CREATE TEMP TABLE covered AS SELECT * FROM coverage");
    w.now += 86400;
    struct store_run_options o = world_options(&w);
    o.filtered = true;
    world_must(&w, store_run_begin(w.s, &o, &w.run, &w.err));
    world_read(&w, "t", NULL, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect(&w, "SELECT filtered FROM run ORDER BY id", "0 1");
    world_expect(
        &w,
        "SELECT r.account, v.to_run FROM version v JOIN resource r ON r.id = v.resource ORDER BY 1",
        "1|- 2|2");
    world_expect(&w, "SELECT count(*) FROM (SELECT * FROM before EXCEPT SELECT * FROM version)",
                 "1");
    world_expect(&w, "SELECT count(*) FROM (SELECT * FROM coverage EXCEPT SELECT * FROM covered)",
                 "0");
    world_expect_diff(&w, "removed a >");
}

static void a_closed_account_takes_its_resources_along(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    /* It was still read in part before discovery told. */
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_FAILED);
    world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    world_expect_versions(&w, "a:[1,2)1/1");
    world_expect(&w, "SELECT closed_cause FROM version", "account closed");
    world_expect(&w, "SELECT outcome FROM coverage WHERE to_run IS NULL", "closed");
    world_expect(&w, "SELECT state FROM account", "closed");
    world_expect_diff(&w, "removed a >");
    world_night(&w); /* said again every night from now on */
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
    world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    world_publish(&w);
    world_expect_diff(&w, "");
}

static void an_account_out_of_scope_keeps_its_resources(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    world_expect_versions(&w, "a:[1,)1/1");
    world_expect(&w, "SELECT state FROM account", "out_of_scope");
    world_expect_diff(&w, "");
    /* Named again, and what it held is looked at again. */
    world_night(&w);
    world_account(&w, "012345678901", "active");
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect_diff(&w, "verified_again t >; changed a X >1");
}

static void a_suspended_account_is_frozen(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    for (int night = 0; night < 2; night++) {
        world_night(&w);
        world_account(&w, "012345678901", "suspended");
        world_read(&w, "t", NULL, OUTCOME_SKIPPED);
        world_publish(&w);
        world_expect_diff(&w, night == 0 ? "unverified t >" : "");
    }
    world_expect_versions(&w, "a:[1,)1/1");
}

static void the_first_night_is_no_change(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_diff(&w, "");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(denied_five_nights_then_gone_is_said_on_the_night_that_saw_it),
        CASE(every_outcome_that_is_not_complete_is_unverified),
        CASE(an_empty_scope_has_nothing_to_be_unverified),
        CASE(a_key_deleted_and_made_again_is_said),
        CASE(a_killed_night_ends_as_one_that_was_not),
        CASE(an_abandoned_run_is_no_baseline_and_loses_nothing),
        CASE(a_change_seen_only_by_an_abandoned_run_is_told_later),
        CASE(a_filtered_run_leaves_everything_else_alone),
        CASE(a_closed_account_takes_its_resources_along),
        CASE(an_account_out_of_scope_keeps_its_resources),
        CASE(a_suspended_account_is_frozen),
        CASE(the_first_night_is_no_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
