/* The query's text; that it means what it should, DuckDB shows (tests/e2e/test_athena.py). */
#include "tests/unit/providers/aws/athena/tables.h"

static const int64_t since = 1795208400; /* 2026-11-20T21:00:00Z */

static struct flow_watch *watch(void)
{
    struct error err = ERROR_INIT;
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, 53);
    flow_watch_port(w, 853);
    assert_true(flow_watch_address(w, "9.9.9.9", 443, &err));
    assert_true(flow_watch_address(w, "2620:fe::fe", 443, &err));
    assert_true(flow_watch_address(w, "45.90.28.0/22", 443, &err));
    assert_true(flow_watch_address(w, "2a07:a8c0::/48", 443, &err));
    return w;
}

/* Free it. */
static char *ask(const struct athena_table *t, struct flow_watch *w, struct error *err)
{
    const struct athena_question q = {
        t, "logs", "my-table", w, since, since + 2 * 86400, since + 30 * 3600, NULL
    };
    char *sql = athena_sql(&q, err);
    flow_watch_free(w);
    return sql;
}

static char *sql_of(const char *columns, const char *keys, const char *parameters)
{
    struct error err = ERROR_INIT;
    struct athena_table t;
    tables_must(columns, keys, parameters, &t);
    char *sql = ask(&t, watch(), &err);
    if (sql == NULL)
        fail_msg("%s", err.message);
    athena_table_release(&t);
    return sql;
}

static void has(const char *sql, const char *words)
{
    if (strstr(sql, words) == NULL)
        fail_msg("%s\nlacks: %s", sql, words);
}

static void partitions_are_those_of_the_window(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *parameters, *words;
    } all[] = {
        { "date:date", NULL,
          " AND \"date\" IN (DATE '2026-11-20', DATE '2026-11-21', DATE '2026-11-22'))" },
        { "day:string", NULL,
          " AND \"day\" IN ('2026-11-20', '2026-11-21', '2026-11-22', '2026/11/20', '2026/11/21', "
          "'2026/11/22', '20261120', '20261121', '20261122'))" },
        { "day:int", NULL, " AND \"day\" IN (20261120, 20261121, 20261122))" },
        { "Day:string",
          "{\"projection.enabled\":\"true\",\"projection.Day.type\":\"date\",\"projection.Day.format\":\"yyyy/MM\"}",
          " AND \"Day\" IN ('2026/11'))" },
        { GUIDE_HIVE, NULL,
          " AND \"year\" IN ('2026') AND \"month\" IN ('11') AND \"day\" IN ('20', '21', '22') AND \"aws-service\" IN ('vpcflowlogs'))" },
        { "year:int month:int day:int", NULL,
          " AND \"year\" IN (2026) AND \"month\" IN (11) AND \"day\" IN (20, 21, 22))" },
        { "region:string", NULL, "<> 'dstaddr')" },
        { "", NULL, "<> 'dstaddr')" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *sql = sql_of(GUIDE_START, all[i].keys, all[i].parameters);
        has(sql, all[i].words);
        has(sql, " FROM \"logs\".\"my-table\" WHERE ");
        assert_int_equal(strncmp(sql, ATHENA_SQL_BEGINS, strlen(ATHENA_SQL_BEGINS)), 0);
        free(sql);
    }
}

static void what_is_watched_is_asked_for_and_no_more(void **state)
{
    (void)state;
    char *sql = sql_of(GUIDE_START, "", NULL);
    has(sql, "(port IN (53, 853) AND COALESCE(regexp_extract(destination, ");
    has(sql, " OR (port = 443 AND destination = '9.9.9.9')");
    has(sql, " OR (port = 443 AND destination IN ('2620:fe::fe', '2620:fe:0:0:0:0:0:fe'))");
    has(sql,
        " OR (port = 443 AND destination LIKE '45.90.%')"); /* more than the range: the reader knows */
    has(sql, " OR (port = 443 AND destination LIKE '2a07:a8c0:%')");
    has(sql, "began - began % 3600 < 1795208400 OR began >= 1795381200");
    free(sql);
}

static void whose_a_line_is_is_told_by_key_then_path_then_itself(void **state)
{
    (void)state;
    char *sql = sql_of("account_id:bigint dstaddr:string dstport:string start:string region:string",
                       "accid:string", NULL);
    size_t
        key = (size_t)(strstr(sql, "\"accid\"") - sql),
        path = (size_t)(strstr(sql, "\"$path\"") - sql),
        own =
            (size_t)(strstr(
                         sql,
                         "LPAD(NULLIF(NULLIF(CAST(\"account_id\" AS VARCHAR), '-'), ''), 12, '0')") -
                     sql);
    assert_true(key < path && path < own);
    has(sql, "TRY_CAST(\"dstport\" AS BIGINT) AS port");
    has(sql, "CAST(NULL AS VARCHAR) AS vpc");
    free(sql);
}

static void nothing_that_a_name_holds_ends_its_quotation(void **state)
{
    (void)state;
    char *sql = sql_of(
        GUIDE_START, "t\"x:string",
        "{\"projection.enabled\":\"true\",\"projection.t\\\"x.type\":\"date\",\"projection.t\\\"x.format\":\"yyyy-MM-dd\"}");
    has(sql, " AND \"t\"\"x\" IN ('2026-11-20'");
    free(sql);
}

static void more_than_a_query_can_name_is_a_fault(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct athena_table t;
    struct flow_watch *w = flow_watch_new();
    char address[FLOW_ADDRESS_TEXT_MAX];
    for (int i = 0; i < 10000; i++) {
        snprintf(address, sizeof address, "45.90.%d.%d", i / 250, i % 250);
        assert_true(flow_watch_address(w, address, 443, &err));
    }
    tables_must(GUIDE_START, "", NULL, &t);
    assert_null(ask(&t, w, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    athena_table_release(&t);
}

static char *sql_of_some(const char *keys, const char *const *accounts, size_t count)
{
    struct error err = ERROR_INIT;
    struct athena_table t;
    struct flow_watch *w = watch();
    const struct string_list list = { (char **)(uintptr_t)accounts, count };
    tables_must(GUIDE_START, keys, NULL, &t);
    const struct athena_question q = { .table = &t,
                                       .database = "logs",
                                       .name = "my-table",
                                       .watch = w,
                                       .since_unix_s = since,
                                       .until_unix_s = since + 2 * 86400,
                                       .now_unix_s = since + 30 * 3600,
                                       .accounts = &list };
    char *sql = athena_sql(&q, &err);
    assert_non_null(sql);
    flow_watch_free(w);
    athena_table_release(&t);
    return sql;
}

static void some_accounts_are_asked_for_alone_and_others_partitions_are_not_read(void **state)
{
    (void)state;
    static const char *const two[] = { "012345678901", "x' OR 1=1", "projects-1", "222222222222" };
    static const char *const none[] = { "projects-1" };
    char *sql = sql_of_some("aws-account-id:string", two, 4);
    has(sql, " AND \"aws-account-id\" IN ('012345678901', '222222222222')");
    has(sql, " FROM line WHERE COALESCE(log_account, '') IN ('', '012345678901', '222222222222')) SELECT ");
    assert_null(strstr(sql, "OR 1=1"));
    free(sql);
    sql = sql_of_some("account_number:bigint", two, 4); /* no key that is known: lines alone */
    has(sql, " FROM line WHERE COALESCE(log_account, '') IN (");
    free(sql);
    sql = sql_of_some("account:bigint", two, 4);
    has(sql, " AND \"account\" IN (12345678901, 222222222222)");
    free(sql);
    sql = sql_of_some("account:string", none, 1);
    has(sql, " FROM line) SELECT ");
    free(sql);
    const char *many[ATHENA_ACCOUNTS_MAX + 1];
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = "222222222222";
    sql = sql_of_some("account:string", many, ATHENA_ACCOUNTS_MAX + 1);
    has(sql, " FROM line) SELECT ");
    free(sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_are_those_of_the_window),
        cmocka_unit_test(what_is_watched_is_asked_for_and_no_more),
        cmocka_unit_test(whose_a_line_is_is_told_by_key_then_path_then_itself),
        cmocka_unit_test(nothing_that_a_name_holds_ends_its_quotation),
        cmocka_unit_test(more_than_a_query_can_name_is_a_fault),
        cmocka_unit_test(some_accounts_are_asked_for_alone_and_others_partitions_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
