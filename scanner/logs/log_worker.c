#include "core/base/memory.h"
#include "core/decode/json.h"
#include "scanner/logs/log_door.h"
#include "scanner/logs/log_files_work.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, HOUR_S = 3600 };

static const struct log_files_kind *kind_of(const struct log_worker *w)
{
    return w->all->o->kind;
}

/* ---- regions of an account ---- */

static bool add_spot(struct log_worker *w, const struct log_site *site, const char *region)
{
    if (w->spot_count == LOG_FILES_REGIONS_MAX)
        return false;
    w->spots = memory_resize(w->spots, w->spot_count + 1, sizeof *w->spots);
    struct log_spot *spot = &w->spots[w->spot_count++];
    *spot = (struct log_spot){ .site = site };
    snprintf(spot->region, sizeof spot->region, "%s", region);
    return true;
}

/* What nobody's read would take from the holding is not brought there. */
static bool is_read(const struct log_worker *w, const char *region)
{
    return w->regions == NULL || w->regions->count == 0 || string_list_has(w->regions, region);
}

static bool on_region(void *ctx, struct json_object *item, struct error *err)
{
    struct log_worker *w = ctx;
    const struct log_site *site = &w->account->sites[w->site];
    char region[LOG_FILES_REGION_MAX];
    char *above = kind_of(w)->regions(site->base, w->account->id, site->hive);
    const char *folder = json_string(item, "Prefix");
    bool is_one = folder != NULL &&
                  kind_of(w)->region(text_of(folder), above, site->hive, region) &&
                  is_read(w, region);
    for (size_t i = 0; is_one && i < w->spot_count; i++) /* the page may come again */
        is_one = w->spots[i].site != site || strcmp(w->spots[i].region, region) != 0;
    free(above);
    json_object_put(item);
    return !is_one || add_spot(w, site, region) ||
           error_set(err, ERROR_LIMIT, "more than %d folders of regions", LOG_FILES_REGIONS_MAX);
}

static int compare_spots(const void *a, const void *b)
{
    return strcmp(((const struct log_spot *)a)->region, ((const struct log_spot *)b)->region);
}

static void note_account(struct log_worker *w, enum outcome outcome, const char *reason)
{
    log_outcomes_note(w->all->told, w->account->id, NULL, outcome, reason);
}

/* Whether the list has another page; beyond the maximum that is a fault. */
static bool has_more(struct log_worker *w, const struct ask_result *result, struct error *why)
{
    if (!result->more)
        return false;
    if (++w->pages < LOG_FILES_PAGES_MAX)
        return true;
    error_set(why, ERROR_LIMIT, "more than %d pages of folders or files", LOG_FILES_PAGES_MAX);
    return false;
}

static void regions_answered(void *ctx, const struct ask_result *result)
{
    struct log_worker *w = ctx;
    struct error why = result->error;
    w->asking = false;
    w->more = result->verdict == HTTP_VERDICT_OK && has_more(w, result, &why);
    if (result->verdict != HTTP_VERDICT_OK || why.kind != ERROR_NONE)
        note_account(
            w, result->verdict == HTTP_VERDICT_OK ? OUTCOME_FAILED : ask_outcome(result->verdict),
            why.message);
    if (!w->more && ++w->site == w->account->site_count && w->spot_count > 0)
        qsort(w->spots, w->spot_count, sizeof *w->spots, compare_spots);
    loop_soon(w->all->o->loop, &w->step);
}

static void ask(struct log_worker *w, struct log_bucket *bucket, const char *prefix,
                const char *items)
{
    log_bucket_ask(&w->ask, bucket, prefix, items);
    w->ask.ctx = w;
    w->pages = 0;
}

static void ask_regions(struct log_worker *w)
{
    const struct log_site *site = &w->account->sites[w->site];
    if (!w->more) {
        char *prefix = kind_of(w)->regions(site->base, w->account->id, site->hive);
        ask(w, site->bucket, prefix, "CommonPrefixes");
        w->ask.on_item = on_region;
        w->ask.done = regions_answered;
        free(prefix);
    }
    w->asking = true;
    ask_page(&w->ask);
}

/* ---- files of a day ---- */

static bool is_wanted(const struct log_worker *w, int64_t named_unix_s)
{
    return named_unix_s >= w->region.since_unix_s - LOG_FILES_NAME_SLACK_S;
}

static bool on_file(void *ctx, struct json_object *item, struct error *err)
{
    struct log_worker *w = ctx;
    const char *key = json_string(item, "Key");
    int64_t named_unix_s = 0;
    enum log_files_form form =
        key == NULL ? LOG_FILES_OTHER : kind_of(w)->file(text_of(key), &named_unix_s);
    (void)err;
    if (form != LOG_FILES_OTHER && is_wanted(w, named_unix_s))
        string_list_add(&w->keys, key);
    json_object_put(item);
    return true;
}

static void forget_page(struct log_worker *w)
{
    string_list_release(&w->keys);
    w->next_key = 0;
}

static void page_restarts(void *ctx)
{
    forget_page(ctx);
}

static void files_answered(void *ctx, const struct ask_result *result)
{
    struct log_worker *w = ctx;
    struct error why = result->error;
    w->asking = false;
    w->more = result->verdict == HTTP_VERDICT_OK && has_more(w, result, &why);
    if (result->verdict != HTTP_VERDICT_OK) {
        forget_page(w);
        log_files_note(&w->region, ask_outcome(result->verdict), "%s", why.message);
    } else if (why.kind != ERROR_NONE) {
        log_files_note(&w->region, OUTCOME_FAILED, "%s", why.message);
    }
    loop_soon(w->all->o->loop, &w->step);
}

static void ask_files(struct log_worker *w)
{
    const struct log_spot *spot = &w->spots[w->spot];
    const struct log_site *site = spot->site;
    if (!w->more) {
        char *prefix =
            kind_of(w)->day(site->base, w->account->id, site->hive, spot->region, w->day);
        ask(w, site->bucket, prefix, "Contents");
        w->ask.on_item = on_file;
        w->ask.on_restart = page_restarts;
        w->ask.done = files_answered;
        w->day += DAY_S;
        free(prefix);
    }
    forget_page(w);
    w->asking = true;
    ask_page(&w->ask);
}

static struct log_slot *free_slot(struct log_worker *w)
{
    for (size_t i = 0; i < LOG_FILES_AT_ONCE; i++)
        if (w->slots[i].key == NULL)
            return &w->slots[i];
    return NULL;
}

static void start_files(struct log_worker *w)
{
    struct log_slot *slot;
    while (w->next_key < w->keys.count && (slot = free_slot(w)) != NULL) {
        const char *key = w->keys.items[w->next_key++];
        int64_t named_unix_s = 0;
        if (kind_of(w)->file(text_of(key), &named_unix_s) == LOG_FILES_UNREADABLE)
            w->region.unreadable++;
        else
            log_slot_start(slot, key, named_unix_s);
    }
}

/* ---- a region ---- */

void log_worker_break(struct log_worker *w)
{
    w->all->o->loop->stop = true;
}

static void begin_spot(struct log_worker *w)
{
    w->begun = false;
    w->more = false;
    forget_page(w);
}

static bool is_same_region(const struct log_worker *w, size_t a, size_t b)
{
    return a < w->spot_count && b < w->spot_count &&
           strcmp(w->spots[a].region, w->spots[b].region) == 0;
}

/* A region begins with its first spot. False with a fault of the store. */
static bool begin_region(struct log_worker *w)
{
    struct log_files *all = w->all;
    bool ok = true;
    if (w->spot == 0 || !is_same_region(w, w->spot - 1, w->spot)) {
        w->region = (struct log_files_region){ .account = w->account->id,
                                               .region = w->spots[w->spot].region,
                                               .told = all->told };
        ok = kind_of(w)->sum_begin(w->sum, &w->region, &all->broken);
    }
    int64_t since = w->region.since_unix_s == INT64_MAX
                        ? INT64_MAX
                        : w->region.since_unix_s - LOG_FILES_NAME_SLACK_S;
    w->day = since == INT64_MAX ? since : since - since % DAY_S;
    w->begun = true;
    return ok;
}

/* All files of a spot are read. A region ends with its last spot. */
static bool end_spot(struct log_worker *w)
{
    bool last = !is_same_region(w, w->spot, w->spot + 1), ok = true;
    if (last) {
        log_files_note(&w->region, OUTCOME_COMPLETE, "%s", "");
        ok = kind_of(w)->sum_end(w->sum, &w->region, &w->all->broken);
    }
    w->spot++;
    begin_spot(w);
    return ok;
}

/* ---- steps ---- */

static void end_account(struct log_worker *w)
{
    free(w->spots);
    w->spots = NULL;
    w->spot_count = w->spot = w->site = 0;
    w->more = false;
    log_worker_start(w);
}

/* True: something is under way. */
static bool go_on(struct log_worker *w)
{
    if (w->asking)
        return true;
    if (w->site < w->account->site_count) {
        ask_regions(w);
        return true;
    }
    if (w->spot == w->spot_count)
        return false;
    start_files(w);
    if (w->running > 0)
        return true;
    if (!w->more && w->day > w->all->o->started_unix_s + HOUR_S)
        return false;
    ask_files(w);
    return true;
}

/* Whether the spot that is next can be read, or there is none. */
static bool is_ready(struct log_worker *w)
{
    bool reads = w->site == w->account->site_count && w->spot < w->spot_count && !w->asking;
    return !reads || w->begun || begin_region(w);
}

void log_worker_step(void *ctx)
{
    struct log_worker *w = ctx;
    while (!w->all->o->loop->stop && w->account != NULL) {
        if (!is_ready(w)) {
            log_worker_break(w);
            return;
        }
        if (go_on(w))
            return;
        if (w->spot == w->spot_count) {
            end_account(w);
            return;
        }
        if (!end_spot(w)) {
            log_worker_break(w);
            return;
        }
    }
}

void log_worker_init(struct log_worker *w, struct log_files *all)
{
    *w = (struct log_worker){ .all = all };
    task_init(&w->step, log_worker_step, w);
    w->sum = all->o->kind->sum_new(all->o->ctx);
    for (size_t i = 0; i < LOG_FILES_AT_ONCE; i++)
        w->slots[i].worker = w;
}

void log_worker_start(struct log_worker *w)
{
    struct log_files *all = w->all;
    w->account =
        all->next_account < all->account_count ? &all->accounts[all->next_account++] : NULL;
    begin_spot(w);
    w->regions = w->account == NULL ? NULL : log_door_regions(all->found, w->account->id);
    if (w->account != NULL)
        loop_soon(all->o->loop, &w->step);
    else
        log_worker_ended(w);
}

void log_worker_release(struct log_worker *w)
{
    list_remove(&w->step.link);
    for (size_t i = 0; i < LOG_FILES_AT_ONCE; i++)
        log_slot_release(&w->slots[i]);
    if (w->ask.gate != NULL)
        ask_release(&w->ask);
    string_list_release(&w->keys);
    kind_of(w)->sum_free(w->sum);
    free(w->spots);
}
