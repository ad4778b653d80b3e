/* What becomes of an answer of Athena's: whose region is complete, and what is amiss with it. */
#include "core/base/memory.h"
#include "core/config.h"
#include "core/store/holding.h"
#include "providers/provider.h"
#include "scanner/logs/flow_logs_athena_work.h"
#include "scanner/logs/flow_logs_held.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ACCOUNT "111122223333"
#define REGION "eu-west-1"

enum { HOUR_S = 3600 };
static const int64_t now = 1795230000; /* 2026-11-21T03:00:00Z */

struct scene {
    char folder[32];
    struct flow_logs_options o;
    struct flow_logs logs;
    struct walk_target target;
    struct found_account account;
    struct found found;
    struct flow_logs_athena_sums sums;
    struct error err;
};

static void begin(struct scene *s)
{
    memset(s, 0, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "/tmp/athena-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->o.started_unix_s = now;
    s->logs.o = &s->o;
    s->logs.holding = holding_open(s->folder, &s->err);
    assert_non_null(s->logs.holding);
    log_outcomes_init(&s->logs.told);
    s->target.provider = providers_find("aws");
    s->account.target = &s->target;
    s->account.spec.account = memory_string(ACCOUNT);
    s->found.accounts = &s->account;
    s->found.count = 1;
    flow_logs_athena_sums_init(&s->sums, &s->logs, &s->found);
    s->sums.table = memory_string("logs.vpc");
}

static void finish(struct scene *s)
{
    flow_logs_athena_sums_release(&s->sums);
    log_outcomes_release(&s->logs.told);
    holding_close(s->logs.holding);
    account_spec_release(&s->account.spec);
    assert_int_equal(rmdir(s->folder), 0);
}

static struct flow_group group_of(int destination, uint64_t flows)
{
    struct flow_group g = { .packets = flows,
                            .bytes = flows * 60,
                            .flows = flows,
                            .first = now - HOUR_S,
                            .last = now - HOUR_S };
    snprintf(g.key.account, sizeof g.key.account, "%s", ACCOUNT);
    snprintf(g.key.region, sizeof g.key.region, "%s", REGION);
    snprintf(g.key.interface_id, sizeof g.key.interface_id, "eni-1");
    char text[FLOW_ADDRESS_TEXT_MAX];
    snprintf(text, sizeof text, "8.8.%d.%d", destination / 256, destination % 256);
    assert_true(flow_address_parse(text_of(text), &g.key.destination));
    g.key.hour = now - HOUR_S;
    g.key.port = 53;
    return g;
}

static void add(struct scene *s, enum athena_row_is is, const char *account, const char *region,
                uint64_t lines)
{
    struct athena_row row = { .is = is, .lines = lines, .last_unix_s = now - HOUR_S };
    snprintf(row.account, sizeof row.account, "%s", account);
    snprintf(row.region, sizeof row.region, "%s", region);
    if (is == ATHENA_ROW_FLOWS)
        row.group = group_of(8, lines);
    assert_true(flow_logs_athena_sums_add(&s->sums, &row, &s->err));
}

static enum outcome told(struct scene *s, const char *region, const char *words)
{
    const char *reason = NULL;
    assert_true(flow_logs_athena_sums_end(&s->sums, &s->err));
    enum outcome outcome = log_outcomes_of(&s->logs.told, ACCOUNT, region, "none", &reason);
    if (reason == NULL || strstr(reason, words) == NULL)
        fail_msg("%s", reason == NULL ? "no reason is told" : reason);
    return outcome;
}

static bool count_row(void *ctx, const char *body, struct error *err)
{
    int *count = ctx;
    (void)err;
    assert_non_null(strstr(body, "\"InterfaceId\":\"eni-1\""));
    ++*count;
    return true;
}

static int held(struct scene *s, const char *account, const char *region)
{
    int count = 0;
    char *name = log_outcomes_name(account, region);
    struct holding_page page = { .account = name, .type = FLOW_LOGS_TYPE, .count = 100000 };
    assert_true(holding_each(s->logs.holding, &page, count_row, &count, &s->err));
    free(name);
    return count;
}

static void accounts_and_regions_with_lines_are_complete_and_others_are_not_covered(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    add(&s, ATHENA_ROW_FLOWS, ACCOUNT, REGION, 3);
    add(&s, ATHENA_ROW_PASSED, ACCOUNT, REGION, 70);
    add(&s, ATHENA_ROW_NODATA, ACCOUNT, "us-east-1", 2);
    add(&s, ATHENA_ROW_FLOWS, "999999999999", REGION, 5); /* nobody that is walked */
    assert_int_equal(told(&s, REGION, ""), OUTCOME_COMPLETE);
    assert_int_equal(told(&s, "us-east-1", ""), OUTCOME_COMPLETE);
    assert_int_equal(told(&s, "ap-south-1", "none"), OUTCOME_SKIPPED);
    assert_int_equal(held(&s, ACCOUNT, REGION), 1);
    assert_int_equal(held(&s, "999999999999", REGION), 0);
    assert_int_equal(s.logs.counts.lines, 80);
    assert_int_equal(s.logs.groups, 1);
    finish(&s);
}

static void what_is_amiss_is_told(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    add(&s, ATHENA_ROW_MALFORMED, ACCOUNT, REGION, 2);
    add(&s, ATHENA_ROW_PASSED, ACCOUNT, REGION, 8);
    assert_int_equal(told(&s, REGION, "2 of 10 lines in Athena's table logs.vpc cannot be read"),
                     OUTCOME_FAILED);
    add(&s, ATHENA_ROW_SKIPDATA, ACCOUNT, "us-east-1", 1);
    assert_int_equal(told(&s, "us-east-1", "SKIPDATA"), OUTCOME_SKIPPED);
    struct athena_row old = { .is = ATHENA_ROW_PASSED,
                              .account = ACCOUNT,
                              .region = "us-west-2",
                              .lines = 1,
                              .last_unix_s = now - 13 * HOUR_S };
    assert_true(flow_logs_athena_sums_add(&s.sums, &old, &s.err));
    assert_int_equal(told(&s, "us-west-2", "no line of the last twelve hours"), OUTCOME_SKIPPED);
    finish(&s);
}

static void lines_that_are_nobodys_may_be_anybodys(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    add(&s, ATHENA_ROW_FLOWS, "", REGION, 4);
    add(&s, ATHENA_ROW_PASSED, ACCOUNT, REGION, 4);
    assert_int_equal(
        told(&s, REGION, "4 lines in Athena's table logs.vpc do not say which account and region"),
        OUTCOME_FAILED);
    finish(&s);
}

static void too_many_groups_are_counted(void **state)
{
    (void)state;
    struct scene s;
    begin(&s);
    flow_groups_free(s.sums.groups);
    s.sums.groups = flow_groups_new(4, 1); /* in place of FLOW_LOGS_GROUPS_MAX */
    for (int i = 0; i < 4 + 3; i++) {
        struct athena_row row = { .is = ATHENA_ROW_FLOWS,
                                  .account = ACCOUNT,
                                  .region = REGION,
                                  .lines = 2,
                                  .last_unix_s = now };
        row.group = group_of(i, 2);
        assert_true(flow_logs_athena_sums_add(&s.sums, &row, &s.err));
    }
    assert_int_equal(told(&s, REGION, "6 flows were left out"), OUTCOME_FAILED);
    assert_int_equal(held(&s, ACCOUNT, REGION), 4);
    finish(&s);
}

static void what_a_bucket_could_not_tell_a_table_may_and_nothing_counts_twice(void **state)
{
    (void)state;
    static const char *const settled[] = { FLOW_LOGS_PARQUET, FLOW_LOGS_NO_FILE };
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
        struct scene s;
        uint64_t lost = 0;
        begin(&s);
        struct flow_groups *by_bucket = flow_groups_new(10, 1);
        const struct flow_group some = group_of(8, 5), other = group_of(9, 5);
        assert_true(flow_groups_add(by_bucket, &some) && flow_groups_add(by_bucket, &other));
        assert_true(flow_logs_held_join(&s.logs, ACCOUNT, REGION, by_bucket, &lost, &s.err));
        flow_groups_free(by_bucket);
        log_outcomes_note(&s.logs.told, ACCOUNT, REGION, OUTCOME_SKIPPED, settled[i]);
        add(&s, ATHENA_ROW_FLOWS, ACCOUNT, REGION, 3); /* to 8.8.0.8, too */
        assert_int_equal(told(&s, REGION, ""), OUTCOME_COMPLETE);
        assert_int_equal(held(&s, ACCOUNT, REGION), 2);
        assert_int_equal(s.logs.groups, 2);
        log_outcomes_note(&s.logs.told, ACCOUNT, "us-east-1", OUTCOME_SKIPPED, settled[i]);
        add(&s, ATHENA_ROW_MALFORMED, ACCOUNT, "us-east-1", 3);
        assert_int_equal(told(&s, "us-east-1", "cannot be read"), OUTCOME_FAILED);
        finish(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_and_regions_with_lines_are_complete_and_others_are_not_covered),
        cmocka_unit_test(what_is_amiss_is_told),
        cmocka_unit_test(lines_that_are_nobodys_may_be_anybodys),
        cmocka_unit_test(too_many_groups_are_counted),
        cmocka_unit_test(what_a_bucket_could_not_tell_a_table_may_and_nothing_counts_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
