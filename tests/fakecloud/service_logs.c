#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/insights.h"
#include "tests/fakecloud/log_lines.h"
#include "tests/fakecloud/offer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { MS_A_SECOND = 1000, GROUPS_MOST = 50 };

static bool no_group(struct fault *fault)
{
    return fault_own(fault, 400, "ResourceNotFoundException",
                     "The specified log group does not exist.");
}

static struct json_object *between(struct json_object *events, int64_t from_ms, int64_t to_ms)
{
    struct json_object *found = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        struct json_object *event = json_object_array_get_idx(events, i);
        int64_t at = json_int(event, "timestamp", 0);
        if (at >= from_ms && at <= to_ms)
            json_object_array_add(found, json_object_get(event));
    }
    return found;
}

/* `end` is within, or so AWS says of queries; of events it says that it is not. */
static bool filter_events(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "logGroupName", "startTime", "endTime", NULL };
    static const struct paging page = { 1, 10000, 10000 };
    const struct place at = { c->account, c->region };
    const char *group = call_text(c, "logGroupName");
    if (!call_knows(c, known, fault))
        return false;
    struct json_object *all = group == NULL ? NULL : log_lines(c->estate, at, group);
    if (all == NULL)
        return no_group(fault);
    struct json_object *found = between(all, json_int(c->params, "startTime", 0),
                                        json_int(c->params, "endTime", INT64_MAX) - 1);
    bool ok = paging_answer(c, found, &page, "events", out, fault);
    json_object_put(found);
    json_object_put(all);
    return ok;
}

/* ---- queries ---- */

/* Lines of all groups that are named; NULL with the fault. */
static struct json_object *lines_of(const struct call *c, double *scanned, struct fault *fault)
{
    const struct place at = { c->account, c->region };
    struct json_object *names = json_get(c->params, "logGroupNames"),
                       *all = json_object_new_array();
    int64_t from = json_int(c->params, "startTime", 0), to = json_int(c->params, "endTime", 0);
    size_t count = names == NULL ? 0 : json_object_array_length(names);
    bool ok = count > 0 && count <= GROUPS_MOST && from > 0 && from <= to;
    if (!ok)
        fault_own(fault, 400, "InvalidParameterException", "log groups or times are missing");
    for (size_t i = 0; ok && i < count; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        struct json_object *events = log_lines(c->estate, at, name), *some = NULL;
        ok = events != NULL || no_group(fault);
        if (events != NULL)
            some = between(events, from * MS_A_SECOND, to * MS_A_SECOND);
        for (size_t k = 0; some != NULL && k < json_object_array_length(some); k++)
            json_object_array_add(all, json_object_get(json_object_array_get_idx(some, k)));
        *scanned += log_lines_bytes(c->estate, at, name, from, to);
        json_object_put(some);
        json_object_put(events);
    }
    if (!ok) {
        json_object_put(all);
        return NULL;
    }
    return all;
}

static bool start_query(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "logGroupNames", "startTime", "endTime",
                                         "queryString",   "limit",     NULL };
    const char *text = call_text(c, "queryString");
    double scanned = 0;
    if (!call_knows(c, known, fault))
        return false;
    struct json_object *lines = lines_of(c, &scanned, fault);
    struct json_object *rows =
        lines == NULL || text == NULL ? NULL : insights_run(text, lines, fault);
    json_object_put(lines);
    if (rows == NULL)
        return false;
    char *path = memory_format("query/%zu", map_count(c->estate->queries)),
         *id = chance_hex(c->estate->o.seed, path, 32);
    struct json_object *query = json_object_new_object();
    json_object_object_add(query, "rows", rows);
    json_object_object_add(query, "scanned", json_object_new_double(scanned));
    json_object_object_add(query, "status", json_object_new_string("Running"));
    map_set(c->estate->queries, id, query);
    *out = json_object_new_object();
    json_object_object_add(*out, "queryId", json_object_new_string(id));
    free(id);
    free(path);
    return true;
}

static struct json_object *query_of(const struct call *c, struct fault *fault)
{
    const char *id = call_text(c, "queryId");
    struct json_object *query = id == NULL ? NULL : map_get(c->estate->queries, id);
    if (query == NULL)
        fault_own(fault, 400, "ResourceNotFoundException", "There is no such query.");
    return query;
}

/* Asked for the first time it is half done. */
static bool query_results(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "queryId", NULL };
    struct json_object *query = call_knows(c, known, fault) ? query_of(c, fault) : NULL;
    if (query == NULL)
        return false;
    struct json_object *rows = json_get(query, "rows"), *some = json_object_new_array(),
                       *statistics = json_object_new_object();
    bool running = strcmp(json_string(query, "status"), "Running") == 0;
    size_t count = json_object_array_length(rows) / (running ? 2 : 1);
    for (size_t i = 0; i < count; i++)
        json_object_array_add(some, json_object_get(json_object_array_get_idx(rows, i)));
    json_object_object_add(statistics, "bytesScanned", json_object_get(json_get(query, "scanned")));
    json_object_object_add(statistics, "recordsMatched", json_object_new_double((double)count));
    *out = json_object_new_object();
    json_object_object_add(*out, "results", some);
    json_object_object_add(*out, "statistics", statistics);
    json_object_object_add(*out, "status", json_object_get(json_get(query, "status")));
    if (running)
        json_object_object_add(query, "status", json_object_new_string("Complete"));
    return true;
}

static bool stop_query(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "queryId", NULL };
    struct json_object *query = call_knows(c, known, fault) ? query_of(c, fault) : NULL;
    if (query == NULL)
        return false;
    json_object_object_add(query, "status", json_object_new_string("Cancelled"));
    *out = json_object_new_object();
    json_object_object_add(*out, "success", json_object_new_boolean(true));
    return true;
}

/* Limits: CloudWatch Logs' API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeLogGroups",
      .list = "logGroups",
      .as = "logGroups",
      .page = { 1, 50, 50 } },
    { .operation = "FilterLogEvents", .answer = filter_events },
    { .operation = "StartQuery", .answer = start_query, .fleeting = true },
    { .operation = "GetQueryResults", .answer = query_results, .fleeting = true },
    { .operation = "StopQuery", .answer = stop_query, .fleeting = true },
    { 0 },
};

const struct service service_logs = { .name = "logs", .offers = offers };
