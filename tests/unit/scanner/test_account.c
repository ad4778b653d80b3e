/* One account: the way in, and the states in which there is none. */
#include "tests/unit/scanner/walking.h"

static void everything_planned_gets_an_outcome(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R2 WALKING_R1 WALKING_END);
    cloud_once(&w.kit.cloud, "* home ListRegions {}", 400, "Slow");
    cloud_on(&w.kit.cloud, "111 r2 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    cloud_on(&w.kit.cloud, "111 global ListUsers {}", 403, "Denied");
    walking_start(&w, "111", "active");
    walking_finish(&w);
    kit_assert_coverage(&w.kit, "111",
                        "global cloud_net_user denied\nglobal credentials complete\nglobal regions complete\n"
                        "r1 cloud_net_list complete\nr1 cloud_net_thing complete\nr1 cloud_rare_gem complete\n"
                        "r2 cloud_net_list complete\nr2 cloud_net_thing complete\n");
    kit_assert_rows(&w.kit, "SELECT provider, account, name, state, target FROM account", "cloud 111 shop active cloud/1\n");
    kit_assert_rows(&w.kit, "SELECT region, service, calls, items, throttled, ms FROM read_stats ORDER BY 1, 2",
                    "global cloud 2 0 0 0\nglobal net 2 0 1 20\nr1 net 2 0 0 20\nr1 rare 1 0 0 10\nr2 net 2 1 0 20\n");
    assert_int_equal(w.account->calls, 9);
    assert_int_equal(w.account->resources, 1);
    assert_int_equal(w.account->changed, 1);
    assert_int_equal(w.account->scopes_incomplete, 1);
    assert_int_equal(w.account->worst, OUTCOME_DENIED);
    assert_string_equal(w.account->error.message, "net ListUsers: the cloud says Denied");
    walking_release(&w);
}

static void quiet_nights_write_no_coverage(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    cloud_on(&w.kit.cloud, "111 global ListUsers {}", 403, "Denied");
    for (int night = 0; night < 3; night++) {
        walking_run(&w, "111");
        kit_next_night(&w.kit);
    }
    kit_assert_rows(&w.kit, "SELECT count(*) FROM coverage WHERE from_run > 1", "0\n");
    walking_release(&w);
}

/* ---- no way in ---- */

#define SHUT_OUT                                                                                    \
    "global cloud_net_user denied\nglobal credentials denied\nglobal regions denied\n"             \
    "r1 cloud_net_list denied\nr1 cloud_net_thing denied\nr1 cloud_rare_gem denied\n"

static void an_account_that_is_shut_out_says_so_of_last_nights_plan(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "sts assume 111", 403, "Denied");
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    kit_assert_coverage(&w.kit, "111", SHUT_OUT);
    kit_assert_reason(&w.kit, "r1", "cloud_net_thing", "the cloud says Denied\n");
    kit_assert_resources(&w.kit, "a\n");
    assert_int_equal(w.account->scopes_incomplete, 6);
    assert_int_equal(w.account->calls, 1); /* the session's own credentials were there */
    assert_int_equal(cloud_count(&w.kit.cloud, "111 *"), 0);
    walking_release(&w);
}

static void an_account_that_never_let_us_in_knows_only_what_is_global(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    cloud_on(&w.kit.cloud, "sts base", 500, "Busy");
    walking_run(&w, "111");
    kit_assert_coverage(&w.kit, "111", "global cloud_net_user failed\nglobal credentials failed\nglobal regions failed\n");
    walking_release(&w);
}

static void a_role_that_cannot_be_used_is_a_failure_of_its_account(void **state)
{
    struct walking w;
    struct account_spec spec = { .account = memory_string("111"), .role = memory_string("unusable") };
    (void)state;
    walking_init(&w);
    w.account = account_walk_new(&w.kit.targets[0].walk, &w.kit.context, &w.kit.loop, &spec);
    w.account->done = walking_done;
    w.account->ctx = &w;
    account_walk_start(w.account);
    assert_int_equal(w.done, 0);
    walking_finish(&w);
    kit_assert_coverage(&w.kit, "111", "global cloud_net_user failed\nglobal credentials failed\nglobal regions failed\n");
    kit_assert_reason(&w.kit, "global", "credentials", "the role is unusable\n");
    assert_false(w.kit.broken);
    walking_release(&w);
}

static void credentials_lost_on_the_way_deny_what_was_left(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    walking_start(&w, "111", NULL);
    while (cloud_count(&w.kit.cloud, "* ListRegions *") == 0)
        (void)loop_turn(&w.kit.loop, 1);
    w.kit.cloud.refused_up_to = 1000;
    walking_finish(&w);
    kit_assert_coverage(&w.kit, "111",
                        "global cloud_net_user denied\nglobal credentials complete\nglobal regions complete\n"
                        "r1 cloud_net_list denied\nr1 cloud_net_thing denied\nr1 cloud_rare_gem denied\n");
    assert_int_equal(cloud_count(&w.kit.cloud, "sts assume 111"), 2);
    walking_release(&w);
}

/* ---- the session's own account ---- */

static void ones_own_account_is_known_once_inside(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    walking_run(&w, NULL);
    kit_assert_rows(&w.kit, "SELECT account, state FROM account", "999 active\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "sts assume *", 403, "Denied");
    walking_run(&w, NULL);
    kit_assert_coverage(&w.kit, "999", SHUT_OUT);
    walking_release(&w);
}

static void ones_own_account_that_nobody_ever_knew_ends_the_scan(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    cloud_on(&w.kit.cloud, "sts base", 403, "Denied");
    walking_start(&w, NULL, NULL);
    kit_run(&w.kit);
    assert_true(w.kit.broken);
    assert_int_equal(w.done, 0);
    assert_string_equal(w.kit.why.message, "the cloud says Denied");
    walking_release(&w);
}

/* ---- accounts that are not entered ---- */

static void a_suspended_account_is_frozen(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    walking_start(&w, "111", "suspended");
    walking_finish(&w);
    kit_assert_coverage(&w.kit, "111",
                        "global cloud_net_user skipped\nglobal credentials skipped\nglobal regions skipped\n"
                        "r1 cloud_net_list skipped\nr1 cloud_net_thing skipped\nr1 cloud_rare_gem skipped\n");
    kit_assert_reason(&w.kit, "r1", "cloud_net_thing", "the account is suspended\n");
    kit_assert_rows(&w.kit, "SELECT state FROM account", "suspended\n");
    kit_assert_resources(&w.kit, "a\n");
    assert_int_equal(w.kit.cloud.journal.count, 0);
    assert_int_equal(w.account->scopes_incomplete, 0);
    walking_free(&w);
    kit_next_night(&w.kit);
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT count(*) FROM coverage WHERE to_run IS NULL AND outcome <> 'complete'", "0\n");
    walking_release(&w);
}

static void a_type_that_left_the_config_is_not_frozen(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    w.kit.plan_types.count = 3; /* without the gems */
    walking_start(&w, "111", "suspended");
    walking_finish(&w);
    kit_assert_rows(&w.kit, "SELECT type, outcome FROM scope JOIN coverage ON scope = id AND to_run IS NULL"
                            " WHERE region = 'r1' ORDER BY 1",
                    "cloud_net_list skipped\ncloud_net_thing skipped\ncloud_rare_gem out_of_scope\n");
    w.kit.plan_types.count = 4;
    walking_release(&w);
}

static void a_filtered_run_freezes_only_what_it_planned(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    walking_run(&w, "111");
    kit_publish(&w.kit);
    kit_begin_run(&w.kit, true, false);
    w.filtered = true;
    w.kit.plan_types.count = 3; /* --type leaves out the gems */
    walking_start(&w, "111", "suspended");
    walking_finish(&w);
    kit_assert_rows(&w.kit, "SELECT type, outcome FROM scope JOIN coverage ON scope = id AND to_run IS NULL"
                            " WHERE region = 'r1' ORDER BY 1",
                    "cloud_net_list skipped\ncloud_net_thing skipped\ncloud_rare_gem complete\n");
    w.kit.plan_types.count = 4;
    walking_release(&w);
}

static void an_account_listed_as_closed_is_closed(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    walking_run(&w, "111");
    kit_publish(&w.kit);
    kit_begin_run(&w.kit, true, false);
    w.filtered = true;
    walking_start(&w, "111", "closed"); /* a filtered run closes nothing */
    walking_finish(&w);
    walking_free(&w);
    kit_assert_resources(&w.kit, "a\n");
    kit_next_night(&w.kit);
    w.filtered = false;
    walking_start(&w, "111", "closed");
    walking_finish(&w);
    kit_assert_resources(&w.kit, "");
    kit_assert_rows(&w.kit, "SELECT state, closed_cause FROM account, version", "closed account closed\n");
    kit_assert_rows(&w.kit, "SELECT DISTINCT outcome FROM coverage WHERE to_run IS NULL", "closed\n");
    walking_release(&w);
}

/* ---- the end of everything ---- */

static void a_fault_of_the_store_ends_the_walk_wherever_it_strikes(void **state)
{
    static const char *const tables[] = { "account", "scope", "coverage", "meta", "staged", "read_stats", "progress" };
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct walking w;
        walking_init(&w);
        walking_regions(&w, WALKING_R1 WALKING_END);
        cloud_on(&w.kit.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
        kit_break_store(&w.kit, tables[i]);
        walking_start(&w, "111", NULL);
        kit_run(&w.kit);
        assert_true(w.kit.broken);
        assert_non_null(strstr(w.kit.why.message, "the disk is full"));
        kit_stop(&w.kit);
        walking_release(&w);
    }
}

static void a_walk_that_is_stopped_anywhere_leaves_nothing_behind(void **state)
{
    (void)state;
    for (size_t calls = 0; calls < 12; calls++) {
        struct walking w;
        walking_init(&w);
        walking_regions(&w, WALKING_R1 WALKING_R2 WALKING_END);
        cloud_on(&w.kit.cloud, "111 * ListThings {}", 200, "i {\"Id\":\"a\",\"Lists\":[\"l\"]}\n.\n");
        cloud_on(&w.kit.cloud, "111 * ListLists {}", 200, "i {\"Id\":\"l\"}\n.\n");
        walking_start(&w, "111", NULL);
        while (w.kit.cloud.journal.count < calls)
            assert_true(loop_turn(&w.kit.loop, 1));
        kit_stop(&w.kit);
        assert_int_equal(w.done, 0);
        kit_assert_rows(&w.kit, "SELECT count(*) FROM coverage WHERE outcome <> 'complete'", "0\n");
        walking_release(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_planned_gets_an_outcome),
        cmocka_unit_test(quiet_nights_write_no_coverage),
        cmocka_unit_test(an_account_that_is_shut_out_says_so_of_last_nights_plan),
        cmocka_unit_test(an_account_that_never_let_us_in_knows_only_what_is_global),
        cmocka_unit_test(a_role_that_cannot_be_used_is_a_failure_of_its_account),
        cmocka_unit_test(credentials_lost_on_the_way_deny_what_was_left),
        cmocka_unit_test(ones_own_account_is_known_once_inside),
        cmocka_unit_test(ones_own_account_that_nobody_ever_knew_ends_the_scan),
        cmocka_unit_test(a_suspended_account_is_frozen),
        cmocka_unit_test(a_type_that_left_the_config_is_not_frozen),
        cmocka_unit_test(a_filtered_run_freezes_only_what_it_planned),
        cmocka_unit_test(an_account_listed_as_closed_is_closed),
        cmocka_unit_test(a_fault_of_the_store_ends_the_walk_wherever_it_strikes),
        cmocka_unit_test(a_walk_that_is_stopped_anywhere_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
