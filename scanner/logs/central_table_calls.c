#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/model/log_table.h"
#include "scanner/logs/central_tables_work.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_S = 24 * 3600,
    WAIT_MS = 10 * 1000, /* so long a call waits for its query: well within the engine's patience */
    JOB_MS = 3600 * 1000, /* BigQuery ends the query then */
    PAGE_ROWS = 5000,
    REQUEST_DIGITS = 32, /* BigQuery takes 36 characters */
};

static void add_text(struct json_object *o, const char *name, const char *text)
{
    json_object_object_add(o, name, json_object_new_string(text));
}

static void add_count(struct json_object *o, const char *name, int64_t count)
{
    char *text = memory_format("%lld", (long long)count); /* 64-bit numbers are text */
    add_text(o, name, text);
    free(text);
}

static void add_number(struct json_object *o, const char *name, int64_t number)
{
    json_object_object_add(o, name, json_object_new_int64(number));
}

/* The part before the dot; *rest what follows it. */
static char *cut(struct text *rest)
{
    return text_copy(text_cut(rest, '.'));
}

struct log_table *central_table_named(const struct config_flow_table *config)
{
    struct log_table *t = memory_new(1, sizeof *t);
    struct text rest = text_of(config->table);
    t->workgroup = memory_string(config->project);
    t->catalog = cut(&rest);
    t->database = cut(&rest);
    t->name = text_copy(rest);
    return t;
}

/* The name of a shard in the place of the asterisk. */
static char *shown_name(const struct central_table *t)
{
    char day[TIMESTAMP_MAX];
    const char *name = t->table->name;
    size_t len = strlen(name);
    if (name[len - 1] != '*')
        return memory_string(name);
    timestamp_basic(t->until_unix_s - (t->today ? 0 : DAY_S), day); /* 20261121T… */
    return memory_format("%.*s%.8s", (int)len - 1, name, day);
}

struct json_object *central_table_columns_call(const struct central_table *t)
{
    struct json_object *o = json_object_new_object();
    char *name = shown_name(t);
    add_text(o, "projectId", t->table->catalog);
    add_text(o, "datasetId", t->table->database);
    add_text(o, "tableId", name);
    free(name);
    return o;
}

/* What was sent twice, since an answer was lost, runs once. */
static void add_request(const struct central_table *t, struct json_object *o)
{
    char hex[DIGEST_HEX_MAX];
    char *words = memory_format("%lld %s", (long long)t->until_unix_s, t->query);
    digest_sha256_hex(text_of(words), hex);
    hex[REQUEST_DIGITS] = '\0';
    add_text(o, "requestId", hex);
    free(words);
}

struct json_object *central_table_query_call(const struct central_table *t, bool dry)
{
    struct json_object *o = json_object_new_object();
    add_text(o, "projectId", t->table->workgroup);
    add_text(o, "query", t->query);
    json_object_object_add(o, "useLegacySql", json_object_new_boolean(false));
    if (dry) {
        json_object_object_add(o, "dryRun", json_object_new_boolean(true));
        return o;
    }
    add_count(o, "maximumBytesBilled", t->logs->bytes_left);
    add_number(o, "timeoutMs", WAIT_MS);
    add_count(o, "jobTimeoutMs", JOB_MS);
    add_number(o, "maxResults", PAGE_ROWS);
    add_request(t, o);
    return o;
}

struct json_object *central_table_results_call(const struct central_table *t)
{
    struct json_object *o = json_object_new_object();
    add_text(o, "projectId", t->table->workgroup);
    add_text(o, "jobId", t->job);
    if (t->place != NULL)
        add_text(o, "location", t->place);
    if (t->page != NULL)
        add_text(o, "pageToken", t->page);
    add_number(o, "maxResults", PAGE_ROWS);
    add_number(o, "timeoutMs", WAIT_MS);
    return o;
}

struct json_object *central_table_kept(const struct central_table *t)
{
    struct json_object *o = json_object_new_object();
    add_text(o, "job", t->job);
    if (t->place != NULL)
        add_text(o, "place", t->place);
    add_number(o, "since", t->since_unix_s);
    add_number(o, "bytes", t->bytes);
    return o;
}
