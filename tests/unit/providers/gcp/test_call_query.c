/* Queries go through a door that was opened for a table, and only if they ask that table, with their price stated. */
#include "core/decode/json.h"
#include "core/model/log_table.h"
#include "providers/gcp/call.h"
#include "providers/gcp/call_query.h"
#include "tests/unit/providers/gcp/doorway.h"

#include <json-c/json.h>

#define ASKED "\"query\":\"SELECT x FROM `logs.flows.vpc` WHERE y\",\"useLegacySql\":false"
#define QUERY(of, more) "{\"projectId\":\"" of "\"," more "}"

static bool may(const char *operation, const char *arguments, bool has_table)
{
    struct error err = ERROR_INIT;
    struct log_table t = { .workgroup = (char[]){ "payer" }, .catalog = (char[]){ "logs" }, .database = (char[]){ "flows" },
                           .name = (char[]){ "vpc" } };
    struct provider_call call = { .service = "bigquery", .operation = operation };
    assert_true(json_parse(text_of(arguments), &call.arguments, &err));
    bool ok = gcp_call_query_is_in_place(&call, has_table ? &t : NULL, &err);
    json_object_put(call.arguments);
    assert_true(ok || err.kind == ERROR_CONFIG);
    return ok;
}

static void a_query_over_the_table_with_its_price_goes_through(void **state)
{
    (void)state;
    assert_true(may("jobs.query", QUERY("payer", ASKED ",\"dryRun\":true"), true));
    assert_true(may("jobs.query", QUERY("payer", ASKED ",\"maximumBytesBilled\":\"5000000000\""), true));
    assert_true(may("jobs.getQueryResults", QUERY("payer", "\"jobId\":\"j\""), true));
}

static void nothing_else_does(void **state)
{
    (void)state;
    static const char *const never[] = {
        QUERY("payer", ASKED),
        QUERY("payer", ASKED ",\"dryRun\":false"),
        QUERY("payer", ASKED ",\"maximumBytesBilled\":\"0\""),
        QUERY("payer", ASKED ",\"maximumBytesBilled\":\"all\""),
        QUERY("other", ASKED ",\"dryRun\":true"),
        QUERY("payer", "\"dryRun\":true,\"useLegacySql\":false"),
        QUERY("payer", "\"query\":\"SELECT x FROM `logs.flows.vpc`\",\"dryRun\":true"),
        QUERY("payer", "\"query\":\"SELECT x FROM `logs.flows.vpc`\",\"dryRun\":true,\"useLegacySql\":true"),
        QUERY("payer", "\"query\":\"SELECT x FROM `logs.flows.vpc2`\",\"dryRun\":true,\"useLegacySql\":false"),
        QUERY("payer", "\"query\":\"SELECT x FROM `logs.flows.vpc` JOIN `secret.t.x`\",\"dryRun\":true,\"useLegacySql\":false"),
        QUERY("payer", "\"query\":\"SELECT x FROM `logs.flows.vpc`; DROP TABLE y\",\"dryRun\":true,\"useLegacySql\":false"),
        QUERY("payer", "\"query\":\"DELETE FROM `logs.flows.vpc` WHERE true\",\"dryRun\":true,\"useLegacySql\":false"),
    };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (may("jobs.query", never[i], true))
            fail_msg("%s", never[i]);
    assert_false(may("jobs.query", QUERY("payer", ASKED ",\"dryRun\":true"), false));
    assert_false(may("jobs.getQueryResults", QUERY("payer", "\"jobId\":\"j\""), false));
    assert_false(may("jobs.getQueryResults", QUERY("other", "\"jobId\":\"j\""), true));
}

static void a_door_without_a_table_builds_no_such_request(void **state)
{
    (void)state;
    struct doorway w;
    struct http_request request;
    doorway_begin(&w, "");
    w.target.gcp.endpoint = constant("http://127.0.0.1:99/{service}");
    struct provider_door *door = doorway_door(&w, "payer");
    struct provider_call call = { .service = "bigquery", .operation = "jobs.query", .region = "global" };
    assert_true(json_parse(text_of(QUERY("payer", ASKED ",\"dryRun\":true")), &call.arguments, &w.err));
    http_request_init(&request);
    assert_false(gcp_call_request(door, &call, &request, &w.err));
    assert_string_equal(w.err.message, "bigquery jobs.query is only for queries over a table that the config names");
    json_object_put(call.arguments);
    http_request_release(&request);
    gcp_door_close(door);
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_over_the_table_with_its_price_goes_through),
        cmocka_unit_test(nothing_else_does),
        cmocka_unit_test(a_door_without_a_table_builds_no_such_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
