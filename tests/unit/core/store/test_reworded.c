/* A check that was changed says of the same things more, less, or other things. */
#include "core/store/finding_state.h"
#include "tests/unit/core/store/happening.h"

static void expect_alike(const char *a, const char *b, bool alike)
{
    assert_int_equal(finding_state_is_alike(a, b), alike);
    assert_int_equal(finding_state_is_alike(b, a), alike);
}

static void what_both_say_is_compared(void **state)
{
    (void)state;
    expect_alike("{\"a\":1}", "{\"a\":1,\"b\":2}", true);
    expect_alike("{\"a\":1,\"c\":3}", "{\"a\":1,\"b\":2}", true);
    expect_alike("{\"a\":1,\"c\":3}", "{\"a\":2,\"b\":2}", false);
    expect_alike("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"x\":1}}", true);
    expect_alike("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"x\":2}}", false);
    expect_alike("{\"a\":{\"x\":1}}", "{\"a\":\"x\"}", false);
    expect_alike("{\"a\":[{\"x\":1}]}", "{\"a\":[{\"x\":1,\"y\":2}]}", false);
    expect_alike("{\"a\":null}", "{\"a\":1}", false);
    expect_alike("{}", "{\"a\":1}", true);
    expect_alike("{", "{}", false);
}

/* ---- what is ---- */

#define OPEN(severity, evidence)                                                                   \
    {                                                                                              \
        "a", "tcp/22", VERDICT_FAIL, severity, evidence, "{}", 0                                   \
    }

static void judged_by(const char *digest, const struct finding_row *rows, size_t count)
{
    world_night(&w);
    look(OUTCOME_COMPLETE);
    judging_publish(&w, digest, rows, count);
}

static void what_a_changed_check_says_more_is_no_change(void **state)
{
    (void)state;
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1,\"b\":2}")));
    judged_by("d2", ROWS(OPEN("high", "{\"a\":1,\"c\":3}")));
    judging_expect_alerts(&w, "");
    judging_expect_history(&w, "[1,)FAIL:cloud");
    expect("FAIL|high|{\"a\":1,\"c\":3}|{}");
}

static void what_a_changed_check_says_otherwise_is(void **state)
{
    (void)state;
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1}")));
    judged_by("d2", ROWS(OPEN("high", "{\"a\":2,\"c\":3}")));
    judging_expect_alerts(&w, "finding_changed");
    judged_by("d3", ROWS(OPEN("low", "{\"a\":2}")));
    judging_expect_alerts(&w, "finding_changed");
    expect("FAIL|low|{\"a\":2}|{}");
}

static void what_the_same_check_says_more_is_a_change(void **state)
{
    (void)state;
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1}")));
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1,\"c\":3}")));
    judging_expect_alerts(&w, "finding_changed");
}

static void what_was_unknown_meanwhile_is_no_change_either(void **state)
{
    (void)state;
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1}")));
    judged_by("d1", ROWS({ "a", "", VERDICT_UNKNOWN, "high", "{}", "{}", 0 }));
    judged_by("d2", ROWS(OPEN("high", "{\"a\":1,\"c\":3}")));
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"a\":1,\"c\":3}|{}");
}

/* A publish that is done again has the last word, and compares with the night before. */
static void judged_twice_in_one_night_it_is_no_change(void **state)
{
    (void)state;
    judged_by("d1", ROWS(OPEN("high", "{\"a\":1}")));
    world_night(&w);
    look(OUTCOME_COMPLETE);
    const struct finding_row rows[] = { OPEN("low", "{\"a\":2}"),
                                        OPEN("high", "{\"a\":1,\"c\":3}") };
    struct finding_batch first = judging_batch(&w, "c", "d2", &rows[0], 1);
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &first, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
    judging_publish(&w, "d3", &rows[1], 1);
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"a\":1,\"c\":3}|{}");
}

/* ---- what happened ---- */

static void happened_by(const char *digest, const struct finding_row *rows, size_t count)
{
    world_night(&w);
    look(OUTCOME_COMPLETE);
    struct finding_batch b = judging_batch(&w, "c", digest, rows, count);
    b.occurrence = true;
    b.types = types;
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_put(w.s, &w.run, &b, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void what_happened_takes_the_words_of_a_changed_check_without_being_newer(void **state)
{
    (void)state;
    happened_by("d1", ROWS(EVENT("high", "{\"who\":1,\"how\":{\"en\":\"so\"}}", 100)));
    happened_by("d2", ROWS(EVENT("high", "{\"who\":1,\"kind\":\"key\"}", 100)));
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1,\"kind\":\"key\"}|{}");
    expect_known("100|1");
}

static void what_happened_again_is_no_change_by_words_alone(void **state)
{
    (void)state;
    happened_by("d1", ROWS(EVENT("high", "{\"who\":1,\"how\":{\"en\":\"so\"}}", 100)));
    happened_by("d2", ROWS(EVENT("high", "{\"who\":1,\"kind\":\"key\"}", 200)));
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1,\"kind\":\"key\"}|{}");
    happened_by("d3", ROWS(EVENT("high", "{\"who\":2,\"kind\":\"key\"}", 300)));
    judging_expect_alerts(&w, "finding_changed");
}

static void what_is_not_newer_and_says_otherwise_stays_as_it_was(void **state)
{
    (void)state;
    happened_by("d1", ROWS(EVENT("high", "{\"who\":1}", 100)));
    happened_by("d2", ROWS(EVENT("high", "{\"who\":2,\"kind\":\"key\"}", 100)));
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1}|{}");
    happened_by("d3", ROWS(EVENT("low", "{\"who\":1,\"kind\":\"key\"}", 100)));
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1,\"kind\":\"key\"}|{}");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_both_say_is_compared),
        T(what_a_changed_check_says_more_is_no_change),
        T(what_a_changed_check_says_otherwise_is),
        T(what_the_same_check_says_more_is_a_change),
        T(what_was_unknown_meanwhile_is_no_change_either),
        T(judged_twice_in_one_night_it_is_no_change),
        T(what_happened_takes_the_words_of_a_changed_check_without_being_newer),
        T(what_happened_again_is_no_change_by_words_alone),
        T(what_is_not_newer_and_says_otherwise_stays_as_it_was),
    };
    return cmocka_run_group_tests_name("other words", tests, NULL, NULL);
}
