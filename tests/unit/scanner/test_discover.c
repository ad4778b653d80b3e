/* Which accounts there are: lists that come, lists that fail, accounts in two targets. */
#include "scanner/discover.h"
#include "tests/unit/scanner/finding.h"

static void an_organization_is_listed_page_by_page(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 200,
             "i {\"Id\":\"111\",\"Name\":\"shop\",\"State\":\"active\"}\ni {\"Id\":\"333\",\"Excluded\":true}\nn 2\n.\n");
    cloud_breaks(&f.kit.cloud, "999 home ListAccounts {\"Page\":\"2\"}", "i {\"Id\":\"444\"}\ni {\"Id\":\"555\"}\n");
    cloud_on(&f.kit.cloud, "999 home ListAccounts {\"Page\":\"2\"}", 200,
             "i {\"Id\":\"222\",\"State\":\"suspended\"}\ni {\"Id\":\"999\"}\n.\n");
    assert_true(finding_discover(&f, 0));
    finding_assert(&f, "cloud/1 111 active\ncloud/1 222 suspended\ncloud/1 999 -\n");
    assert_string_equal(f.found.accounts[0].spec.name, "shop");
    assert_true(f.found.targets[0].complete);
    assert_true(f.found.targets[0].proves_closing);
    assert_string_equal(f.found.targets[0].asked, "999");
    assert_int_equal(cloud_count(&f.kit.cloud, "sts *"), 2);
    finding_release(&f);
}

static void a_list_may_bring_further_lists(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 200, "i {\"Unit\":\"a\"}\ni {\"Unit\":\"b\"}\ni {\"Id\":\"111\"}\n.\n");
    cloud_once(&f.kit.cloud, "999 home ListMore {}", 200, "i {\"Id\":\"222\"}\n.\n");
    cloud_once(&f.kit.cloud, "999 home ListMore {}", 200, "i {\"Id\":\"222\"}\ni {\"Id\":\"333\"}\n.\n");
    assert_true(finding_discover(&f, 0));
    finding_assert(&f, "cloud/1 111 -\ncloud/1 222 -\ncloud/1 333 -\n");
    assert_string_equal(kit_said(&f.kit), ""); /* twice in one target is nobody's mistake */
    finding_release(&f);
}

static void units_of_the_config_do_not_prove_closing(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    f.kit.targets[0].session.accounts = PROVIDER_ACCOUNTS_LISTED;
    finding_list(&f, ".\n"); /* an empty unit is possible */
    assert_true(finding_discover(&f, 0));
    assert_true(f.found.targets[0].complete);
    assert_false(f.found.targets[0].proves_closing);
    finding_release(&f);
}

/* ---- lists that fail ---- */

static void a_list_that_fails_is_last_nights(void **state)
{
    static const struct {
        int status;
        const char *body, *outcome, *reason;
    } fails[] = {
        { 403, "Denied", "denied", "org ListAccounts: the cloud says Denied" },
        { 429, "Slow", "throttled", "org ListAccounts: after 3 attempts: the cloud says Slow" },
        { 200, "i {\"Id\":\"111\"}\n", "failed", "org ListAccounts: the answer is cut short" },
        { 200, "i {\"Name\":\"x\"}\n.\n", "failed", "org ListAccounts: org.cloud: an account without Id" },
        { 200, ".\n", "failed", "an empty list of accounts" },
    };
    struct finding f;
    (void)state;
    finding_init(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\",\"State\":\"suspended\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
        kit_next_night(&f.kit);
        cloud_on(&f.kit.cloud, "999 home ListAccounts {}", fails[i].status, fails[i].body);
        assert_true(finding_discover(&f, 0));
        finding_assert(&f, "cloud/1 111 active\ncloud/1 222 suspended\ncloud/1 999 active\n");
        assert_false(f.found.targets[0].complete);
        char *row = memory_format("%s %s; last night's list of accounts is used\n", fails[i].outcome, fails[i].reason);
        kit_assert_rows(&f.kit, "SELECT outcome, reason FROM coverage JOIN scope ON scope = id AND to_run IS NULL"
                                " WHERE type = 'discovery'",
                        row);
        free(row);
        finding_settle(&f);
        finding_assert_states(&f, "111 active\n222 suspended\n999 active\n"); /* nothing follows */
    }
    assert_non_null(strstr(kit_said(&f.kit), "yomawari: cloud/1: org ListAccounts: the cloud says Denied; last night's"));
    finding_release(&f);
}

static void a_door_that_stays_shut_is_a_failed_list_too(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    kit_next_night(&f.kit);
    cloud_on(&f.kit.cloud, "sts *", 403, "Denied");
    f.kit.targets[0].session.base = false;
    assert_true(finding_discover(&f, 0));
    finding_assert(&f, "cloud/1 111 active\ncloud/1 999 active\n");
    assert_string_equal(f.found.targets[0].asked, "999"); /* as it was proven last time */
    kit_assert_rows(&f.kit, "SELECT a.account, outcome FROM account a JOIN scope s ON s.account = a.id JOIN coverage"
                            " ON scope = s.id AND to_run IS NULL WHERE type = 'discovery'",
                    "999 denied\n");
    finding_release(&f);
}

static void a_role_that_cannot_be_used_is_a_failed_list_too(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    kit_next_night(&f.kit);
    f.kit.cloud.discovery_role = "unusable";
    assert_true(finding_discover(&f, 0));
    finding_assert(&f, "cloud/1 111 active\ncloud/1 999 active\n");
    assert_non_null(strstr(kit_said(&f.kit), "the role is unusable; last night's list of accounts is used"));
    finding_release(&f);
}

static void a_list_that_fails_on_the_first_night_ends_the_scan(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 403, "Denied");
    assert_false(finding_discover(&f, 0));
    assert_string_equal(f.err.message, "cloud/1: the accounts cannot be listed, and none is known from an earlier"
                                       " night: org ListAccounts: the cloud says Denied");
    finding_release(&f);
}

static void a_list_without_an_end_is_given_up(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    cloud_on(&f.kit.cloud, "999 home ListAccounts *", 200, "n 2\n.\n");
    assert_false(finding_discover(&f, 0));
    assert_int_equal(cloud_count(&f.kit.cloud, "999 *"), DISCOVER_PAGES_MAX);
    assert_non_null(strstr(f.err.message, "20000 pages and no end"));
    finding_release(&f);
}

static bool at_the_third_turn(void *ctx)
{
    int *turns = ctx;
    return ++*turns == 3;
}

static void a_list_can_be_interrupted(void **state)
{
    struct finding f;
    int turns = 0;
    (void)state;
    finding_init(&f);
    cloud_rule(&f.kit.cloud, false, "999 home ListAccounts *", /* slower than a turn: it is still under way */
               (struct script_answer){ .status = 200, .body = "i {\"Id\":\"111\"}\n.\n", .after_ms = 30000 });
    f.options.interrupted = at_the_third_turn;
    f.options.interrupted_ctx = &turns;
    assert_false(finding_discover(&f, 0));
    assert_int_equal(f.err.kind, ERROR_IO);
    assert_int_equal(turns, 3);
    assert_int_equal(cloud_count(&f.kit.cloud, "999 *"), 1);
    assert_int_equal(http_engine_run(f.kit.engine, 0), 0);
    kit_assert_rows(&f.kit, "SELECT count(*) FROM coverage", "0\n");
    finding_release(&f);
}

static void a_door_that_waits_for_nobody_ends_the_scan(void **state)
{
    struct finding f;
    struct provider_door nobody = { 0 };
    (void)state;
    finding_init(&f);
    f.kit.targets[0].session.asking = &nobody;
    assert_false(finding_discover(&f, 0));
    assert_int_equal(f.err.kind, ERROR_INTERNAL);
    finding_release(&f);
}

/* ---- what the config names ---- */

static void the_accounts_of_the_config_are_taken_as_they_are(void **state)
{
    struct finding f;
    struct config_account rows[] = {
        { .account = (char[]){ "111" }, .name = (char[]){ "shop" }, .role = (char[]){ "other" },
          .external_id = (char[]){ "x" }, .team = (char[]){ "pay" } },
        { .account = (char[]){ "222" }, .name = (char[]){ "" }, .role = (char[]){ "" }, .external_id = (char[]){ "" },
          .team = (char[]){ "" } },
    };
    (void)state;
    finding_init(&f);
    string_list_add(&rows[0].regions, "r1");
    finding_name(&f, 1, rows, 2);
    assert_true(finding_discover(&f, 1));
    finding_assert(&f, "cloud/2 111 active\ncloud/2 222 active\n");
    const struct account_spec *spec = &f.found.accounts[0].spec;
    assert_string_equal(spec->role, "other");
    assert_string_equal(spec->external_id, "x");
    assert_string_equal(spec->team, "pay");
    assert_string_equal(spec->regions.items[0], "r1");
    assert_true(f.found.targets[0].complete);
    assert_false(f.found.targets[0].proves_closing);
    assert_int_equal(f.kit.cloud.journal.count, 0);
    string_list_release(&rows[0].regions);
    finding_release(&f);
}

static void a_target_that_names_nobody_is_ones_own_account(void **state)
{
    struct finding f;
    (void)state;
    finding_init(&f);
    finding_name(&f, 1, NULL, 0);
    assert_true(finding_discover(&f, 1));
    finding_assert(&f, "cloud/2 - -\n");
    assert_false(f.found.targets[0].complete);
    finding_release(&f);
}

static void an_account_of_two_targets_is_the_firsts(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "222" } }, { .account = (char[]){ "333" } } };
    (void)state;
    finding_init(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\"}\n.\n");
    finding_name(&f, 1, rows, 2);
    assert_true(finding_discover(&f, 0));
    assert_true(finding_discover(&f, 1));
    finding_assert(&f, "cloud/1 111 -\ncloud/1 222 -\ncloud/2 333 active\n");
    assert_string_equal(kit_said(&f.kit), "yomawari: account 222 is named by more than one target; cloud/2 does without it\n");
    finding_release(&f);
}

static void many_accounts_cost_no_more_each_than_few(void **state)
{
    enum { MANY = 100000 };
    struct finding f;
    struct buffer body;
    (void)state;
    finding_init(&f);
    buffer_init(&body, 64 * 1024 * 1024);
    for (int i = 0; i < MANY; i++)
        buffer_append_format(&body, "i {\"Id\":\"%06d\"}\n", i);
    buffer_append_string(&body, ".\n");
    finding_list(&f, buffer_string(&body));
    assert_true(finding_discover(&f, 0));
    assert_int_equal(f.found.count, MANY);
    finding_settle(&f);
    buffer_truncate(&body, body.len - 2);
    buffer_append_string(&body, "i {\"Id\":\"one too many\"}\n.\n");
    finding_list(&f, buffer_string(&body));
    assert_false(finding_discover(&f, 0));
    assert_non_null(strstr(f.err.message, "more than 100000 accounts"));
    buffer_release(&body);
    finding_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_organization_is_listed_page_by_page),
        cmocka_unit_test(a_list_may_bring_further_lists),
        cmocka_unit_test(units_of_the_config_do_not_prove_closing),
        cmocka_unit_test(a_list_that_fails_is_last_nights),
        cmocka_unit_test(a_door_that_stays_shut_is_a_failed_list_too),
        cmocka_unit_test(a_role_that_cannot_be_used_is_a_failed_list_too),
        cmocka_unit_test(a_list_that_fails_on_the_first_night_ends_the_scan),
        cmocka_unit_test(a_list_without_an_end_is_given_up),
        cmocka_unit_test(a_list_can_be_interrupted),
        cmocka_unit_test(a_door_that_waits_for_nobody_ends_the_scan),
        cmocka_unit_test(the_accounts_of_the_config_are_taken_as_they_are),
        cmocka_unit_test(a_target_that_names_nobody_is_ones_own_account),
        cmocka_unit_test(an_account_of_two_targets_is_the_firsts),
        cmocka_unit_test(many_accounts_cost_no_more_each_than_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
