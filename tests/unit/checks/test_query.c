/* Queries in their fence: what they see, what they may give, and how they are stopped. */
#include "tests/unit/checks/kit.h"

#include "checks/query.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>

static struct resource_types *types;
static struct catalog *catalog;
static struct sandbox *sandbox;
static int64_t limit_ms;
static struct buffer rows; /* what came: key/subject/severity/evidence/detail/proven/unknown; */

static int set_up(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    types = kit_make_types();
    catalog = catalog_new(types);
    sandbox = sandbox_new(types, &err);
    assert_non_null(sandbox);
    limit_ms = 10000;
    buffer_init(&rows, 1024 * 1024);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&rows);
    sandbox_free(sandbox);
    catalog_free(catalog);
    resource_types_free(types);
    return 0;
}

/* A clock that goes on by a second each time it is asked. */
static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1000;
}

static bool note_row(void *ctx, const struct check_result *r, struct error *err)
{
    (void)ctx;
    (void)err;
    buffer_append_format(
        &rows, "%s/%s/%s/%s/%s/%d/%s;", r->key, r->subject, r->severity == NULL ? "-" : r->severity,
        r->evidence == NULL ? "-" : r->evidence, r->detail == NULL ? "-" : r->detail, r->proven,
        r->unknown == NULL ? "-" : r->unknown);
    return true;
}

static void put(const char *type, const char *id, const char *config)
{
    struct error err = ERROR_INIT;
    const struct sandbox_row row = { .key = id,
                                     .account = "1",
                                     .region = "r",
                                     .id = id,
                                     .name = "",
                                     .tags = "{\"Team\":\"red\"}",
                                     .config = config,
                                     .verified = true,
                                     .seen = true,
                                     .own = true };
    if (!sandbox_put(sandbox, type, &row, true, &err))
        fail_msg("%s", err.message);
}

static const char head_all[] =
    "uses: [aws_t_account, aws_t_list]\nparams: [admin_ports, expected_public]\n";

/* Runs a query over one box (size 3, open) with a limit of ten ticks, if a test does not say otherwise. */
static bool runs(const char *sql, struct error *err)
{
    static int serial;
    int64_t now = 0;
    char id[32];
    snprintf(id, sizeof id, "aws_q%d", serial++);
    const struct check *c = kit_check(catalog, id, head_all, sql, NULL);
    struct query *q = query_new(sandbox, c, err);
    assert_non_null(q);
    struct json_object *params = NULL;
    assert_true(json_parse(text_of("{\"admin_ports\":{\"tcp\":[22]},\"expected_public\":5}"),
                           &params, err));
    const struct sandbox_run run = { .run_time_unix_s = 1000000, .params = params };
    sandbox_set_run(sandbox, &run);
    assert_true(sandbox_clear(sandbox, true, err));
    assert_true(sandbox_put_scope(sandbox, "aws_t_box", "1", "r", "complete", true, err));
    assert_true(sandbox_put_scope(sandbox, "aws_t_box", "1", "s", "denied", false, err));
    assert_true(sandbox_put_scope(sandbox, "aws_t_account", "1", "global", "failed", true, err));
    put("aws_t_box", "b",
        "{\"Size\":3,\"Open\":true,\"Lists\":[{\"Id\":\"l1\"},{\"Id\":\"l2\"}],\"Odd\":\"\xe7\xae\xb1\"}");
    put("aws_t_list", "l1", "{\"Entries\":[]}");
    const struct rule_limits limits = { { ticking, ticking, &now }, limit_ms, NULL };
    struct row_gate gate = { .check = c, .of = "the query", .result = note_row };
    buffer_clear(&rows);
    bool ok = query_run(q, &limits, &gate, err);
    query_free(q);
    json_object_put(params);
    return ok;
}

static void gives(const char *sql, const char *wanted)
{
    struct error err = ERROR_INIT;
    if (!runs(sql, &err))
        fail_msg("%s", err.message);
    assert_string_equal(buffer_string(&rows), wanted);
}

static void fails(const char *sql, const char *words)
{
    struct error err = ERROR_INIT;
    assert_false(runs(sql, &err));
    if (strstr(err.message, words) == NULL)
        fail_msg("%s\n  has no %s", err.message, words);
}

static void value_is(const char *expression, const char *wanted)
{
    char *sql = memory_format("SELECT coalesce(CAST((%s) AS TEXT), 'null') AS key FROM aws_t_box",
                              expression);
    char *row = memory_format("%s//-/-/-/1/-;", wanted);
    gives(sql, row);
    free(row);
    free(sql);
}

static void rows_come_by_name_and_canonical(void **state)
{
    (void)state;
    gives("SELECT json_object('b', 1.0, 'a', size) AS evidence, key, 'low' AS severity, 's/1' AS"
          " subject,"
          " json_object('n', 2) AS detail, 0 AS proven FROM aws_t_box",
          "b/s/1/low/{\"a\":3,\"b\":1}/{\"n\":2}/0/-;");
    gives("SELECT key, NULL AS subject, NULL AS severity, NULL AS evidence, NULL AS proven, 'why'"
          " AS unknown"
          " FROM aws_t_box",
          "b//-/-/-/1/why;");
}

static void columns_are_extracted(void **state)
{
    (void)state;
    value_is("size + 1", "4");
    value_is("open", "1");
    value_is("list_ids", "[\"l1\",\"l2\"]");
    value_is("config ->> '$.Odd'", "\xe7\xae\xb1");
    value_is("tag(tags, 'Team')", "red");
    value_is("tag(tags, 'team')", "null");
    value_is("typeof(size)", "integer");
    value_is("(SELECT l.entries FROM aws_t_list AS l)", "[]");
}

static void functions_answer(void **state)
{
    (void)state;
    value_is("cidr_contains('10.0.0.0/8', '10.1.0.0/16')", "1");
    value_is("cidr_contains('10.0.0.0/8', 'x')", "null");
    value_is("cidr_is_public('8.8.8.8')", "1");
    value_is("cidr_is_public('10.0.0.0/8')", "0");
    value_is("cidr_covers_internet('[\"0.0.0.0/1\",\"x\",5,\"128.0.0.0/1\"]')", "1");
    value_is("cidr_covers_internet('[\"17.0.0.0/8\"]')", "0");
    value_is("cidr_covers_internet(NULL)", "null");
    value_is("port_notes('tcp', 20, 25, NULL, '{\"a\":{\"tcp\":[22]},\"b\":{\"tcp\":[80]}}')", "[\"a\"]");
    value_is("port_notes('tcp', NULL, NULL, '1, 70-90', '{\"a\":{\"tcp\":[22]},\"b\":{\"tcp\":[80]}}')", "[\"b\"]");
    value_is("port_range_has(20, 25, 22)", "1");
    value_is("port_range_has(23, 25, 22)", "0");
    value_is("port_range_has(NULL, NULL, 22)", "1");
    value_is("port_range_has(-1, -1, 22)", "1");
    value_is("unread('{\"Lid\":\"denied\"}', 'Lid')", "denied");
    value_is("unread('{\"Lid\":\"denied\"}', 'Lock')", "null");
    value_is("unread(NULL, 'Lid')", "null");
    value_is("run_time()", "1000000");
    value_is("unix_time('1970-01-02')", "86400");
    value_is("unix_time('soon')", "null");
    value_is("public_statements('{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"a:B\"}}')",
             "[{\"sid\":\"\",\"actions\":[\"a:B\"],\"conditions\":[]}]");
    value_is("public_statements('{}')", "null");
    value_is("public_statements('no json')", "null");
    value_is("public_statements(NULL)", "null");
    value_is("param('admin_ports')", "{\"tcp\":[22]}");
    value_is("param('expected_public') + 1", "6");
    value_is("is_complete('aws_t_box', '1', 'r')", "1");
    value_is("is_complete('aws_t_box', '1', 's')", "0");
    value_is("is_complete('aws_t_box', '1', 'nowhere')", "0");
    value_is("is_complete('aws_t_box', '1')", "0");
    value_is("is_complete('aws_t_account', '1', 'r')", "0");
    value_is("was_read('aws_t_account', '1', 'r')", "1");
    value_is("was_read('aws_t_box', '1', 's')", "0");
    value_is("was_read('aws_t_box', '1')", "0");
    value_is("is_complete('aws_t_list', '1')", "0");
}

static void open_ports_is_a_table(void **state)
{
    (void)state;
    gives(
        "SELECT p.subject AS key, json_object('s', p.sources, 'a', p.admin, 'p', p.ports, 'f',"
        " p.first) AS evidence"
        " FROM open_ports('[{\"IpProtocol\":\"tcp\",\"FromPort\":21,\"ToPort\":22,"
        "\"IpRanges\":[{\"CidrIp\":\"0.0.0.0/0\"}],"
        "\"PrefixListIds\":[{\"PrefixListId\":\"pl-1\"}]}]', '{\"pl-1\":[\"::/0\"]}',"
        " param('admin_ports')) AS p",
        "tcp/21//-/{\"a\":0,\"f\":21,\"p\":\"21-22\",\"s\":[\"0.0.0.0/0\",\"pl-1\"]}/-/1/-;"
        "tcp/22//-/{\"a\":1,\"f\":22,\"p\":\"21-22\",\"s\":[\"0.0.0.0/0\",\"pl-1\"]}/-/1/-;");
    gives("SELECT b.key FROM aws_t_box AS b, open_ports(b.config -> '$.None', NULL, NULL)", "");
    gives("SELECT b.key FROM aws_t_box AS b, open_ports('[]', '[]', '5')", "");
    fails("SELECT b.key FROM aws_t_box AS b, open_ports('{}', NULL, NULL)",
          "permissions are not a list");
    fails("SELECT b.key FROM aws_t_box AS b, open_ports('[{}]', NULL, NULL)",
          "without a known IpProtocol");
    fails("SELECT b.key FROM aws_t_box AS b, open_ports('[null]', NULL, NULL)",
          "without a known IpProtocol");
    fails("SELECT b.key FROM aws_t_box AS b, open_ports('[', NULL, NULL)", "open_ports(): json");
}

static void wrong_values_are_told(void **state)
{
    (void)state;
    fails("SELECT NULL AS key FROM aws_t_box", "no key");
    fails("SELECT x'00ff' AS key FROM aws_t_box", "key is no text");
    fails("SELECT 'a' || char(0) || 'b' AS key FROM aws_t_box", "key is no text");
    fails("SELECT key, 'worst' AS severity FROM aws_t_box", "severity is 'worst'");
    fails("SELECT key, 'open' AS evidence FROM aws_t_box", "evidence is no JSON object");
    fails("SELECT key, '[1]' AS evidence FROM aws_t_box", "evidence is no JSON object");
    fails("SELECT key, 5 AS detail FROM aws_t_box", "detail is no JSON object");
    fails("SELECT key, 'a' || char(10) || 'b' AS subject FROM aws_t_box", "control bytes");
    fails("SELECT key, printf('%300d', 1) AS subject FROM aws_t_box", "more than 200 bytes");
    fails("SELECT key, json_object('x', printf('%70000d', 1)) AS evidence FROM aws_t_box",
          "more than 65536 bytes");
    fails("SELECT param('data_ports') AS key FROM aws_t_box", "param() asks for a name");
    fails("SELECT is_complete('aws_t_crate', '1') AS key FROM aws_t_box",
          "not among subject, needs and uses");
    fails("SELECT tag('x', 'y') AS key FROM aws_t_box", "not JSON");
    fails("SELECT abs(-9223372036854775807 - 1) AS key FROM aws_t_box", "SQL: integer overflow");
}

static void an_endless_query_is_stopped(void **state)
{
    (void)state;
    fails("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS key"
          " FROM n",
          "took longer than 10000 ms");
    gives("SELECT key FROM aws_t_box", "b//-/-/-/1/-;"); /* and the next one is not */
}

static void a_hungry_query_is_stopped(void **state)
{
    (void)state;
    int64_t now = 0;
    struct error err = ERROR_INIT;
    const struct check *c = kit_check(
        catalog, "aws_hungry", NULL,
        "WITH RECURSIVE n(i, x) AS (SELECT 1, 'a' UNION SELECT i + 1, printf('%9999d', i) FROM n)"
        " SELECT max(x) AS key FROM n",
        NULL);
    struct query *q = query_new(sandbox, c, &err);
    assert_non_null(q);
    const struct sandbox_run run = { .run_time_unix_s = 0 };
    const struct rule_limits limits = { { ticking, ticking, &now }, INT64_MAX / 2, NULL };
    struct row_gate gate = { .check = c, .of = "the query", .result = note_row };
    sandbox_set_run(sandbox, &run);
    assert_false(query_run(q, &limits, &gate, &err));
    assert_non_null(strstr(err.message, "gathered more than 64 MB"));
    query_free(q);
}

static void endless_rows_are_stopped(void **state)
{
    (void)state;
    limit_ms = INT64_MAX / 2;
    fails("SELECT b.key || e.value AS key FROM aws_t_box AS b, json_each('[' ||"
          " substr(replace(printf('%400000d', 0), ' ', '1,'), 1, 799999) || ']') AS e",
          "more than 100000 rows");
}

static void deep_and_long_sql_is_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct buffer sql;
    buffer_init(&sql, 100000);
    buffer_append_string(&sql, "SELECT ");
    for (int i = 0; i < 500; i++)
        buffer_append_char(&sql, '(');
    buffer_append_string(&sql, "key");
    for (int i = 0; i < 500; i++)
        buffer_append_char(&sql, ')');
    buffer_append_string(&sql, " AS key FROM aws_t_box");
    char *yaml = kit_file("aws_deep", NULL, buffer_string(&sql), NULL);
    assert_false(kit_add(catalog, "aws_deep", yaml, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    free(yaml);
    buffer_clear(&sql);
    for (int i = 0; i < CHECK_QUERY_MAX; i++)
        buffer_append_char(&sql, ' ');
    yaml = kit_file("aws_long", NULL, buffer_string(&sql), NULL);
    assert_false(kit_add(catalog, "aws_long", yaml, &err));
    free(yaml);
    buffer_release(&sql);
}

static void estate_checks_see_columns_and_name_accounts(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char *yaml = kit_file("aws_e", "reach: estate\n",
                          "SELECT key, account FROM aws_t_box WHERE config IS NULL", NULL);
    assert_false(kit_add(catalog, "aws_e", yaml, &err));
    assert_non_null(strstr(err.message, "sees columns only"));
    free(yaml);
    yaml = kit_file("aws_e", "reach: estate\n", "SELECT key FROM aws_t_box WHERE size > 1", NULL);
    assert_false(kit_add(catalog, "aws_e", yaml, &err));
    assert_non_null(strstr(err.message, "a column account is given by checks that reach"));
    free(yaml);
    kit_check(catalog, "aws_e", "reach: estate\n",
              "SELECT key, account FROM aws_t_box WHERE size > 1", NULL);
}

static void only_what_is_read_is_filled(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    const struct check *c =
        kit_check(catalog, "aws_f", NULL, "SELECT key FROM aws_t_box WHERE size > 1", NULL);
    struct query *q = query_new(sandbox, c, &err);
    assert_non_null(q);
    put("aws_t_box", "b", "{\"Size\":3,\"Open\":true}");
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(sandbox_db(sandbox),
                                        "SELECT size, open, config FROM aws_t_box", -1, &stmt,
                                        NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(stmt, 0), 3);
    assert_int_equal(sqlite3_column_type(stmt, 1), SQLITE_NULL);
    assert_int_equal(sqlite3_column_type(stmt, 2), SQLITE_NULL);
    sqlite3_finalize(stmt);
    query_free(q);
}

#define QUERY_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUERY_TEST(rows_come_by_name_and_canonical),
        QUERY_TEST(columns_are_extracted),
        QUERY_TEST(functions_answer),
        QUERY_TEST(open_ports_is_a_table),
        QUERY_TEST(wrong_values_are_told),
        QUERY_TEST(an_endless_query_is_stopped),
        QUERY_TEST(a_hungry_query_is_stopped),
        QUERY_TEST(endless_rows_are_stopped),
        QUERY_TEST(deep_and_long_sql_is_refused),
        QUERY_TEST(estate_checks_see_columns_and_name_accounts),
        QUERY_TEST(only_what_is_read_is_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
