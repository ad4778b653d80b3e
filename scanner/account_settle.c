#include "scanner/account_settle.h"

#include "core/store/configs.h"
#include "core/store/scopes.h"
#include "scanner/account.h"

#include <string.h>

/* Credentials, regions, discovery: no cloud's type is called so. */
static bool is_pseudo_type(const char *type)
{
    return strchr(type, '_') == NULL;
}

bool account_settle_wants(const struct account_walk *a, const char *type)
{
    return is_pseudo_type(type) || plan_type_named(a->target->types, type) != NULL;
}

/* What the config wants and tonight's plan leaves out: the account has switched the region off, or could
 * not be asked for its regions. */
static bool is_out_of_reach(const struct account_walk *a, const char *region, const char *type)
{
    const struct resource_type *t = plan_type_named(a->target->types, type);
    return t != NULL && !t->global && strcmp(region, "global") != 0 &&
           a->regions != ACCOUNT_REGIONS_CONFIGURED && !string_list_has(&a->enabled, region);
}

/* What another command brings is no scan's to take out of scope. */
static bool is_brought(const struct account_walk *a, const char *type)
{
    const struct resource_type *t = plan_type_named(a->target->types, type);
    return t != NULL && t->asked_by != NULL;
}

static bool keep_scope(void *ctx, const char *region, const char *type)
{
    const struct account_walk *a = ctx;
    if (is_brought(a, type))
        return true;
    if (is_pseudo_type(type))
        return strcmp(type, "regions") != 0 || a->regions != ACCOUNT_REGIONS_CONFIGURED;
    return plan_has(&a->plan, region, type) || is_out_of_reach(a, region, type);
}

/* How scopes end of which it is not known whether their region is switched on. */
struct unknown_regions {
    struct account_walk *account;
    enum outcome outcome;
    const char *reason;
};

static bool settle_scope(void *ctx, const char *region, const char *type, const char *service)
{
    const struct unknown_regions *u = ctx;
    struct account_walk *a = u->account;
    if (!is_out_of_reach(a, region, type))
        return true;
    if (a->regions == ACCOUNT_REGIONS_LISTED || string_list_has(&a->disabled, region))
        return account_record(a, region, type, service, OUTCOME_BLOCKED,
                              "the region is switched off for this account");
    return account_record(a, region, type, service, u->outcome, u->reason);
}

bool account_settle_scopes(struct account_walk *a, enum outcome unknown, const char *why)
{
    struct error err = ERROR_INIT;
    const struct read_context *c = a->context;
    struct unknown_regions u = { a, unknown, why };
    if (a->filtered)
        return true;
    bool ok = store_scopes_retain(c->store, c->run, a->account.id, keep_scope, a, &err) &&
              (a->regions == ACCOUNT_REGIONS_CONFIGURED ||
               store_scopes_each(c->store, a->account.id, settle_scope, &u, &err));
    if (!ok)
        account_broken(a, &err);
    return ok && !a->loop->stop;
}
