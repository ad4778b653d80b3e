/* One read: pages into the store as they come, and an outcome for every end. */
#include "tests/unit/scanner/reading.h"

static const char list_things[] = "111 r1 ListThings {\"Max\":2}";
static const char list_more[] = "111 r1 ListThings {\"Max\":2,\"Page\":\"2\"}";

static void pages_make_a_complete_scope(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\nn 2\n.\n");
    cloud_on(&g.kit.cloud, list_more, 200, "i {\"Id\":\"c\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_thing", "r1"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "a\nb\nc\n");
    kit_assert_coverage(&g.kit, "111", "r1 cloud_net_thing complete\n");
    kit_assert_rows(&g.kit, "SELECT key, region, unread, shared_from FROM resource JOIN version ON resource = id"
                            " WHERE rid = 'a'",
                    "sky:111:r1:a r1 - -\n");
    kit_assert_rows(&g.kit, "SELECT region, service, calls, items, throttled, ms FROM read_stats",
                    "r1 net 2 3 0 20\n");
    assert_int_equal(g.stored, 3);
    assert_int_equal(g.read.counts.resources, 3);
    assert_int_equal(g.read.counts.changed, 3);
    reading_release(&g);
}

static void items_are_staged_while_the_answer_still_arrives(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_breaks(&g.kit.cloud, list_things, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n");
    reading_start(&g, "cloud_net_thing", "r1");
    while (g.stored < 2)
        assert_true(loop_turn(&g.kit.loop, 1));
    assert_int_equal(g.done, 0);
    kit_assert_rows(&g.kit, "SELECT rid FROM staged", "a\nb\n");
    kit_run(&g.kit);
    assert_int_equal(g.done, 1);
    read_release(&g.read);
    reading_release(&g);
}

static void what_a_complete_read_does_not_show_is_gone(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    kit_next_night(&g.kit);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"b\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    kit_assert_resources(&g.kit, "b\n");
    assert_int_equal(g.read.counts.changed, 0);
    reading_release(&g);
}

static void a_read_that_ends_early_opens_and_closes_nothing(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum outcome outcome;
        const char *name;
    } ends[] = {
        { 403, "Denied", OUTCOME_DENIED, "denied" },     { 403, "Blocked", OUTCOME_BLOCKED, "blocked" },
        { 400, "Off", OUTCOME_DISABLED, "disabled" },    { 429, "Slow", OUTCOME_THROTTLED, "throttled" },
        { 404, "NoSuchLid", OUTCOME_FAILED, "failed" },  { 200, "i {\"Id\":\"d\"}\n", OUTCOME_FAILED, "failed" },
        { 200, "i {]\n.\n", OUTCOME_FAILED, "failed" },
    };
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    reading_run(&g, "cloud_net_thing", "r1");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        kit_next_night(&g.kit);
        cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"c\"}\nn 2\n.\n");
        cloud_on(&g.kit.cloud, list_more, ends[i].status, ends[i].body);
        assert_int_equal(reading_run(&g, "cloud_net_thing", "r1"), ends[i].outcome);
        kit_assert_rows(&g.kit, "SELECT rid FROM version WHERE to_run IS NULL AND rid < 'd' ORDER BY 1", "a\nb\nc\n");
        char *expected = memory_format("r1 cloud_net_thing %s\n", ends[i].name);
        kit_assert_coverage(&g.kit, "111", expected);
        free(expected);
    }
    reading_release(&g);
}

static void an_item_without_identity_fails_the_read_and_names_itself(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\ni {\"Name\":\"b\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_thing", "r1"), OUTCOME_FAILED);
    kit_assert_resources(&g.kit, "a\n");
    assert_non_null(strstr(g.read.error.message, "cloud_net_thing: an item without Id"));
    assert_false(g.kit.broken);
    reading_release(&g);
}

static void the_same_refusal_reads_the_same_every_night(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 403, "Denied");
    for (int night = 0; night < 3; night++) {
        reading_run(&g, "cloud_net_thing", "r1");
        kit_next_night(&g.kit);
    }
    kit_assert_rows(&g.kit, "SELECT outcome, reason FROM coverage",
                    "denied net ListThings: the cloud says Denied\n");
    reading_release(&g);
}

static void a_page_that_breaks_off_counts_once(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"z\"}\nn 2\n.\n");
    cloud_breaks(&g.kit.cloud, list_more, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n");
    cloud_on(&g.kit.cloud, list_more, 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\ni {\"Id\":\"c\"}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_thing", "r1"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "a\nb\nc\nz\n");
    assert_int_equal(g.read.stats.items, 4);
    assert_int_equal(g.read.counts.resources, 4);
    assert_int_equal(g.read.counts.changed, 4);
    reading_release(&g);
}

static void pages_without_an_end_are_cut_off(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 r1 ListThings *", 200, "n 2\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_thing", "r1"), OUTCOME_FAILED);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 r1 *"), TYPE_PAGES_MAX);
    assert_non_null(strstr(g.read.error.message, "more than 10000 pages"));
    reading_release(&g);
}

/* ---- reports in the making ---- */

static const char report[] = "r {\"Made\":\"now\",\"Content\":\"dXNlcixrZXkKcm9vdCx5ZXMK\"}\n.\n"; /* user,key; root,yes */

static void a_report_is_asked_for_until_it_is_ready(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    int64_t began = g.kit.cloud.script.now_ms;
    for (int i = 0; i < 3; i++)
        cloud_once(&g.kit.cloud, "111 global MakeReport {}", 200, "r {\"State\":\"STARTED\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 global MakeReport {}", 200, "r {\"State\":\"READY\"}\n.\n");
    cloud_on(&g.kit.cloud, "111 global GetReport {}", 200, report);
    assert_int_equal(reading_run(&g, "cloud_net_report", "global"), OUTCOME_COMPLETE);
    kit_assert_resources(&g.kit, "root\n");
    assert_int_equal(cloud_count(&g.kit.cloud, "111 global MakeReport {}"), 4);
    assert_int_equal(g.read.stats.calls, 5);
    assert_in_range(g.kit.cloud.script.now_ms - began, 3 * TYPE_POLL_WAIT_MS, 3 * TYPE_POLL_WAIT_MS + 200);
    reading_release(&g);
}

static void a_report_that_is_never_ready_is_given_up(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 global MakeReport {}", 200, "r {}\n.\n");
    assert_int_equal(reading_run(&g, "cloud_net_report", "global"), OUTCOME_FAILED);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 global MakeReport {}"), TYPE_POLLS_MAX);
    assert_int_equal(cloud_count(&g.kit.cloud, "111 global GetReport {}"), 0);
    assert_string_equal(g.read.error.message, "MakeReport did not become READY in 30 polls");
    reading_release(&g);
}

static void a_report_that_may_not_be_made_is_denied(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 global MakeReport {}", 403, "Denied");
    assert_int_equal(reading_run(&g, "cloud_net_report", "global"), OUTCOME_DENIED);
    assert_int_equal(g.read.stats.calls, 1);
    reading_release(&g);
}

/* ---- the store, and the end of everything ---- */

static void a_fault_of_the_store_is_told_at_once(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\n.\n");
    kit_break_store(&g.kit, "staged");
    reading_start(&g, "cloud_net_thing", "r1");
    kit_run(&g.kit);
    assert_true(g.kit.broken);
    assert_non_null(strstr(g.kit.why.message, "the disk is full"));
    kit_stop(&g.kit);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "");
    reading_release(&g);
}

static void a_scope_that_cannot_be_recorded_is_a_fault_of_the_store(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    kit_break_store(&g.kit, "coverage");
    reading_start(&g, "cloud_net_thing", "r1");
    kit_run(&g.kit);
    assert_true(g.kit.broken);
    assert_int_equal(g.done, 1);
    read_release(&g.read);
    reading_release(&g);
}

static void a_read_that_is_stopped_records_nothing(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, list_things, 200, "i {\"Id\":\"a\"}\nn 2\n.\n");
    reading_start(&g, "cloud_net_thing", "r1");
    while (cloud_count(&g.kit.cloud, list_more) == 0)
        (void)loop_turn(&g.kit.loop, 1);
    kit_stop(&g.kit);
    assert_int_equal(g.done, 1);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "");
    kit_assert_rows(&g.kit, "SELECT count(*) FROM progress", "0\n");
    kit_assert_resources(&g.kit, "");
    reading_release(&g);
}

static void a_read_that_is_stopped_between_two_polls_is_released(void **state)
{
    struct reading g;
    (void)state;
    reading_init(&g);
    cloud_on(&g.kit.cloud, "111 global MakeReport {}", 200, "r {}\n.\n");
    reading_start(&g, "cloud_net_report", "global");
    while (list_is_empty(&g.kit.loop.later))
        assert_true(loop_turn(&g.kit.loop, 1));
    kit_stop(&g.kit);
    assert_int_equal(g.done, 0);
    read_release(&g.read);
    kit_assert_coverage(&g.kit, "111", "");
    reading_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_make_a_complete_scope),
        cmocka_unit_test(items_are_staged_while_the_answer_still_arrives),
        cmocka_unit_test(what_a_complete_read_does_not_show_is_gone),
        cmocka_unit_test(a_read_that_ends_early_opens_and_closes_nothing),
        cmocka_unit_test(an_item_without_identity_fails_the_read_and_names_itself),
        cmocka_unit_test(the_same_refusal_reads_the_same_every_night),
        cmocka_unit_test(a_page_that_breaks_off_counts_once),
        cmocka_unit_test(pages_without_an_end_are_cut_off),
        cmocka_unit_test(a_report_is_asked_for_until_it_is_ready),
        cmocka_unit_test(a_report_that_is_never_ready_is_given_up),
        cmocka_unit_test(a_report_that_may_not_be_made_is_denied),
        cmocka_unit_test(a_fault_of_the_store_is_told_at_once),
        cmocka_unit_test(a_scope_that_cannot_be_recorded_is_a_fault_of_the_store),
        cmocka_unit_test(a_read_that_is_stopped_records_nothing),
        cmocka_unit_test(a_read_that_is_stopped_between_two_polls_is_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
