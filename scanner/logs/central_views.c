#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/event.h"
#include "scanner/logs/central_logs_work.h"
#include "scanner/many.h"
#include "scanner/many_needs.h"
#include "scanner/series.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* "Access control with IAM", Cloud Logging: what lets somebody read a view. */
#define PERMISSION "logging.views.access: roles/logging.viewAccessor"

/* A view being asked for the events of a type, by one target after the other until one may. */
struct viewing {
    struct central_logs *logs;
    const char *view;
    const struct resource_type *type;
    struct many_needs needs;
    size_t from,
        count; /* of them: those of the list under way, whose reads begin within MANY_SPAN_S */
    struct map *words;                  /* of these: an account's text -> its id */
    int64_t since_unix_s, until_unix_s; /* the slice of the list under way */
    /* Its entries come in order of time: until when all were read, as of the page before and as of now. */
    int64_t page_unix_s, last_unix_s;
    bool disordered; /* they do not */
    int pages, pages_max;
    uint64_t kept, passed_over;
    enum outcome outcome; /* of the target under way */
    bool rest;            /* there was more than a night reads */
    struct error why;
    struct error disk;
};

/* The next slice of the span, else the next span: all accounts of it, however many, since it is one list of a view. */
static bool take_slice(struct viewing *v)
{
    const struct many_need *items = v->needs.items;
    const int64_t started = v->logs->started_unix_s;
    if (v->count > 0 && v->until_unix_s < started) {
        v->since_unix_s = v->until_unix_s;
    } else {
        v->from += v->count;
        for (v->count = 0;
             v->from + v->count < v->needs.count &&
             items[v->from + v->count].since_unix_s - items[v->from].since_unix_s < MANY_SPAN_S;)
            v->count++;
        if (v->count == 0)
            return false;
        v->since_unix_s = items[v->from].since_unix_s;
    }
    v->until_unix_s = started - v->since_unix_s > CENTRAL_LOGS_SLICE_S
                          ? v->since_unix_s + CENTRAL_LOGS_SLICE_S
                          : started;
    v->page_unix_s = v->last_unix_s = v->since_unix_s;
    v->disordered = false;
    return true;
}

/* As for an account, with the view in the place of its text. */
static struct json_object *arguments_of_list(struct viewing *v, struct error *err)
{
    struct json_object *all = NULL, *views = json_object_new_array();
    map_free(v->words);
    v->words = map_new(NULL);
    for (size_t i = 0; i < v->count; i++) {
        const char *account = v->needs.items[v->from + i].account;
        json_object_put(all);
        all = many_needs_arguments(v->logs->o->context, v->type, account, v->since_unix_s, v->until_unix_s, err);
        if (all == NULL) {
            json_object_put(views);
            return NULL;
        }
        json_object_put(many_needs_word(v->words, v->type, all, account));
    }
    json_object_array_add(views, json_object_new_string(v->view));
    json_object_object_add(all, v->type->many_argument, views);
    return all;
}

static bool next_list(void *ctx, struct provider_listing *out)
{
    struct viewing *v = ctx;
    if (v->outcome != OUTCOME_COMPLETE || !take_slice(v))
        return false;
    struct json_object *arguments = arguments_of_list(v, &v->why);
    if (arguments == NULL) {
        v->outcome = OUTCOME_FAILED;
        return false;
    }
    *out = (struct provider_listing){ v->type->service, v->type->list, "global", arguments,
                                      v->type->items };
    return true;
}

static void note_time(struct viewing *v, struct json_object *item)
{
    int64_t at = 0;
    if (!event_time(v->type, item, &at) || at < v->last_unix_s)
        v->disordered = true;
    else if (at < v->until_unix_s)
        v->last_unix_s = at;
}

static void on_page(void *ctx)
{
    struct viewing *v = ctx;
    v->page_unix_s = v->last_unix_s;
    v->pages++;
}

static void on_restart(void *ctx)
{
    struct viewing *v = ctx;
    v->last_unix_s = v->page_unix_s;
}

/* One that names nobody at all fails the list: it may be anybody's. */
static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct viewing *v = ctx;
    const char *text = path_string(item, v->type->many_match);
    const char *account = text == NULL ? NULL : many_needs_account(v->words, text);
    bool ok = true;
    note_time(v, item);
    if (text == NULL)
        ok = error_set(err, ERROR_DATA, "an entry without %s", v->type->many_match);
    else if (account == NULL)
        v->passed_over++;
    else
        ok = central_logs_hold(v->logs, v->type, account, item, err);
    v->kept += ok && account != NULL;
    if (!ok && err->kind == ERROR_STORE)
        v->disk = *err;
    json_object_put(item);
    return ok;
}

static bool on_list(void *ctx, enum outcome outcome, const struct error *why)
{
    struct viewing *v = ctx;
    v->outcome = outcome;
    v->why = *why;
    v->rest = outcome == OUTCOME_FAILED && why->kind == ERROR_LIMIT && v->pages == v->pages_max;
    return outcome == OUTCOME_COMPLETE && v->disk.kind == ERROR_NONE;
}

/* False when the scan must end. What was read of the view is kept whatever becomes of the rest. */
static bool ask(struct viewing *v, const struct walk_target *target, struct error *err)
{
    const struct bulk_options *o = v->logs->o;
    struct series s = { .loop = o->loop,
                        .target = target,
                        .pages_max = v->pages_max,
                        .interrupted = o->interrupted,
                        .interrupted_ctx = o->interrupted_ctx,
                        .next = next_list,
                        .on_item = on_item,
                        .on_page = on_page,
                        .on_restart = on_restart,
                        .on_list = on_list,
                        .ctx = v };
    v->from = v->count = 0;
    v->kept = v->passed_over = 0;
    v->pages = 0;
    v->rest = false;
    v->outcome = OUTCOME_COMPLETE;
    bool ok = series_run(&s, err);
    if (ok && v->outcome == OUTCOME_COMPLETE && s.outcome != OUTCOME_COMPLETE) { /* the way in */
        v->outcome = s.outcome;
        v->why = s.error;
    }
    series_release(&s);
    if (v->disk.kind == ERROR_NONE)
        return ok;
    *err = v->disk;
    return false;
}

/* Each account's cursor moves as far as all of the view was read for it. */
static void note_rest(struct viewing *v)
{
    const struct many_need *items = v->needs.items;
    const int64_t until = v->disordered ? v->since_unix_s : v->page_unix_s;
    char at[TIMESTAMP_MAX];
    char *reason = memory_format(
        "log view %s: there is more than the %d pages that a night reads: the next nights go on from there",
        v->view, v->pages_max);
    timestamp_iso(until, at);
    log_say(v->logs->o->log, LOG_WARNING, "log_view", NULL,
            "%s: %s is read until %s, and goes on from there the next night", v->view,
            v->type->name, at);
    central_logs_note_rest(v->logs, v->type, reason);
    for (size_t i = v->from; i < v->needs.count; i++)
        central_logs_note_reached(v->logs, v->type, items[i].account,
                                  i < v->from + v->count ? until : 0);
    free(reason);
}

static void say(const struct viewing *v, const struct walk_target *target, const char *reason)
{
    const struct log *log = v->logs->o->log;
    if (v->outcome == OUTCOME_COMPLETE)
        log_say(log, LOG_INFO, "log_view", NULL,
                "%s: %llu entries of %s are of accounts that are walked, %llu of others", v->view,
                (unsigned long long)v->kept, v->type->name, (unsigned long long)v->passed_over);
    else
        log_say(log, LOG_WARNING, "log_view", NULL, "%s: %s is not read of %s",
                target->config->name, v->type->name, reason);
}

/* An API that is off where the view is leaves it unread all the same. */
static enum outcome outcome_of(const struct viewing *v)
{
    return v->outcome == OUTCOME_DISABLED ? OUTCOME_FAILED : v->outcome;
}

/* By the targets that read the type, in their order, until one may. Of those that may not, what the first heard is
 * told. */
static bool ask_targets(struct viewing *v, struct error *err)
{
    const struct found *found = v->logs->found;
    struct central_told first = { .outcome = OUTCOME_COMPLETE };
    bool ok = true, read = v->needs.count == 0;
    for (size_t i = 0; ok && !read && i < found->target_count; i++) {
        const struct walk_target *target = found->targets[i].target;
        if (strcmp(target->provider->name, v->type->provider) != 0)
            continue;
        ok = ask(v, target, err);
        read = v->outcome == OUTCOME_COMPLETE || v->rest;
        if (ok && v->rest)
            note_rest(v);
        char *reason = memory_format("log view %s: %s%s", v->view, v->why.message,
                                     v->outcome == OUTCOME_DENIED ? " (" PERMISSION ")" : "");
        if (ok && !v->rest)
            say(v, target, reason);
        if (!read && first.reason == NULL)
            first =
                (struct central_told){ .outcome = outcome_of(v), .reason = memory_string(reason) };
        free(reason);
    }
    if (ok && !read && first.reason != NULL)
        central_logs_note(v->logs, v->type, first.outcome, first.reason);
    free(first.reason);
    return ok;
}

bool central_views_read(struct central_logs *l, const char *view, const struct resource_type *type,
                        bool with_checks, struct error *err)
{
    const struct many_of of = { NULL, type, with_checks };
    struct viewing v = { .logs = l, .view = view, .type = type };
    v.pages_max = l->o->pages_max > 0 ? l->o->pages_max : CENTRAL_LOGS_PAGES_MAX;
    bool ok = many_needs_find(l->o->context, l->found, &of, &v.needs, err) && ask_targets(&v, err);
    map_free(v.words);
    many_needs_release(&v.needs);
    return ok;
}
