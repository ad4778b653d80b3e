/* Which regions an account has: by the config, by its own word, by last night's; and what becomes of others. */
#include "tests/unit/scanner/walking.h"

static void assert_things(struct walking *w, const char *expected)
{
    kit_assert_rows(&w->kit, "SELECT region, outcome FROM scope JOIN coverage ON scope = id AND to_run IS NULL"
                             " WHERE type = 'cloud_net_thing' ORDER BY 1",
                    expected);
}

static void assert_regions_read(struct walking *w, const char *expected)
{
    kit_assert_rows(&w->kit, "SELECT outcome, reason FROM scope JOIN coverage ON scope = id AND to_run IS NULL"
                             " WHERE type = 'regions'",
                    expected);
}

static void the_configs_regions_are_taken_without_asking(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    string_list_add(&w.kit.targets[0].config.aws.regions, "r2");
    string_list_add(&w.kit.targets[0].config.aws.regions, "r7");
    string_list_add(&w.kit.targets[0].config.aws.regions, "r2"); /* twice is once */
    walking_run(&w, "111");
    assert_int_equal(cloud_count(&w.kit.cloud, "* ListRegions *"), 0);
    assert_things(&w, "r2 complete\nr7 complete\n");
    assert_regions_read(&w, "");
    assert_false(w.kit.broken);
    walking_release(&w);
}

static void an_accounts_own_regions_outrank_the_targets(void **state)
{
    struct walking w;
    struct account_spec spec = { .account = memory_string("111") };
    (void)state;
    walking_init(&w);
    string_list_add(&w.kit.targets[0].config.aws.regions, "r2");
    string_list_add(&spec.regions, "r5");
    w.account = account_walk_new(&w.kit.targets[0].walk, &w.kit.context, &w.kit.loop, &spec);
    w.account->done = walking_done;
    w.account->ctx = &w;
    account_walk_start(w.account);
    walking_finish(&w);
    assert_things(&w, "r5 complete\n");
    walking_release(&w);
}

static void a_cloud_without_regions_has_what_is_global(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    w.kit.cloud.regions_unknown = true;
    walking_run(&w, "111");
    kit_assert_coverage(&w.kit, "111", "global cloud_net_user complete\nglobal credentials complete\n");
    walking_release(&w);
}

static void a_list_over_pages_is_one_list(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 "n 2\n.\n");
    cloud_breaks(&w.kit.cloud, "* ListRegions {\"Page\":\"2\"}", "i {\"Name\":\"r8\"}\n" WALKING_R2_OFF);
    cloud_on(&w.kit.cloud, "* ListRegions {\"Page\":\"2\"}", 200, WALKING_R2 WALKING_R2_OFF WALKING_END);
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 complete\n"); /* r8 was in the broken answer alone; the first word counts */
    walking_release(&w);
}

static void a_list_without_an_end_is_a_failure(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    cloud_on(&w.kit.cloud, "* ListRegions *", 200, WALKING_R1 "n 2\n.\n");
    walking_run(&w, "111");
    assert_in_range(cloud_count(&w.kit.cloud, "* ListRegions *"), 100, 100);
    assert_regions_read(&w, "failed more than 100 pages of regions; no region is known, only what is global is read\n");
    assert_things(&w, "");
    walking_release(&w);
}

/* ---- nights on which the list fails ---- */

static void a_list_that_fails_without_last_nights_leaves_what_is_global(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    cloud_on(&w.kit.cloud, "* ListRegions *", 403, "Denied");
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    assert_regions_read(&w, "denied net ListRegions: the cloud says Denied; no region is known,"
                            " only what is global is read\n");
    kit_assert_coverage(&w.kit, "111", "global cloud_net_user complete\nglobal credentials complete\nglobal regions denied\n");
    assert_int_equal(w.account->scopes_incomplete, 1);
    walking_release(&w);
}

static void a_list_that_fails_is_last_nights(void **state)
{
    static const struct {
        int status;
        const char *body, *reason;
    } fails[] = {
        { 403, "Denied", "denied net ListRegions: the cloud says Denied; last night's list of regions is used\n" },
        { 200, WALKING_END, "failed an empty list of regions; last night's list of regions is used\n" },
        { 200, WALKING_R2_OFF WALKING_END, "failed an empty list of regions; last night's list of regions is used\n" },
    };
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    walking_run(&w, "111");
    for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
        kit_next_night(&w.kit);
        cloud_on(&w.kit.cloud, "* ListRegions *", fails[i].status, fails[i].body);
        walking_run(&w, "111");
        assert_regions_read(&w, fails[i].reason);
        assert_things(&w, "r1 complete\n");
        assert_int_equal(cloud_count(&w.kit.cloud, "111 r1 ListThings {}"), 1);
    }
    walking_release(&w);
}

static void a_region_without_a_name_or_a_broken_list_fails_it(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    walking_regions(&w, WALKING_R1 "i {\"On\":true}\n" WALKING_END);
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT outcome FROM coverage JOIN scope ON scope = id WHERE type = 'regions'", "failed\n");
    assert_things(&w, "");
    walking_release(&w);
}

static void more_regions_than_there_can_be_are_refused(void **state)
{
    struct walking w;
    struct buffer body;
    (void)state;
    walking_init(&w);
    buffer_init(&body, 1024 * 1024);
    for (int i = 0; i <= 500; i++)
        buffer_append_format(&body, "i {\"Name\":\"x%d\"}\n", i);
    buffer_append_string(&body, ".\n");
    walking_regions(&w, buffer_string(&body));
    walking_run(&w, "111");
    kit_assert_rows(&w.kit, "SELECT outcome FROM coverage JOIN scope ON scope = id WHERE type = 'regions'", "failed\n");
    assert_false(w.kit.broken);
    buffer_release(&body);
    walking_release(&w);
}

/* ---- regions that come and go ---- */

static void begin_with_two(struct walking *w)
{
    walking_init(w);
    walking_regions(w, WALKING_R1 WALKING_R2 WALKING_END);
    cloud_on(&w->kit.cloud, "111 r2 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    walking_run(w, "111");
    kit_next_night(&w->kit);
}

static void a_region_switched_off_ends_as_blocked(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    assert_things(&w, "r1 complete\nr2 blocked\n");
    kit_assert_reason(&w.kit, "r2", "cloud_net_thing", "the region is switched off for this account\n");
    kit_assert_resources(&w.kit, "a\n"); /* it still runs and bills */
    assert_int_equal(w.account->scopes_incomplete, 0);
    walking_free(&w);
    kit_next_night(&w.kit);
    walking_regions(&w, WALKING_R1 WALKING_R2 WALKING_END);
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 complete\n");
    walking_release(&w);
}

static void a_region_gone_from_the_list_ends_as_blocked_too(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    walking_regions(&w, WALKING_R1 WALKING_END);
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 blocked\n");
    kit_assert_resources(&w.kit, "a\n");
    walking_release(&w);
}

static void a_region_switched_off_stays_so_while_nobody_can_say(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "* ListRegions *", 403, "Denied");
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 blocked\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "sts assume *", 403, "Denied");
    walking_run(&w, "111");
    assert_things(&w, "r1 denied\nr2 blocked\n");
    walking_release(&w);
}

static void a_region_that_was_the_configs_is_unknown_until_the_account_lists_it(void **state)
{
    struct walking w;
    (void)state;
    walking_init(&w);
    string_list_add(&w.kit.targets[0].config.aws.regions, "r2");
    walking_run(&w, "111");
    kit_next_night(&w.kit);
    string_list_release(&w.kit.targets[0].config.aws.regions); /* from now on: all */
    cloud_on(&w.kit.cloud, "* ListRegions *", 403, "Denied");
    walking_run(&w, "111");
    assert_things(&w, "r2 denied\n"); /* nobody has read it tonight, and it is not said to be complete */
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "sts base", 500, "Busy");
    w.kit.targets[0].session.base = false;
    walking_run(&w, "111");
    assert_things(&w, "r2 failed\n");
    walking_release(&w);
}

static void a_region_that_left_the_config_is_out_of_scope(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    string_list_add(&w.kit.targets[0].config.aws.regions, "r1");
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 out_of_scope\n");
    assert_regions_read(&w, "out_of_scope \n"); /* nor is it asked which there are */
    kit_assert_resources(&w.kit, "a\n");
    walking_release(&w);
}

static void a_region_that_left_the_config_is_out_of_scope_on_a_bad_night_too(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    string_list_add(&w.kit.targets[0].config.aws.regions, "r1");
    cloud_on(&w.kit.cloud, "sts assume *", 403, "Denied");
    walking_run(&w, "111");
    assert_things(&w, "r1 denied\nr2 out_of_scope\n");
    walking_release(&w);
}

static void a_service_is_planned_where_it_exists(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    kit_assert_rows(&w.kit, "SELECT region FROM scope WHERE type = 'cloud_rare_gem'", "r1\n");
    walking_release(&w);
}

static void a_filtered_run_takes_no_region_out(void **state)
{
    struct walking w;
    (void)state;
    begin_with_two(&w);
    kit_publish(&w.kit);
    kit_begin_run(&w.kit, true, false);
    w.filtered = true;
    walking_regions(&w, WALKING_R1 WALKING_R2_OFF WALKING_END);
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 complete\n");
    string_list_add(&w.kit.targets[0].config.aws.regions, "r1");
    walking_run(&w, "111");
    assert_things(&w, "r1 complete\nr2 complete\n");
    walking_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_configs_regions_are_taken_without_asking),
        cmocka_unit_test(an_accounts_own_regions_outrank_the_targets),
        cmocka_unit_test(a_cloud_without_regions_has_what_is_global),
        cmocka_unit_test(a_list_over_pages_is_one_list),
        cmocka_unit_test(a_list_without_an_end_is_a_failure),
        cmocka_unit_test(a_list_that_fails_without_last_nights_leaves_what_is_global),
        cmocka_unit_test(a_list_that_fails_is_last_nights),
        cmocka_unit_test(a_region_without_a_name_or_a_broken_list_fails_it),
        cmocka_unit_test(more_regions_than_there_can_be_are_refused),
        cmocka_unit_test(a_region_switched_off_ends_as_blocked),
        cmocka_unit_test(a_region_gone_from_the_list_ends_as_blocked_too),
        cmocka_unit_test(a_region_switched_off_stays_so_while_nobody_can_say),
        cmocka_unit_test(a_region_that_was_the_configs_is_unknown_until_the_account_lists_it),
        cmocka_unit_test(a_region_that_left_the_config_is_out_of_scope),
        cmocka_unit_test(a_region_that_left_the_config_is_out_of_scope_on_a_bad_night_too),
        cmocka_unit_test(a_service_is_planned_where_it_exists),
        cmocka_unit_test(a_filtered_run_takes_no_region_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
