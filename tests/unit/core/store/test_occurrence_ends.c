/* What happened where nobody could judge it, what else ends it, and what brings it back. */
#include "tests/unit/core/store/happening.h"

/* ---- not judged ---- */

static void what_cannot_be_judged_is_unknown_and_back_without_a_change(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{\"who\":1}", 100)));
    night(ROWS(CANNOT));
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)UNKNOWN:coverage");
    judging_expect_alerts(&w, "");
    night(NO_ROWS);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,3)UNKNOWN:coverage [3,)FAIL:coverage");
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1}|{}");
    night(ROWS(CANNOT));
    night(ROWS(EVENT("critical", "{\"who\":2}", 100))); /* not newer: as it was */
    judging_expect_alerts(&w, "");
    expect("FAIL|high|{\"who\":1}|{}");
    night(ROWS(CANNOT));
    night(ROWS(EVENT("low", "{\"who\":2}", 101)));
    judging_expect_alerts(&w, "finding_changed");
    expect("FAIL|high|{\"who\":2}|{}");
}

static void what_cannot_be_judged_may_end_as_quiet_once_it_can(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    night(NO_ROWS);
    night(NO_ROWS);
    night(ROWS(CANNOT));
    night(NO_ROWS);
    judging_expect_history(&w, "[1,4)FAIL:cloud [4,5)UNKNOWN:coverage [5,)PASS:quiet");
    judging_expect_alerts(&w, "finding_resolved");
}

static void what_was_not_seen_keeps_what_it_said(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    for (int i = 0; i < 5; i++) {
        world_night(&w);
        look(OUTCOME_DENIED);
        publish(NO_ROWS);
    }
    judging_expect_history(&w, "[1,)FAIL:cloud");
    judging_expect_counts(&w, (struct finding_counts){ 0, 0, 0, 0, 0, 1 });
}

static void it_may_happen_to_a_thing_that_is_not_seen(void **state)
{
    (void)state;
    night(NO_ROWS);
    world_night(&w);
    look(OUTCOME_DENIED);
    publish(ROWS(EVENT("high", "{}", 100)));
    judging_expect_alerts(&w, "finding_new");
    expect_known("100|0");
}

/* ---- other ends ---- */

static void a_thing_that_is_gone_takes_what_happened_to_it_along(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    world_night(&w);
    world_read(&w, "t", NULL, OUTCOME_COMPLETE);
    publish(NO_ROWS);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)PASS:cloud");
    night(ROWS(EVENT("high", "{}", 100))); /* it is back, and it is not known to be quiet */
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,3)PASS:cloud [3,)FAIL:cloud");
    judging_expect_alerts(&w, "finding_reopened");
}

static void a_closed_account_ends_it(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    world_night(&w);
    world_must(&w, store_account_close(w.s, &w.run, w.account, &w.err));
    world_publish(&w);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)PASS:account closed");
}

static void switch_off(const char *cause)
{
    world_night(&w);
    look(OUTCOME_COMPLETE);
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, findings_drop(w.s, &w.run, "c", cause, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void off_and_on_again_opens_it_as_it_was(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{\"who\":1}", WORLD_NOON + 86400 - HOUR)));
    switch_off("config");
    expect("NA|high|{\"who\":1}|{}");
    night(NO_ROWS); /* a day ago: it is not quiet yet */
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,3)NA:config [3,)FAIL:config");
    judging_expect_alerts(&w, "finding_reopened");
    expect("FAIL|high|{\"who\":1}|{}");
    night(NO_ROWS);
    night(NO_ROWS);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,3)NA:config [3,5)FAIL:config [5,)PASS:quiet");
}

static void off_and_on_again_with_the_event_still_there_opens_it_too(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    switch_off("config");
    night(ROWS(EVENT("high", "{}", 100)));
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,3)NA:config [3,)FAIL:config");
    judging_expect_alerts(&w, "finding_reopened");
}

static void off_for_long_it_ends_when_it_is_on_again(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", WORLD_NOON + 86400 - HOUR)));
    for (int i = 0; i < QUIET; i++)
        switch_off("config");
    night(NO_ROWS);
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,5)NA:config [5,)PASS:quiet");
    judging_expect_alerts(&w, "finding_resolved");
}

static void what_is_out_of_scope_stays_so_while_it_cannot_be_judged(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    switch_off("config");
    night(ROWS(CANNOT));
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)NA:config");
}

static void what_was_quiet_stays_quiet_over_a_check_that_is_off(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    for (int i = 0; i < QUIET; i++)
        night(NO_ROWS);
    switch_off("config");
    night(ROWS(EVENT("high", "{}", 100)));
    judging_expect_history(&w, "[1,4)FAIL:cloud [4,)PASS:quiet");
}

static void a_renamed_check_goes_on_with_its_occurrences(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    night(NO_ROWS);
    for (int i = 0; i < 2; i++) {
        const struct finding_row rows[] = { EVENT("high", "{}", 100) };
        struct finding_batch b = judging_batch(&w, "new_name", "d1", rows, (size_t)i);
        b.occurrence = true;
        b.quiet_days = QUIET;
        b.formerly = (const char *const[]){ "c", NULL };
        world_night(&w);
        look(OUTCOME_COMPLETE);
        world_must(&w, store_begin(w.s, &w.err) && findings_put(w.s, &w.run, &b, &w.err) &&
                           findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                           store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                           store_commit(w.s, &w.err));
        expect_known(i == 0 ? "100|2" : "100|3");
    }
    world_expect(&w, "SELECT check_id FROM finding", "new_name");
    judging_expect_history(&w, "[1,4)FAIL:cloud [4,)PASS:quiet");
}

static void a_check_that_becomes_one_keeps_its_findings(void **state)
{
    (void)state;
    judging_night(&w, "{}", OUTCOME_COMPLETE, ROWS(SSH));
    night(NO_ROWS);
    judging_expect_history(&w, "[1,)FAIL:cloud");
    expect_known("0|1"); /* when it happened nobody said */
    night(ROWS({ "a", "tcp/22", VERDICT_FAIL, "high", "{\"open\":1}", "{}", 7 }));
    expect_known("7|0");
    judging_expect_history(&w, "[1,)FAIL:cloud");
}

/* ---- runs that end otherwise ---- */

static void a_publication_that_is_undone_counts_nothing(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    world_night(&w);
    look(OUTCOME_COMPLETE);
    world_must(&w, store_begin(w.s, &w.err));
    put("c", NO_ROWS);
    store_rollback(w.s);
    expect_known("100|0");
    publish(NO_ROWS);
    expect_known("100|1");
}

static void an_abandoned_and_a_resumed_run_count_as_one_night(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    world_night(&w);
    look(OUTCOME_FAILED);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w);
    world_resume(&w);
    look(OUTCOME_COMPLETE);
    publish(NO_ROWS);
    expect_known("100|1");
    world_night(&w);
    look(OUTCOME_COMPLETE);
    world_must(&w, store_commit(w.s, &w.err));
    world_kill(&w); /* abandoned by the next */
    night(NO_ROWS);
    expect_known("100|2");
    judging_expect_history(&w, "[1,)FAIL:cloud");
}

static void what_is_put_twice_in_one_run_is_the_same(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    world_night(&w);
    look(OUTCOME_COMPLETE);
    world_must(&w, store_begin(w.s, &w.err));
    put("c", ROWS(EVENT("critical", "{\"who\":2}", 101)));
    put("c", ROWS(EVENT("critical", "{\"who\":2}", 101)));
    world_must(&w, store_commit(w.s, &w.err));
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,)FAIL:config");
    expect("FAIL|critical|{\"who\":2}|{}");
    expect_known("101|0");
}

/* ---- counts ---- */

static void what_is_open_counts_as_failed_though_no_row_says_so(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100), { "a", "console", VERDICT_FAIL, "low", "{}", "{}", 200 }));
    world_night(&w);
    look(OUTCOME_COMPLETE);
    publish(NO_ROWS);
    expect_counts("0|1|0");
    world_night(&w);
    look(OUTCOME_COMPLETE);
    publish(NO_ROWS);
    world_night(&w);
    look(OUTCOME_COMPLETE);
    publish(NO_ROWS);
    expect_counts("1|0|0");
}

static void nights_count_only_where_one_is_open(void **state)
{
    (void)state;
    assert_false(occurrence_is_counting(w.s, "c", w.account));
    night(ROWS(EVENT("high", "{}", 100)));
    assert_true(occurrence_is_counting(w.s, "c", w.account));
    assert_true(occurrence_is_counting(w.s, "c", 0));
    assert_false(occurrence_is_counting(w.s, "c", w.account + 1));
    assert_false(occurrence_is_counting(w.s, "d", w.account));
    night(ROWS(CANNOT));
    assert_true(occurrence_is_counting(w.s, "c", w.account));
    for (int i = 0; i < QUIET; i++)
        night(NO_ROWS);
    assert_false(occurrence_is_counting(w.s, "c", w.account));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_cannot_be_judged_is_unknown_and_back_without_a_change),
        CASE(what_cannot_be_judged_may_end_as_quiet_once_it_can),
        CASE(what_was_not_seen_keeps_what_it_said),
        CASE(it_may_happen_to_a_thing_that_is_not_seen),
        CASE(a_thing_that_is_gone_takes_what_happened_to_it_along),
        CASE(a_closed_account_ends_it),
        CASE(off_and_on_again_opens_it_as_it_was),
        CASE(off_and_on_again_with_the_event_still_there_opens_it_too),
        CASE(off_for_long_it_ends_when_it_is_on_again),
        CASE(what_is_out_of_scope_stays_so_while_it_cannot_be_judged),
        CASE(what_was_quiet_stays_quiet_over_a_check_that_is_off),
        CASE(a_renamed_check_goes_on_with_its_occurrences),
        CASE(a_check_that_becomes_one_keeps_its_findings),
        CASE(a_publication_that_is_undone_counts_nothing),
        CASE(an_abandoned_and_a_resumed_run_count_as_one_night),
        CASE(what_is_put_twice_in_one_run_is_the_same),
        CASE(what_is_open_counts_as_failed_though_no_row_says_so),
        CASE(nights_count_only_where_one_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
