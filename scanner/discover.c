#include "scanner/discover.h"

#include "core/base/log.h"
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
    struct string_list excluded; /* accounts that exist and are not wanted */
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
        a->listed = memory_resize(a->listed, a->count + 1, sizeof *a->listed);
        a->listed[a->count++] = spec;
        return true;
    }
    if (ok && spec.account != NULL)
        string_list_add(&a->excluded, spec.account);
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
    a->page_start = a->count;
    if (result->verdict != HTTP_VERDICT_OK)
        end(a, ask_outcome(result->verdict), &result->error);
    else if (result->more)
        ask_page(&a->ask);
    else
        ask_next(a);
}

static void ask_next(struct asking *a)
{
    struct error none = ERROR_INIT;
    struct provider_listing listing = { 0 };
    if (!a->target->provider->discovery(a->target->session, &listing)) {
        end(a, OUTCOME_COMPLETE, &none);
        return;
    }
    struct provider_call call = { listing.service, listing.operation, listing.region,
                                  listing.arguments, listing.items };
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

static void ask_all(struct asking *a)
{
    struct error why = ERROR_INIT;
    task_init(&a->enter, entered, a);
    if (!gate_init(&a->gate, a->target->provider, a->target->session, a->target->group, NULL,
                   a->o->loop, &why)) {
        end(a, OUTCOME_FAILED, &why);
        return;
    }
    gate_enter(&a->gate, &a->enter);
    while (!a->ended && !a->o->loop->stop)
        loop_turn(a->o->loop, TURN_MS);
    if (a->ended)
        return;
    http_engine_cancel_all(a->o->loop->engine);
    while (http_engine_run(a->o->loop->engine, 0) > 0)
        continue;
}

/* ---- what is kept ---- */

static bool has_account(const struct found *f, const char *provider, const char *account)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct found_account *known = &f->accounts[i];
        if (known->spec.account != NULL && strcmp(known->spec.account, account) == 0 &&
            strcmp(known->target->provider->name, provider) == 0)
            return true;
    }
    return false;
}

/* Takes over `spec`. */
static void keep(const struct discover_options *o, const struct walk_target *target,
                 struct account_spec *spec, struct found *found)
{
    if (spec->account != NULL && has_account(found, target->provider->name, spec->account)) {
        log_say(o->log, LOG_WARNING, "account_twice", NULL,
                "account %s is named by more than one target; %s does without it", spec->account,
                target->config->name);
        account_spec_release(spec);
        return;
    }
    found->accounts = memory_resize(found->accounts, found->count + 1, sizeof *found->accounts);
    found->accounts[found->count++] = (struct found_account){ target, *spec };
    *spec = (struct account_spec){ 0 };
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

/* Takes over `excluded` (NULL: none). */
static void note_target(struct found *found, const struct walk_target *target, bool complete,
                        bool proves_closing, struct string_list *excluded)
{
    found->targets = memory_resize(found->targets, found->target_count + 1, sizeof *found->targets);
    struct found_target *t = &found->targets[found->target_count++];
    *t = (struct found_target){ .target = target,
                                .complete = complete,
                                .proves_closing = proves_closing };
    if (excluded != NULL) {
        t->excluded = *excluded;
        *excluded = (struct string_list){ NULL, 0 };
    }
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
    struct store_account row = { .provider = memory_string(provider),
                                 .account = memory_string(account) };
    struct store_scope *scope = NULL;
    struct store_stats stats = { .calls = a->gate.door_calls + a->gate.calls };
    bool ok = store_account_find(c->store, &row, err);
    if (ok && row.id != 0) {
        scope = store_scope_begin(c->store, c->run, row.id, "global", "discovery", "organizations",
                                  err);
        ok = scope != NULL && store_scope_end(c->store, scope, a->outcome, reason, err) &&
             store_stats_add(c->store, c->run, row.id, "global", "organizations", &stats, err);
    }
    store_account_release(&row);
    return ok;
}

/* In the account that was asked: the one that the door proved, else the one it proved last time. */
static bool record(struct asking *a, const char *reason, struct error *err)
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
    free(account);
    free(name);
    return ok;
}

static bool finish_asking(struct asking *a, struct found *found, struct error *err)
{
    const struct config_aws *aws = &a->target->config->aws;
    if (a->outcome == OUTCOME_COMPLETE) {
        for (size_t i = 0; i < a->count; i++)
            keep(a->o, a->target, &a->listed[i], found);
        bool whole = aws->include_ous.count == 0 && aws->exclude_ous.count == 0;
        note_target(found, a->target, true, whole, &a->excluded);
        return record(a, "", err);
    }
    note_target(found, a->target, false, false, NULL);
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
    bool ok = record(a, reason, err);
    free(reason);
    return ok;
}

static bool discover_by_asking(const struct discover_options *o, struct walk_target *target,
                               struct found *found, struct error *err)
{
    struct asking a = { .o = o, .target = target };
    ask_all(&a);
    bool ok = a.ended ? finish_asking(&a, found, err)
                      : error_set(err, ERROR_IO, "stopped while the accounts were being listed");
    if (a.ask.gate != NULL)
        ask_release(&a.ask);
    if (a.gate.door != NULL)
        gate_release(&a.gate);
    specs_free(a.listed, a.count);
    string_list_release(&a.excluded);
    return ok;
}

/* ---- what the config names ---- */

static void keep_configured(const struct discover_options *o, const struct walk_target *target,
                            struct found *found)
{
    const struct config_aws *aws = &target->config->aws;
    for (size_t i = 0; i < aws->account_count; i++) {
        const struct config_account *row = &aws->accounts[i];
        struct account_spec spec = {
            .account = memory_string(row->account),
            .name = memory_string(row->name),
            .state = memory_string("active"),
            .team = memory_string(row->team),
            .role = memory_string(row->role),
            .external_id = memory_string(row->external_id),
        };
        for (size_t k = 0; k < row->regions.count; k++)
            string_list_add(&spec.regions, row->regions.items[k]);
        keep(o, target, &spec, found);
    }
    struct account_spec own = { 0 };
    if (aws->account_count == 0)
        keep(o, target, &own, found);
}

bool discover_target(const struct discover_options *o, struct walk_target *target,
                     struct found *found, struct error *err)
{
    if (target->config->aws.organization)
        return discover_by_asking(o, target, found, err);
    keep_configured(o, target, found);
    /* Whose the scanner's own credentials are shows only later: then absence proves nothing here. */
    note_target(found, target, target->config->aws.account_count > 0, false, NULL);
    return true;
}

/* ---- what is gone ---- */

struct leaving {
    const struct discover_options *o;
    const struct found *found;
    struct error *err;
    bool ok;
};

static const struct found_target *target_of(const struct found *f, const char *name)
{
    for (size_t i = 0; i < f->target_count; i++)
        if (strcmp(f->targets[i].target->config->name, name) == 0)
            return &f->targets[i];
    return NULL;
}

static bool leave(void *ctx, const struct store_account *row)
{
    struct leaving *l = ctx;
    const struct read_context *c = l->o->context;
    const struct found_target *t = target_of(l->found, row->target);
    if (is_gone(row) || has_account(l->found, row->provider, row->account) ||
        (t != NULL && !t->complete))
        return true;
    bool closed = t != NULL && t->proves_closing && !string_list_has(&t->excluded, row->account);
    l->ok = closed ? store_account_close(c->store, c->run, row->id, l->err)
                   : store_account_out_of_scope(c->store, c->run, row->id, l->err);
    return l->ok;
}

bool discover_settle(const struct discover_options *o, const struct found *found, struct error *err)
{
    struct leaving l = { o, found, err, true };
    if (o->filtered)
        return true;
    return store_accounts_each(o->context->store, NULL, leave, &l, err) && l.ok;
}

void found_release(struct found *f)
{
    for (size_t i = 0; i < f->count; i++)
        account_spec_release(&f->accounts[i].spec);
    for (size_t i = 0; i < f->target_count; i++)
        string_list_release(&f->targets[i].excluded);
    free(f->accounts);
    free(f->targets);
    *f = (struct found){ 0 };
}
