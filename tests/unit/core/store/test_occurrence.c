/* What happened stays open while it leaves the window, is not told twice, and ends when it has been quiet. */
#include "core/model/resource_type.h"
#include "core/store/lending.h"
#include "tests/unit/core/store/happening.h"

/* ---- opening and staying ---- */

static void what_happened_opens_once_and_neither_ends_nor_repeats(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{\"who\":1}", 100)));
    judging_expect_alerts(&w, "finding_new");
    night(NO_ROWS);
    judging_expect_alerts(&w, "");
    night(ROWS(EVENT("high", "{\"who\":1}", 100)));
    judging_expect_alerts(&w, "");
    judging_expect_history(&w, "[1,)FAIL:cloud");
    judging_expect_counts(&w, (struct finding_counts){ 0, 0, 0, 0, 1, 0 });
}

static void happening_again_in_the_same_way_is_no_change(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        night(ROWS(EVENT("high", "{\"who\":1}", 100 + i)));
    judging_expect_history(&w, "[1,)FAIL:cloud");
    expect_known("105|0");
}

static void only_what_is_newer_changes_it(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{\"who\":1}", 100)));
    night(ROWS(EVENT("high", "{\"who\":2}", 100)));
    expect("FAIL|high|{\"who\":1}|{}");
    night(ROWS(EVENT("critical", "{\"who\":2}", 99)));
    expect("FAIL|high|{\"who\":1}|{}");
    night(ROWS(EVENT("high", "{\"who\":2}", 101)));
    expect("FAIL|high|{\"who\":2}|{}");
    judging_expect_alerts(&w, "finding_changed");
    expect_known("101|0");
}

static void severity_rises_and_never_falls_while_it_is_open(void **state)
{
    (void)state;
    night(ROWS(EVENT("medium", "{}", 100)));
    night(ROWS(EVENT("critical", "{}", 101)));
    judging_expect_alerts(&w, "finding_changed");
    night(ROWS(EVENT("low", "{}", 102)));
    judging_expect_alerts(&w, "");
    expect("FAIL|critical|{}|{}");
    night(ROWS(EVENT("low", "{\"who\":2}", 103)));
    expect("FAIL|critical|{\"who\":2}|{}");
    judging_expect_history(&w, "[1,2)FAIL:cloud [2,4)FAIL:config [4,)FAIL:config");
}

static void its_detail_is_brought_up_to_date_and_never_emptied(void **state)
{
    (void)state;
    night(ROWS({ "a", "key", VERDICT_FAIL, "high", "{}", "{\"calls\":1}", 100 }));
    night(ROWS({ "a", "key", VERDICT_FAIL, "high", "{}", "{\"calls\":2}", 100 }));
    expect("FAIL|high|{}|{\"calls\":2}");
    night(ROWS({ "a", "key", VERDICT_FAIL, "low", "{}", "{\"calls\":3}", 105 }));
    expect("FAIL|high|{}|{\"calls\":3}");
    night(ROWS({ "a", "key", VERDICT_FAIL, "high", "{}", "{}", 106 }));
    expect("FAIL|high|{}|{\"calls\":3}");
    night(ROWS({ "a", "key", VERDICT_FAIL, "high", "{\"who\":2}", "{}", 107 }));
    expect("FAIL|high|{\"who\":2}|{\"calls\":3}");
    night(NO_ROWS);
    expect("FAIL|high|{\"who\":2}|{\"calls\":3}");
}

static void each_subject_is_an_occurrence_by_itself(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100), { "a", "console", VERDICT_FAIL, "low", "{}", "{}", 200 }));
    night(ROWS(EVENT("high", "{}", 300)));
    night(NO_ROWS);
    night(NO_ROWS);
    expect("FAIL|high|{}|{} PASS|low|{}|{}");
    expect_known("300|2 200|3");
}

/* ---- quiet ---- */

static void after_enough_quiet_nights_it_ends_as_quiet(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    night(NO_ROWS);
    night(ROWS(EVENT("high", "{}", 100))); /* what stays in the window is nothing new */
    judging_expect_history(&w, "[1,)FAIL:cloud");
    night(NO_ROWS);
    judging_expect_history(&w, "[1,4)FAIL:cloud [4,)PASS:quiet");
    judging_expect_alerts(&w, "finding_resolved");
    judging_expect_counts(&w, (struct finding_counts){ 0, 0, 0, 1, 0, 0 });
    night(NO_ROWS);
    judging_expect_alerts(&w, "");
}

static void what_stays_in_the_window_does_not_open_it_again(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    for (int i = 0; i < 6; i++)
        night(ROWS(EVENT("critical", "{\"who\":9}", 100)));
    judging_expect_history(&w, "[1,4)FAIL:cloud [4,)PASS:quiet");
    expect_counts("1|0|0"); /* the row is there, the finding is not */
    night(ROWS(EVENT("low", "{\"who\":2}", 101)));
    judging_expect_alerts(&w, "finding_reopened");
    expect("FAIL|low|{\"who\":2}|{}"); /* told anew */
    expect_known("101|0");
}

static void anything_newer_begins_to_count_anew(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    night(NO_ROWS);
    night(NO_ROWS);
    expect_known("100|2");
    night(ROWS(EVENT("high", "{}", 101)));
    expect_known("101|0");
    night(NO_ROWS);
    night(NO_ROWS);
    judging_expect_history(&w, "[1,)FAIL:cloud");
    night(NO_ROWS);
    judging_expect_history(&w, "[1,7)FAIL:cloud [7,)PASS:quiet");
}

static void a_day_counts_once_however_many_runs_it_has(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    for (int i = 0; i < 6; i++) {
        w.now += HOUR - 24 * HOUR; /* another run on the same day */
        night(NO_ROWS);
    }
    expect_known("100|0");
    night(NO_ROWS);
    w.now += HOUR - 24 * HOUR;
    night(NO_ROWS);
    expect_known("100|1");
}

static void nights_that_could_not_judge_it_do_not_count(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    night(ROWS(CANNOT));
    world_night(&w); /* the resource itself was not seen */
    look(OUTCOME_FAILED);
    publish(NO_ROWS);
    night(ROWS(EVENT("high", "{}", 100), CANNOT)); /* proven, but not all was read */
    world_night(&w);                               /* a run that does not judge it */
    look(OUTCOME_COMPLETE);
    world_publish(&w);
    expect_known("100|0");
    night(NO_ROWS);
    expect_known("100|1");
}

static void a_run_with_filters_counts_only_where_it_asked(void **state)
{
    (void)state;
    night(ROWS(EVENT("high", "{}", 100)));
    for (int asked = 0; asked < 2; asked++) {
        world_night(&w);
        world_read(&w, "events", NULL, OUTCOME_COMPLETE);
        look(OUTCOME_COMPLETE);
        publish(NO_ROWS);
        expect_known(asked == 0 ? "100|1" : "100|2");
        w.now += 86400;
        struct store_run_options o = world_options(&w);
        o.filtered = true;
        world_must(&w, store_run_begin(w.s, &o, &w.run, &w.err));
        look(OUTCOME_COMPLETE);
        if (asked == 1)
            world_read(&w, "events", NULL, OUTCOME_COMPLETE);
        publish(NO_ROWS);
        expect_known(asked == 0 ? "100|1" : "100|3");
    }
    judging_expect_history(&w, "[1,5)FAIL:cloud [5,)PASS:quiet");
}

static void begin_night(bool filtered)
{
    w.now += 86400;
    struct store_run_options o = world_options(&w);
    o.filtered = filtered;
    world_must(&w, store_run_begin(w.s, &o, &w.run, &w.err));
}

/* Judged, with others' things; filtered runs without a row. */
static void end_night(struct finding_batch b)
{
    struct resource_types *none = resource_types_new();
    b.occurrence = true;
    b.quiet_days = QUIET;
    world_must(&w, store_begin(w.s, &w.err) && lending_update(w.s, none, &w.err) &&
                       findings_put(w.s, &w.run, &b, &w.err) &&
                       findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                       store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                       store_commit(w.s, &w.err));
    resource_types_free(none);
}

static const struct finding_row happened = EVENT("high", "{}", 100);

/* In a network that another account lends: whether what is the lender's was asked for, too. */
static void lent_night(int64_t host, bool filtered, bool ask_the_lender)
{
    static const char *const owned[] = { "rules", NULL };
    int64_t own = w.account;
    begin_night(filtered);
    struct store_scope *scope = world_begin(&w, "r", "t");
    world_item(&w, scope, (struct world_item){ "a", "{}", NULL, NULL });
    world_must(&w, store_scope_shared(w.s, scope, "000000000002", "net", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    w.account = host;
    if (ask_the_lender)
        world_read(&w, "rules", NULL, OUTCOME_COMPLETE);
    w.account = own;
    struct finding_batch b = judging_batch(&w, "c", "d1", filtered ? NULL : &happened, !filtered);
    b.types = types;
    b.owned = owned;
    end_night(b);
}

/* In a network of its own that another account lives in. */
static void night_with_tenant(int64_t tenant, bool filtered, bool ask_the_tenant)
{
    static const char *const read[] = { "t", "nets", "events", NULL },
                             *const tenanted[] = { "events", NULL };
    int64_t own = w.account;
    begin_night(filtered);
    look(OUTCOME_COMPLETE);
    w.account = tenant;
    struct store_scope *scope = world_begin(&w, "r", "nets");
    world_must(&w, store_scope_shared(w.s, scope, "012345678901", "net", &w.err));
    world_end(&w, scope, OUTCOME_COMPLETE);
    if (ask_the_tenant)
        world_read(&w, "events", NULL, OUTCOME_COMPLETE);
    w.account = own;
    struct finding_batch b = judging_batch(&w, "c", "d1", filtered ? NULL : &happened, !filtered);
    b.types = read;
    b.tenanted = tenanted;
    end_night(b);
}

static void a_run_with_filters_counts_only_where_it_asked_the_tenants_too(void **state)
{
    (void)state;
    int64_t tenant = world_account(&w, "000000000002", "active");
    night_with_tenant(tenant, false, true);
    expect_known("100|0");
    night_with_tenant(tenant, true, false);
    expect_known("100|0");
    night_with_tenant(tenant, true, true);
    expect_known("100|1");
}

static void a_run_with_filters_counts_only_where_it_asked_the_owners_too(void **state)
{
    (void)state;
    int64_t host = world_account(&w, "000000000002", "active");
    lent_night(host, false, true);
    expect_known("100|0");
    lent_night(host, true, false);
    expect_known("100|0");
    lent_night(host, true, true);
    expect_known("100|1");
}

static void without_a_word_it_takes_thirty_nights(void **state)
{
    (void)state;
    for (int i = 0; i <= OCCURRENCE_QUIET_DAYS; i++) {
        const struct finding_row row = EVENT("high", "{}", 100);
        world_night(&w);
        look(OUTCOME_COMPLETE);
        struct finding_batch b = judging_batch(&w, "c", "d1", &row, i == 0);
        b.occurrence = true;
        world_must(&w, store_begin(w.s, &w.err) && findings_put(w.s, &w.run, &b, &w.err) &&
                           findings_publish(w.s, &w.run, &w.counts, &w.err) &&
                           store_run_publish(w.s, &w.run, w.now + 600, &w.err) &&
                           store_commit(w.s, &w.err));
    }
    judging_expect_history(&w, "[1,31)FAIL:cloud [31,)PASS:quiet");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_happened_opens_once_and_neither_ends_nor_repeats),
        CASE(happening_again_in_the_same_way_is_no_change),
        CASE(only_what_is_newer_changes_it),
        CASE(severity_rises_and_never_falls_while_it_is_open),
        CASE(its_detail_is_brought_up_to_date_and_never_emptied),
        CASE(each_subject_is_an_occurrence_by_itself),
        CASE(after_enough_quiet_nights_it_ends_as_quiet),
        CASE(what_stays_in_the_window_does_not_open_it_again),
        CASE(anything_newer_begins_to_count_anew),
        CASE(a_day_counts_once_however_many_runs_it_has),
        CASE(nights_that_could_not_judge_it_do_not_count),
        CASE(a_run_with_filters_counts_only_where_it_asked),
        CASE(a_run_with_filters_counts_only_where_it_asked_the_owners_too),
        CASE(a_run_with_filters_counts_only_where_it_asked_the_tenants_too),
        CASE(without_a_word_it_takes_thirty_nights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
