#include "core/decode/json.h"
#include "tests/fakecloud/google/flow_table.h"
#include "tests/fakecloud/google/offer.h"

#include <json-c/json.h>

/* BigQuery v2. */

/* The list shows little of each; who may read it is told by datasets.get. */
static bool list(const struct google_call *c, struct json_object **out, struct google_fault *fault)
{
    static const char *const shown[] = { "kind",   "id",           "datasetReference",
                                         "labels", "friendlyName", "location" };
    struct json_object *all = google_call_things(c, c->account, c->offer->list),
                       *rows = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        struct json_object *row = json_object_new_object();
        for (size_t m = 0; m < sizeof shown / sizeof *shown; m++) {
            struct json_object *value = json_get(json_object_array_get_idx(all, i), shown[m]);
            if (value != NULL)
                json_object_object_add(row, shown[m], json_object_get(value));
        }
        json_object_array_add(rows, row);
    }
    bool ok = google_offer_page(c, rows, out, fault);
    json_object_put(rows);
    json_object_put(all);
    return ok;
}

static const struct google_offer offers[] = {
    { .method = "datasets.list",
      .path = "bigquery/v2/projects/{projectId}/datasets",
      .kind = GOOGLE_ANSWER,
      .answer = list,
      .list = "bigquery.datasets",
      .as = "datasets",
      .word = "bigquery#datasetList",
      .usual = 50,
      .most = 1000,
      .harmless = { "all" },
      .permission = "bigquery.datasets.get" },
    { .method = "datasets.get",
      .path = "bigquery/v2/projects/{projectId}/datasets/{datasetId}",
      .kind = GOOGLE_GET,
      .list = "bigquery.datasets",
      .by = "datasetId=_id",
      .harmless = { "accessPolicyVersion", "datasetView" },
      .permission = "bigquery.datasets.get" },
    { .method = "tables.get",
      .path = "bigquery/v2/projects/{projectId}/datasets/{datasetId}/tables/{tableId}",
      .kind = GOOGLE_ANSWER,
      .answer = google_flow_table_get,
      .permission = "bigquery.tables.get" },
    { .method = "jobs.query",
      .path = "bigquery/v2/projects/{projectId}/queries",
      .post = true,
      .kind = GOOGLE_ANSWER,
      .answer = google_flow_table_query,
      .harmless = { "query", "useLegacySql", "dryRun", "maximumBytesBilled", "timeoutMs",
                    "jobTimeoutMs", "maxResults", "requestId" },
      .permission = "bigquery.jobs.create" },
    { .method = "jobs.getQueryResults",
      .path = "bigquery/v2/projects/{projectId}/queries/{jobId}",
      .kind = GOOGLE_ANSWER,
      .answer = google_flow_table_results,
      .usual = 10000,
      .most = 10000,
      .harmless = { "location", "timeoutMs" },
      .permission = "bigquery.jobs.get" },
    { .method = NULL },
};

const struct google_service google_service_bigquery = {
    .name = "bigquery",
    .title = "BigQuery API",
    .classic = true,
    .offers = offers,
};
