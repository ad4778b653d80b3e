#include "scanner/account.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/store/configs.h"
#include "scanner/account_plan.h"
#include "scanner/account_settle.h"
#include "scanner/account_regions.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void entered(void *ctx);

struct account_walk *account_walk_new(const struct walk_target *target,
                                      const struct read_context *context, struct loop *loop,
                                      struct account_spec *spec)
{
    struct account_walk *a = memory_new(1, sizeof *a);
    a->target = target;
    a->context = context;
    a->loop = loop;
    a->spec = *spec;
    *spec = (struct account_spec){ 0 };
    task_init(&a->entered, entered, a);
    list_init(&a->link);
    return a;
}

void account_walk_free(struct account_walk *a)
{
    if (a == NULL)
        return;
    account_plan_release(a);
    list_remove(&a->entered.link);
    list_remove(&a->link);
    if (a->regions_ask.gate != NULL)
        ask_release(&a->regions_ask);
    if (a->gate.door != NULL)
        gate_release(&a->gate);
    string_list_release(&a->enabled);
    string_list_release(&a->disabled);
    account_spec_release(&a->spec);
    store_account_release(&a->account);
    free(a);
}

void account_broken(struct account_walk *a, const struct error *why)
{
    a->context->broken(a->context->broken_ctx, why);
}

bool account_record(struct account_walk *a, const char *region, const char *type,
                    const char *service, enum outcome outcome, const char *reason)
{
    struct error err = ERROR_INIT;
    const struct read_context *c = a->context;
    if (a->loop->stop)
        return false;
    struct store_scope *scope =
        store_scope_begin(c->store, c->run, a->account.id, region, type, service, &err);
    if (scope == NULL || !store_scope_end(c->store, scope, outcome, reason, &err)) {
        account_broken(a, &err);
        return false;
    }
    account_note(a, outcome, reason);
    return true;
}

void account_note(struct account_walk *a, enum outcome outcome, const char *reason)
{
    if (!outcome_is_incomplete(outcome))
        return;
    a->scopes_incomplete++;
    if (a->error.kind == ERROR_NONE) {
        a->worst = outcome;
        error_set(&a->error, ERROR_NETWORK, "%s", reason);
    }
}

static void record_stats(struct account_walk *a, const char *service,
                         const struct store_stats *stats)
{
    struct error err = ERROR_INIT;
    const struct read_context *c = a->context;
    if (a->account.id != 0 && stats->calls > 0 && !a->loop->stop &&
        !store_stats_add(c->store, c->run, a->account.id, "global", service, stats, &err))
        account_broken(a, &err);
}

/* The calls for credentials and regions; those of reads are recorded with their scopes. */
static void record_calls(struct account_walk *a)
{
    struct store_stats door = { .calls = a->gate.door_calls };
    record_stats(a, a->target->provider->name, &door);
    record_stats(a, a->regions_ask.call.service, &a->region_calls);
}

void account_finish(struct account_walk *a)
{
    if (a->loop->stop)
        return; /* it did not end, it was ended */
    record_calls(a);
    a->calls = a->gate.door_calls + a->gate.calls;
    a->done(a->ctx, a);
}

/* ---- the row ---- */

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

/* Where nobody says it, what it was called last: its own read tells it anew (account_called()). */
static char *name_of(const struct account_walk *a, const char *account)
{
    const struct provider *p = a->target->provider;
    char *last = a->spec.name != NULL || p->account_type == NULL
                     ? NULL
                     : store_account_name(a->context->store, p->name, account);
    return last != NULL ? last : memory_string(or_empty(a->spec.name));
}

void account_called(struct account_walk *a, const char *name)
{
    struct error err = ERROR_INIT;
    if (a->spec.name != NULL || name == NULL || strcmp(a->account.name, name) == 0)
        return;
    free(a->account.name);
    a->account.name = memory_string(name);
    if (!store_account_put(a->context->store, &a->account, &err))
        account_broken(a, &err);
}

static bool put_row(struct account_walk *a, const char *account)
{
    struct error err = ERROR_INIT;
    store_account_release(&a->account);
    a->account = (struct store_account){
        .provider = memory_string(a->target->provider->name),
        .account = memory_string(account),
        .name = name_of(a, account),
        .state = memory_string(a->spec.state == NULL ? "active" : a->spec.state),
        .team = memory_string(or_empty(a->spec.team)),
        .target = memory_string(a->target->config->name),
    };
    if (store_account_put(a->context->store, &a->account, &err))
        return true;
    account_broken(a, &err);
    return false;
}

/* ---- an account that is not entered ---- */

struct freezing {
    struct account_walk *account;
    const char *reason;
};

static bool freeze_scope(void *ctx, const char *region, const char *type, const char *service)
{
    const struct freezing *f = ctx;
    return !account_settle_wants(f->account, type) ||
           account_record(f->account, region, type, service, OUTCOME_SKIPPED, f->reason);
}

static bool keep_type(void *ctx, const char *region, const char *type)
{
    (void)region;
    return account_settle_wants(ctx, type);
}

/* Suspended: what was known stays as it was, and says that nobody looked. */
static void freeze(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    const struct read_context *c = a->context;
    char *reason = memory_format("the account is %s", a->spec.state);
    struct freezing f = { a, reason };
    if ((!a->filtered &&
         !store_scopes_retain(c->store, c->run, a->account.id, keep_type, a, &err)) ||
        !store_scopes_each(c->store, a->account.id, freeze_scope, &f, &err))
        account_broken(a, &err);
    account_record(a, "global", "credentials", a->target->provider->name, OUTCOME_SKIPPED, reason);
    free(reason);
    account_finish(a);
}

/* The list of accounts itself says that it was closed. A filtered run closes nothing. */
static void close_account(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    const struct read_context *c = a->context;
    if (!a->filtered && put_row(a, a->spec.account) &&
        !store_account_close(c->store, c->run, a->account.id, &err))
        account_broken(a, &err);
    account_finish(a);
}

/* No way in: every scope of last night's plan ends like the way in did. */
static void shut_out(struct account_walk *a)
{
    const struct gate *g = &a->gate;
    if (!account_record(a, "global", "credentials", a->target->provider->name, g->outcome,
                        g->error.message))
        return;
    if (!account_regions_shut(a, g->outcome, g->error.message))
        return;
    account_plan_shut(a, g->outcome, g->error.message);
    account_finish(a);
}

/* ---- the way in ---- */

static bool is_in_state(const struct account_walk *a, const char *state)
{
    return strcmp(a->spec.state == NULL ? "active" : a->spec.state, state) == 0;
}

static void enter(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    if (!gate_init(&a->gate, a->target->provider, a->target->session, a->target->group, &a->spec,
                   a->loop, &err)) {
        a->gate.state = GATE_FAILED;
        a->gate.outcome = OUTCOME_FAILED;
        a->gate.error = err;
        loop_soon(a->loop, &a->entered);
        return;
    }
    gate_enter(&a->gate, &a->entered);
}

void account_walk_start(struct account_walk *a)
{
    if (a->spec.account != NULL && is_in_state(a, "closed"))
        close_account(a);
    else if (a->spec.account != NULL && !put_row(a, a->spec.account))
        return;
    else if (a->spec.account != NULL && !is_in_state(a, "active"))
        freeze(a);
    else
        enter(a);
}

/* ---- the scanner's own account, which the config need not name ---- */

static char *own_memo(const struct account_walk *a)
{
    return memory_format("self/%s", a->target->config->name);
}

/* Proven by the way in, and remembered for a night on which the way in fails. NULL when nobody knows which
 * account it would have been: then there is nothing to say of it, and a scan that said "nothing is unread"
 * would be wrong. */
static char *own_account(struct account_walk *a, bool in)
{
    struct error err = ERROR_INIT;
    char *memo = own_memo(a);
    char *account = in ? memory_string(a->target->provider->door_account(a->gate.door))
                       : store_memo_get(a->context->store, memo);
    if (account == NULL)
        account_broken(a, &a->gate.error);
    else if (in && !store_memo_put(a->context->store, memo, account, &err))
        account_broken(a, &err);
    free(memo);
    return account;
}

static bool name_own_account(struct account_walk *a, bool in)
{
    char *account = own_account(a, in);
    bool known = account != NULL && !a->loop->stop;
    bool ours = known && (a->claim == NULL || a->claim(a->ctx, a, account));
    bool ok = ours && put_row(a, account);
    free(account);
    if (known && !ours) {
        a->left_out = true;
        account_finish(a);
    }
    return ok;
}

static void entered(void *ctx)
{
    struct account_walk *a = ctx;
    bool in = a->gate.state == GATE_OPEN;
    if (a->spec.account == NULL && !name_own_account(a, in))
        return;
    if (!in)
        shut_out(a);
    else if (account_record(a, "global", "credentials", a->target->provider->name, OUTCOME_COMPLETE,
                            ""))
        account_regions_start(a);
}
