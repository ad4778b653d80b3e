#include "core/base/memory.h"
#include "scanner/logs/log_files_work.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const struct log_files_kind *kind_of(const struct log_slot *s)
{
    return s->worker->all->o->kind;
}

static const char *bucket_of(const struct log_slot *s)
{
    return s->worker->spots[s->worker->spot].site->bucket->config->bucket;
}

/* ---- bytes ---- */

static bool begin(void *ctx, int status, const struct http_headers *headers, struct error *err)
{
    struct log_slot *s = ctx;
    (void)status;
    (void)headers;
    error_clear(&s->broken);
    return kind_of(s)->file_begin(s->file, &s->worker->region, s->named_unix_s, err);
}

static bool write_bytes(void *ctx, const char *data, size_t len, struct error *err)
{
    struct log_slot *s = ctx;
    if (kind_of(s)->file_write(s->file, data, len, &s->broken))
        return true;
    *err = s->broken;
    return false;
}

/* ---- the end of a file ---- */

static bool is_about_key(const struct ask_result *result)
{
    return strstr(result->error.message, "kms:Decrypt") != NULL ||
           strncmp(result->code, "KMS.", strlen("KMS.")) == 0;
}

/* The key's ARN, where the refusal names it. */
static struct text key_in(const char *message)
{
    const char *at = strstr(message, ":kms:");
    if (at == NULL)
        return (struct text){ "", 0 };
    while (at > message && at[-1] != ' ')
        at--;
    return (struct text){ at, strcspn(at, " ,") };
}

static void note_key(const struct log_slot *s, const char *message)
{
    struct text key = key_in(message);
    log_files_note(
        &s->worker->region, OUTCOME_DENIED,
        "the role may not use the key that the bucket %s is encrypted with (kms:Decrypt%s%.*s)",
        bucket_of(s), key.len > 0 ? " on " : "", (int)key.len, key.data);
}

static void note_refused(struct log_slot *s, const struct ask_result *result)
{
    struct log_worker *w = s->worker;
    if (kind_of(s)->file_is_unreadable(s->file))
        w->region.unreadable++;
    else if (result->verdict == HTTP_VERDICT_DENIED && is_about_key(result))
        note_key(s, result->error.message);
    else if (s->broken.kind != ERROR_NONE)
        log_files_note(&w->region, OUTCOME_FAILED, "%s: %s", s->key, s->broken.message);
    else
        log_files_note(&w->region, ask_outcome(result->verdict), "%s: %s", s->key,
                       result->error.message);
}

/* What came out of a file before it was found to be changed may be changed, too. What was cut off is as it was written.
 * False with a fault of the disk. */
static bool finish(struct log_slot *s, const struct ask_result *result)
{
    struct log_worker *w = s->worker;
    struct error why = ERROR_INIT;
    if (result->verdict != HTTP_VERDICT_OK && s->broken.kind != ERROR_STORE) {
        note_refused(s, result);
        return true;
    }
    if (s->broken.kind == ERROR_NONE && !kind_of(s)->file_finish(s->file, &why))
        s->broken = why;
    w->region.files++;
    if (s->broken.kind == ERROR_STORE) {
        w->all->broken = s->broken;
        return false;
    }
    if (s->broken.kind != ERROR_NONE)
        log_files_note(&w->region, OUTCOME_FAILED, "%s: %s", s->key, why.message);
    return kind_of(s)->take(w->sum, s->file, s->key, &w->all->broken);
}

static void answered(void *ctx, const struct ask_result *result)
{
    struct log_slot *s = ctx;
    struct log_worker *w = s->worker;
    bool ok = finish(s, result);
    free(s->key);
    s->key = NULL;
    w->running--;
    if (ok)
        loop_soon(w->all->o->loop, &w->step);
    else
        log_worker_break(w);
}

/* ---- the beginning ---- */

static struct json_object *arguments_of(const struct log_slot *s)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "Bucket", json_object_new_string(bucket_of(s)));
    json_object_object_add(o, "Key", json_object_new_string(s->key));
    return o;
}

void log_slot_start(struct log_slot *s, const char *key, int64_t named_unix_s)
{
    const struct log_files *all = s->worker->all;
    struct log_bucket *bucket = s->worker->spots[s->worker->spot].site->bucket;
    s->key = memory_string(key);
    error_clear(&s->broken);
    s->named_unix_s = named_unix_s;
    if (s->file == NULL)
        s->file = all->o->kind->file_new(all->o->ctx);
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    const struct provider_call call = { LOG_FILES_SERVICE, "GetObject", bucket->config->region,
                                        arguments_of(s), NULL };
    ask_init(&s->ask, &bucket->gate, &call);
    s->sink = (struct http_sink){ begin, write_bytes, s };
    s->ask.bytes = &s->sink;
    s->ask.max_bytes = LOG_FILES_FILE_MAX;
    s->ask.timeout_ms = LOG_FILES_TIMEOUT_MS;
    s->ask.done = answered;
    s->ask.ctx = s;
    s->worker->running++;
    ask_page(&s->ask);
}

void log_slot_release(struct log_slot *s)
{
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    s->worker->all->o->kind->file_free(s->file);
    free(s->key);
}
