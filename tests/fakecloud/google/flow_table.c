#include "tests/fakecloud/google/flow_table.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/flow_table_sql.h"
#include "tests/fakecloud/google/paging.h"
#include "tests/fakecloud/serve.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NAME "compute_googleapis_com_vpc_flows"
#define LOCATION "asia-northeast1"

enum { DAY_DIGITS = 8, BYTES_A_ROW = 1000 * 1000, PAGE_ROWS = 3 };

/* ---- what there is ---- */

#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":\"" type "\",\"mode\":\"NULLABLE\"}"
#define TEXT(name) FIELD(name, "STRING")
#define RECORD(name, of) "{\"name\":\"" name "\",\"type\":\"RECORD\",\"mode\":\"NULLABLE\",\"fields\":[" of "]}"
#define COMMON FIELD("timestamp", "TIMESTAMP")

/* Of the flows that there were so far none was of a managed group, or of a cluster; numbers in JSON are FLOAT there. */
static const char exported[] =
    "[" COMMON "," TEXT("logName") "," TEXT("insertId") ","
    RECORD("resource", TEXT("type") "," RECORD("labels", TEXT("project_id"))) ","
    RECORD("jsonPayload",
           TEXT("reporter") "," TEXT("bytes_sent") "," TEXT("packets_sent") ","
           RECORD("connection", TEXT("src_ip") "," TEXT("dest_ip") "," FIELD("dest_port", "FLOAT") "," FIELD("protocol", "FLOAT")) ","
           RECORD("src_instance", TEXT("vm_name") "," TEXT("project_id")) ","
           RECORD("src_vpc", TEXT("vpc_name") "," TEXT("subnetwork_name"))) "]";
static const char linked[] =
    "[" COMMON "," TEXT("log_name") "," TEXT("log_id") "," TEXT("insert_id") ","
    RECORD("resource", TEXT("type") "," FIELD("labels", "JSON")) "," FIELD("json_payload", "JSON") "]";
static const char plain[] = "[" COMMON "," TEXT("logName") "," TEXT("textPayload") "]";

static bool is_shard(const char *name)
{
    const char *day = name + strlen(NAME "_");
    return strncmp(name, NAME "_", strlen(NAME "_")) == 0 &&
           (strcmp(day, "*") == 0 ||
            (strlen(day) == DAY_DIGITS && strspn(day, "0123456789") == DAY_DIGITS));
}

static const char *columns_of(const char *name)
{
    if (strcmp(name, NAME) == 0 || strcmp(name, "grown") == 0 || strcmp(name, "huge") == 0 || strcmp(name, "odd") == 0 ||
        is_shard(name))
        return exported;
    return strcmp(name, "_AllLogs") == 0 ? linked : strcmp(name, "plain") == 0 ? plain : NULL;
}

bool google_flow_table_get(const struct google_call *c, struct json_object **out,
                           struct google_fault *fault)
{
    const char *name = google_call_text(c, "tableId"), *dataset = google_call_text(c, "datasetId");
    const char *columns = columns_of(name);
    bool parts = strcmp(name, NAME) == 0;
    if (strcmp(c->account, estate_account(c->estate, 0)) != 0 || columns == NULL ||
        strchr(name, '*') != NULL || strcmp(dataset, GOOGLE_FLOW_TABLE_DATASET) != 0)
        return google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "Not found: Table %s:%s.%s",
                                c->account, dataset, name);
    *out = estate_json(
        "{\"kind\":\"bigquery#table\",\"id\":\"%s:%s.%s\",\"tableReference\":{\"projectId\":\"%s\",\"datasetId\":\"%s\","
        "\"tableId\":\"%s\"},\"type\":\"TABLE\",\"location\":\"" LOCATION
        "\",\"schema\":{\"fields\":%s}}",
        c->account, dataset, name, c->account, dataset, name, columns);
    if (parts)
        json_object_object_add(*out, "timePartitioning",
                               estate_json("{\"type\":\"DAY\",\"field\":\"timestamp\"}"));
    return true;
}

/* ---- the query ---- */

static struct json_object *answer_new(const struct google_call *c, const char *kind, bool complete)
{
    struct json_object *o = estate_json(
        "{\"kind\":\"bigquery#%s\",\"jobReference\":{\"projectId\":\"%s\",\"location\":\"" LOCATION
        "\"}}",
        kind, c->account);
    json_object_object_add(o, "jobComplete", json_object_new_boolean(complete));
    return o;
}

static void add_count(struct json_object *o, const char *name, size_t count)
{
    char *text = memory_format("%zu", count);
    json_object_object_add(o, name, json_object_new_string(text));
    free(text);
}

/* What a job is, in its id: the server keeps nothing. */
static char *job_of(const struct google_flow_sql *q)
{
    return memory_format("job_%lld_%lld_%d_%s", (long long)q->since_s, (long long)q->until_s,
                         q->https, q->odd ? "odd" : "even");
}

static bool read_job(const char *id, struct google_flow_sql *out)
{
    struct text rest = text_of(id);
    int64_t https = 0;
    bool ok = text_equal_string(text_cut(&rest, '_'), "job") && rest.data != NULL &&
              text_to_int64(text_cut(&rest, '_'), &out->since_s) && rest.data != NULL &&
              text_to_int64(text_cut(&rest, '_'), &out->until_s) && rest.data != NULL &&
              text_to_int64(text_cut(&rest, '_'), &https) && rest.data != NULL;
    out->https = https != 0;
    out->odd = ok && text_equal_string(rest, "odd");
    return ok;
}

static bool check_manner(const struct google_call *c, struct google_fault *fault)
{
    struct json_object *legacy = json_get(c->params, "useLegacySql");
    if (legacy == NULL || json_object_get_boolean(legacy))
        return google_fault_set(
            fault, GOOGLE_FAULT_INVALID,
            "the fake cloud knows no legacy SQL, which is what is meant unless said otherwise");
    return json_boolean(c->params, "dryRun", false) ||
           google_call_text(c, "maximumBytesBilled") != NULL ||
           google_fault_set(fault, GOOGLE_FAULT_INVALID,
                            "a query without a most that may be billed");
}

bool google_flow_table_query(const struct google_call *c, struct json_object **out,
                             struct google_fault *fault)
{
    struct google_flow_sql q;
    const char *text = google_call_text(c, "query"),
               *most = google_call_text(c, "maximumBytesBilled");
    bool dry = json_boolean(c->params, "dryRun", false);
    int64_t most_bytes = 0;
    if (!check_manner(c, fault) ||
        !google_flow_sql_read(c->estate, text == NULL ? "" : text, &q, fault))
        return false;
    size_t bytes = google_flow_sql_flows(c->estate, &q) * BYTES_A_ROW;
    if (q.huge)
        bytes = (size_t)10 * 1000 * 1000 * BYTES_A_ROW;
    if (q.grown)
        bytes = dry ? 0 : (size_t)1000 * 1000 * BYTES_A_ROW;
    if (!dry && (!text_to_int64(text_of(most), &most_bytes) || bytes > (size_t)most_bytes))
        return google_fault_set(
            fault, GOOGLE_FAULT_INVALID,
            "Query exceeded limit for bytes billed: %s. %zu or higher required.", most, bytes);
    *out = answer_new(c, "queryResponse", dry);
    add_count(*out, "totalBytesProcessed", bytes);
    if (!dry) {
        char *job = job_of(&q);
        json_object_object_add(json_get(*out, "jobReference"), "jobId",
                               json_object_new_string(job));
        free(job);
    }
    return true;
}

bool google_flow_table_results(const struct google_call *c, struct json_object **out,
                               struct google_fault *fault)
{
    struct google_flow_sql q = { 0 };
    struct google_page page = { 0, 0, NULL };
    const char *job = google_call_text(c, "jobId"), *place = google_call_text(c, "location");
    if (!read_job(job, &q) || place == NULL || strcmp(place, LOCATION) != 0)
        return google_fault_set(fault, GOOGLE_FAULT_NOT_FOUND, "Not found: Job %s:%s", c->account,
                                job);
    struct json_object *all = google_flow_sql_rows(c->estate, &q), *rows = json_object_new_array();
    struct server few = *c->server;
    struct google_call call = *c;
    few.page_max = PAGE_ROWS;
    call.server = &few;
    bool ok = google_paging_read(&call, json_object_array_length(all), &page, fault);
    for (size_t i = page.from; ok && i < page.end; i++)
        json_object_array_add(rows, json_object_get(json_object_array_get_idx(all, i)));
    if (ok) {
        *out = answer_new(c, "getQueryResultsResponse", true);
        json_object_object_add(json_get(*out, "jobReference"), "jobId",
                               json_object_new_string(job));
        json_object_object_add(*out, "rows", json_object_get(rows));
        add_count(*out, "totalRows", json_object_array_length(all));
        if (page.next != NULL)
            json_object_object_add(*out, "pageToken", json_object_new_string(page.next));
    }
    free(page.next);
    json_object_put(rows);
    json_object_put(all);
    return ok;
}
