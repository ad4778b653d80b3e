#include "scanner/many.h"

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/store/holding.h"
#include "scanner/held.h"
#include "scanner/many_needs.h"
#include "scanner/series.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Some of the needs, which stand in order of time: one list. */
struct span {
    size_t from, count;
};

/* One type being asked for in one target. */
struct asking {
    const struct bulk_options *o;
    const struct walk_target *target;
    const struct resource_type *type;
    struct holding *holding;
    struct many_needs needs;
    struct span *spans; /* to be asked, the last first: at most one an account */
    size_t span_count;
    struct span now;
    struct map *words; /* of the list under way: an account's text in the argument -> its id */
    int refusals;
    size_t left;        /* accounts left to their own reads */
    bool throttled;     /* to the end: the rest is not asked */
    struct error first; /* why the first list failed that did */
    struct error disk;  /* a fault of the holding: the scan ends */
};

/* ---- what there is to ask ---- */

/* One account alone is left to its own read. */
static void add_span(struct asking *a, size_t from, size_t count)
{
    if (count > 1)
        a->spans[a->span_count++] = (struct span){ from, count };
    else
        a->left += count;
}

static void make_spans(struct asking *a)
{
    a->spans = memory_new(a->needs.count, sizeof *a->spans);
    for (size_t from = 0, to; from < a->needs.count; from = to) {
        to = from + 1;
        while (to < a->needs.count && to - from < a->type->many_size &&
               a->needs.items[to].since_unix_s - a->needs.items[from].since_unix_s < MANY_SPAN_S)
            to++;
        add_span(a, from, to - from);
    }
}

/* ---- one list ---- */

/* Of the accounts of the span, whose texts are noted on the way. */
static struct json_object *arguments_of_list(struct asking *a, struct error *err)
{
    const struct read_context *c = a->o->context;
    const int64_t since = a->needs.items[a->now.from].since_unix_s;
    struct json_object *all = NULL, *words = json_object_new_array();
    map_free(a->words);
    a->words = map_new(NULL);
    for (size_t i = 0; i < a->now.count; i++) {
        const char *account = a->needs.items[a->now.from + i].account;
        struct json_object *one =
            many_needs_arguments(c, a->type, account, since, c->run->started_unix_s, err);
        json_object_put(all);
        all = one;
        if (one == NULL) {
            json_object_put(words);
            return NULL;
        }
        json_object_array_add(words, many_needs_word(a->words, a->type, one, account));
    }
    json_object_object_add(all, a->type->many_argument, words);
    return all;
}

/* An item of nobody's fails the list: who it is held back from would not know that something is missing. */
static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct asking *a = ctx;
    const char *text = path_string(item, a->type->many_match);
    const char *account = text == NULL ? NULL : many_needs_account(a->words, text);
    const struct item_place place = { .account = account,
                                      .region = "global",
                                      .redact_key = a->o->context->redact_key };
    bool ok = account != NULL ? held_put(a->holding, &place, a->type, item, err)
                              : error_set(err, ERROR_DATA, "an item of none that was asked for: %s",
                                          text == NULL ? "" : text);
    if (!ok && err->kind == ERROR_STORE)
        a->disk = *err;
    json_object_put(item);
    return ok;
}

/* ---- one after the other ---- */

static bool next_list(void *ctx, struct provider_listing *out)
{
    struct asking *a = ctx;
    while (a->span_count > 0 && !a->throttled && a->refusals < MANY_REFUSALS_MAX &&
           a->disk.kind == ERROR_NONE) {
        struct error why = ERROR_INIT;
        a->now = a->spans[--a->span_count];
        struct json_object *arguments = arguments_of_list(a, &why);
        if (arguments != NULL) {
            *out = (struct provider_listing){ a->type->service, a->type->list, "global", arguments,
                                              a->type->items };
            return true;
        }
        a->left += a->now.count; /* each will say by itself what cannot be asked */
    }
    return false;
}

static bool hold_all(struct asking *a)
{
    bool ok = true;
    for (size_t i = 0; ok && i < a->now.count; i++)
        ok = holding_complete(a->holding, a->needs.items[a->now.from + i].account, a->type->name,
                              &a->disk);
    return ok;
}

/* What a list brought before it failed would only be in the way. */
static bool forget_all(struct asking *a)
{
    bool ok = true;
    for (size_t i = 0; ok && i < a->now.count; i++)
        ok = holding_forget(a->holding, a->needs.items[a->now.from + i].account, a->type->name,
                            &a->disk);
    return ok;
}

static bool on_list(void *ctx, enum outcome outcome, const struct error *why)
{
    struct asking *a = ctx;
    const struct span s = a->now;
    if (a->disk.kind != ERROR_NONE)
        return false;
    if (outcome == OUTCOME_COMPLETE)
        return hold_all(a);
    if (a->first.kind == ERROR_NONE)
        a->first = *why;
    a->throttled = outcome == OUTCOME_THROTTLED;
    a->refusals++;
    if (a->throttled) {
        a->spans[a->span_count++] = s;
    } else {
        add_span(a, s.from + s.count / 2, s.count - s.count / 2);
        add_span(a, s.from, s.count / 2);
    }
    return forget_all(a);
}

/* ---- a type, a target ---- */

static bool note_throttled(struct asking *a, const struct span *s)
{
    bool ok = true;
    for (size_t i = 0; ok && i < s->count; i++)
        ok = holding_note(a->holding, a->needs.items[s->from + i].account, a->type->name,
                          OUTCOME_THROTTLED, a->first.message, &a->disk);
    return ok;
}

/* What was not asked. */
static bool settle(struct asking *a)
{
    bool ok = true;
    size_t waiting = 0;
    for (size_t i = 0; ok && i < a->span_count; i++) {
        waiting += a->spans[i].count;
        ok = !a->throttled || note_throttled(a, &a->spans[i]);
    }
    if (a->throttled)
        log_say(
            a->o->log, LOG_WARNING, "many_throttled", NULL,
            "%s: %s of %zu accounts is not read tonight: the list over many of them was throttled to the end (%s)",
            a->target->config->name, a->type->name, waiting, a->first.message);
    else if (a->first.kind != ERROR_NONE)
        log_say(
            a->o->log, LOG_WARNING, "many_failed", NULL,
            "%s: %zu of %zu accounts are asked for %s by themselves, since a list over many of them was not "
            "read (%s)",
            a->target->config->name, a->left + waiting, a->needs.count, a->type->name,
            a->first.message);
    return ok;
}

static bool ask_all(struct asking *a, struct error *err)
{
    struct series s = { .loop = a->o->loop,
                        .target = a->target,
                        .pages_max = a->o->pages_max > 0 ? a->o->pages_max : MANY_PAGES_MAX,
                        .interrupted = a->o->interrupted,
                        .interrupted_ctx = a->o->interrupted_ctx,
                        .next = next_list,
                        .on_item = on_item,
                        .on_list = on_list,
                        .ctx = a };
    bool ok = a->span_count == 0 || a->throttled || series_run(&s, err);
    series_release(&s);
    if (ok && a->disk.kind == ERROR_NONE)
        ok = settle(a);
    if (a->disk.kind == ERROR_NONE)
        return ok;
    *err = a->disk;
    return false;
}

/* `throttled`: services of which a list of this target's was, and why. */
static bool read_type(struct asking *a, const struct found *found, bool with_checks,
                      struct map *throttled, struct error *err)
{
    const char *before = map_get(throttled, a->type->service);
    const struct many_of of = { a->target, a->type, with_checks };
    if (!many_needs_find(a->o->context, found, &of, &a->needs, err))
        return false;
    make_spans(a);
    a->throttled = before != NULL;
    if (before != NULL)
        error_set(&a->first, ERROR_NETWORK, "%s", before);
    if (!ask_all(a, err))
        return false;
    if (a->throttled && before == NULL)
        map_set(throttled, a->type->service, memory_string(a->first.message));
    return true;
}

static bool read_target(const struct bulk_options *o, const struct found *found,
                        const struct walk_target *target, struct holding **holding,
                        struct error *err)
{
    bool ok = true;
    struct map *throttled = map_new(free);
    for (size_t i = 0; ok && i < target->types->count; i++) {
        struct asking a = { .o = o, .target = target, .type = target->types->items[i] };
        if (a.type->many_argument == NULL)
            continue;
        if (*holding == NULL)
            *holding = holding_open(o->folder, err);
        a.holding = *holding;
        ok = a.holding != NULL && read_type(&a, found, target->with_checks[i], throttled, err);
        map_free(a.words);
        free(a.spans);
        many_needs_release(&a.needs);
    }
    map_free(throttled);
    return ok;
}

bool many_read(const struct bulk_options *o, const struct found *found, struct holding **holding,
               struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < found->target_count; i++)
        ok = read_target(o, found, found->targets[i].target, holding, err);
    return ok;
}
