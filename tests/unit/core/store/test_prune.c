/* What is too old goes; what a comparison within the time kept needs stays. */
#include "core/store/idset.h"
#include "core/store/views.h"
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

static void prune(int keep_days)
{
    world_must(&w, store_prune(w.s, &w.run, keep_days, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    world_expect(&w, "PRAGMA foreign_key_check", "");
}

static void versions_within_the_time_kept_stay_comparable(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":3}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":4}", 0, 0 }), OUTCOME_COMPLETE);
    prune(10);
    world_expect_versions(&w, "a:[1,2)1/1 a:[2,3)1/2 a:[3,4)1/3 a:[4,)1/4 b:[1,2)1/1");
    /* One day: run 3 is within it, and is compared with run 2. */
    prune(1);
    world_expect_versions(&w, "a:[2,3)1/2 a:[3,4)1/3 a:[4,)1/4");
    world_expect_diff_between(&w, 2, 3, "changed a X 2>3");
    world_expect_diff_between(&w, 3, 4, "changed a X 3>4");
    world_expect(&w, "SELECT key FROM resource", "a");
    /* What is open stays, however old. */
    for (int i = 0; i < 5; i++)
        world_walk(&w, "t", WORLD_ITEMS({ "a", "{\"X\":4}", 0, 0 }), OUTCOME_COMPLETE);
    prune(1);
    world_expect_versions(&w, "a:[4,)1/4");
    world_must(&w, views_create(w.s, &w.run, NULL, &w.err));
    world_expect(&w, "SELECT first_seen FROM inventory", "2027-01-16T08:00:00Z");
}

static void since_when_something_is_unread_does_not_move(void **state)
{
    (void)state;
    static const char since[] = "SELECT unverified_since FROM inventory";
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_walk(&w, "t", NULL, OUTCOME_DENIED);
    for (int i = 0; i < 5; i++)
        world_walk(&w, "t", NULL, i == 2 ? OUTCOME_FAILED : OUTCOME_THROTTLED);
    world_must(&w, views_create(w.s, &w.run, NULL, &w.err));
    world_expect(&w, since, "2027-01-20T08:00:00Z");
    prune(1);
    world_must(&w, views_create(w.s, &w.run, NULL, &w.err));
    world_expect(&w, since, "2027-01-20T08:00:00Z");
    world_expect(&w, "SELECT from_run, to_run FROM main.coverage ORDER BY from_run",
                 "3|5 5|6 6|8 8|9 9|-");
}

static void findings_keep_their_history(void **state)
{
    (void)state;
    const struct finding_row fail = { "a", "", VERDICT_FAIL, "low", "{}", "{}", 0 };
    for (int i = 0; i < 6; i++) {
        struct finding_batch b = { .check_id = "c",
                                   .check_digest = "d",
                                   .account = w.account,
                                   .rows = &fail,
                                   .count = i == 0 };
        struct store_stats stats = { 1, 1, 1, 1 };
        world_night(&w);
        world_read(&w, "t", i == 0 ? WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 }) : NULL,
                   OUTCOME_COMPLETE);
        world_must(&w, store_stats_add(w.s, &w.run, w.account, "r", "ec2", &stats, &w.err) &&
                           store_begin(w.s, &w.err) && findings_put(w.s, &w.run, &b, &w.err) &&
                           findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                           store_run_publish(w.s, &w.run, w.now, &w.err) &&
                           store_commit(w.s, &w.err));
    }
    prune(1);
    world_expect_versions(&w, "");
    world_expect(&w, "SELECT key FROM resource", "a");
    world_expect(&w, "SELECT count(*) FROM finding_state", "2");
    world_expect(&w, "SELECT count(*) FROM alert", "2");
    world_expect(&w, "SELECT run FROM read_stats ORDER BY run", "4 5 6");
    world_expect(&w, "SELECT count(*) FROM run", "6");
}

static void messages_that_were_sent_go_and_others_stay(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        world_walk(&w, "t", NULL, OUTCOME_COMPLETE);
    world_exec(
        &w,
        "INSERT INTO alert(id, run, kind, subject, payload) VALUES (1, 1, 'k', 's', '{}'), (2, 6, 'k', 's', '{}');"
        "INSERT INTO message(id, sink, state) VALUES ('old', 'slack', 'sent'), ('new', 'slack', 'sent'),"
        " ('stuck', 'slack', 'pending'), ('both', 'slack', 'sent'), ('none', 'slack', 'sent');"
        "INSERT INTO message_alert VALUES ('old', 1), ('new', 2), ('stuck', 1), ('both', 1), ('both', 2)");
    prune(1);
    world_expect(&w, "SELECT id FROM message ORDER BY id", "both new none stuck");
    world_expect(&w, "SELECT message, alert FROM message_alert ORDER BY 1, 2",
                 "both|1 both|2 new|2 stuck|1");
}

static void sharing_that_ended_goes(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        world_night(&w);
        struct store_scope *scope = world_begin(&w, "r", "t");
        if (i == 0)
            world_must(&w, store_scope_shared(w.s, scope, "1", "gone", &w.err));
        world_must(&w, store_scope_shared(w.s, scope, "1", "there", &w.err));
        world_end(&w, scope, OUTCOME_COMPLETE);
        world_publish(&w);
    }
    prune(1);
    world_expect(&w, "SELECT key FROM sharing", "there");
}

static void a_young_state_loses_nothing(void **state)
{
    (void)state;
    world_night(&w);
    prune(0);
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    prune(0);
    world_expect_versions(&w, "a:[2,)2/2");
}

static void sets_of_ids_grow_and_know_their_own(void **state)
{
    (void)state;
    struct idset set = IDSET_INIT;
    assert_false(idset_has(&set, 1));
    for (int64_t id = 1; id < 200000; id += 2)
        assert_true(idset_add(&set, id));
    for (int64_t id = 1; id < 200000; id++)
        assert_int_equal(idset_has(&set, id), id % 2);
    assert_int_equal(set.count, 100000);
    assert_true(idset_add(&set, 1));
    assert_true(idset_add(&set, INT64_MAX));
    assert_int_equal(set.count, 100001);
    idset_release(&set);
    assert_false(idset_has(&set, 1));
    for (int64_t id = 1; id <= IDSET_MAX; id++)
        idset_add(&set, id);
    assert_false(idset_add(&set, INT64_MAX));
    assert_true(idset_add(&set, IDSET_MAX));
    idset_release(&set);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(versions_within_the_time_kept_stay_comparable),
        CASE(since_when_something_is_unread_does_not_move),
        CASE(findings_keep_their_history),
        CASE(messages_that_were_sent_go_and_others_stay),
        CASE(sharing_that_ended_goes),
        CASE(a_young_state_loses_nothing),
        cmocka_unit_test(sets_of_ids_grow_and_know_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
