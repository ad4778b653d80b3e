/* The plan at work: so many reads at once, what refers before what is referred to, resumed and filtered runs. */
#include "tests/unit/scanner/walking.h"

static void begin(struct walking *w)
{
    walking_init(w);
    walking_regions(w, WALKING_R1 WALKING_END);
    cloud_on(&w->kit.cloud, "111 * ListThings {}", 200, "i {\"Id\":\"a\",\"Lists\":[\"l1\"]}\ni {\"Id\":\"b\"}\n.\n");
    cloud_on(&w->kit.cloud, "111 * ListLists {}", 200, "i {\"Id\":\"l1\"}\ni {\"Id\":\"l2\"}\n.\n");
    cloud_on(&w->kit.cloud, "111 * ListEntries *", 200, "i {\"Word\":\"w\"}\n.\n");
}

static void assert_lists(struct walking *w, const char *expected)
{
    kit_assert_rows(&w->kit, "SELECT v.rid, v.unread FROM version v JOIN resource r ON r.id = v.resource"
                             " JOIN scope s ON s.id = r.scope WHERE v.to_run IS NULL AND s.type = 'cloud_net_list'"
                             " ORDER BY s.region, 1",
                    expected);
}

static size_t place_of(const struct walking *w, const char *line)
{
    const struct string_list *journal = &w->kit.cloud.journal;
    for (size_t i = 0; i < journal->count; i++)
        if (strcmp(journal->items[i], line) == 0)
            return i;
    fail_msg("%s was never asked", line);
    return 0;
}

static void no_more_reads_than_said_go_at_once(void **state)
{
    struct walking w;
    struct buffer body;
    (void)state;
    begin(&w);
    buffer_init(&body, 64 * 1024);
    for (int i = 0; i < 60; i++)
        buffer_append_format(&body, "i {\"Name\":\"x%d\"}\n", i);
    buffer_append_string(&body, ".\n");
    walking_regions(&w, buffer_string(&body));
    walking_start(&w, "111", NULL);
    size_t most = 0;
    for (int rounds = 0; loop_turn(&w.kit.loop, 1); rounds++) {
        assert_in_range(rounds, 0, KIT_ROUNDS_MAX);
        if (w.account->running > most)
            most = w.account->running;
    }
    assert_int_equal(most, WALK_READS_AT_ONCE);
    assert_int_equal(w.done, 1);
    assert_int_equal(w.account->ended, 121);
    kit_assert_rows(&w.kit, "SELECT count(*) FROM coverage WHERE outcome = 'complete'", "123\n");
    buffer_release(&body);
    walking_release(&w);
}

static void what_refers_is_read_to_its_end_before_what_is_referred_to(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2 WALKING_END);
    cloud_on(&w.kit.cloud, "111 r2 ListThings {}", 200, "i {\"Id\":\"c\",\"Lists\":[\"l2\"]}\nn 2\n.\n");
    cloud_on(&w.kit.cloud, "111 r2 ListThings {\"Page\":\"2\"}", 200, "i {\"Id\":\"d\",\"Lists\":[7,\"l1\"]}\n.\n");
    walking_run(&w, "111");
    assert_true(place_of(&w, "111 r1 ListThings {}") < place_of(&w, "111 r1 ListLists {}"));
    assert_true(place_of(&w, "111 r2 ListThings {\"Page\":\"2\"}") < place_of(&w, "111 r2 ListLists {}"));
    /* r1 refers to l1 alone, r2 to both */
    assert_lists(&w, "l1 -\nl2 {\"Entries\":\"not_needed\"}\nl1 -\nl2 -\n");
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListEntries *"), 3);
    walking_release(&w);
}

static void what_may_not_be_read_refers_as_it_did(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    assert_lists(&w, "l1 -\nl2 {\"Entries\":\"not_needed\"}\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 403, "Denied");
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListEntries {\"List\":\"l1\"}"), 1);
    assert_lists(&w, "l1 -\nl2 {\"Entries\":\"not_needed\"}\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 200, ".\n"); /* now it is known that nothing refers to it */
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListEntries *"), 0);
    walking_release(&w);
}

static void a_plan_beyond_its_maximum_ends_the_scan(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    for (int i = 0; i <= PLAN_READS_MAX / 2; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "x%d", i);
        string_list_add(&w.kit.targets[0].config.aws.regions, name);
    }
    walking_start(&w, "111", NULL);
    kit_run(&w.kit);
    assert_true(w.kit.broken);
    assert_int_equal(w.kit.why.kind, ERROR_LIMIT);
    assert_int_equal(w.done, 0);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 *"), 0);
    walking_release(&w);
}

/* ---- resumed runs ---- */

static void a_resumed_run_reads_what_is_not_recorded(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    cloud_on(&w.kit.cloud, "111 global ListUsers {}", 403, "Denied");
    cloud_on(&w.kit.cloud, "111 r1 ListGems {}", 400, "Off");
    cloud_on(&w.kit.cloud, "111 r1 ListLists {}", 400, "Slow");
    walking_run(&w, "111");
    kit_resume(&w.kit);
    cloud_on(&w.kit.cloud, "111 r1 ListLists {}", 200, "i {\"Id\":\"l1\"}\ni {\"Id\":\"l2\"}\n.\n");
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListThings *"), 0); /* complete */
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListGems *"), 0);   /* disabled */
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListUsers *"), 1);  /* denied: read again */
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListLists *"), 1);  /* throttled: read again */
    assert_lists(&w, "l1 -\nl2 {\"Entries\":\"not_needed\"}\n"); /* by what the first half had stored */
    assert_int_equal(w.account->ended, w.account->plan.count);
    walking_release(&w);
}

static void a_resumed_run_of_which_all_is_recorded_ends(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    kit_resume(&w.kit);
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 *"), 1); /* the regions */
    walking_release(&w);
}

static void a_resumed_run_that_is_shut_out_keeps_what_was_read(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    cloud_on(&w.kit.cloud, "111 global ListUsers {}", 403, "Denied");
    walking_run(&w, "111");
    kit_resume(&w.kit);
    cloud_on(&w.kit.cloud, "sts assume *", 500, "Busy");
    walking_run(&w, "111");
    kit_assert_coverage(&w.kit, "111",
                        "global cloud_net_user failed\nglobal credentials failed\nglobal regions failed\n"
                        "r1 cloud_net_list complete\nr1 cloud_net_thing complete\nr1 cloud_rare_gem complete\n");
    walking_release(&w);
}

/* ---- plans that change ---- */

static void types_that_left_the_config_go_out_of_scope(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    cloud_on(&w.kit.cloud, "111 r1 ListGems {}", 200, "i {\"Id\":\"g\"}\n.\n");
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    w.kit.plan_types.count = 3; /* without the gems */
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT outcome FROM coverage JOIN scope ON scope = id WHERE to_run IS NULL"
                            " AND type = 'cloud_rare_gem'",
                    "out_of_scope\n");
    kit_assert_resources(&w.kit, "a\nb\ng\nl1\nl2\n"); /* it is not said to be gone */
    kit_next_night(&w.kit);
    w.kit.plan_types.count = 4;
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT outcome FROM coverage JOIN scope ON scope = id WHERE to_run IS NULL"
                            " AND type = 'cloud_rare_gem'",
                    "complete\n");
    walking_release(&w);
}

/* The scope of it that another command has made. */
static void bring(struct kit *k)
{
    struct error err = ERROR_INIT;
    struct store_scope *scope =
        store_scope_begin(k->store, &k->run, 1, "global", "cloud_probe_answer", "probe", &err);
    assert_non_null(scope);
    assert_true(store_scope_end(k->store, scope, OUTCOME_COMPLETE, "", &err));
}

static void what_a_command_brings_is_neither_read_nor_taken_out(void **state)
{
    static const char answers[] = "service: probe\ntypes:\n  cloud_probe_answer:\n    kind: evidence\n"
                                  "    asked_by: probe\n    scope: global\n    window: 30d\n    id: Id\n    at: At\n";
    struct walking w = { 0 };
    (void)state;
    kit_init(&w.kit, (const char *const[]){ walking_net, walking_rare, answers, NULL });
    string_list_add(&w.kit.targets[0].config.aws.regions, "r1");
    walking_run(&w, "111");
    bring(&w.kit);
    kit_next_night(&w.kit);
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT outcome, count(*) FROM coverage JOIN scope ON scope = id WHERE to_run IS NULL"
                            " AND type = 'cloud_probe_answer'",
                    "complete 1\n");
    walking_release(&w);
}

static void a_filtered_run_takes_no_type_out(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    kit_publish(&w.kit);
    kit_begin_run(&w.kit, true, false);
    w.filtered = true;
    w.kit.plan_types.count = 3;
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT DISTINCT outcome FROM coverage WHERE to_run IS NULL", "complete\n");
    w.kit.plan_types.count = 4;
    walking_release(&w);
}

static void a_filter_that_leaves_out_what_refers_goes_by_what_is_stored(void **state)
{
    struct walking w;
    (void)state;
    begin(&w);
    walking_run(&w, "111");
    kit_publish(&w.kit);
    kit_begin_run(&w.kit, true, false);
    string_list_release(&w.kit.cloud.journal);
    w.filtered = true;
    assert_string_equal(w.kit.type_items[0]->name, "cloud_net_list");
    w.kit.plan_types.count = 1;
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListThings *"), 0);
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListEntries *"), 1);
    assert_lists(&w, "l1 -\nl2 {\"Entries\":\"not_needed\"}\n");
    w.kit.plan_types.count = 4;
    walking_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_reads_than_said_go_at_once),
        cmocka_unit_test(what_refers_is_read_to_its_end_before_what_is_referred_to),
        cmocka_unit_test(what_may_not_be_read_refers_as_it_did),
        cmocka_unit_test(a_plan_beyond_its_maximum_ends_the_scan),
        cmocka_unit_test(a_resumed_run_reads_what_is_not_recorded),
        cmocka_unit_test(a_resumed_run_of_which_all_is_recorded_ends),
        cmocka_unit_test(a_resumed_run_that_is_shut_out_keeps_what_was_read),
        cmocka_unit_test(types_that_left_the_config_go_out_of_scope),
        cmocka_unit_test(what_a_command_brings_is_neither_read_nor_taken_out),
        cmocka_unit_test(a_filtered_run_takes_no_type_out),
        cmocka_unit_test(a_filter_that_leaves_out_what_refers_goes_by_what_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
