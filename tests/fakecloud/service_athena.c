#include "core/base/embedded.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/athena_rows.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/flow_bucket.h"
#include "tests/fakecloud/offer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* The reader's of the bucket, in the bucket's region: one workgroup, one database. */
#define WORKGROUP "flow-logs"
#define DATABASE "flow_logs"
#define CATALOG "AwsDataCatalog"

extern const struct embedded_file fakecloud_athena[];
extern const size_t fakecloud_athena_count;

static const char *const tables[] = { "plain", "hive" };

static bool invalid(struct fault *fault, const char *words)
{
    return fault_own(fault, 400, "InvalidRequestException", words);
}

static bool before(const struct call *c, struct fault *fault)
{
    return (strcmp(c->account, flow_bucket_reader(c->estate)) == 0 &&
            strcmp(c->region, estate_region(0)) == 0) ||
           invalid(fault, "WorkGroup is not found.");
}

static bool is(const char *text, const char *value)
{
    return text != NULL && strcmp(text, value) == 0;
}

/* athena/TABLE.json or .sql. */
static const char *file_of(const char *table, const char *ending)
{
    const char *found = NULL;
    char *name = memory_format("tests/fakecloud/athena/%s.%s", table, ending);
    for (size_t i = 0; i < fakecloud_athena_count && found == NULL; i++)
        if (strcmp(fakecloud_athena[i].name, name) == 0)
            found = fakecloud_athena[i].text;
    free(name);
    return found;
}

static bool get_workgroup(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "WorkGroup", NULL };
    if (!call_knows(c, known, fault))
        return false;
    if (!is(call_text(c, "WorkGroup"), WORKGROUP))
        return invalid(fault, "WorkGroup is not found.");
    *out = estate_json(
        "{\"WorkGroup\":{\"Name\":\"" WORKGROUP "\",\"State\":\"ENABLED\",\"Configuration\":{"
        "\"EnforceWorkGroupConfiguration\":true,\"BytesScannedCutoffPerQuery\":1000000000,"
        "\"ResultConfiguration\":{\"OutputLocation\":\"s3://company-athena-results/flow-logs/\"}}}}");
    return true;
}

static bool get_table(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "CatalogName", "DatabaseName", "TableName", "WorkGroup",
                                         NULL };
    struct error err = ERROR_INIT;
    struct json_object *table = NULL;
    const char *name = call_text(c, "TableName");
    const char *text = file_of(name == NULL ? "" : name, "json");
    if (!call_knows(c, known, fault))
        return false;
    if (!is(call_text(c, "CatalogName"), CATALOG) || !is(call_text(c, "DatabaseName"), DATABASE) ||
        text == NULL)
        return fault_own(fault, 400, "MetadataException",
                         "EntityNotFoundException: Table not found.");
    if (!json_parse(text_of(text), &table, &err))
        return fault_set(fault, FAULT_INTERNAL, "%s", err.message);
    *out = json_object_new_object();
    json_object_object_add(*out, "TableMetadata", table);
    return true;
}

/* ---- queries ---- */

static struct json_object *run(const struct call *c, const char *sql)
{
    struct athena_slots slots;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (sql != NULL && athena_sql_match(file_of(tables[i], "sql"), sql, &slots))
            return athena_rows(c->estate, i == 1, &slots);
    return NULL;
}

static bool start_query(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "QueryString", "ClientRequestToken",
                                         "QueryExecutionContext", "WorkGroup", NULL };
    const char *token = call_text(c, "ClientRequestToken");
    struct json_object *context = json_get(c->params, "QueryExecutionContext");
    if (!call_knows(c, known, fault))
        return false;
    if (!is(call_text(c, "WorkGroup"), WORKGROUP) ||
        !is(json_string(context, "Catalog"), CATALOG) ||
        !is(json_string(context, "Database"), DATABASE))
        return invalid(fault, "There is nothing else to be asked here.");
    char *id = memory_format("athena-%.32s",
                             token == NULL ? "" : token); /* the same token is the same query */
    if (map_get(c->estate->queries, id) == NULL) {
        struct json_object *query = json_object_new_object(),
                           *rows = run(c, call_text(c, "QueryString"));
        json_object_object_add(query, "state", json_object_new_string("QUEUED"));
        json_object_object_add(query, "rows", rows); /* none: what it asks is not understood */
        map_set(c->estate->queries, id, query);
    }
    *out = json_object_new_object();
    json_object_object_add(*out, "QueryExecutionId", json_object_new_string(id));
    free(id);
    return true;
}

static struct json_object *query_of(const struct call *c, struct fault *fault)
{
    static const char *const known[] = { "QueryExecutionId", NULL };
    const char *id = call_text(c, "QueryExecutionId");
    struct json_object *query =
        !call_knows(c, known, fault) || id == NULL ? NULL : map_get(c->estate->queries, id);
    if (query == NULL && fault->kind == FAULT_NONE)
        invalid(fault, "QueryExecution was not found.");
    return query;
}

/* QUEUED, RUNNING, and then what it has come to. */
static bool get_query(const struct call *c, struct json_object **out, struct fault *fault)
{
    struct json_object *query = query_of(c, fault);
    if (query == NULL)
        return false;
    const char *state = json_string(query, "state");
    bool fails = json_get(query, "rows") == NULL;
    *out = estate_json(
        "{\"QueryExecution\":{\"QueryExecutionId\":\"%s\",\"Status\":{\"State\":\"%s\"%s},"
        "\"Statistics\":{\"DataScannedInBytes\":123456}}}",
        call_text(c, "QueryExecutionId"), state,
        is(state, "FAILED")
            ? ",\"StateChangeReason\":\"SYNTAX_ERROR: this is no query of flow logs\""
            : "");
    const char *next = is(state, "QUEUED")     ? "RUNNING"
                       : !is(state, "RUNNING") ? state
                       : fails                 ? "FAILED"
                                               : "SUCCEEDED";
    char *copy = memory_string(next);
    json_object_object_add(query, "state", json_object_new_string(copy));
    free(copy);
    return true;
}

static bool get_results(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const struct paging page = { 1, 1000, 1000 };
    struct json_object *query = query_of(c, fault);
    if (query == NULL)
        return false;
    if (!is(json_string(query, "state"), "SUCCEEDED"))
        return invalid(fault, "Query has not yet finished.");
    return paging_answer(c, json_get(query, "rows"), &page, "ResultSet.Rows", out, fault);
}

static bool stop_query(const struct call *c, struct json_object **out, struct fault *fault)
{
    struct json_object *query = query_of(c, fault);
    if (query == NULL)
        return false;
    json_object_object_add(query, "state", json_object_new_string("CANCELLED"));
    *out = json_object_new_object();
    return true;
}

static const struct offer offers[] = {
    { .operation = "GetWorkGroup", .answer = get_workgroup },
    { .operation = "GetTableMetadata", .answer = get_table },
    { .operation = "StartQueryExecution", .answer = start_query, .fleeting = true },
    { .operation = "GetQueryExecution", .answer = get_query, .fleeting = true },
    { .operation = "GetQueryResults", .answer = get_results, .fleeting = true },
    { .operation = "StopQueryExecution", .answer = stop_query, .fleeting = true },
    { 0 },
};

const struct service service_athena = { .name = "athena", .offers = offers, .before = before };
