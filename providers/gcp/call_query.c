#include "providers/gcp/call_query.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/model/log_table.h"
#include "providers/provider.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define QUERY "jobs.query"
#define RESULTS "jobs.getQueryResults"
#define SELECT "SELECT "

bool gcp_call_query_is(const char *service, const char *method)
{
    return strcmp(service, "bigquery") == 0 &&
           (strcmp(method, QUERY) == 0 || strcmp(method, RESULTS) == 0);
}

static bool is(struct json_object *o, const char *name, const char *value)
{
    const char *text = json_string(o, name);
    return text != NULL && strcmp(text, value) == 0;
}

/* Backticks hold names: the only one is the table's. */
static bool asks_only(const char *query, const struct log_table *t)
{
    char *name = memory_format("`%s.%s.%s`", t->catalog, t->database, t->name);
    const char *at = strstr(query, name);
    bool only = at != NULL && strchr(query, '`') == at && strchr(at + strlen(name), '`') == NULL;
    free(name);
    return only && strncmp(query, SELECT, strlen(SELECT)) == 0 && strchr(query, ';') == NULL;
}

static bool has_price(struct json_object *arguments)
{
    int64_t bytes = 0;
    const char *most = json_string(arguments, "maximumBytesBilled");
    return json_boolean(arguments, "dryRun", false) ||
           (most != NULL && text_to_int64(text_of(most), &bytes) && bytes > 0);
}

bool gcp_call_query_is_in_place(const struct provider_call *call, const struct log_table *t,
                                struct error *err)
{
    struct json_object *o = call->arguments, *legacy = json_get(o, "useLegacySql");
    const char *query = json_string(o, "query");
    bool ok = t != NULL && is(o, "projectId", t->workgroup);
    if (ok && strcmp(call->operation, QUERY) == 0)
        ok = query != NULL && asks_only(query, t) && has_price(o) &&
             json_object_is_type(legacy, json_type_boolean) && !json_object_get_boolean(legacy);
    return ok || error_set(err, ERROR_CONFIG,
                           "bigquery %s is only for queries over a table that the config names",
                           call->operation);
}
