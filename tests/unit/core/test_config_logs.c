/* The config's section `logs`: buckets of flow logs, and what is wrong with an entry. */
#include "tests/unit/core/config_files.h"

#define TARGETS "targets: [{aws: {organization: {}, role: r}}]\n"
#define ENTRY "bucket: central-logs, region: ap-northeast-1, account: \"011122223333\""

static struct config *load(const char *yaml, struct config_faults *faults, struct error *err)
{
    struct config_files f;
    config_files_make(&f, yaml);
    struct config *c = config_load(f.config, faults, err);
    config_files_remove(&f);
    return c;
}

/* One fault, whose line holds `words`. */
static void refused(const char *logs, const char *words)
{
    struct error err = ERROR_INIT;
    struct config_faults faults = { NULL, 0 };
    char *yaml = memory_format(TARGETS "logs:\n%s", logs);
    assert_null(load(yaml, &faults, &err));
    if (faults.count != 1 || strstr(err.message, words) == NULL)
        fail_msg("%zu faults, the first: %s; expected: %s", faults.count, err.message, words);
    config_faults_release(&faults);
    free(yaml);
}

static void buckets_of_flow_logs_are_read(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct config *c = load(TARGETS "logs:\n"
                                    "  - flow_logs: {" ENTRY "}\n"
                                    "  - flow_logs: {" ENTRY ", prefix: \"team a/AWSLogs/\"}\n"
                                    "  - flow_logs: {" ENTRY ", prefix: /}\n",
                            NULL, &err);
    if (c == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(c->flow_log_count, 3);
    assert_string_equal(c->flow_logs[0].bucket, "central-logs");
    assert_string_equal(c->flow_logs[0].region, "ap-northeast-1");
    assert_string_equal(c->flow_logs[0].account, "011122223333");
    assert_string_equal(c->flow_logs[0].prefix, "AWSLogs/");
    assert_int_equal(c->flow_logs[0].line, 3);
    assert_string_equal(c->flow_logs[1].prefix, "team a/AWSLogs/");
    assert_string_equal(c->flow_logs[2].prefix, "");
    config_free(c);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    refused("  - flow_logs: {bucket: b-1, region: us-east-1}\n", "yomawari.yaml:3: flow_logs: needs account");
    refused("  - flow_logs: {" ENTRY "}\n  - flow_logs: {region: us-east-1, account: \"011122223333\"}\n",
            "yomawari.yaml:4: flow_logs: needs bucket");
    refused("  - flow_logs: {" ENTRY ", layout: hive}\n", "yomawari.yaml:3: layout: unknown key");
    refused("  - flow_logs: {" ENTRY "}\n    athena: {}\n", "yomawari.yaml:4: athena: unknown key");
    refused("  - flow_logs: {" ENTRY ", prefix: /AWSLogs/}\n", "prefix: ends with a slash, and begins with none");
    refused("  - flow_logs: {" ENTRY ", prefix: AWSLogs}\n", "prefix: ends with a slash, and begins with none");
    refused("  - flow_logs: {" ENTRY ", prefix: \"AWSLogs/*/\"}\n", "prefix: may hold none of");
    refused("  - flow_logs: {bucket: Central, region: us-east-1, account: \"011122223333\"}\n", "bucket: is no bucket's name");
    refused("  - flow_logs: {bucket: central-logs, region: \"../x\", account: \"011122223333\"}\n", "region:");
    refused("  - flow_logs: {bucket: central-logs, region: us-east-1, account: \"11122223333\"}\n", "account:");
    refused("  - flow_logs: [central-logs]\n", "flow_logs:");
    refused("  - flow_log: {" ENTRY "}\n", "yomawari.yaml:3: flow_log: unknown key");
    refused("  - {}\n", "entry 1 must have keys below it");
    refused("  - central-logs\n", "entry 1 must have keys below it");
}

static void trails_are_buckets_of_their_own(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct config_faults faults = { NULL, 0 };
    struct config *c = load(TARGETS "logs:\n"
                                    "  - flow_logs: {" ENTRY "}\n"
                                    "  - trails: {bucket: audit-logs, region: us-east-1, account: \"011122223333\", prefix: org/AWSLogs/}\n"
                                    "  - trails: {" ENTRY "}\n",
                            &faults, &err);
    assert_non_null(c);
    assert_int_equal(c->flow_log_count, 1);
    assert_int_equal(c->trail_count, 2);
    assert_string_equal(c->trails[0].bucket, "audit-logs");
    assert_string_equal(c->trails[0].prefix, "org/AWSLogs/");
    assert_int_equal(c->trails[0].line, 4);
    assert_string_equal(c->trails[1].prefix, "AWSLogs/");
    config_free(c);
    config_faults_release(&faults);
    refused("  - trails: {bucket: b-1, region: us-east-1}\n", "yomawari.yaml:3: trails: needs account");
}

static void there_are_no_more_than_are_read(void **state)
{
    (void)state;
    struct buffer logs;
    buffer_init(&logs, 100000);
    for (int i = 0; i < CONFIG_FLOW_LOGS_MAX + 1; i++)
        buffer_append_string(&logs, "  - flow_logs: {" ENTRY "}\n");
    refused(buffer_string(&logs), "at most 32");
    buffer_release(&logs);
}

static void log_groups_are_all_of_them_unless_said(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct config *c = load(TARGETS "logs:\n"
                                    "  - flow_log_groups: {}\n"
                                    "  - flow_log_groups: {account: \"0111*\", region: ap-*, name: \"/vpc/*\"}\n",
                            NULL, &err);
    if (c == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(c->log_group_count, 2);
    assert_string_equal(c->log_groups[0].account, "*");
    assert_string_equal(c->log_groups[0].region, "*");
    assert_string_equal(c->log_groups[0].name, "*");
    assert_string_equal(c->log_groups[1].account, "0111*");
    assert_string_equal(c->log_groups[1].region, "ap-*");
    assert_string_equal(c->log_groups[1].name, "/vpc/*");
    assert_int_equal(c->log_groups[1].line, 4);
    config_free(c);
    refused("  - flow_log_groups: {name: \"/vpc/[ab]\"}\n", "yomawari.yaml:3: name: must be a log group's name");
    refused("  - flow_log_groups: {name: \"a\\\"b\"}\n", "yomawari.yaml:3: name: must be a log group's name");
    refused("  - flow_log_groups: {group: x}\n", "yomawari.yaml:3: group: unknown key");
    refused("  - flow_log_groups: {}\n  - flow_log_groups: {}\n  - flow_log_groups: {}\n"
            "  - flow_log_groups: {}\n  - flow_log_groups: {}\n  - flow_log_groups: {}\n"
            "  - flow_log_groups: {}\n  - flow_log_groups: {}\n  - flow_log_groups: {}\n",
            "yomawari.yaml:11: flow_log_groups: at most 8 are read");
}

#define TABLE "account: \"011122223333\", region: ap-northeast-1, workgroup: flow.logs, database: logs"

static void tables_of_athena_are_named_without_anything_that_could_end_a_quotation(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct config *c = load(TARGETS "logs:\n"
                                    "  - athena_flow_logs: {" TABLE ", table: vpc_flow-logs}\n"
                                    "  - athena_flow_logs: {" TABLE ", table: b, catalog: own@1}\n",
                            NULL, &err);
    if (c == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(c->athena_table_count, 2);
    assert_string_equal(c->athena_tables[0].account, "011122223333");
    assert_string_equal(c->athena_tables[0].region, "ap-northeast-1");
    assert_string_equal(c->athena_tables[0].workgroup, "flow.logs");
    assert_string_equal(c->athena_tables[0].database, "logs");
    assert_string_equal(c->athena_tables[0].table, "vpc_flow-logs");
    assert_string_equal(c->athena_tables[0].catalog, "AwsDataCatalog");
    assert_string_equal(c->athena_tables[1].catalog, "own@1");
    assert_int_equal(c->athena_tables[1].line, 4);
    config_free(c);
    refused("  - athena_flow_logs: {" TABLE "}\n", "yomawari.yaml:3: athena_flow_logs: needs table");
    refused("  - athena_flow_logs: {" TABLE ", table: 'a\" --'}\n", "table: must be letters, digits, _ and -");
    refused("  - athena_flow_logs: {" TABLE ", table: a.b}\n", "table: must be letters, digits, _ and -");
    refused("  - athena_flow_logs: {" TABLE ", table: a, catalog: \"*\"}\n", "catalog: must be letters");
    refused("  - athena_flow_logs: {" TABLE ", table: a, output: s3}\n", "output: unknown key");
}

static void views_and_tables_of_google_are_read(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct config *c = load(TARGETS "logs:\n"
                                    "  - log_view: {view: projects/p-1/locations/global/buckets/b_1/views/_AllLogs}\n"
                                    "  - log_view: {view: organizations/123/locations/eu/buckets/b/views/v}\n"
                                    "  - bigquery_flow_logs: {project: payer-1, table: \"logs-1.flows.vpc_flows_*\"}\n",
                            NULL, &err);
    if (c == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(c->log_view_count, 2);
    assert_string_equal(c->log_views[1].view, "organizations/123/locations/eu/buckets/b/views/v");
    assert_int_equal(c->log_views[1].line, 4);
    assert_int_equal(c->flow_table_count, 1);
    assert_string_equal(c->flow_tables[0].project, "payer-1");
    assert_string_equal(c->flow_tables[0].table, "logs-1.flows.vpc_flows_*");
    config_free(c);
}

static void what_is_no_view_and_no_table_is_refused(void **state)
{
    (void)state;
    static const char *const views[] = { "projects/p", "projects/p/locations/l/buckets/b", "projects//locations/l/buckets/b/views/v",
                                         "projects/p/locations/l/buckets/b/views/v/w", "projects/p/locations/l/buckets/b/views/",
                                         "teams/1/locations/l/buckets/b/views/v", "organizations/acme/locations/l/buckets/b/views/v",
                                         "projects/p/locations/l/buckets/b/views/a\\\"b", "projects/p/locations/../buckets/b/view/v" };
    static const char *const tables[] = { "flows", "p.flows", "p.flows.", "p..t", "p.flows.t.u", "p.flows.*", "p.flows.a*b",
                                          "p.flows.t`; DROP TABLE x", "p.flows.t` UNION ALL", "P.flows.t", "p.my-set.t", "p.f.t u" };
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        char *entry = memory_format("  - log_view: {view: \"%s\"}\n", views[i]);
        refused(entry, "view: must be a log view as projects/PROJECT/locations/LOCATION");
        free(entry);
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char *entry = memory_format("  - bigquery_flow_logs: {project: p, table: \"%s\"}\n", tables[i]);
        refused(entry, "table: must be PROJECT.DATASET.TABLE");
        free(entry);
    }
    refused("  - log_view: {}\n", "log_view: needs view");
    refused("  - bigquery_flow_logs: {table: p.f.t}\n", "bigquery_flow_logs: needs project");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_athena_are_named_without_anything_that_could_end_a_quotation),
        cmocka_unit_test(log_groups_are_all_of_them_unless_said),
        cmocka_unit_test(buckets_of_flow_logs_are_read),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test(trails_are_buckets_of_their_own),
        cmocka_unit_test(there_are_no_more_than_are_read),
        cmocka_unit_test(views_and_tables_of_google_are_read),
        cmocka_unit_test(what_is_no_view_and_no_table_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
