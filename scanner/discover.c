#include "scanner/discover.h"

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/store/configs.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 1000 };

/* One target being asked. */
struct asking {
    const struct discover_options *o;
    struct walk_target *target;
    struct gate gate;
    struct ask ask;
    struct task enter;
    struct account_spec *listed; /* what came */
    size_t count, page_start;
    struct map *excluded; /* accounts that exist and are not wanted */
    const char *service; /* that was asked; NULL: none yet */
    int pages;
    enum outcome outcome;
    struct error error;
    bool ended;
};

static void specs_free(struct account_spec *specs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        account_spec_release(&specs[i]);
    free(specs);
}

static void end(struct asking *a, enum outcome outcome, const struct error *why)
{
    a->outcome = outcome;
    a->error = *why;
    a->ended = true;
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct asking *a = ctx;
    struct account_spec spec = { 0 };
    bool wanted = false;
    bool ok = a->target->provider->discovered(a->target->session, item, &spec, &wanted, err);
    json_object_put(item);
    if (ok && wanted && a->count == FOUND_ACCOUNTS_MAX)
        ok = error_set(err, ERROR_LIMIT, "more than %d accounts", FOUND_ACCOUNTS_MAX);
    if (ok && wanted) {
        if ((a->count & (a->count - 1)) == 0) /* full at each power of two */
            a->listed =
                memory_resize(a->listed, a->count == 0 ? 1 : a->count * 2, sizeof *a->listed);
        a->listed[a->count++] = spec;
        return true;
    }
    if (ok && spec.account != NULL)
        map_set(a->excluded, spec.account, a);
    account_spec_release(&spec);
    return ok;
}

static void restart(void *ctx)
{
    struct asking *a = ctx;
    while (a->count > a->page_start)
        account_spec_release(&a->listed[--a->count]);
}

static void ask_next(struct asking *a);

static void answered(void *ctx, const struct ask_result *result)
{
    struct asking *a = ctx;
    struct error why = result->error;
    a->page_start = a->count;
    if (result->verdict != HTTP_VERDICT_OK) {
        end(a, ask_outcome(result->verdict), &why);
    } else if (++a->pages == DISCOVER_PAGES_MAX) {
        error_set(&why, ERROR_LIMIT, "%d pages of accounts and no end", a->pages);
        end(a, OUTCOME_FAILED, &why);
    } else if (result->more) {
        ask_page(&a->ask);
    } else {
        ask_next(a);
    }
}

/* The whole organization, so that who is not in the list was closed. */
static bool is_whole(const struct asking *a)
{
    return a->target->provider->accounts(a->target->session) == PROVIDER_ACCOUNTS_WHOLE;
}

/* No organization is without its own account: such a list is not to be believed. */
static void end_list(struct asking *a)
{
    struct error why = ERROR_INIT;
    bool empty = a->count == 0 && map_count(a->excluded) == 0 && is_whole(a);
    if (empty)
        error_set(&why, ERROR_DATA, "an empty list of accounts");
    end(a, empty ? OUTCOME_FAILED : OUTCOME_COMPLETE, &why);
}

static void ask_next(struct asking *a)
{
    struct provider_listing listing = { 0 };
    if (!a->target->provider->discovery(a->target->session, &listing)) {
        end_list(a);
        return;
    }
    struct provider_call call = { listing.service, listing.operation, listing.region,
                                  listing.arguments, listing.items };
    a->service = listing.service;
    if (a->ask.gate != NULL)
        ask_release(&a->ask);
    ask_init(&a->ask, &a->gate, &call);
    a->ask.on_item = on_item;
    a->ask.on_restart = restart;
    a->ask.done = answered;
    a->ask.ctx = a;
    ask_page(&a->ask);
}

static void entered(void *ctx)
{
    struct asking *a = ctx;
    if (a->gate.state == GATE_OPEN)
        ask_next(a);
    else
        end(a, a->gate.outcome, &a->gate.error);
}

static bool is_interrupted(const struct discover_options *o)
{
    return o->interrupted != NULL && o->interrupted(o->interrupted_ctx);
}

/* False when it was stopped before the end. */
static bool wait_for_end(struct asking *a, struct error *err)
{
    struct loop *loop = a->o->loop;
    while (!a->ended && !loop->stop) {
        bool more = loop_turn(loop, TURN_MS);
        if (a->ended)
            break;
        if (is_interrupted(a->o))
            return error_set(err, ERROR_IO, "interrupted while the accounts were being listed");
        if (!more)
            return error_set(err, ERROR_INTERNAL,
                             "nothing is under way, and the accounts are not listed");
    }
    return a->ended || error_set(err, ERROR_IO, "stopped while the accounts were being listed");
}

static bool ask_all(struct asking *a, struct error *err)
{
    struct error why = ERROR_INIT;
    task_init(&a->enter, entered, a);
    if (!gate_init(&a->gate, a->target->provider, a->target->session, a->target->group, NULL,
                   a->o->loop, &why)) {
        end(a, OUTCOME_FAILED, &why);
        return true;
    }
    gate_enter(&a->gate, &a->enter);
    if (wait_for_end(a, err))
        return true;
    a->o->loop->stop = true;
    http_engine_cancel_all(a->o->loop->engine);
    while (http_engine_run(a->o->loop->engine, 0) > 0)
        continue;
    list_remove(&a->enter.link);
    return false;
}

/* ---- what is kept ---- */

/* Takes over `spec`. */
static void keep(const struct discover_options *o, const struct walk_target *target,
                 struct account_spec *spec, struct found *found)
{
    const struct walk_target *owner =
        spec->account == NULL ? NULL : found_claim(found, target, spec->account);
    if (owner == NULL) {
        found_add(found, target, spec);
        return;
    }
    if (owner != target) /* else a page that came twice named it twice */
        log_say(o->log, LOG_WARNING, "account_twice", NULL,
                "account %s is named by more than one target; %s does without it", spec->account,
                target->config->name);
    account_spec_release(spec);
}

struct recalling {
    const struct discover_options *o;
    const struct walk_target *target;
    struct found *found;
    size_t count;
};

static bool is_gone(const struct store_account *row)
{
    return strcmp(row->state, "closed") == 0 || strcmp(row->state, "out_of_scope") == 0;
}

static bool recall(void *ctx, const struct store_account *row)
{
    struct recalling *r = ctx;
    if (is_gone(row))
        return true;
    struct account_spec spec = { .account = memory_string(row->account),
                                 .name = memory_string(row->name),
                                 .state = memory_string(row->state),
                                 .team = memory_string(row->team) };
    keep(r->o, r->target, &spec, r->found);
    r->count++;
    return true;
}

/* ---- the discovery's own row of coverage ---- */

static char *memo_name(const struct walk_target *target)
{
    return memory_format("discovery/%s", target->config->name);
}

static bool record_in(const struct asking *a, const char *account, const char *reason,
                      struct error *err)
{
    const struct read_context *c = a->o->context;
    const char *provider = a->target->provider->name;
    const char *service = a->service == NULL ? provider : a->service;
    struct store_account row = { .provider = memory_string(provider),
                                 .account = memory_string(account) };
    struct store_scope *scope = NULL;
    struct store_stats stats = { .calls = a->gate.door_calls + a->gate.calls };
    bool ok = store_account_find(c->store, &row, err);
    if (ok && row.id != 0) {
        scope = store_scope_begin(c->store, c->run, row.id, "global", "discovery", service, err);
        ok = scope != NULL && store_scope_end(c->store, scope, a->outcome, reason, err) &&
             store_stats_add(c->store, c->run, row.id, "global", service, &stats, err);
    }
    store_account_release(&row);
    return ok;
}

/* In the account that was asked: the one that the door proved, else the one it proved last time. */
static bool record(struct asking *a, struct found_target *t, const char *reason, struct error *err)
{
    const struct read_context *c = a->o->context;
    char *name = memo_name(a->target), *account = NULL;
    bool ok = true;
    if (a->gate.state == GATE_OPEN) {
        account = memory_string(a->target->provider->door_account(a->gate.door));
        ok = store_memo_put(c->store, name, account, err);
    } else {
        account = store_memo_get(c->store, name);
    }
    if (ok && account != NULL)
        ok = record_in(a, account, reason, err);
    t->asked = account;
    free(name);
    return ok;
}

static bool use_listed(struct asking *a, struct found *found, struct error *err)
{
    for (size_t i = 0; i < a->count; i++)
        keep(a->o, a->target, &a->listed[i], found);
    struct found_target *t = found_add_target(found, a->target);
    t->complete = true;
    t->proves_closing = is_whole(a);
    t->excluded = a->excluded;
    a->excluded = NULL;
    return record(a, t, "", err);
}

static bool use_last_nights(struct asking *a, struct found *found, struct error *err)
{
    struct found_target *t = found_add_target(found, a->target);
    struct recalling r = { a->o, a->target, found, 0 };
    if (!store_accounts_each(a->o->context->store, a->target->config->name, recall, &r, err))
        return false;
    if (r.count == 0) {
        *err = a->error;
        return error_prefix(
            err, "%s: the accounts cannot be listed, and none is known from an earlier night",
            a->target->config->name);
    }
    char *reason = memory_format("%s; last night's list of accounts is used", a->error.message);
    log_say(a->o->log, LOG_WARNING, "discovery_failed", NULL, "%s: %s", a->target->config->name,
            reason);
    bool ok = record(a, t, reason, err);
    free(reason);
    return ok;
}

static bool discover_by_asking(const struct discover_options *o, struct walk_target *target,
                               struct found *found, struct error *err)
{
    struct asking a = { .o = o, .target = target, .excluded = map_new(NULL) };
    bool ok = ask_all(&a, err) && (a.outcome == OUTCOME_COMPLETE ? use_listed(&a, found, err)
                                                                 : use_last_nights(&a, found, err));
    if (a.ask.gate != NULL)
        ask_release(&a.ask);
    if (a.gate.door != NULL)
        gate_release(&a.gate);
    specs_free(a.listed, a.count);
    map_free(a.excluded);
    return ok;
}

/* ---- what the config names ---- */

/* How many. */
static size_t keep_configured(const struct discover_options *o, const struct walk_target *target,
                              struct found *found)
{
    struct account_spec spec = { 0 };
    size_t count = 0;
    while (target->provider->configured(target->session, count, &spec)) {
        keep(o, target, &spec, found);
        spec = (struct account_spec){ 0 };
        count++;
    }
    return count;
}

bool discover_target(const struct discover_options *o, struct walk_target *target,
                     struct found *found, struct error *err)
{
    size_t named = keep_configured(o, target, found);
    if (target->provider->accounts(target->session) != PROVIDER_ACCOUNTS_NAMED)
        return discover_by_asking(o, target, found, err);
    struct account_spec own = { 0 };
    if (named == 0)
        keep(o, target, &own, found);
    /* Whose the scanner's own credentials are shows only later: then absence proves nothing here. */
    found_add_target(found, target)->complete = named > 0;
    return true;
}
