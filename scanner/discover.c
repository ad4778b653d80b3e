#include "scanner/discover.h"

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/store/configs.h"
#include "scanner/series.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* One target being asked. */
struct asking {
    const struct discover_options *o;
    struct walk_target *target;
    struct series series;
    struct account_spec *listed; /* what came */
    size_t count, page_start;
    struct map *excluded; /* accounts that exist and are not wanted */
};

static void specs_free(struct account_spec *specs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        account_spec_release(&specs[i]);
    free(specs);
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

static void on_page(void *ctx)
{
    struct asking *a = ctx;
    a->page_start = a->count;
}

static bool next_list(void *ctx, struct provider_listing *out)
{
    struct asking *a = ctx;
    return a->target->provider->discovery(a->target->session, out);
}

/* Without one of its lists nobody knows them all. */
static bool on_list(void *ctx, enum outcome outcome, const struct error *why)
{
    (void)ctx;
    (void)why;
    return outcome == OUTCOME_COMPLETE;
}

/* The whole organization, so that who is not in the list was closed. */
static bool is_whole(const struct asking *a)
{
    return a->target->provider->accounts(a->target->session) == PROVIDER_ACCOUNTS_WHOLE;
}

/* No organization is without its own account: such a list is not to be believed. */
static void doubt_empty(struct asking *a)
{
    if (a->series.outcome != OUTCOME_COMPLETE || a->count > 0 || map_count(a->excluded) > 0 ||
        !is_whole(a))
        return;
    a->series.outcome = OUTCOME_FAILED;
    error_set(&a->series.error, ERROR_DATA, "an empty list of accounts");
}

static bool ask_all(struct asking *a, struct error *err)
{
    a->series = (struct series){ .loop = a->o->loop,
                                 .target = a->target,
                                 .pages_max = DISCOVER_PAGES_MAX,
                                 .interrupted = a->o->interrupted,
                                 .interrupted_ctx = a->o->interrupted_ctx,
                                 .next = next_list,
                                 .on_item = on_item,
                                 .on_page = on_page,
                                 .on_restart = restart,
                                 .on_list = on_list,
                                 .ctx = a };
    if (!series_run(&a->series, err))
        return false;
    doubt_empty(a);
    return true;
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
    const char *service = a->target->provider->directory;
    struct store_account row = { .provider = memory_string(provider),
                                 .account = memory_string(account) };
    struct store_scope *scope = NULL;
    struct store_stats stats = { .calls = a->series.gate.door_calls + a->series.gate.calls };
    bool ok = store_account_find(c->store, &row, err);
    if (ok && row.id != 0) {
        scope = store_scope_begin(c->store, c->run, row.id, "global", "discovery", service, err);
        ok = scope != NULL && store_scope_end(c->store, scope, a->series.outcome, reason, err) &&
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
    if (a->series.gate.state == GATE_OPEN) {
        account = memory_string(a->target->provider->door_account(a->series.gate.door));
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

/* `others`: the config names some by itself. */
static bool use_last_nights(struct asking *a, bool others, struct found *found, struct error *err)
{
    struct found_target *t = found_add_target(found, a->target);
    struct recalling r = { a->o, a->target, found, 0 };
    if (!store_accounts_each(a->o->context->store, a->target->config->name, recall, &r, err))
        return false;
    if (r.count == 0 && !others) {
        *err = a->series.error;
        return error_prefix(
            err, "%s: the accounts cannot be listed, and none is known from an earlier night",
            a->target->config->name);
    }
    char *reason = memory_format("%s; last night's list of accounts is used", a->series.error.message);
    log_say(a->o->log, LOG_WARNING, "discovery_failed", NULL, "%s: %s", a->target->config->name,
            reason);
    bool ok = record(a, t, reason, err);
    free(reason);
    return ok;
}

static bool discover_by_asking(const struct discover_options *o, struct walk_target *target,
                               bool others, struct found *found, struct error *err)
{
    struct asking a = { .o = o, .target = target, .excluded = map_new(NULL) };
    bool ok = ask_all(&a, err) && (a.series.outcome == OUTCOME_COMPLETE
                                       ? use_listed(&a, found, err)
                                       : use_last_nights(&a, others, found, err));
    series_release(&a.series);
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
        return discover_by_asking(o, target, named > 0, found, err);
    struct account_spec own = { 0 };
    if (named == 0)
        keep(o, target, &own, found);
    /* Whose the scanner's own credentials are shows only later: then absence proves nothing here. */
    found_add_target(found, target)->complete = named > 0;
    return true;
}
