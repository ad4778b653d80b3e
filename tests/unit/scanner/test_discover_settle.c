/* What becomes of accounts that no list names any more. */
#include "tests/unit/scanner/finding.h"

static const char three[] = "i {\"Id\":\"111\"}\ni {\"Id\":\"222\"}\ni {\"Id\":\"999\"}\n.\n";

/* One night over three accounts with a thing each; the second has begun. */
static void begin(struct finding *f)
{
    finding_init(f);
    cloud_on(&f->kit.cloud, "* global ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    finding_list(f, three);
    finding_night(f);
    kit_next_night(&f->kit);
}

static void assert_fate(struct finding *f, const char *account, const char *expected)
{
    char *sql = memory_format("SELECT a.state, c.outcome, CASE WHEN v.to_run IS NULL THEN 'stands' ELSE closed_cause END"
                              " FROM account a JOIN scope s ON s.account = a.id AND s.type = 'cloud_net_thing'"
                              " JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
                              " JOIN resource r ON r.scope = s.id JOIN version v ON v.resource = r.id"
                              " WHERE a.account = '%s'",
                              account);
    kit_assert_rows(&f->kit, sql, expected);
    free(sql);
}

static void an_account_gone_from_a_complete_list_is_closed(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    finding_assert_states(&f, "111 active\n222 closed\n999 active\n");
    assert_fate(&f, "222", "closed closed account closed\n");
    assert_fate(&f, "111", "active complete stands\n");
    kit_next_night(&f.kit); /* and once is enough */
    finding_night(&f);
    kit_assert_rows(&f.kit, "SELECT count(*) FROM coverage WHERE from_run = 3", "0\n");
    finding_release(&f);
}

static void an_account_that_comes_back_is_read_again(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    kit_next_night(&f.kit);
    finding_list(&f, three);
    finding_night(&f);
    finding_assert_states(&f, "111 active\n222 active\n999 active\n");
    kit_assert_rows(&f.kit, "SELECT count(*) FROM version WHERE to_run IS NULL", "3\n");
    finding_release(&f);
}

static void an_account_that_is_excluded_goes_out_of_scope(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\",\"Excluded\":true}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    assert_fate(&f, "222", "out_of_scope out_of_scope stands\n");
    finding_release(&f);
}

static void what_unit_filters_leave_out_goes_out_of_scope(void **state)
{
    (void)state;
    struct finding f;
    begin(&f);
    f.kit.targets[0].session.accounts = PROVIDER_ACCOUNTS_LISTED;
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    assert_fate(&f, "222", "out_of_scope out_of_scope stands\n");
    finding_release(&f);
}

static void a_suspended_account_is_in_the_list_and_stays(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\",\"State\":\"suspended\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    assert_fate(&f, "222", "suspended skipped stands\n");
    kit_next_night(&f.kit);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"999\"}\n.\n"); /* ninety days later */
    finding_night(&f);
    assert_fate(&f, "222", "closed closed account closed\n");
    finding_release(&f);
}

static void an_account_listed_as_closed_is_closed_at_once(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\",\"State\":\"closed\"}\ni {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    assert_fate(&f, "222", "closed closed account closed\n");
    assert_int_equal(cloud_count(&f.kit.cloud, "sts assume 222"), 0);
    finding_release(&f);
}

static void a_filtered_run_closes_nothing(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    f.options.filtered = true;
    finding_list(&f, "i {\"Id\":\"999\"}\n.\n");
    finding_night(&f);
    finding_assert_states(&f, "111 active\n222 active\n999 active\n");
    assert_fate(&f, "222", "active complete stands\n");
    finding_release(&f);
}

/* ---- configs that change ---- */

static void an_account_that_left_the_accounts_file_goes_out_of_scope(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "111" } }, { .account = (char[]){ "222" } } };
    (void)state;
    finding_init(&f);
    cloud_on(&f.kit.cloud, "* global ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    finding_name(&f, 0, rows, 2);
    finding_night(&f);
    kit_next_night(&f.kit);
    finding_name(&f, 0, rows, 1);
    finding_night(&f);
    assert_fate(&f, "222", "out_of_scope out_of_scope stands\n");
    assert_fate(&f, "111", "active complete stands\n");
    finding_release(&f);
}

static void accounts_of_a_target_that_left_the_config_go_out_of_scope(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "222" } } };
    (void)state;
    begin(&f);
    finding_name(&f, 1, rows, 1);
    finding_forget(&f);
    assert_true(finding_discover(&f, 1)); /* cloud/1 is no more */
    finding_settle(&f);
    finding_walk(&f);
    finding_assert_states(&f, "111 out_of_scope\n222 active\n999 out_of_scope\n");
    finding_release(&f);
}

static void an_account_that_moves_between_targets_stays(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "222" }, .name = (char[]){ "moved" } } };
    (void)state;
    begin(&f);
    finding_name(&f, 1, rows, 1);
    finding_list(&f, "i {\"Id\":\"111\"}\ni {\"Id\":\"222\",\"Excluded\":true}\ni {\"Id\":\"999\"}\n.\n");
    assert_true(finding_discover(&f, 0));
    assert_true(finding_discover(&f, 1));
    finding_settle(&f);
    finding_walk(&f);
    assert_fate(&f, "222", "active complete stands\n");
    kit_assert_rows(&f.kit, "SELECT target, name FROM account WHERE account = '222'", "cloud/2 moved\n");
    kit_assert_rows(&f.kit, "SELECT count(*) FROM version", "3\n");
    finding_release(&f);
}

static void an_account_that_moves_while_its_old_list_fails_stays(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "222" } } };
    (void)state;
    begin(&f);
    finding_name(&f, 1, rows, 1);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 403, "Denied");
    assert_true(finding_discover(&f, 0));
    assert_true(finding_discover(&f, 1));
    finding_settle(&f);
    finding_walk(&f);
    finding_assert_states(&f, "111 active\n222 active\n999 active\n");
    finding_release(&f);
}

static void ones_own_account_proves_nothing_of_others_before_it_is_known(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_name(&f, 0, NULL, 0);
    assert_true(finding_discover(&f, 0));
    finding_settle(&f);
    finding_assert_states(&f, "111 active\n222 active\n999 active\n");
    finding_walk(&f);
    finding_assert_states(&f, "111 out_of_scope\n222 out_of_scope\n999 active\n");
    finding_release(&f);
}

/* ---- the discovery's own row ---- */

static void assert_discovery(struct finding *f, const char *expected)
{
    kit_assert_rows(&f->kit, "SELECT a.account, c.outcome FROM scope s JOIN account a ON a.id = s.account"
                             " JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL WHERE s.type = 'discovery' ORDER BY 1",
                    expected);
}

static void the_account_that_is_asked_says_how_that_went(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_night(&f);
    assert_discovery(&f, "999 complete\n");
    kit_assert_rows(&f.kit, "SELECT calls FROM read_stats WHERE service = 'org'", "2\n");
    kit_next_night(&f.kit);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 403, "Denied");
    finding_night(&f);
    assert_discovery(&f, "999 denied\n");
    kit_next_night(&f.kit);
    finding_list(&f, three);
    f.kit.cloud.own_account = "111"; /* a delegated administrator from now on */
    cloud_on(&f.kit.cloud, "111 home ListAccounts {}", 200, three);
    finding_night(&f);
    assert_discovery(&f, "111 complete\n999 out_of_scope\n");
    finding_release(&f);
}

static void an_account_that_is_asked_no_more_has_no_such_gap(void **state)
{
    struct finding f;
    struct config_account rows[] = { { .account = (char[]){ "999" } } };
    (void)state;
    begin(&f);
    cloud_on(&f.kit.cloud, "999 home ListAccounts {}", 403, "Denied");
    finding_night(&f);
    assert_discovery(&f, "999 denied\n");
    kit_next_night(&f.kit);
    finding_name(&f, 0, rows, 1); /* no organization from now on */
    finding_night(&f);
    assert_discovery(&f, "999 out_of_scope\n");
    assert_fate(&f, "999", "active complete stands\n");
    finding_release(&f);
}

static void a_fault_of_the_store_is_no_silent_end(void **state)
{
    struct finding f;
    (void)state;
    begin(&f);
    finding_list(&f, "i {\"Id\":\"999\"}\n.\n");
    assert_true(finding_discover(&f, 0));
    kit_break_store(&f.kit, "coverage");
    assert_false(discover_settle(&f.options, &f.found, &f.err));
    assert_int_equal(f.err.kind, ERROR_STORE);
    finding_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_gone_from_a_complete_list_is_closed),
        cmocka_unit_test(an_account_that_comes_back_is_read_again),
        cmocka_unit_test(an_account_that_is_excluded_goes_out_of_scope),
        cmocka_unit_test(what_unit_filters_leave_out_goes_out_of_scope),
        cmocka_unit_test(a_suspended_account_is_in_the_list_and_stays),
        cmocka_unit_test(an_account_listed_as_closed_is_closed_at_once),
        cmocka_unit_test(a_filtered_run_closes_nothing),
        cmocka_unit_test(an_account_that_left_the_accounts_file_goes_out_of_scope),
        cmocka_unit_test(accounts_of_a_target_that_left_the_config_go_out_of_scope),
        cmocka_unit_test(an_account_that_moves_between_targets_stays),
        cmocka_unit_test(an_account_that_moves_while_its_old_list_fails_stays),
        cmocka_unit_test(ones_own_account_proves_nothing_of_others_before_it_is_known),
        cmocka_unit_test(the_account_that_is_asked_says_how_that_went),
        cmocka_unit_test(an_account_that_is_asked_no_more_has_no_such_gap),
        cmocka_unit_test(a_fault_of_the_store_is_no_silent_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
