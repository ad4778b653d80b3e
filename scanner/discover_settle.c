#include "core/base/map.h"
#include "core/config.h"
#include "scanner/discover.h"

#include <string.h>

/* What is gone: accounts that no list names any more. */
struct leaving {
    const struct read_context *context;
    const struct found *found;
    bool own; /* the target's one account is known by now */
    struct error *err;
    bool ok;
};

static bool is_gone(const struct store_account *row)
{
    return strcmp(row->state, "closed") == 0 || strcmp(row->state, "out_of_scope") == 0;
}

static bool leave(struct leaving *l, const struct store_account *row)
{
    const struct read_context *c = l->context;
    const struct found_target *t = found_target(l->found, row->target);
    if (is_gone(row) || found_owner(l->found, row->provider, row->account) != NULL ||
        (t != NULL && !t->complete && !l->own))
        return true;
    bool excluded = t != NULL && t->excluded != NULL && map_get(t->excluded, row->account) != NULL;
    if (t != NULL && t->proves_closing && !excluded)
        return store_account_close(c->store, c->run, row->id, l->err);
    return store_account_out_of_scope(c->store, c->run, row->id, l->err);
}

static bool is_asked(const struct found *f, const char *account)
{
    for (size_t i = 0; i < f->target_count; i++)
        if (f->targets[i].asked != NULL && strcmp(f->targets[i].asked, account) == 0)
            return true;
    return false;
}

static bool keep_all_but_discovery(void *ctx, const char *region, const char *type)
{
    (void)ctx;
    (void)region;
    return strcmp(type, "discovery") != 0;
}

/* An account that is asked for no list any more has no row that says how that went. */
static bool end_discovery(struct leaving *l, const struct store_account *row)
{
    const struct read_context *c = l->context;
    return is_asked(l->found, row->account) ||
           store_scopes_retain(c->store, c->run, row->id, keep_all_but_discovery, NULL, l->err);
}

static bool settle(void *ctx, const struct store_account *row)
{
    struct leaving *l = ctx;
    l->ok = leave(l, row) && end_discovery(l, row);
    return l->ok;
}

bool discover_settle(const struct discover_options *o, const struct found *found, struct error *err)
{
    struct leaving l = { o->context, found, false, err, true };
    if (o->filtered)
        return true;
    return store_accounts_each(o->context->store, NULL, settle, &l, err) && l.ok;
}

static bool settle_own(void *ctx, const struct store_account *row)
{
    struct leaving *l = ctx;
    l->ok = leave(l, row);
    return l->ok;
}

bool discover_settle_own(const struct read_context *c, const struct found *found,
                         const struct walk_target *target, struct error *err)
{
    struct leaving l = { c, found, true, err, true };
    return store_accounts_each(c->store, target->config->name, settle_own, &l, err) && l.ok;
}
