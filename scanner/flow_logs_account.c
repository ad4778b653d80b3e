#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/store/holding.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "scanner/flow_logs_work.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_S = 86400,
    HOUR_S = 3600,
    REASON_MAX = 1024,
    /* A file's name holds the minute in which it was begun or written, AWS does not say which: its flows lie on
     * either side of that. */
    NAME_SLACK_S = 15 * 60,
};

/* ---- what is told ---- */

void flow_worker_note(struct flow_worker *w, enum outcome outcome, const char *format, ...)
{
    char reason[REASON_MAX], *name = flow_logs_held_as(w->account->id, w->spots[w->spot].region);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    flow_logs_told_note(flow_logs_told_in(w->logs->region_told, name), outcome, reason);
    free(name);
}

/* ---- regions of an account ---- */

static bool add_spot(struct flow_worker *w, const struct flow_site *site, const char *region)
{
    if (w->spot_count == FLOW_LOGS_REGIONS_MAX)
        return false;
    w->spots = memory_resize(w->spots, w->spot_count + 1, sizeof *w->spots);
    struct flow_spot *spot = &w->spots[w->spot_count++];
    *spot = (struct flow_spot){ .site = site };
    snprintf(spot->region, sizeof spot->region, "%s", region);
    return true;
}

static bool on_region(void *ctx, struct json_object *item, struct error *err)
{
    struct flow_worker *w = ctx;
    const struct flow_site *site = &w->account->sites[w->site];
    char region[FLOW_LAYOUT_REGION_MAX];
    char *above = flow_layout_regions(site->place->config->prefix, w->account->id, site->hive);
    const char *folder = json_string(item, "Prefix");
    bool is_one = folder != NULL && flow_layout_region(text_of(folder), above, site->hive, region);
    for (size_t i = 0; is_one && i < w->spot_count; i++) /* the page may come again */
        is_one = w->spots[i].site != site || strcmp(w->spots[i].region, region) != 0;
    free(above);
    json_object_put(item);
    return !is_one || add_spot(w, site, region) ||
           error_set(err, ERROR_LIMIT, "more than %d folders of regions", FLOW_LOGS_REGIONS_MAX);
}

static int compare_spots(const void *a, const void *b)
{
    return strcmp(((const struct flow_spot *)a)->region, ((const struct flow_spot *)b)->region);
}

static void note_account(struct flow_worker *w, enum outcome outcome, const char *reason)
{
    flow_logs_told_note(flow_logs_told_in(w->logs->account_told, w->account->id), outcome, reason);
}

/* Whether the list has another page; beyond the maximum that is a fault. */
static bool has_more(struct flow_worker *w, const struct ask_result *result, struct error *why)
{
    if (!result->more)
        return false;
    if (++w->pages < FLOW_LOGS_PAGES_MAX)
        return true;
    error_set(why, ERROR_LIMIT, "more than %d pages of folders or files", FLOW_LOGS_PAGES_MAX);
    return false;
}

static void regions_answered(void *ctx, const struct ask_result *result)
{
    struct flow_worker *w = ctx;
    struct error why = result->error;
    w->asking = false;
    w->more = result->verdict == HTTP_VERDICT_OK && has_more(w, result, &why);
    if (result->verdict != HTTP_VERDICT_OK || why.kind != ERROR_NONE)
        note_account(
            w, result->verdict == HTTP_VERDICT_OK ? OUTCOME_FAILED : ask_outcome(result->verdict),
            why.message);
    if (!w->more && ++w->site == w->account->site_count && w->spot_count > 0)
        qsort(w->spots, w->spot_count, sizeof *w->spots, compare_spots);
    loop_soon(w->logs->o->loop, &w->step);
}

static void ask(struct flow_worker *w, struct flow_place *place, const char *prefix,
                const char *items)
{
    if (w->ask.gate != NULL)
        ask_release(&w->ask);
    flow_logs_ask(&w->ask, place, prefix, items);
    w->ask.ctx = w;
    w->pages = 0;
}

static void ask_regions(struct flow_worker *w)
{
    const struct flow_site *site = &w->account->sites[w->site];
    if (!w->more) {
        char *prefix = flow_layout_regions(site->place->config->prefix, w->account->id, site->hive);
        ask(w, site->place, prefix, "CommonPrefixes");
        w->ask.on_item = on_region;
        w->ask.done = regions_answered;
        free(prefix);
    }
    w->asking = true;
    ask_page(&w->ask);
}

/* ---- files of a day ---- */

static bool is_wanted(const struct flow_worker *w, int64_t named_unix_s)
{
    return named_unix_s >= w->logs->since_unix_s - NAME_SLACK_S;
}

static bool on_file(void *ctx, struct json_object *item, struct error *err)
{
    struct flow_worker *w = ctx;
    const char *key = json_string(item, "Key");
    int64_t named_unix_s = 0;
    enum flow_layout_kind kind =
        key == NULL ? FLOW_LAYOUT_OTHER : flow_layout_file(text_of(key), &named_unix_s);
    (void)err;
    if (kind != FLOW_LAYOUT_OTHER && is_wanted(w, named_unix_s))
        string_list_add(&w->keys, key);
    json_object_put(item);
    return true;
}

static void forget_page(struct flow_worker *w)
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
    struct flow_worker *w = ctx;
    struct error why = result->error;
    w->asking = false;
    w->more = result->verdict == HTTP_VERDICT_OK && has_more(w, result, &why);
    if (result->verdict != HTTP_VERDICT_OK) {
        forget_page(w);
        flow_worker_note(w, ask_outcome(result->verdict), "%s", why.message);
    } else if (why.kind != ERROR_NONE) {
        flow_worker_note(w, OUTCOME_FAILED, "%s", why.message);
    }
    loop_soon(w->logs->o->loop, &w->step);
}

static void ask_files(struct flow_worker *w)
{
    const struct flow_spot *spot = &w->spots[w->spot];
    const struct flow_site *site = spot->site;
    if (!w->more) {
        char *prefix = flow_layout_day(site->place->config->prefix, w->account->id, site->hive,
                                       spot->region, w->day);
        ask(w, site->place, prefix, "Contents");
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

static struct flow_slot *free_slot(struct flow_worker *w)
{
    for (size_t i = 0; i < FLOW_LOGS_FILES_AT_ONCE; i++)
        if (w->slots[i].key == NULL)
            return &w->slots[i];
    return NULL;
}

static void start_files(struct flow_worker *w)
{
    struct flow_slot *slot;
    while (w->next_key < w->keys.count && (slot = free_slot(w)) != NULL) {
        const char *key = w->keys.items[w->next_key++];
        int64_t named_unix_s = 0;
        if (flow_layout_file(text_of(key), &named_unix_s) == FLOW_LAYOUT_PARQUET)
            w->parquet++;
        else
            flow_slot_start(slot, key, named_unix_s);
    }
}

/* ---- the end of a region ---- */

static void note_gaps(struct flow_worker *w)
{
    uint64_t lost = flow_groups_lost(w->groups);
    flow_worker_note(w, OUTCOME_COMPLETE, "%s", "");
    if (lost > 0)
        flow_worker_note(w, OUTCOME_FAILED,
                         "too many pairs of source and destination: %llu flows were left out",
                         (unsigned long long)lost);
    if (w->counts.malformed > 0)
        flow_worker_note(w, OUTCOME_FAILED,
                         "%llu of %llu lines cannot be read, the first of them in %s",
                         (unsigned long long)w->counts.malformed,
                         (unsigned long long)w->counts.lines, w->malformed);
    if (w->parquet > 0)
        flow_worker_note(
            w, OUTCOME_SKIPPED,
            "flow logs are Parquet, which is not read: deliver them as text, or ask Athena");
    else if (w->files == 0)
        flow_worker_note(w, OUTCOME_SKIPPED,
                         "no file of flow logs was delivered since the first hour that is read");
}

static bool hold(struct flow_worker *w, const char *name, const struct flow_group *group)
{
    struct json_object *row = flow_row_json(group);
    bool ok =
        holding_put(w->logs->holding, name, FLOW_LOGS_TYPE,
                    json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN), &w->logs->broken);
    json_object_put(row);
    return ok;
}

static bool end_region(struct flow_worker *w)
{
    struct flow_logs *l = w->logs;
    char *name = flow_logs_held_as(w->account->id, w->spots[w->spot - 1].region);
    size_t count = flow_groups_count(w->groups);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = hold(w, name, flow_groups_at(w->groups, i));
    l->groups += count;
    l->files += w->files;
    flow_counts_add(&l->counts, &w->counts);
    flow_groups_clear(w->groups);
    w->counts = (struct flow_counts){ 0 };
    w->files = w->parquet = 0;
    free(w->malformed);
    w->malformed = NULL;
    free(name);
    return ok;
}

/* ---- steps ---- */

static void begin_spot(struct flow_worker *w)
{
    int64_t since = w->logs->since_unix_s - NAME_SLACK_S;
    w->day = since - since % DAY_S;
    w->more = false;
    forget_page(w);
}

/* All files of a spot are read. A region ends with its last spot. */
static bool end_spot(struct flow_worker *w)
{
    bool last = w->spot + 1 == w->spot_count ||
                strcmp(w->spots[w->spot].region, w->spots[w->spot + 1].region) != 0;
    if (last)
        note_gaps(w);
    w->spot++;
    begin_spot(w);
    return !last || end_region(w);
}

static void end_account(struct flow_worker *w)
{
    free(w->spots);
    w->spots = NULL;
    w->spot_count = w->spot = w->site = 0;
    w->more = false;
    flow_worker_start(w);
}

/* True: something is under way. */
static bool go_on(struct flow_worker *w)
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
    if (!w->more && w->day > w->logs->o->started_unix_s + HOUR_S)
        return false;
    ask_files(w);
    return true;
}

void flow_worker_step(void *ctx)
{
    struct flow_worker *w = ctx;
    while (!w->logs->o->loop->stop && w->account != NULL && !go_on(w)) {
        if (w->spot == w->spot_count) {
            end_account(w);
            return;
        }
        if (!end_spot(w)) {
            w->logs->o->loop->stop = true;
            return;
        }
    }
}

void flow_worker_init(struct flow_worker *w, struct flow_logs *l)
{
    *w = (struct flow_worker){ .logs = l };
    task_init(&w->step, flow_worker_step, w);
    w->groups = flow_groups_new(FLOW_LOGS_GROUPS_MAX, l->o->seed);
    for (size_t i = 0; i < FLOW_LOGS_FILES_AT_ONCE; i++)
        w->slots[i].worker = w;
}

void flow_worker_start(struct flow_worker *w)
{
    struct flow_logs *l = w->logs;
    w->account = l->next_account < l->account_count ? &l->accounts[l->next_account++] : NULL;
    begin_spot(w);
    if (w->account != NULL)
        loop_soon(l->o->loop, &w->step);
    else
        flow_worker_ended(w);
}

void flow_worker_release(struct flow_worker *w)
{
    if (w->logs == NULL)
        return;
    list_remove(&w->step.link);
    for (size_t i = 0; i < FLOW_LOGS_FILES_AT_ONCE; i++)
        flow_slot_release(&w->slots[i]);
    if (w->ask.gate != NULL)
        ask_release(&w->ask);
    string_list_release(&w->keys);
    flow_groups_free(w->groups);
    free(w->malformed);
    free(w->spots);
}
