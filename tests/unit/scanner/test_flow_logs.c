/* What becomes of flow logs is told by the worst of what was met; without a bucket they are skipped. */
#include "core/base/map.h"
#include "scanner/flow_logs.h"
#include "scanner/flow_logs_told.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void the_worst_is_told_and_of_equals_the_first_by_its_letters(void **state)
{
    (void)state;
    struct flow_logs_told t = { OUTCOME_COMPLETE, NULL };
    flow_logs_told_note(&t, OUTCOME_COMPLETE, "");
    assert_null(t.reason);
    flow_logs_told_note(&t, OUTCOME_SKIPPED, "parquet");
    flow_logs_told_note(&t, OUTCOME_FAILED, "file b");
    flow_logs_told_note(&t, OUTCOME_FAILED, "file a");
    flow_logs_told_note(&t, OUTCOME_FAILED, "file c");
    flow_logs_told_note(&t, OUTCOME_DENIED, "denied");
    assert_int_equal(t.outcome, OUTCOME_FAILED);
    assert_string_equal(t.reason, "file a");
    flow_logs_told_release(&t);
    assert_int_equal(t.outcome, OUTCOME_COMPLETE);
}

static void each_place_has_an_entry_of_its_own(void **state)
{
    (void)state;
    struct map *all = flow_logs_told_map();
    char *here = flow_logs_held_as("111122223333", "us-east-1"), *there = flow_logs_held_as("111122223333", "eu-west-1");
    flow_logs_told_note(flow_logs_told_in(all, here), OUTCOME_DENIED, "no");
    flow_logs_told_note(flow_logs_told_in(all, there), OUTCOME_COMPLETE, "");
    assert_int_equal(flow_logs_told_in(all, here)->outcome, OUTCOME_DENIED);
    assert_int_equal(flow_logs_told_in(all, there)->outcome, OUTCOME_COMPLETE);
    assert_int_equal(map_count(all), 2);
    free(here);
    free(there);
    map_free(all);
}

static void without_a_bucket_they_are_skipped(void **state)
{
    (void)state;
    const char *reason = NULL;
    assert_int_equal(flow_logs_outcome(NULL, "111122223333", "us-east-1", &reason), OUTCOME_SKIPPED);
    assert_string_equal(reason, "no log bucket is named in logs:");
    assert_null(flow_logs_counts(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_is_told_and_of_equals_the_first_by_its_letters),
        cmocka_unit_test(each_place_has_an_entry_of_its_own),
        cmocka_unit_test(without_a_bucket_they_are_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
