#include "scanner/logs/log_files.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "scanner/logs/log_files_work.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TURN_MS = 1000, REASON_MAX = 1024 };

void log_files_note(const struct log_files_region *r, enum outcome outcome, const char *format, ...)
{
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    log_outcomes_note(r->told, r->account, r->region, outcome, reason);
}

void log_files_note_first(char **first, const char *key)
{
    if (*first != NULL && strcmp(key, *first) >= 0)
        return;
    free(*first);
    *first = memory_string(key);
}

void log_bucket_ended(struct log_bucket *b)
{
    struct log_files *all = b->all;
    if (--all->buckets_running > 0)
        return;
    all->workers_running = LOG_FILES_ACCOUNTS_AT_ONCE;
    for (size_t i = 0; i < LOG_FILES_ACCOUNTS_AT_ONCE; i++)
        log_worker_start(&all->workers[i]);
}

void log_worker_ended(struct log_worker *w)
{
    w->all->workers_running--;
}

static bool is_interrupted(const struct log_files_options *o)
{
    return o->interrupted != NULL && o->interrupted(o->interrupted_ctx);
}

static bool is_under_way(const struct log_files *all)
{
    return all->buckets_running + all->workers_running > 0;
}

static bool wait_for_end(struct log_files *all, struct error *err)
{
    const struct log_files_options *o = all->o;
    while (!o->loop->stop && is_under_way(all)) {
        bool more = loop_turn(o->loop, TURN_MS);
        if (!is_under_way(all))
            break;
        if (is_interrupted(o))
            return error_set(err, ERROR_IO, "interrupted while %s were being read", o->kind->words);
        if (!more && !o->loop->stop)
            return error_set(err, ERROR_INTERNAL, "nothing is under way, and %s are not read",
                             o->kind->words);
    }
    if (all->broken.kind != ERROR_NONE)
        *err = all->broken;
    else if (o->loop->stop)
        error_set(err, ERROR_IO, "stopped while %s were being read", o->kind->words);
    return !o->loop->stop;
}

static void drain(struct loop *loop)
{
    loop->stop = true;
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
}

static void release_account(struct log_account *a)
{
    for (size_t i = 0; i < a->site_count; i++)
        free(a->sites[i].base);
    free(a->sites);
}

static void release(struct log_files *all)
{
    for (size_t i = 0; i < LOG_FILES_ACCOUNTS_AT_ONCE; i++)
        log_worker_release(&all->workers[i]);
    for (size_t i = 0; i < all->bucket_count; i++)
        log_bucket_release(&all->buckets[i]);
    for (size_t i = 0; i < all->account_count; i++)
        release_account(&all->accounts[i]);
    free(all->buckets);
    free(all->accounts);
    map_free(all->by_id);
    free(all);
}

bool log_files_read(const struct log_files_options *o, const struct found *found,
                    struct log_outcomes *told, struct error *err)
{
    struct log_files *all = memory_new(1, sizeof *all);
    all->o = o;
    all->found = found;
    all->told = told;
    all->by_id = map_new(NULL);
    all->bucket_count = all->buckets_running = o->bucket_count;
    all->buckets = memory_new(all->bucket_count, sizeof *all->buckets);
    for (size_t i = 0; i < LOG_FILES_ACCOUNTS_AT_ONCE; i++)
        log_worker_init(&all->workers[i], all);
    for (size_t i = 0; i < all->bucket_count; i++)
        log_bucket_init(&all->buckets[i], all, &o->buckets[i]);
    for (size_t i = 0; i < all->bucket_count; i++)
        log_bucket_open(&all->buckets[i]);
    bool ok = wait_for_end(all, err);
    if (!ok)
        drain(o->loop);
    release(all);
    return ok;
}
