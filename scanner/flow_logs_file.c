#include "core/base/memory.h"
#include "core/config.h"
#include "scanner/flow_logs_work.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const struct flow_spot *spot_of(const struct flow_slot *s)
{
    return &s->worker->spots[s->worker->spot];
}

/* ---- bytes ---- */

static bool begin(void *ctx, int status, const struct http_headers *headers, struct error *err)
{
    struct flow_slot *s = ctx;
    (void)status;
    (void)headers;
    error_clear(&s->broken);
    return flow_file_begin(s->file, s->worker->account->id, spot_of(s)->region, s->named_unix_s,
                           err);
}

static bool write_bytes(void *ctx, const char *data, size_t len, struct error *err)
{
    struct flow_slot *s = ctx;
    if (flow_file_write(s->file, data, len, &s->broken))
        return true;
    *err = s->broken;
    return false;
}

/* ---- the end of a file ---- */

/* What came out of it before it was found to be changed may be changed, too. What was cut off is as it was written. */
static void take(struct flow_slot *s)
{
    struct flow_worker *w = s->worker;
    const struct flow_counts *counts = flow_file_counts(s->file);
    flow_groups_add_all(w->groups, flow_file_groups(s->file));
    flow_counts_add(&w->counts, counts);
    if (counts->malformed > 0 && (w->malformed == NULL || strcmp(s->key, w->malformed) < 0)) {
        free(w->malformed);
        w->malformed = memory_string(s->key);
    }
}

static bool is_about_key(const struct ask_result *result)
{
    return strstr(result->error.message, "kms:Decrypt") != NULL ||
           strncmp(result->code, "KMS.", strlen("KMS.")) == 0;
}

static void note_refused(struct flow_slot *s, const struct ask_result *result)
{
    if (flow_file_is_parquet(s->file))
        s->worker->parquet++;
    else if (result->verdict == HTTP_VERDICT_DENIED && is_about_key(result))
        flow_worker_note(
            s->worker, OUTCOME_DENIED,
            "the role may not use the key that the bucket %s is encrypted with (kms:Decrypt)",
            spot_of(s)->site->place->config->bucket);
    else if (s->broken.kind != ERROR_NONE)
        flow_worker_note(s->worker, OUTCOME_FAILED, "%s: %s", s->key, s->broken.message);
    else
        flow_worker_note(s->worker, ask_outcome(result->verdict), "%s: %s", s->key,
                         result->error.message);
}

static void finish(struct flow_slot *s, const struct ask_result *result)
{
    struct error why = ERROR_INIT;
    if (result->verdict != HTTP_VERDICT_OK) {
        note_refused(s, result);
        return;
    }
    s->worker->files++;
    if (!flow_file_finish(s->file, &why))
        flow_worker_note(s->worker, OUTCOME_FAILED, "%s: %s", s->key, why.message);
    take(s);
}

static void answered(void *ctx, const struct ask_result *result)
{
    struct flow_slot *s = ctx;
    struct flow_worker *w = s->worker;
    finish(s, result);
    free(s->key);
    s->key = NULL;
    w->running--;
    loop_soon(w->logs->o->loop, &w->step);
}

/* ---- the beginning ---- */

static struct json_object *arguments_of(const struct flow_slot *s)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "Bucket",
                           json_object_new_string(spot_of(s)->site->place->config->bucket));
    json_object_object_add(o, "Key", json_object_new_string(s->key));
    return o;
}

void flow_slot_start(struct flow_slot *s, const char *key, int64_t named_unix_s)
{
    const struct flow_logs *l = s->worker->logs;
    struct flow_place *place = spot_of(s)->site->place;
    const struct flow_file_options o = { l->watch, l->since_unix_s, l->until_unix_s, l->o->seed };
    s->key = memory_string(key);
    error_clear(&s->broken);
    s->named_unix_s = named_unix_s;
    if (s->file == NULL)
        s->file = flow_file_new(&o);
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    const struct provider_call call = { FLOW_LOGS_SERVICE, "GetObject", place->config->region,
                                        arguments_of(s), NULL };
    ask_init(&s->ask, &place->gate, &call);
    s->sink = (struct http_sink){ begin, write_bytes, s };
    s->ask.bytes = &s->sink;
    s->ask.max_bytes = FLOW_LOGS_FILE_MAX;
    s->ask.timeout_ms = FLOW_LOGS_FILE_TIMEOUT_MS;
    s->ask.done = answered;
    s->ask.ctx = s;
    s->worker->running++;
    ask_page(&s->ask);
}

void flow_slot_release(struct flow_slot *s)
{
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    flow_file_free(s->file);
    free(s->key);
}
