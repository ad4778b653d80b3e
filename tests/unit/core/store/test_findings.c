/* The life of findings, what is told of it, and that it is one transaction. */
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

/* ---- the life of one finding ---- */

static void the_fingerprint_is_the_published_one(void **state)
{
    (void)state;
    char f[66];
    finding_fingerprint("aws_x", "012345678901", "arn:k", "tcp/22", f);
    assert_string_equal(f, "f49d375b4fc6963e5488b1addb0e5eafdd5eb3d8c9a9c33e367bae8476344c5a7");
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    finding_fingerprint("c", "012345678901", "a", "tcp/22", f);
    world_expect(&w, "SELECT fingerprint FROM finding", f);
}

static void a_finding_opens_stays_changes_ends_and_returns(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "finding_new");
    judging_expect_counts(&w, (struct finding_counts){ .opened = 1, .open = 1 });
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "");
    judging_expect_counts(&w, (struct finding_counts){ .open = 1 });
    judging_expect_history(&w, "[1,)FAIL:cloud");
    judging_night(&w, "{\"X\":2}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":2}", "{}", 0 }));
    judging_expect_alerts(&w, "finding_changed");
    judging_expect_counts(&w, (struct finding_counts){ .changed = 1, .open = 1 });
    judging_night(&w, "{\"X\":3}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_FAIL, "low", "{\"open\":2}", "{}", 0 }));
    judging_expect_alerts(&w, "finding_changed");
    judging_night(&w, "{\"X\":4}", OUTCOME_COMPLETE, NO_ROWS);
    judging_expect_alerts(&w, "finding_resolved");
    judging_expect_counts(&w, (struct finding_counts){ .resolved = 1 });
    judging_night(&w, "{\"X\":4}", OUTCOME_COMPLETE, NO_ROWS);
    judging_expect_alerts(&w, "");
    judging_night(&w, "{\"X\":5}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "finding_reopened");
    judging_expect_counts(&w, (struct finding_counts){ .reopened = 1, .open = 1 });
    judging_expect_history(
        &w, "[1,3)FAIL:cloud [3,4)FAIL:cloud [4,5)FAIL:cloud [5,7)PASS:cloud [7,)FAIL:cloud");
}

static void the_alert_says_all_that_a_sink_needs(void **state)
{
    (void)state;
    static const char evidence[] = "{\"from\":[\"0.0.0.0/0\"]}";
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", evidence, "{\"behind\":[\"web\"]}", 0 }));
    world_expect(
        &w,
        "SELECT a.kind, a.subject = f.fingerprint, f.id, a.payload FROM alert a JOIN finding f ON f.id = a.finding",
        "finding_new|1|1|{\"change\":\"new\",\"check\":\"c\",\"severity\":\"high\",\"provider\":\"aws\","
        "\"account\":\"012345678901\",\"account_name\":\"shop\",\"team\":\"pay\",\"region\":\"r\",\"type\":\"t\","
        "\"id\":\"a\",\"name\":\"n\",\"key\":\"a\",\"subject\":\"tcp/22\",\"evidence\":{\"from\":[\"0.0.0.0/0\"]},"
        "\"detail\":{\"behind\":[\"web\"]},\"cause\":\"cloud\","
        "\"fingerprint\":\"f23dce436d31ce629aaf0ae4ae776ff8c09cc235744174d9e094f43e7cf51d91f\"}");
}

/* `filler`: bytes of a detail that is {"a":"xxx…"}, 8 more. */
static void expect_alert_of(int filler, const char *said)
{
    char *detail = memory_format("{\"a\":\"%0*d\"}", filler, 0),
         *wanted = said != NULL ? memory_string(said) : memory_string(detail);
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{}", detail, 0 }));
    world_expect(&w, "SELECT payload -> '$.detail' FROM alert", wanted);
    free(wanted);
    free(detail);
}

static void an_alert_has_detail_up_to_its_maximum(void **state)
{
    (void)state;
    expect_alert_of(16384 - 8, NULL);
}

static void of_longer_detail_an_alert_says_how_long_it_was(void **state)
{
    (void)state;
    expect_alert_of(16384 - 7, "{\"left_out_bytes\":16385}");
}

static void detail_is_brought_up_to_date_in_silence(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{\"seen\":7}", 0 }));
    judging_expect_alerts(&w, "");
    judging_expect_history(&w, "[1,)FAIL:cloud");
    world_expect(&w, "SELECT detail FROM finding_state", "{\"seen\":7}");
}

static void what_cannot_be_judged_keeps_and_tells_nothing(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    judging_expect_alerts(&w, "");
    judging_expect_counts(&w, (struct finding_counts){ .unverified = 1 });
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_expect_alerts(&w, "");
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,4)UNKNOWN:coverage [4,)FAIL:config");
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":9}", "{}", 0 }));
    judging_expect_alerts(&w, "finding_changed");
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    judging_night(&w, "{}", OUTCOME_COMPLETE, NO_ROWS);
    judging_expect_alerts(&w, "finding_resolved");
}

static void unknown_of_one_subject_leaves_the_others(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS(SSH, { "a", "tcp/3389", VERDICT_FAIL, "high", "{}", "{}", 0 }));
    judging_expect_counts(&w, (struct finding_counts){ .opened = 2, .open = 2 });
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "tcp/22", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    world_expect(
        &w,
        "SELECT f.subject, n.verdict FROM finding f JOIN finding_state n ON n.finding = f.id AND n.to_run"
        " IS NULL ORDER BY 1",
        "tcp/22|UNKNOWN tcp/3389|PASS");
}

static void what_was_never_open_is_not_unknown(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE,
                  ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0 },
                       { "a", "x", VERDICT_PASS, "", "", "", 0 }));
    world_expect(&w, "SELECT (SELECT count(*) FROM finding) + (SELECT count(*) FROM finding_state)",
                 "0");
}

static void not_seen_is_not_resolved(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    for (int i = 0; i < 5; i++) {
        judging_night(&w, NULL, OUTCOME_DENIED, NO_ROWS);
        judging_expect_alerts(&w, "");
        judging_expect_counts(&w, (struct finding_counts){ .unverified = 1 });
    }
    judging_expect_history(&w, "[1,)FAIL:cloud");
    judging_night(&w, NULL, OUTCOME_COMPLETE, NO_ROWS); /* gone, and seen to be */
    judging_expect_alerts(&w, "finding_resolved");
    judging_expect_history(&w, "[1,7)FAIL:cloud [7,)PASS:cloud");
}

static void what_ended_unjudged_is_resolved_later(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_walk(&w, "t", NULL, OUTCOME_COMPLETE); /* filtered: this check was not asked */
    judging_night(&w, NULL, OUTCOME_DENIED, NO_ROWS);
    judging_expect_alerts(&w, "finding_resolved");
    judging_expect_history(&w, "[1,3)FAIL:cloud [3,)PASS:cloud");
}

static void what_was_seen_changed_before_the_read_failed_is_judged(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    judging_night(&w, "{\"X\":2}", OUTCOME_FAILED, NO_ROWS);
    judging_expect_alerts(&w, "finding_resolved");
}

/* ---- one transaction ---- */

static void put_check(const char *check, const char *digest, const struct finding_row *rows,
                      size_t count)
{
    struct finding_batch b = judging_batch(&w, check, digest, rows, count);
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
}

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
        judging_expect_counts(&w, (struct finding_counts){ .opened = 1, .open = 1 });
        world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
        if (i == 0)
            store_rollback(w.s);
        else if (i == 1)
            world_kill(&w);
        else
            world_must(&w, store_commit(w.s, &w.err));
        world_expect(
            &w,
            "SELECT (SELECT count(*) FROM finding), (SELECT count(*) FROM finding_state),"
            " (SELECT count(*) FROM alert), (SELECT count(*) FROM evaluation), (SELECT state FROM run)",
            i < 2 ? "0|0|0|0|walking" : "1|1|1|1|published");
    }
}

static void judging_twice_in_one_publish_leaves_the_last_word(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    put_check("c", "d1", NO_ROWS);
    put_check("c", "d1",
              ROWS({ "a", "tcp/22", VERDICT_FAIL, "low", "{}", "{}", 0 },
                   { "a", "", VERDICT_FAIL, "low", "{}", "{}", 0 }));
    put_check("c", "d1", ROWS(SSH));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    world_expect(
        &w,
        "SELECT f.subject, n.from_run, n.to_run, n.verdict FROM finding_state n JOIN finding f"
        " ON f.id = n.finding ORDER BY n.finding, n.from_run",
        "tcp/22|1|-|FAIL");
    judging_expect_alerts(&w, "");
}

static void findings_are_written_only_in_a_publish(void **state)
{
    (void)state;
    struct finding_batch b = judging_batch(&w, "c", "d1", NO_ROWS);
    world_night(&w);
    assert_false(findings_put(w.s, &w.run, &b, &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    assert_false(findings_publish(w.s, &w.run, &w.counts, &w.err));
}

static void a_row_of_a_resource_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct finding_batch b =
        judging_batch(&w, "c", "d1", ROWS({ "nowhere", "", VERDICT_FAIL, "low", "{}", "{}", 0 }));
    world_night(&w);
    world_must(&w, store_begin(w.s, &w.err));
    assert_false(findings_put(w.s, &w.run, &b, &w.err));
    assert_int_equal(w.err.kind, ERROR_DATA);
    assert_non_null(strstr(w.err.message, "nowhere"));
    b = judging_batch(&w, "c", "d1", NO_ROWS);
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
        CASE(an_alert_has_detail_up_to_its_maximum),
        CASE(of_longer_detail_an_alert_says_how_long_it_was),
        CASE(detail_is_brought_up_to_date_in_silence),
        CASE(what_cannot_be_judged_keeps_and_tells_nothing),
        CASE(unknown_of_one_subject_leaves_the_others),
        CASE(what_was_never_open_is_not_unknown),
        CASE(not_seen_is_not_resolved),
        CASE(what_ended_unjudged_is_resolved_later),
        CASE(what_was_seen_changed_before_the_read_failed_is_judged),
        CASE(a_publish_that_is_rolled_back_leaves_nothing_and_can_be_repeated),
        CASE(judging_twice_in_one_publish_leaves_the_last_word),
        CASE(findings_are_written_only_in_a_publish),
        CASE(a_row_of_a_resource_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
