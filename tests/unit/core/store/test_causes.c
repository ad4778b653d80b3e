/* Why findings change: clouds, checks, accounts; and when a check need not be run. */
#include "tests/unit/core/store/judging.h"

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

/* ---- causes ---- */

static void an_edited_check_is_the_cause_unless_the_resource_changed(void **state)
{
    (void)state;
    const struct world_item *first = WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 });
    world_night(&w);
    world_read(&w, "t", first, OUTCOME_COMPLETE);
    judging_publish(&w, "d1", ROWS(SSH, { "b", "", VERDICT_FAIL, "low", "{}", "{}", 0 }));
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "b", "{}", 0, 0 }),
               OUTCOME_COMPLETE);
    judging_publish(&w, "d2", NO_ROWS);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)PASS:cloud [1,2)FAIL:cloud [2,)PASS:check");
}

static void a_new_check_is_the_cause_of_its_first_findings(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }, { "new", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judging_publish(&w, "d1", ROWS(SSH, { "new", "", VERDICT_FAIL, "low", "{}", "{}", 0 }));
    judging_expect_history(&w, "[2,)FAIL:check [2,)FAIL:cloud");
}

static void what_a_check_joins_is_the_cause_too(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "list", WORLD_ITEMS({ "pl", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "list", WORLD_ITEMS({ "pl", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    judging_publish(&w, "d1", ROWS(SSH));
    world_night(&w);
    world_read(&w, "list", NULL, OUTCOME_COMPLETE);
    judging_publish(&w, "d1", NO_ROWS);
    judging_expect_history(&w, "[2,3)FAIL:cloud [3,)PASS:cloud");
}

static void coverage_tool_and_config_are_causes(void **state)
{
    (void)state;
    w.shape = "{\"fields\":{\"X\":\"*\"},\"ordered\":[],\"volatile\":[]}";
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "list", NULL, OUTCOME_DENIED);
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "list", NULL, OUTCOME_COMPLETE);
    judging_publish(&w, "d1", ROWS(SSH)); /* the list became readable */
    world_night(&w);
    w.shape = "{\"fields\":{\"X\":\"*\",\"Y\":\"*\"},\"ordered\":[],\"volatile\":[\"X\"]}";
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1,\"Y\":1}", 0, 0 }), OUTCOME_COMPLETE);
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    judging_publish(&w, "d1", ROWS(SSH));
    judging_expect_history(&w, "[2,3)FAIL:coverage [3,4)PASS:tool [4,)FAIL:config");
}

/* ---- checks that come and go ---- */

static void a_renamed_check_goes_on_with_its_findings(void **state)
{
    (void)state;
    static const char *const formerly[] = { "b", "c", NULL };
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS(SSH, { "a", "tcp/80", VERDICT_FAIL, "low", "{}", "{}", 0 }));
    char *before = world_rows(&w, "SELECT fingerprint FROM finding ORDER BY id");
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    struct finding_batch b = judging_batch(&w, "renamed", "d2", ROWS(SSH));
    b.formerly = formerly;
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
    world_must(&w, findings_drop(w.s, &w.run, "c", "check", &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    judging_expect_alerts(&w, "finding_resolved");
    judging_expect_history(&w, "[1,)FAIL:cloud [1,2)FAIL:cloud [2,)PASS:check");
    world_expect(&w, "SELECT DISTINCT check_id FROM finding", "renamed");
    world_expect(&w, "SELECT fingerprint FROM finding ORDER BY id", before);
    world_expect(&w, "SELECT check_id, run FROM evaluation", "renamed|2");
    free(before);
}

static void drop(const char *cause)
{
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_drop(w.s, &w.run, "c", cause, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void a_check_that_is_off_leaves_its_findings_out_of_scope(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    drop("config");
    judging_expect_alerts(&w, "");
    judging_expect_counts(&w, (struct finding_counts){ 0 });
    drop("config");
    world_expect(&w, "SELECT failed FROM evaluation", "0");
    assert_false(
        findings_unchanged(w.s, &w.run, "c", "d1", w.account, (const char *const[]){ "t", NULL }));
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "finding_reopened");
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,4)NA:config [4,)FAIL:config");
}

static void a_check_that_is_gone_is_said_once(void **state)
{
    (void)state;
    struct check_info_row info = { "c", "d1", "on", NULL, "{}" };
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_must(&w, findings_check_info(w.s, &info, &w.err));
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, findings_check_info(w.s, &info, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    drop("check");
    world_expect(&w, "SELECT state FROM check_info", "gone");
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)NA:check");
}

/* ---- whether to judge at all ---- */

static bool unchanged(const char *digest, int64_t account)
{
    return findings_unchanged(w.s, &w.run, "c", digest, account,
                              (const char *const[]){ "t", "list", NULL });
}

static void inputs_decide_whether_a_check_is_run(void **state)
{
    (void)state;
    world_night(&w);
    assert_false(unchanged("d1", w.account));
    assert_false(unchanged("d1", 0));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "other", WORLD_ITEMS({ "o", "{}", 0, 0 }), OUTCOME_COMPLETE);
    assert_true(unchanged("d1", w.account));
    assert_true(unchanged("d1", 0));
    assert_false(unchanged("d2", w.account));
    assert_false(unchanged("d2", 0));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    assert_false(unchanged("d1", w.account));
    assert_false(unchanged("d1", 0));
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    assert_true(unchanged("d1", w.account));
    world_read(&w, "list", NULL, OUTCOME_DENIED);
    assert_false(unchanged("d1", w.account));
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    world_must(&w, store_reference_put(w.s, "list", "pl-1", "r", "[]", &w.err));
    assert_false(unchanged("d1", w.account));
}

static void a_volatile_value_is_an_input(void **state)
{
    (void)state;
    judging_night(&w, "{\"Seen\":1}", OUTCOME_COMPLETE, NO_ROWS);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"Seen\":1}", 0, 0 }), OUTCOME_COMPLETE);
    assert_true(unchanged("d1", w.account));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"Seen\":2}", 0, 0 }), OUTCOME_COMPLETE);
    assert_false(unchanged("d1", w.account));
    assert_false(unchanged("d1", 0));
    judging_publish(&w, "d1", NO_ROWS);
    world_expect_versions(&w, "a:[1,)1/1");
}

static void a_name_or_a_tag_alone_is_an_input(void **state)
{
    (void)state;
    const char *const names[] = { "web", "db", "db" }, *const tags[] = { "{}", "{}",
                                                                         "{\"T\":\"1\"}" };
    unsigned char digest[DIGEST_BYTES] = { 7 };
    struct store_item item = {
        .key = "a", .life = "", .id = "a", .region = "r", .config = "{}", .digest = digest
    };
    world_must(&w, store_shape_id(w.s, WORLD_SHAPE, &item.shape, &w.err));
    for (size_t i = 0; i < 3; i++) {
        item.name = names[i];
        item.tags = tags[i];
        world_night(&w);
        assert_false(i > 0 && !unchanged("d1", w.account));
        struct store_scope *scope = world_begin(&w, "r", "t");
        world_must(&w, store_scope_item(w.s, scope, &item, NULL, &w.err));
        world_end(&w, scope, OUTCOME_COMPLETE);
        assert_false(unchanged("d1", w.account));
        judging_publish(&w, "d1", NO_ROWS);
    }
    world_expect(&w, "SELECT name, tags, from_run FROM version", "db|{\"T\":\"1\"}|1");
}

static void a_verdict_by_a_volatile_value_has_the_cloud_for_a_cause(void **state)
{
    (void)state;
    judging_night(&w, "{\"Seen\":1}", OUTCOME_COMPLETE, NO_ROWS);
    judging_night(&w, "{\"Seen\":2}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_history(&w, "[2,)FAIL:cloud");
}

static void what_others_share_is_an_input(void **state)
{
    (void)state;
    int64_t mine = w.account, owner = world_account(&w, "999999999999", "active");
    world_night(&w);
    w.account = owner;
    world_read(&w, "t", WORLD_ITEMS({ "subnet", "{}", 0, 0 }), OUTCOME_COMPLETE);
    w.account = mine;
    struct store_scope *scope = world_begin(&w, "r", "t");
    world_must(&w, store_scope_shared(w.s, scope, "999999999999", "subnet", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    judging_publish(&w, "d1", NO_ROWS);
    world_night(&w);
    assert_true(unchanged("d1", mine));
    w.account = owner;
    world_read(&w, "t", WORLD_ITEMS({ "subnet", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    assert_false(unchanged("d1", mine));
}

/* ---- accounts ---- */

static void a_closed_account_ends_its_findings(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
        world_publish(&w);
        judging_expect_alerts(&w, i == 0 ? "finding_resolved" : "");
    }
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)PASS:account closed");
}

static void an_account_out_of_scope_takes_its_findings_out(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    judging_expect_alerts(&w, "");
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)NA:config");
    world_account(&w, "012345678901", "active");
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "", VERDICT_UNKNOWN, "low", "{}", "{}", 0 }));
    judging_expect_alerts(&w, "");
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "finding_reopened");
}

static bool keep_none(void *ctx, const char *region, const char *type)
{
    (void)ctx;
    (void)region;
    (void)type;
    return false;
}

static void a_scope_out_of_the_plan_takes_its_findings_out(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_scopes_retain(w.s, &w.run, w.account, keep_none, NULL, &w.err));
    world_publish(&w);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)NA:config");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_edited_check_is_the_cause_unless_the_resource_changed),
        CASE(a_new_check_is_the_cause_of_its_first_findings),
        CASE(what_a_check_joins_is_the_cause_too),
        CASE(coverage_tool_and_config_are_causes),
        CASE(a_renamed_check_goes_on_with_its_findings),
        CASE(a_check_that_is_off_leaves_its_findings_out_of_scope),
        CASE(a_check_that_is_gone_is_said_once),
        CASE(inputs_decide_whether_a_check_is_run),
        CASE(a_volatile_value_is_an_input),
        CASE(a_name_or_a_tag_alone_is_an_input),
        CASE(a_verdict_by_a_volatile_value_has_the_cloud_for_a_cause),
        CASE(what_others_share_is_an_input),
        CASE(a_closed_account_ends_its_findings),
        CASE(an_account_out_of_scope_takes_its_findings_out),
        CASE(a_scope_out_of_the_plan_takes_its_findings_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
