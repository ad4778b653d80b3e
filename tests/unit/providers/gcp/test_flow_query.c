/* The query over flow logs in BigQuery: what it is made of, and what becomes of its rows. flow_query.sql is the query as it is
 * sent, on lines of its own. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/log_table.h"
#include "providers/gcp/flow_query.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\"}"
#define RECORD(name, fields) "{\"name\":\"" name "\",\"type\":\"RECORD\",\"fields\":[" fields "]}"
#define HEAD FIELD("timestamp", "TIMESTAMP") "," FIELD("logName", "STRING")
#define CONNECTION FIELD("src_ip", "STRING") "," FIELD("dest_ip", "STRING") "," FIELD("dest_port", "FLOAT") "," FIELD("protocol", "FLOAT")
/* As tests/fakecloud/google/flow_table.c has it. */
#define EXPORTED                                                                                   \
    HEAD "," RECORD("resource", RECORD("labels", FIELD("project_id", "STRING"))) ","                                     \
        RECORD("jsonPayload", FIELD("reporter", "STRING") "," FIELD("bytes_sent", "STRING") "," FIELD("packets_sent", "STRING") "," \
                   RECORD("connection", CONNECTION) ","                                                                 \
                   RECORD("src_instance", FIELD("vm_name", "STRING") "," FIELD("project_id", "STRING")) ","              \
                   RECORD("src_vpc", FIELD("vpc_name", "STRING") "," FIELD("subnetwork_name", "STRING")))
#define LINKED                                                                                     \
    FIELD("timestamp", "TIMESTAMP") "," FIELD("log_name", "STRING") "," FIELD("json_payload", "JSON") "," \
        RECORD("resource", FIELD("type", "STRING") "," FIELD("labels", "JSON"))
#define TABLE(fields, more) "{\"schema\":{\"fields\":[" fields "]}" more "}"

enum { SINCE = 1795143600, UNTIL = 1795230000 }; /* 2026-11-20T03:00:00Z, and a day later */

static char *text(char *s)
{
    return s;
}

static char *query_of(const char *name, const char *table, struct string_list *resolvers,
                      const struct string_list *projects, struct error *err)
{
    struct log_table t = { .catalog = text((char[]){ "logs-1" }), .database = text((char[]){ "flows" }),
                           .name = (char *)(uintptr_t)name };
    struct string_list none = { NULL, 0 };
    const struct gcp_flow_query q = { &t, resolvers == NULL ? &none : resolvers, SINCE, UNTIL, projects };
    struct json_object *tree = NULL;
    assert_true(json_parse(text_of(table), &tree, err));
    char *sql = gcp_flow_query_text(&q, tree, err);
    json_object_put(tree);
    return sql;
}

static char *query(const char *name, const char *table, struct string_list *resolvers, struct error *err)
{
    return query_of(name, table, resolvers, NULL, err);
}

static void assert_holds(const char *name, const char *table, const char *words, bool expected)
{
    struct error err = ERROR_INIT;
    char *sql = query(name, table, NULL, &err);
    if (sql == NULL)
        fail_msg("%s", err.message);
    if ((strstr(sql, words) != NULL) != expected)
        fail_msg("%s: %s", words, sql);
    free(sql);
}

static void assert_refused(const char *table, const char *why)
{
    struct error err = ERROR_INIT;
    assert_null(query("vpc_flows", table, NULL, &err));
    assert_string_equal(err.message, why);
}

/* The file's lines as one. */
static char *golden(void)
{
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 64 * 1024);
    assert_true(file_read(SOURCE "/tests/unit/providers/gcp/flow_query.sql", &b, &err));
    char *all = memory_string(buffer_string(&b));
    buffer_release(&b);
    for (char *at = all; (at = strchr(at, '\n')) != NULL;)
        *at = at[1] == '\0' ? '\0' : ' ';
    return all;
}

static void a_query_is_what_its_file_says(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct string_list resolvers = { NULL, 0 };
    string_list_add(&resolvers, "8.8.4.4");
    string_list_add(&resolvers, "2a07:a8c0::/48");
    string_list_add(&resolvers, "2001:4860:4860::8888");
    char *sql = query("vpc_flows", TABLE(EXPORTED, ""), &resolvers, &err), *expected = golden();
    assert_non_null(sql);
    assert_string_equal(sql, expected);
    free(expected);
    free(sql);
    string_list_release(&resolvers);
}

static void only_the_partitions_of_the_window_are_read(void **state)
{
    (void)state;
    const char *by_column = TABLE(EXPORTED, ",\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"timestamp\"}");
    const char *by_arrival = TABLE(EXPORTED, ",\"timePartitioning\":{\"type\":\"DAY\"}");
    assert_holds("vpc_flows", by_column, "_PARTITIONTIME", false);
    assert_holds("vpc_flows", by_arrival,
                 " AND _PARTITIONTIME >= TIMESTAMP_TRUNC(TIMESTAMP_SECONDS(1795143600), DAY) AND _PARTITIONTIME < "
                 "TIMESTAMP_SECONDS(1795316400)",
                 true);
    assert_holds("vpc_flows_*", TABLE(EXPORTED, ""), " AND _TABLE_SUFFIX BETWEEN '20261120' AND '20261122'", true);
    assert_holds("vpc_flows_*", TABLE(EXPORTED, ""), "FROM `logs-1.flows.vpc_flows_*` WHERE", true);
    assert_holds("vpc_flows", TABLE(EXPORTED, ""), "_TABLE_SUFFIX", false);
}

static void a_linked_dataset_is_asked_for_json(void **state)
{
    (void)state;
    const char *linked = TABLE(LINKED, "");
    assert_holds("_AllLogs", linked, "SAFE_CAST(JSON_VALUE(json_payload, '$.connection.dest_port') AS INT64) AS port", true);
    assert_holds("_AllLogs", linked, "SAFE_CAST(JSON_VALUE(resource.labels, '$.subnetwork_name') AS STRING) AS subnetwork", true);
    assert_holds("_AllLogs", linked, "ENDS_WITH(log_name, 'vpc_flows')", true);
    assert_holds("_AllLogs", linked, "jsonPayload", false);
}

static void other_tables_are_refused_with_what_they_lack(void **state)
{
    (void)state;
    assert_refused("{}", "it has no column timestamp: it is no table of VPC flow logs");
    assert_refused("{\"schema\":{\"fields\":\"x\"}}", "it has no column timestamp: it is no table of VPC flow logs");
    assert_refused(TABLE(HEAD, ""), "it has no column jsonPayload.reporter: it is no table of VPC flow logs");
    assert_refused(TABLE(HEAD "," RECORD("jsonPayload", FIELD("reporter", "STRING")), ""),
                   "it has no column jsonPayload.connection.dest_ip: it is no table of VPC flow logs");
    assert_refused(TABLE(FIELD("timestamp", "TIMESTAMP") "," FIELD("log_name", "STRING") "," FIELD("json_payload", "JSON"), ""),
                   "it has no column resource.labels: it is no table of VPC flow logs");
}

static void what_is_no_address_gets_into_no_query(void **state)
{
    (void)state;
    static const char *const bad[] = { "8.8.8.8' OR '1'='1", "dns.example", "", "8.8.8.8/33", "8.8.8.8/", "::/129", "/8",
                                       "8.8.8.8/8') --" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct string_list resolvers = { NULL, 0 };
        string_list_add(&resolvers, bad[i]);
        assert_null(query("vpc_flows", TABLE(EXPORTED, ""), &resolvers, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
        string_list_release(&resolvers);
    }
}

/* ---- rows ---- */

#define CELL(v) "{\"v\":\"" v "\"}"
#define NOTHING "{\"v\":null}"
#define GROUP(project, hour)                                                                       \
    CELL(project) "," CELL(hour) "," CELL("10.1.0.2") "," CELL("8.8.8.8") "," CELL("53") "," CELL("17") "," CELL("main") "," \
        NOTHING "," NOTHING "," CELL("us-east1-b") "," NOTHING "," CELL("vm-1") "," CELL("shop-1") "," CELL("web") "," NOTHING
#define SUMS(bytes, flows) CELL(bytes) "," NOTHING "," CELL(flows) "," CELL("1795143700") "," CELL("1795147000")
#define ROW(group, sums) "{\"f\":[" group "," sums "]}"

static struct json_object *entry(const char *row, struct error *err)
{
    struct json_object *tree = NULL;
    assert_true(json_parse(text_of(row), &tree, err));
    struct json_object *o = gcp_flow_query_entry(tree, err);
    json_object_put(tree);
    return o;
}

static void assert_at(struct json_object *o, const char *path, const char *value)
{
    struct json_object *is = path_first(o, path);
    assert_string_equal(is == NULL ? "nothing" : json_object_get_string(is), value);
}

static void a_row_is_a_log_entry(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct json_object *o = entry(ROW(GROUP("shop-1", "1795143600"), SUMS("1280", "10")), &err);
    assert_non_null(o);
    assert_at(o, "logName", "projects/shop-1/logs/compute.googleapis.com%2Fvpc_flows");
    assert_at(o, "timestamp", "2026-11-20T03:56:40Z");
    assert_at(o, "resource.labels.project_id", "shop-1");
    assert_at(o, "resource.labels.location", "us-east1-b");
    assert_at(o, "resource.labels.subnetwork_name", "nothing");
    assert_at(o, "jsonPayload.connection.dest_ip", "8.8.8.8");
    assert_at(o, "jsonPayload.connection.dest_port", "53");
    assert_at(o, "jsonPayload.bytes_sent", "1280");
    assert_at(o, "jsonPayload.packets_sent", "0");
    assert_at(o, "jsonPayload.flows", "10");
    assert_at(o, "jsonPayload.start_time", "2026-11-20T03:01:40Z");
    assert_at(o, "jsonPayload.src_vpc.vpc_name", "main");
    assert_at(o, "jsonPayload.src_instance.managed_instance_group.name", "web");
    assert_at(o, "jsonPayload.src_gke_details", "nothing");
    json_object_put(o);
}

static char *id_of(const char *row)
{
    struct error err = ERROR_INIT;
    struct json_object *o = entry(row, &err);
    assert_non_null(o);
    char *id = memory_string(json_string(o, "insertId"));
    json_object_put(o);
    return id;
}

static void an_hour_of_a_group_keeps_its_id_while_it_grows(void **state)
{
    (void)state;
    char *first = id_of(ROW(GROUP("shop-1", "1795143600"), SUMS("1280", "10"))),
         *grown = id_of(ROW(GROUP("shop-1", "1795143600"), SUMS("2560", "20"))),
         *next = id_of(ROW(GROUP("shop-1", "1795147200"), SUMS("1280", "10"))),
         *other = id_of(ROW(GROUP("shop-2", "1795143600"), SUMS("1280", "10")));
    assert_string_equal(first, grown);
    assert_string_not_equal(first, next);
    assert_string_not_equal(first, other);
    free(first);
    free(grown);
    free(next);
    free(other);
}

static void a_row_of_another_form_is_none(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}",
        "{\"f\":[]}",
        "{\"f\":{}}",
        "[]",
        "{\"f\":[" GROUP("shop-1", "1795143600") "]}",
        ROW(GROUP("shop-1", "1795143600"), SUMS("1280", "10") "," NOTHING),
        ROW(GROUP("", "1795143600"), SUMS("1280", "10")),
        ROW(GROUP("shop/1", "1795143600"), SUMS("1280", "10")),
        ROW(GROUP("shop-1", "noon"), SUMS("1280", "10")),
        ROW(GROUP("shop-1", "1795143600"), SUMS("-1", "10")),
        ROW(GROUP("shop-1", "1795143600"), SUMS("1280", "0")),
        ROW(GROUP("shop-1", "1795143600"), CELL("1") "," CELL("1") "," CELL("1") "," CELL("9") "," CELL("1")),
        ROW(GROUP("shop-1", "1795143600"), CELL("1") "," CELL("1") "," CELL("1") "," CELL("1") "," CELL("9223372036854775807")),
        ROW(GROUP("shop-1", "1795143600"), "{\"v\":1280}," NOTHING "," CELL("1") "," CELL("1") "," CELL("2")),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        struct json_object *o = entry(bad[i], &err);
        if (o != NULL)
            fail_msg("%s", bad[i]);
        assert_int_equal(err.kind, ERROR_DATA);
    }
}

static void some_projects_are_asked_for_alone(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct string_list l = { NULL, 0 };
    string_list_add(&l, "shop-1");
    string_list_add(&l, "x') OR (1=1");
    string_list_add(&l, "example.com:old-1");
    char *sql = query_of("vpc_flows", TABLE(EXPORTED, ""), NULL, &l, &err);
    assert_non_null(sql);
    assert_non_null(strstr(sql, ") WHERE project IN ('', 'shop-1', 'example.com:old-1') AND reporter = 'SRC' AND ("));
    free(sql);
    while (l.count <= GCP_FLOW_QUERY_PROJECTS_MAX)
        string_list_add(&l, "shop-1");
    sql = query_of("vpc_flows", TABLE(EXPORTED, ""), NULL, &l, &err);
    assert_non_null(sql);
    assert_non_null(strstr(sql, ") WHERE reporter = 'SRC' AND ("));
    free(sql);
    string_list_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_what_its_file_says),
        cmocka_unit_test(only_the_partitions_of_the_window_are_read),
        cmocka_unit_test(a_linked_dataset_is_asked_for_json),
        cmocka_unit_test(other_tables_are_refused_with_what_they_lack),
        cmocka_unit_test(what_is_no_address_gets_into_no_query),
        cmocka_unit_test(a_row_is_a_log_entry),
        cmocka_unit_test(an_hour_of_a_group_keeps_its_id_while_it_grows),
        cmocka_unit_test(a_row_of_another_form_is_none),
        cmocka_unit_test(some_projects_are_asked_for_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
