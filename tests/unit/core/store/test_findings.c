/* Findings: their life, why they changed, and what is told of it. */
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

/* ---- judging ---- */

#define SSH { "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{}" }
#define ROWS(...) (const struct finding_row[]){ __VA_ARGS__ }, \
        sizeof((const struct finding_row[]){ __VA_ARGS__ }) / sizeof(struct finding_row)
#define NO_ROWS NULL, 0

static struct finding_batch batch_of(const char *check, const char *digest, const struct finding_row *rows,
                                     size_t count)
{
    return (struct finding_batch){ .check_id = check, .check_digest = digest, .account = w.account, .rows = rows,
                                   .count = count, .passed = 1, .failed = (int64_t)count, .reason = "" };
}

/* Ends the night with this being all that the check `c` says. */
static void judge_with(const char *digest, const struct finding_row *rows, size_t count)
{
    struct finding_batch b = batch_of("c", digest, rows, count);
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

/* A night on which resource a is seen with this config, and judged. */
static void night(const char *config, enum outcome outcome, const struct finding_row *rows, size_t count)
{
    world_night(&w);
    if (config == NULL)
        world_read(&w, "t", NULL, outcome);
    else
        world_read(&w, "t", WORLD_ITEMS({ "a", config, 0, 0 }), outcome);
    judge_with("d1", rows, count);
}

/* The history: [from,to) verdict severity evidence detail cause. */
static void expect_history(const char *wanted)
{
    world_expect(&w,
                 "SELECT '[' || n.from_run || ',' || coalesce(n.to_run, '') || ')' || n.verdict || ':' || n.cause"
                 " FROM finding_state n ORDER BY n.finding, n.from_run",
                 wanted);
}

static void expect_alerts(const char *wanted)
{
    char *sql = memory_format("SELECT kind FROM alert WHERE run = %lld ORDER BY id", (long long)w.run.id);
    world_expect(&w, sql, wanted);
    free(sql);
}

static void expect_counts(struct finding_counts c)
{
    assert_memory_equal(&w.counts, &c, sizeof c);
}

/* ---- the life of one finding ---- */

static void the_fingerprint_is_the_published_one(void **state)
{
    (void)state;
    char f[66];
    finding_fingerprint("aws_x", "012345678901", "arn:k", "tcp/22", f);
    assert_string_equal(f, "f49d375b4fc6963e5488b1addb0e5eafdd5eb3d8c9a9c33e367bae8476344c5a7");
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    finding_fingerprint("c", "012345678901", "a", "tcp/22", f);
    world_expect(&w, "SELECT fingerprint FROM finding", f);
}

static void a_finding_opens_stays_changes_ends_and_returns(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("finding_new");
    expect_counts((struct finding_counts){ .opened = 1, .open = 1 });
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("");
    expect_counts((struct finding_counts){ .open = 1 });
    expect_history("[1,)FAIL:cloud");
    night("{\"X\":2}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":2}", "{}" }));
    expect_alerts("finding_changed");
    expect_counts((struct finding_counts){ .changed = 1, .open = 1 });
    night("{\"X\":3}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "low", "{\"open\":2}", "{}" }));
    expect_alerts("finding_changed");
    night("{\"X\":4}", OUTCOME_COMPLETE, NO_ROWS);
    expect_alerts("finding_resolved");
    expect_counts((struct finding_counts){ .resolved = 1 });
    night("{\"X\":4}", OUTCOME_COMPLETE, NO_ROWS);
    expect_alerts("");
    night("{\"X\":5}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("finding_reopened");
    expect_counts((struct finding_counts){ .reopened = 1, .open = 1 });
    expect_history("[1,3)FAIL:cloud [3,4)FAIL:cloud [4,5)FAIL:cloud [5,7)PASS:cloud [7,)FAIL:cloud");
}

static void the_alert_says_all_that_a_sink_needs(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"from\":[\"0.0.0.0/0\"]}", "{}" }));
    world_expect(&w, "SELECT a.kind, a.subject = f.fingerprint, f.id, a.payload FROM alert a JOIN finding f ON f.id = a.finding",
                 "finding_new|1|1|{\"change\":\"new\",\"check\":\"c\",\"severity\":\"high\",\"provider\":\"aws\","
                 "\"account\":\"012345678901\",\"account_name\":\"shop\",\"team\":\"pay\",\"region\":\"r\",\"type\":\"t\","
                 "\"id\":\"a\",\"name\":\"n\",\"key\":\"a\",\"subject\":\"tcp/22\",\"evidence\":{\"from\":[\"0.0.0.0/0\"]},"
                 "\"cause\":\"cloud\",\"fingerprint\":\"f23dce436d31ce629aaf0ae4ae776ff8c09cc235744174d9e094f43e7cf51d91f\"}");
}

static void detail_is_brought_up_to_date_in_silence(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{\"seen\":7}" }));
    expect_alerts("");
    expect_history("[1,)FAIL:cloud");
    world_expect(&w, "SELECT detail FROM finding_state", "{\"seen\":7}");
}

static void what_cannot_be_judged_keeps_and_tells_nothing(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}" }));
    expect_alerts("");
    expect_counts((struct finding_counts){ .unverified = 1 });
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}" }));
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("");
    expect_history("[1,2)FAIL:cloud [2,4)UNKNOWN:coverage [4,)FAIL:config");
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}" }));
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":9}", "{}" }));
    expect_alerts("finding_changed");
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_UNKNOWN, "high", "{}", "{}" }));
    night("{}", OUTCOME_COMPLETE, NO_ROWS);
    expect_alerts("finding_resolved");
}

static void unknown_of_one_subject_leaves_the_others(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH, { "a", "tcp/3389", VERDICT_FAIL, "high", "{}", "{}" }));
    expect_counts((struct finding_counts){ .opened = 2, .open = 2 });
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_UNKNOWN, "high", "{}", "{}" }));
    world_expect(&w, "SELECT f.subject, n.verdict FROM finding f JOIN finding_state n ON n.finding = f.id AND n.to_run"
                     " IS NULL ORDER BY 1", "tcp/22|UNKNOWN tcp/3389|PASS");
}

static void what_was_never_open_is_not_unknown(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}" }, { "a", "x", VERDICT_PASS, "", "", "" }));
    world_expect(&w, "SELECT (SELECT count(*) FROM finding) + (SELECT count(*) FROM finding_state)", "0");
}

static void not_seen_is_not_resolved(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    for (int i = 0; i < 5; i++) {
        night(NULL, OUTCOME_DENIED, NO_ROWS);
        expect_alerts("");
        expect_counts((struct finding_counts){ .unverified = 1 });
    }
    expect_history("[1,)FAIL:cloud");
    night(NULL, OUTCOME_COMPLETE, NO_ROWS); /* gone, and seen to be */
    expect_alerts("finding_resolved");
    expect_history("[1,7)FAIL:cloud [7,)PASS:cloud");
}

static void what_was_seen_changed_before_the_read_failed_is_judged(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    night("{\"X\":2}", OUTCOME_FAILED, NO_ROWS);
    expect_alerts("finding_resolved");
}

/* ---- causes ---- */

static void put_check(const char *check, const char *digest, const struct finding_row *rows, size_t count)
{
    struct finding_batch b = batch_of(check, digest, rows, count);
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
}

static void an_edited_check_is_the_cause_unless_the_resource_changed(void **state)
{
    (void)state;
    const struct world_item *first = WORLD_ITEMS({ "a", "{}", 0, 0 }, { "b", "{}", 0, 0 });
    world_night(&w);
    world_read(&w, "t", first, OUTCOME_COMPLETE);
    judge_with("d1", ROWS(SSH, { "b", "", VERDICT_FAIL, "low", "{}", "{}" }));
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":2}", 0, 0 }, { "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d2", NO_ROWS);
    expect_history("[1,2)FAIL:cloud [2,)PASS:cloud [1,2)FAIL:cloud [2,)PASS:check");
}

static void a_new_check_is_the_cause_of_its_first_findings(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }, { "new", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d1", ROWS(SSH, { "new", "", VERDICT_FAIL, "low", "{}", "{}" }));
    expect_history("[2,)FAIL:check [2,)FAIL:cloud");
}

static void what_a_check_joins_is_the_cause_too(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "list", WORLD_ITEMS({ "pl", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "list", WORLD_ITEMS({ "pl", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d1", ROWS(SSH));
    world_night(&w);
    world_read(&w, "list", NULL, OUTCOME_COMPLETE);
    judge_with("d1", NO_ROWS);
    expect_history("[2,3)FAIL:cloud [3,)PASS:cloud");
}

static void coverage_tool_and_config_are_causes(void **state)
{
    (void)state;
    w.shape = "{\"fields\":{\"X\":\"*\"},\"ordered\":[],\"volatile\":[]}";
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "list", NULL, OUTCOME_DENIED);
    judge_with("d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "list", NULL, OUTCOME_COMPLETE);
    judge_with("d1", ROWS(SSH)); /* the list became readable */
    world_night(&w);
    w.shape = "{\"fields\":{\"X\":\"*\",\"Y\":\"*\"},\"ordered\":[],\"volatile\":[\"X\"]}";
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1,\"Y\":1}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d1", NO_ROWS);
    world_night(&w);
    judge_with("d1", ROWS(SSH));
    expect_history("[2,3)FAIL:coverage [3,4)PASS:tool [4,)FAIL:config");
}

/* ---- checks that come and go ---- */

static void a_renamed_check_goes_on_with_its_findings(void **state)
{
    (void)state;
    static const char *const formerly[] = { "b", "c", NULL };
    night("{}", OUTCOME_COMPLETE, ROWS(SSH, { "a", "tcp/80", VERDICT_FAIL, "low", "{}", "{}" }));
    char *before = world_rows(&w, "SELECT fingerprint FROM finding ORDER BY id");
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    struct finding_batch b = batch_of("renamed", "d2", ROWS(SSH));
    b.formerly = formerly;
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
    world_must(&w, findings_drop(w.s, &w.run, "c", "check", &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    expect_alerts("finding_resolved");
    expect_history("[1,)FAIL:cloud [1,2)FAIL:cloud [2,)PASS:check");
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
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    drop("config");
    expect_alerts("");
    expect_counts((struct finding_counts){ 0 });
    drop("config");
    world_expect(&w, "SELECT failed FROM evaluation", "0");
    assert_false(findings_unchanged(w.s, &w.run, "c", "d1", w.account, (const char *const[]){ "t", NULL }));
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("finding_reopened");
    expect_history("[1,2)FAIL:cloud [2,4)NA:config [4,)FAIL:config");
}

static void a_check_that_is_gone_is_said_once(void **state)
{
    (void)state;
    struct check_info_row info = { "c", "d1", "on", NULL, "{}" };
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_must(&w, findings_check_info(w.s, &info, &w.err));
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, findings_check_info(w.s, &info, &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    drop("check");
    world_expect(&w, "SELECT state FROM check_info", "gone");
    expect_history("[1,2)FAIL:cloud [2,)NA:check");
}

/* ---- whether to judge at all ---- */

static bool unchanged(const char *digest, int64_t account)
{
    return findings_unchanged(w.s, &w.run, "c", digest, account, (const char *const[]){ "t", "list", NULL });
}

static void inputs_decide_whether_a_check_is_run(void **state)
{
    (void)state;
    world_night(&w);
    assert_false(unchanged("d1", w.account));
    assert_false(unchanged("d1", 0));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    judge_with("d1", NO_ROWS);
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"Seen\":1}", 0, 0 }), OUTCOME_COMPLETE);
    world_read(&w, "other", WORLD_ITEMS({ "o", "{}", 0, 0 }), OUTCOME_COMPLETE);
    assert_true(unchanged("d1", w.account));
    assert_true(unchanged("d1", 0));
    assert_false(unchanged("d2", w.account));
    assert_false(unchanged("d2", 0));
    world_read(&w, "t", WORLD_ITEMS({ "a", "{\"X\":1}", 0, 0 }), OUTCOME_COMPLETE);
    assert_false(unchanged("d1", w.account));
    assert_false(unchanged("d1", 0));
    judge_with("d1", NO_ROWS);
    world_night(&w);
    assert_true(unchanged("d1", w.account));
    world_read(&w, "list", NULL, OUTCOME_DENIED);
    assert_false(unchanged("d1", w.account));
    judge_with("d1", NO_ROWS);
    world_night(&w);
    world_must(&w, store_reference_put(w.s, "list", "pl-1", "r", "[]", &w.err));
    assert_false(unchanged("d1", w.account));
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
    judge_with("d1", NO_ROWS);
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
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    for (int i = 0; i < 2; i++) {
        world_night(&w);
        world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
        world_publish(&w);
        expect_alerts(i == 0 ? "finding_resolved" : "");
    }
    expect_history("[1,2)FAIL:cloud [2,)PASS:account closed");
}

static void an_account_out_of_scope_takes_its_findings_out(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_account_out_of_scope(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    expect_alerts("");
    expect_history("[1,2)FAIL:cloud [2,)NA:config");
    world_account(&w, "012345678901", "active");
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    expect_alerts("finding_reopened");
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
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_scopes_retain(w.s, &w.run, w.account, keep_none, NULL, &w.err));
    world_publish(&w);
    expect_history("[1,2)FAIL:cloud [2,)NA:config");
}

/* ---- one transaction ---- */

static void a_publish_that_is_rolled_back_leaves_nothing_and_can_be_repeated(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    for (int i = 0; i < 3; i++) {
        world_must(&w, store_begin(w.s, &w.err));
        put_check("c", "d1", ROWS(SSH));
        world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
        expect_counts((struct finding_counts){ .opened = 1, .open = 1 });
        world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
        if (i == 0)
            store_rollback(w.s);
        else if (i == 1)
            world_kill(&w);
        else
            world_must(&w, store_commit(w.s, &w.err));
        world_expect(&w, "SELECT (SELECT count(*) FROM finding), (SELECT count(*) FROM finding_state),"
                         " (SELECT count(*) FROM alert), (SELECT count(*) FROM evaluation), (SELECT state FROM run)",
                     i < 2 ? "0|0|0|0|walking" : "1|1|1|1|published");
    }
}

static void judging_twice_in_one_publish_leaves_the_last_word(void **state)
{
    (void)state;
    night("{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    put_check("c", "d1", NO_ROWS);
    put_check("c", "d1", ROWS({ "a", "tcp/22", VERDICT_FAIL, "low", "{}", "{}" }, { "a", "", VERDICT_FAIL, "low", "{}", "{}" }));
    put_check("c", "d1", ROWS(SSH));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    world_expect(&w, "SELECT f.subject, n.from_run, n.to_run, n.verdict FROM finding_state n JOIN finding f"
                     " ON f.id = n.finding ORDER BY n.finding, n.from_run", "tcp/22|1|-|FAIL");
    expect_alerts("");
}

static void findings_are_written_only_in_a_publish(void **state)
{
    (void)state;
    struct finding_batch b = batch_of("c", "d1", NO_ROWS);
    world_night(&w);
    assert_false(findings_put(w.s, &w.run, &b, &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    assert_false(findings_publish(w.s, &w.run, &w.counts, &w.err));
}

static void a_row_of_a_resource_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct finding_batch b = batch_of("c", "d1", ROWS({ "nowhere", "", VERDICT_FAIL, "low", "{}", "{}" }));
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    assert_false(findings_put(w.s, &w.run, &b, &w.err));
    assert_int_equal(w.err.kind, ERROR_DATA);
    assert_non_null(strstr(w.err.message, "nowhere"));
    b = batch_of("c", "d1", NO_ROWS);
    b.account = 77;
    assert_false(findings_put(w.s, &w.run, &b, &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    store_rollback(w.s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_fingerprint_is_the_published_one),
        CASE(a_finding_opens_stays_changes_ends_and_returns),
        CASE(the_alert_says_all_that_a_sink_needs),
        CASE(detail_is_brought_up_to_date_in_silence),
        CASE(what_cannot_be_judged_keeps_and_tells_nothing),
        CASE(unknown_of_one_subject_leaves_the_others),
        CASE(what_was_never_open_is_not_unknown),
        CASE(not_seen_is_not_resolved),
        CASE(what_was_seen_changed_before_the_read_failed_is_judged),
        CASE(an_edited_check_is_the_cause_unless_the_resource_changed),
        CASE(a_new_check_is_the_cause_of_its_first_findings),
        CASE(what_a_check_joins_is_the_cause_too),
        CASE(coverage_tool_and_config_are_causes),
        CASE(a_renamed_check_goes_on_with_its_findings),
        CASE(a_check_that_is_off_leaves_its_findings_out_of_scope),
        CASE(a_check_that_is_gone_is_said_once),
        CASE(inputs_decide_whether_a_check_is_run),
        CASE(what_others_share_is_an_input),
        CASE(a_closed_account_ends_its_findings),
        CASE(an_account_out_of_scope_takes_its_findings_out),
        CASE(a_scope_out_of_the_plan_takes_its_findings_out),
        CASE(a_publish_that_is_rolled_back_leaves_nothing_and_can_be_repeated),
        CASE(judging_twice_in_one_publish_leaves_the_last_word),
        CASE(findings_are_written_only_in_a_publish),
        CASE(a_row_of_a_resource_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
