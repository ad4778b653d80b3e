#include "scanner/bulk.h"

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/model/item.h"
#include "core/store/holding.h"
#include "scanner/held.h"
#include "scanner/series.h"
#include "scanner/tally.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* One target being asked. */
struct bulking {
    const struct bulk_options *o;
    const struct found *found;
    const struct walk_target *target;
    struct holding *holding;
    const struct resource_type **types; /* that such lists may tell of */
    size_t type_count;
    struct map *officials;    /* the cloud's names of them (of bulk: only our own) -> struct resource_type */
    struct map *broken;       /* types of which some list over all accounts did not end well */
    struct map *told;         /* types of which there was one */
    struct provider_bulk now; /* the list being read */
    size_t index, lists;
    bool all_asked; /* there was no other list: it did not end at a limit */
    struct tally *tally; /* of the list being read: things that are counted (count_by) */
    bool throttled;    /* by a list that was refused to the end: the others would fare no better */
    struct error disk; /* a fault of the holding: the scan ends */
};

bool bulk_has_type(const struct resource_type *type)
{
    return (type->official[0] != '\0' || type->bulk_only) && !type->no_bulk && !type->evidence && type->global &&
           type->from_parent.count == 0 && type->from_answer.count == 0 && type->wrap == NULL;
}

static bool is_ours(const struct bulking *b, const char *account, const struct resource_type *type)
{
    const char *provider = b->target->provider->name;
    return found_owner(b->found, provider, account) == b->target &&
           b->target->provider->type_in_account(type, account);
}

static bool hold(struct bulking *b, const char *account, const struct resource_type *type,
                 struct json_object *tree, struct error *err)
{
    const struct item_place place = { .account = account, .region = "global",
                                      .redact_key = b->o->context->redact_key };
    bool ok = held_put(b->holding, &place, type, tree, err);
    if (!ok && err->kind == ERROR_STORE)
        b->disk = *err;
    return ok;
}

static bool take(struct bulking *b, const char *account, const struct resource_type *type,
                 struct json_object *tree, struct error *err)
{
    if (type->count_by == NULL)
        return hold(b, account, type, tree, err);
    const char *text = json_string(tree, type->count_by);
    return text == NULL || tally_add(b->tally, account, text, err);
}

static void on_page(void *ctx)
{
    struct bulking *b = ctx;
    tally_page_ended(b->tally);
}

static void on_restart(void *ctx)
{
    struct bulking *b = ctx;
    tally_page_again(b->tally);
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct bulking *b = ctx;
    struct provider_bulk_item thing = { 0 };
    bool ok = b->target->provider->bulked(b->target->session, item, &thing, err);
    const struct resource_type *type =
        ok && thing.official != NULL ? map_get(b->officials, thing.official) : NULL;
    const char *account = b->now.account != NULL ? b->now.account : thing.account;
    if (type != NULL && account != NULL && thing.tree != NULL && is_ours(b, account, type))
        ok = take(b, account, type, thing.tree, err);
    provider_bulk_item_release(&thing);
    json_object_put(item);
    return ok;
}

/* The next of the accounts chosen, with the next of its types: a list for each. */
static bool next_of_few(struct bulking *b)
{
    int64_t now = clock_wall_s(&b->o->loop->clock);
    for (; b->index < b->found->count * b->type_count; b->index++) {
        const struct found_account *f = &b->found->accounts[b->index / b->type_count];
        const struct resource_type **type = &b->types[b->index % b->type_count];
        if (f->target != b->target || f->spec.account == NULL ||
            !is_ours(b, f->spec.account, *type) ||
            !b->target->provider->bulk_of(b->target->session, *type, f->spec.account, now,
                                          &b->now.listing))
            continue;
        b->now.types = (const struct resource_type *const *)type;
        b->now.type_count = 1;
        b->now.account = f->spec.account;
        return true;
    }
    return false;
}

static bool find_list(struct bulking *b)
{
    b->now = (struct provider_bulk){ 0 };
    if (b->disk.kind != ERROR_NONE || b->lists++ == BULK_LISTS_MAX)
        return false;
    bool more = (b->o->few ? next_of_few(b)
                           : b->target->provider->bulk(b->target->session, b->index, b->types,
                                                       b->type_count,
                                                       clock_wall_s(&b->o->loop->clock), &b->now));
    b->index++;
    b->all_asked = !more;
    return more;
}

/* What was held of it is not all there is. */
static bool drop(struct bulking *b, const char *account, const struct resource_type *type,
                 enum outcome outcome, const char *why)
{
    if (account == NULL)
        map_set(b->broken, type->name, b);
    if (type->bulk_only && !holding_note(b->holding, account, type->name, outcome, why, &b->disk))
        return false;
    return account == NULL || holding_forget(b->holding, account, type->name, &b->disk);
}

static bool hold_count(void *ctx, const char *account, const char *text, int64_t count)
{
    struct bulking *b = ctx;
    const struct resource_type *type = b->now.types[0];
    struct json_object *item = json_object_new_object();
    struct error err = ERROR_INIT; /* of the disk alone: an item is small */
    json_object_object_add(item, type->count_by, json_object_new_string(text));
    json_object_object_add(item, "count", json_object_new_int64(count));
    bool ok = hold(b, account, type, item, &err);
    json_object_put(item);
    return ok;
}

static bool note_list(struct bulking *b, enum outcome outcome, const char *why)
{
    bool ok = outcome != OUTCOME_COMPLETE || tally_each(b->tally, hold_count, b);
    tally_clear(b->tally);
    for (size_t i = 0; ok && i < b->now.type_count; i++) {
        const struct resource_type *type = b->now.types[i];
        if (b->now.account == NULL)
            map_set(b->told, type->name, b);
        if (outcome != OUTCOME_COMPLETE)
            ok = drop(b, b->now.account, type, outcome, why);
        else if (b->now.account != NULL)
            ok = holding_complete(b->holding, b->now.account, type->name, &b->disk);
    }
    return ok;
}

static bool next_list(void *ctx, struct provider_listing *out)
{
    struct bulking *b = ctx;
    while (find_list(b)) {
        if (!b->throttled) {
            *out = b->now.listing;
            return true;
        }
        json_object_put(b->now.listing.arguments);
        if (!note_list(b, OUTCOME_THROTTLED, "a list before it was throttled to the end"))
            return false;
    }
    return false;
}

static bool on_list(void *ctx, enum outcome outcome, const struct error *why)
{
    struct bulking *b = ctx;
    if (outcome != OUTCOME_COMPLETE)
        log_say(b->o->log, LOG_WARNING, "bulk_failed", NULL,
                "%s: %s is asked for its lists by itself, since the one over many accounts was not read (%s: %s)",
                b->target->config->name,
                b->now.account == NULL ? "each account" : b->now.account, outcome_name(outcome),
                why->message);
    b->throttled = outcome == OUTCOME_THROTTLED;
    return note_list(b, outcome, why->message);
}

/* A type is known in every account where all lists over all accounts that tell of it were read to their ends. */
static bool complete_accounts(struct bulking *b, const struct resource_type *type)
{
    bool ok = true;
    if (map_get(b->told, type->name) == NULL)
        return true;
    if (!b->all_asked || map_get(b->broken, type->name) != NULL)
        return holding_forget(b->holding, NULL, type->name, &b->disk);
    for (size_t i = 0; ok && i < b->found->count; i++) {
        const struct found_account *f = &b->found->accounts[i];
        if (f->target == b->target && f->spec.account != NULL && is_ours(b, f->spec.account, type))
            ok = holding_complete(b->holding, f->spec.account, type->name, &b->disk);
    }
    return ok;
}

static void choose_types(struct bulking *b)
{
    const struct plan_types *all = b->target->types;
    b->types = memory_new(all->count, sizeof(struct resource_type *));
    for (size_t i = 0; i < all->count; i++) {
        if (!bulk_has_type(all->items[i]))
            continue;
        b->types[b->type_count++] = all->items[i];
        const char *name =
            all->items[i]->bulk_only ? all->items[i]->name : all->items[i]->official;
        map_set(b->officials, name, (void *)(uintptr_t)all->items[i]);
    }
}

static bool ask_target(struct bulking *b, struct error *err)
{
    struct series s = { .loop = b->o->loop,
                        .target = b->target,
                        .pages_max = b->o->pages_max > 0 ? b->o->pages_max : BULK_PAGES_MAX,
                        .interrupted = b->o->interrupted,
                        .interrupted_ctx = b->o->interrupted_ctx,
                        .next = next_list,
                        .on_item = on_item,
                        .on_page = on_page,
                        .on_restart = on_restart,
                        .on_list = on_list,
                        .ctx = b };
    bool ok = b->type_count == 0 || series_run(&s, err);
    for (size_t i = 0; ok && i < b->type_count; i++)
        ok = complete_accounts(b, b->types[i]);
    series_release(&s);
    if (b->disk.kind == ERROR_NONE)
        return ok;
    *err = b->disk;
    return false;
}

static bool read_target(const struct bulk_options *o, const struct found *found,
                        const struct walk_target *target, struct holding *holding,
                        struct error *err)
{
    struct bulking b = { .o = o,
                         .found = found,
                         .target = target,
                         .holding = holding,
                         .officials = map_new(NULL),
                         .broken = map_new(NULL),
                         .told = map_new(NULL),
                         .tally = tally_new() };
    choose_types(&b);
    bool ok = ask_target(&b, err);
    map_free(b.officials);
    map_free(b.broken);
    map_free(b.told);
    tally_free(b.tally);
    free(b.types);
    return ok;
}

static bool has_bulk(const struct bulk_options *o, const struct walk_target *target)
{
    struct provider_bulk first = { 0 };
    const struct plan_types *types = target->types;
    bool has = target->provider->bulk(target->session, 0, types->items, types->count,
                                      clock_wall_s(&o->loop->clock), &first);
    json_object_put(first.listing.arguments);
    return has;
}

bool bulk_read(const struct bulk_options *o, const struct found *found, struct holding **out,
               struct error *err)
{
    struct holding *holding = NULL;
    bool ok = true;
    for (size_t i = 0; ok && i < found->target_count; i++) {
        const struct walk_target *target = found->targets[i].target;
        if (!has_bulk(o, target))
            continue;
        if (holding == NULL)
            holding = holding_open(o->folder, err);
        ok = holding != NULL && read_target(o, found, target, holding, err);
    }
    if (!ok) {
        holding_close(holding);
        return false;
    }
    *out = holding;
    return true;
}
