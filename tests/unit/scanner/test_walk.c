/* The walk: a window of accounts, what is said of each, ends before the end. */
#include "scanner/walk.h"
#include "tests/unit/scanner/walking.h"

struct stroll {
    struct kit kit;
    struct found found;
    struct walk_options options;
    struct walk_totals totals;
    struct error err;
    int turns, stop_at;   /* interrupted() says yes at this turn; 0: never */
    size_t most_open;
};

static size_t count_lines(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = text; at != NULL && (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

/* Asked each turn: a good place to look at the walk from. */
static bool look(void *ctx)
{
    struct stroll *s = ctx;
    size_t entered = cloud_count(&s->kit.cloud, "sts assume *");
    size_t open = entered - count_lines(kit_said(&s->kit), " read: ");
    if (open > s->most_open)
        s->most_open = open;
    return ++s->turns == s->stop_at;
}

static void begin(struct stroll *s)
{
    *s = (struct stroll){ 0 };
    kit_init(&s->kit, (const char *const[]){ walking_net, walking_rare, NULL });
    cloud_on(&s->kit.cloud, "* home ListRegions {}", 200, WALKING_R1 WALKING_R2 WALKING_END);
    cloud_on(&s->kit.cloud, "* r1 ListThings {}", 200, "i {\"Id\":\"a\",\"Lists\":[\"l\"]}\n.\n");
    cloud_on(&s->kit.cloud, "* r1 ListLists {}", 200, "i {\"Id\":\"l\"}\n.\n");
    cloud_rule(&s->kit.cloud, false, "* r2 *",
               (struct script_answer){ .status = 200, .body = ".\n", .after_ms = 35 }); /* out of step */
    s->options = (struct walk_options){ .context = &s->kit.context, .loop = &s->kit.loop, .log = &s->kit.log,
                                        .accounts_at_once = 3, .interrupted = look, .interrupted_ctx = s };
}

static void name(struct stroll *s, size_t target, const char *account, const char *state)
{
    struct account_spec spec = { .account = memory_string(account), .name = memory_string("shop"),
                                 .state = memory_string(state) };
    const struct walk_target *t = &s->kit.targets[target].walk;
    if (account != NULL)
        assert_null(found_claim(&s->found, t, account));
    found_add(&s->found, t, &spec);
    if (found_target(&s->found, t->config->name) == NULL)
        found_add_target(&s->found, t);
}

static void name_many(struct stroll *s, int count, const char *state)
{
    for (int i = 0; i < count; i++) {
        char account[16];
        (void)snprintf(account, sizeof account, "1%05d", i);
        name(s, 0, account, state);
    }
}

static bool walk(struct stroll *s)
{
    bool ok = walk_accounts(&s->options, &s->found, &s->totals, &s->err);
    found_release(&s->found);
    return ok;
}

static void end(struct stroll *s)
{
    found_release(&s->found);
    kit_release(&s->kit);
}

static void all_accounts_are_walked_a_window_at_a_time(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 20, NULL);
    assert_true(walk(&s));
    assert_int_equal(s.most_open, 3);
    assert_int_equal(s.totals.accounts, 20);
    assert_int_equal(s.totals.accounts_incomplete, 0);
    assert_int_equal(s.totals.resources, 40);
    assert_int_equal(s.totals.changed, 40);
    assert_int_equal(s.totals.calls, 181);
    assert_int_equal(s.totals.parts_unread, 0);
    kit_assert_rows(&s.kit, "SELECT count(*), min(outcome), max(outcome) FROM coverage", "160 complete complete\n");
    assert_int_equal(count_lines(kit_said(&s.kit), " shop read: 2 resources, 2 changed, "), 20);
    assert_non_null(strstr(kit_said(&s.kit), "100019 shop read: 2 resources, 2 changed, 9 calls\n"));
    end(&s);
}

static void nothing_to_walk_is_soon_done(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    assert_true(walk(&s));
    assert_int_equal(s.turns, 0);
    assert_int_equal(s.totals.accounts, 0);
    end(&s);
}

static void one_account_that_is_shut_leaves_the_others_alone(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 5, NULL);
    cloud_on(&s.kit.cloud, "sts assume 100002", 403, "Denied");
    assert_true(walk(&s));
    assert_int_equal(s.totals.accounts, 5);
    assert_int_equal(s.totals.accounts_incomplete, 1);
    assert_non_null(strstr(kit_said(&s.kit), "yomawari: 100002 shop incomplete: 3 scopes not read (denied: the cloud says Denied)\n"));
    end(&s);
}

static void machines_are_told_the_same(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    s.kit.log.json = true;
    s.kit.log.clock = s.kit.loop.clock;
    cloud_on(&s.kit.cloud, "* ListEntries *", 403, "Denied");
    name(&s, 0, "111", NULL);
    assert_true(walk(&s));
    assert_int_equal(s.totals.parts_unread, 1);
    assert_non_null(strstr(kit_said(&s.kit),
                           "\"provider\":\"cloud\",\"account\":\"111\",\"account_name\":\"shop\",\"resources\":2,"
                           "\"changed\":2,\"calls\":10,\"scopes_incomplete\":0,\"details_unread\":1}"));
    end(&s);
}

static void by_what_a_refusal_is_found_is_said_once_an_account(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    cloud_on(&s.kit.cloud, "* ListThings *", 403, "Blocked");
    name(&s, 0, "111", NULL);
    assert_true(walk(&s));
    const char *said = strstr(kit_said(&s.kit), "111 was refused: its owners find that by refusal 7\n");
    assert_non_null(said);
    assert_null(strstr(said + strlen("111 was refused"), "was refused"));
    kit_assert_rows(&s.kit, "SELECT count(*) FROM coverage WHERE reason LIKE '%refusal 7%'", "0\n");
    end(&s);
}

static void thousands_that_need_no_call_pass_without_depth(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 3000, "suspended");
    assert_true(walk(&s));
    assert_int_equal(s.totals.accounts, 3000);
    kit_assert_rows(&s.kit, "SELECT count(*), min(outcome) FROM coverage", "3000 skipped\n");
    end(&s);
}

/* ---- ends before the end ---- */

static void an_interrupted_walk_keeps_what_it_ended_and_goes_on_from_there(void **state)
{
    bool whole = false;
    int at = 0;
    (void)state;
    while (!whole) { /* at every turn there is */
        struct stroll s;
        begin(&s);
        name_many(&s, 4, NULL);
        s.stop_at = ++at;
        whole = walk(&s);
        if (!whole) {
            assert_int_equal(s.err.kind, ERROR_IO);
            assert_non_null(strstr(s.err.message, "--resume"));
            assert_int_equal(http_engine_run(s.kit.engine, 0), 0);
            kit_assert_rows(&s.kit, "SELECT count(*) FROM coverage WHERE outcome <> 'complete'", "0\n");
            s.stop_at = 0;
            kit_resume(&s.kit);
            name_many(&s, 4, NULL);
            assert_true(walk(&s));
        }
        kit_assert_rows(&s.kit, "SELECT count(*), min(outcome), max(outcome) FROM coverage", "32 complete complete\n");
        kit_assert_rows(&s.kit, "SELECT count(*), count(unread) FROM version WHERE to_run IS NULL", "8 0\n");
        end(&s);
    }
    assert_in_range(at, 10, 1000);
}

static void what_was_read_is_not_read_again(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 4, NULL);
    s.options.accounts_at_once = 1;
    s.stop_at = 12;
    assert_false(walk(&s));
    size_t before = cloud_count(&s.kit.cloud, "* r1 ListThings {}");
    kit_resume(&s.kit);
    s.stop_at = 0;
    name_many(&s, 4, NULL);
    assert_true(walk(&s));
    assert_in_range(before, 1, 3);
    assert_in_range(cloud_count(&s.kit.cloud, "* r1 ListThings {}"), 4 - before, 5 - before);
    end(&s);
}

static void a_fault_of_the_store_ends_the_walk(void **state)
{
    static const char *const tables[] = { "staged", "coverage", "scope", "progress", "read_stats" };
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct stroll s;
        begin(&s);
        name_many(&s, 20, NULL);
        kit_break_store(&s.kit, tables[i]);
        assert_false(walk(&s));
        assert_true(s.kit.broken);
        assert_int_equal(http_engine_run(s.kit.engine, 0), 0);
        assert_in_range(cloud_count(&s.kit.cloud, "sts assume *"), 1, 3);
        end(&s);
    }
}

static int refuse(void *ctx)
{
    (void)ctx;
    return 1;
}

static void a_commit_that_fails_ends_the_walk(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 20, NULL);
    (void)sqlite3_commit_hook(store_db(s.kit.store), refuse, NULL);
    assert_false(walk(&s));
    assert_true(s.kit.broken);
    assert_int_equal(http_engine_run(s.kit.engine, 0), 0);
    end(&s);
}

static void a_filtered_walk_leaves_alone_what_it_did_not_plan(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name(&s, 0, "111", NULL);
    assert_true(walk(&s));
    kit_publish(&s.kit);
    kit_begin_run(&s.kit, true, false);
    s.options.filtered = true;
    s.kit.plan_types.count = 1;
    name(&s, 0, "111", NULL);
    assert_true(walk(&s));
    kit_assert_rows(&s.kit, "SELECT DISTINCT outcome FROM coverage", "complete\n");
    s.kit.plan_types.count = 4;
    end(&s);
}

static void a_fault_at_the_first_account_opens_no_other(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name_many(&s, 20, NULL);
    kit_break_store(&s.kit, "account");
    assert_false(walk(&s));
    assert_true(s.kit.broken);
    assert_int_equal(s.kit.cloud.journal.count, 0);
    end(&s);
}

static void a_door_that_waits_for_nobody_ends_the_walk(void **state)
{
    struct stroll s;
    struct provider_door nobody = { 0 };
    (void)state;
    begin(&s);
    name_many(&s, 5, NULL);
    s.kit.targets[0].session.asking = &nobody;
    assert_false(walk(&s));
    assert_int_equal(s.err.kind, ERROR_INTERNAL);
    assert_string_equal(s.err.message, "nothing is under way, and 5 accounts are not done");
    end(&s);
}

/* ---- the session's own account ---- */

static void ones_own_account_is_walked_once_though_two_targets_have_it(void **state)
{
    (void)state;
    for (int own_first = 0; own_first < 2; own_first++) {
        struct stroll s;
        begin(&s);
        if (own_first)
            name(&s, 1, NULL, NULL);
        name(&s, 0, "999", NULL);
        if (!own_first)
            name(&s, 1, NULL, NULL);
        assert_true(walk(&s));
        assert_false(s.kit.broken);
        assert_int_equal(s.totals.accounts, 1);
        assert_non_null(strstr(kit_said(&s.kit), "account 999 is named by more than one target; cloud/2 does without it"));
        assert_int_equal(cloud_count(&s.kit.cloud, "999 r1 ListThings {}"), 1);
        kit_assert_rows(&s.kit, "SELECT account, target FROM account", "999 cloud/1\n");
        end(&s);
    }
}

static void two_targets_with_the_same_credentials_are_one_account(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name(&s, 0, NULL, NULL);
    name(&s, 1, NULL, NULL);
    assert_true(walk(&s));
    assert_false(s.kit.broken);
    assert_int_equal(s.totals.accounts, 1);
    end(&s);
}

static void credentials_of_another_account_leave_the_former_out_of_scope(void **state)
{
    struct stroll s;
    (void)state;
    begin(&s);
    name(&s, 0, NULL, NULL);
    assert_true(walk(&s));
    kit_publish(&s.kit);
    kit_begin_run(&s.kit, true, false);
    s.kit.cloud.own_account = "888";
    s.options.filtered = true; /* takes nothing out of scope */
    name(&s, 0, NULL, NULL);
    assert_true(walk(&s));
    kit_assert_rows(&s.kit, "SELECT account, state FROM account ORDER BY 1", "888 active\n999 active\n");
    kit_next_night(&s.kit);
    s.options.filtered = false;
    name(&s, 0, NULL, NULL);
    assert_true(walk(&s));
    kit_assert_rows(&s.kit, "SELECT account, state FROM account ORDER BY 1", "888 active\n999 out_of_scope\n");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_accounts_are_walked_a_window_at_a_time),
        cmocka_unit_test(nothing_to_walk_is_soon_done),
        cmocka_unit_test(one_account_that_is_shut_leaves_the_others_alone),
        cmocka_unit_test(machines_are_told_the_same),
        cmocka_unit_test(by_what_a_refusal_is_found_is_said_once_an_account),
        cmocka_unit_test(thousands_that_need_no_call_pass_without_depth),
        cmocka_unit_test(an_interrupted_walk_keeps_what_it_ended_and_goes_on_from_there),
        cmocka_unit_test(what_was_read_is_not_read_again),
        cmocka_unit_test(a_fault_of_the_store_ends_the_walk),
        cmocka_unit_test(a_commit_that_fails_ends_the_walk),
        cmocka_unit_test(a_filtered_walk_leaves_alone_what_it_did_not_plan),
        cmocka_unit_test(a_fault_at_the_first_account_opens_no_other),
        cmocka_unit_test(a_door_that_waits_for_nobody_ends_the_walk),
        cmocka_unit_test(ones_own_account_is_walked_once_though_two_targets_have_it),
        cmocka_unit_test(two_targets_with_the_same_credentials_are_one_account),
        cmocka_unit_test(credentials_of_another_account_leave_the_former_out_of_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
