#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "scanner/logs/log_door.h"
#include "scanner/logs/log_files_work.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which accounts a bucket has logs of ---- */

void log_bucket_ask(struct ask *a, struct log_bucket *b, const char *prefix, const char *items)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "Bucket", json_object_new_string(b->config->bucket));
    json_object_object_add(o, "Prefix", json_object_new_string(prefix));
    if (strcmp(items, "CommonPrefixes") == 0)
        json_object_object_add(o, "Delimiter", json_object_new_string("/"));
    const struct provider_call call = { LOG_FILES_SERVICE, "ListObjectsV2", b->config->region, o,
                                        items };
    if (a->gate != NULL)
        ask_release(a);
    ask_init(a, &b->gate, &call);
}

static struct log_account *account_of(struct log_files *all, const char *id)
{
    uintptr_t at = (uintptr_t)map_get(all->by_id, id);
    if (at != 0)
        return &all->accounts[at - 1];
    if (all->account_count == LOG_FILES_ACCOUNTS_MAX)
        return NULL;
    if ((all->account_count & (all->account_count - 1)) == 0) /* full at each power of two */
        all->accounts =
            memory_resize(all->accounts, all->account_count == 0 ? 1 : all->account_count * 2,
                          sizeof *all->accounts);
    struct log_account *a = &all->accounts[all->account_count++];
    *a = (struct log_account){ .sites = NULL };
    snprintf(a->id, sizeof a->id, "%s", id);
    map_set(all->by_id, id, (void *)(uintptr_t)all->account_count);
    return a;
}

static bool add_site(struct log_bucket *b, const char *id, bool hive, struct error *err)
{
    const char *base = b->bases.items[b->base];
    struct log_account *a = account_of(b->all, id);
    if (a == NULL)
        return error_set(err, ERROR_LIMIT, "more than %d accounts with %s", LOG_FILES_ACCOUNTS_MAX,
                         b->all->o->kind->words);
    for (size_t i = 0; i < a->site_count; i++) /* the page may come again */
        if (a->sites[i].bucket == b && a->sites[i].hive == hive &&
            strcmp(a->sites[i].base, base) == 0)
            return true;
    a->sites = memory_resize(a->sites, a->site_count + 1, sizeof *a->sites);
    a->sites[a->site_count++] = (struct log_site){ b, memory_string(base), hive };
    return true;
}

static bool add_organization(struct log_bucket *b, const char *folder, struct error *err)
{
    if (string_list_has(&b->bases, folder))
        return true;
    if (b->bases.count > LOG_FILES_ORGANIZATIONS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d folders of organizations",
                         LOG_FILES_ORGANIZATIONS_MAX);
    string_list_add(&b->bases, folder);
    return true;
}

static bool take_folder(struct log_bucket *b, const char *folder, struct error *err)
{
    char id[LOG_FILES_ACCOUNT_MAX];
    enum log_files_folder is =
        b->all->o->kind->folder(text_of(folder), b->bases.items[b->base], id);
    if (is == LOG_FILES_NO_FOLDER)
        return true;
    if (is == LOG_FILES_ORGANIZATION) /* none lies within another */
        return b->base > 0 || add_organization(b, folder, err);
    return !log_door_is_walked(b->all->found, id) || add_site(b, id, is == LOG_FILES_HIVE, err);
}

static bool on_folder(void *ctx, struct json_object *item, struct error *err)
{
    const char *folder = json_string(item, "Prefix");
    bool ok = folder == NULL || take_folder(ctx, folder, err);
    json_object_put(item);
    return ok;
}

/* Of a bucket that could not be listed nobody knows whose logs it holds. */
static void bucket_failed(struct log_bucket *b, enum outcome outcome, const struct error *why)
{
    const struct log_files_options *o = b->all->o;
    char *reason = memory_format("bucket %s: %s", b->config->bucket, why->message);
    log_outcomes_note(b->all->told, NULL, NULL, outcome, reason);
    log_say(o->log, LOG_WARNING, "logs_unread", NULL, "%s:%d: %s were not read (%s: %s)",
            o->config_file, b->config->line, o->kind->words, outcome_name(outcome), reason);
    free(reason);
    log_bucket_ended(b);
}

static void folders_answered(void *ctx, const struct ask_result *result)
{
    struct log_bucket *b = ctx;
    struct error why = result->error;
    if (result->verdict != HTTP_VERDICT_OK) {
        bucket_failed(b, ask_outcome(result->verdict), &why);
    } else if (result->more && ++b->pages == LOG_FILES_PAGES_MAX) {
        error_set(&why, ERROR_LIMIT, "more than %d pages of accounts", LOG_FILES_PAGES_MAX);
        bucket_failed(b, OUTCOME_FAILED, &why);
    } else if (result->more) {
        ask_page(&b->ask);
    } else if (++b->base < b->bases.count) {
        loop_soon(b->all->o->loop, &b->enter); /* what has just answered cannot be let go here */
    } else {
        log_bucket_ended(b);
    }
}

static void ask_folders(struct log_bucket *b)
{
    log_bucket_ask(&b->ask, b, b->bases.items[b->base], "CommonPrefixes");
    b->ask.on_item = on_folder;
    b->ask.done = folders_answered;
    b->ask.ctx = b;
    ask_page(&b->ask);
}

static void entered(void *ctx)
{
    struct log_bucket *b = ctx;
    if (b->gate.state == GATE_OPEN)
        ask_folders(b);
    else
        bucket_failed(b, b->gate.outcome, &b->gate.error);
}

void log_bucket_open(struct log_bucket *b)
{
    struct error why = ERROR_INIT;
    struct account_spec place = { .log_bucket = memory_string(b->config->bucket),
                                  .log_prefix = memory_string(b->config->prefix) };
    if (log_door_open(&b->gate, b->all->found, b->config->account, &place, b->all->o->loop, &why))
        gate_enter(&b->gate, &b->enter);
    else
        bucket_failed(b, OUTCOME_FAILED, &why);
}

void log_bucket_init(struct log_bucket *b, struct log_files *all,
                     const struct config_log_bucket *config)
{
    *b = (struct log_bucket){ .all = all, .config = config };
    string_list_add(&b->bases, config->prefix);
    task_init(&b->enter, entered, b);
}

void log_bucket_release(struct log_bucket *b)
{
    list_remove(&b->enter.link);
    if (b->ask.gate != NULL)
        ask_release(&b->ask);
    if (b->gate.door != NULL)
        gate_release(&b->gate);
    string_list_release(&b->bases);
}
