/* What becomes of logs is told by the worst of what was met; without a bucket they are skipped. */
#include "scanner/logs/flow_logs.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#define ACCOUNT "111122223333"

static void assert_told(const struct log_outcomes *o, const char *region, enum outcome outcome,
                        const char *reason)
{
    const char *told = NULL;
    assert_int_equal(log_outcomes_of(o, ACCOUNT, region, "none here", &told), outcome);
    assert_string_equal(told, reason);
}

static void the_worst_is_told_and_of_equals_the_first_by_its_letters(void **state)
{
    (void)state;
    struct log_outcomes o;
    log_outcomes_init(&o);
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_COMPLETE, "");
    assert_told(&o, "us-east-1", OUTCOME_COMPLETE, "");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_SKIPPED, "parquet");
    assert_told(&o, "us-east-1", OUTCOME_SKIPPED, "parquet");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_FAILED, "file b");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_FAILED, "file a");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_FAILED, "file c");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_DENIED, "denied");
    assert_told(&o, "us-east-1", OUTCOME_FAILED, "file a");
    log_outcomes_release(&o);
}

static void what_is_noted_of_an_account_or_of_all_counts_for_each_of_its_regions(void **state)
{
    (void)state;
    struct log_outcomes o;
    log_outcomes_init(&o);
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_COMPLETE, "");
    log_outcomes_note(&o, ACCOUNT, "eu-west-1", OUTCOME_FAILED, "a file");
    assert_told(&o, "ap-south-1", OUTCOME_SKIPPED, "none here");
    log_outcomes_note(&o, "444455556666", NULL, OUTCOME_DENIED, "another's");
    assert_told(&o, "us-east-1", OUTCOME_COMPLETE, "");
    log_outcomes_note(&o, ACCOUNT, NULL, OUTCOME_DENIED, "its list");
    assert_told(&o, "us-east-1", OUTCOME_DENIED, "its list");
    assert_told(&o, "ap-south-1", OUTCOME_DENIED, "its list");
    assert_told(&o, "eu-west-1", OUTCOME_FAILED, "a file");
    log_outcomes_note(&o, NULL, NULL, OUTCOME_FAILED, "a bucket");
    assert_told(&o, "us-east-1", OUTCOME_FAILED, "a bucket");
    log_outcomes_release(&o);
}

static void what_another_source_has_told_is_settled_and_nothing_else(void **state)
{
    (void)state;
    struct log_outcomes o;
    log_outcomes_init(&o);
    log_outcomes_settle(&o, ACCOUNT, "us-east-1", "parquet");
    assert_told(&o, "us-east-1", OUTCOME_SKIPPED, "none here");
    log_outcomes_note(&o, ACCOUNT, "us-east-1", OUTCOME_SKIPPED, "parquet");
    log_outcomes_note(&o, ACCOUNT, "eu-west-1", OUTCOME_FAILED, "a file");
    log_outcomes_settle(&o, ACCOUNT, "us-east-1", "parquet");
    log_outcomes_settle(&o, ACCOUNT, "eu-west-1", "parquet");
    assert_told(&o, "us-east-1", OUTCOME_COMPLETE, "");
    assert_told(&o, "eu-west-1", OUTCOME_FAILED, "a file");
    log_outcomes_note(&o, NULL, NULL, OUTCOME_SKIPPED, "a table that is not used");
    assert_told(&o, "ap-south-1", OUTCOME_SKIPPED,
                "a table that is not used"); /* rather than that there is nothing */
    log_outcomes_release(&o);
}

static void without_a_bucket_they_are_skipped(void **state)
{
    (void)state;
    const char *reason = NULL;
    assert_int_equal(flow_logs_outcome(NULL, ACCOUNT, "us-east-1", &reason), OUTCOME_SKIPPED);
    assert_string_equal(reason, "no log bucket is named in logs:");
    assert_null(flow_logs_counts(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_is_told_and_of_equals_the_first_by_its_letters),
        cmocka_unit_test(what_is_noted_of_an_account_or_of_all_counts_for_each_of_its_regions),
        cmocka_unit_test(what_another_source_has_told_is_settled_and_nothing_else),
        cmocka_unit_test(without_a_bucket_they_are_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
