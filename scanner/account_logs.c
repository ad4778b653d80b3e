#include "scanner/account_logs.h"

#include "scanner/account.h"
#include "scanner/logs/central_logs.h"
#include "scanner/logs/flow_logs.h"
#include "scanner/logs/trails.h"

#include <string.h>

/* What became of logs of that kind; lives as long as what tells of them. */
enum outcome account_logs_outcome(const struct account_walk *a, const struct resource_type *type,
                                  const char *region, const char **out_reason)
{
    const struct read_context *c = a->context;
    return strcmp(type->aggregate, TRAILS) == 0
               ? trails_outcome(c->trails, a->account.account, region, out_reason)
               : flow_logs_outcome(c->flow_logs, a->account.account, region, out_reason);
}

bool account_logs_named(const struct account_walk *a, const struct resource_type *type)
{
    return strcmp(type->aggregate, TRAILS) == 0 ? a->context->trails != NULL
                                                : a->context->flow_logs != NULL;
}

/* What is routed away was read before, to its end or not. */
static void note_routed(const struct account_walk *a, struct read *r)
{
    const struct central_logs *logs = a->context->central_logs;
    const char *reason = "", *type = r->o.type->name;
    struct error why = ERROR_INIT;
    enum outcome outcome = central_logs_outcome(logs, type, &reason);
    error_set(&why, ERROR_DATA, "%s", reason);
    read_routed(r, outcome, central_logs_reached(logs, type, a->account.account), &why);
}

static void note_left_out(const struct account_walk *a, struct read *r)
{
    struct error why = ERROR_INIT;
    error_set(&why, ERROR_LIMIT,
              "%zu of the resolvers that the config names do not fit a filter of Cloud Logging: "
              "flows to port 443 of these are not seen",
              a->context->resolvers_left_out);
    read_note(r, OUTCOME_SKIPPED, "", &why);
}

/* Logs were read before: what is told of them is how the read ends, or the worst that it can end like. */
void account_logs_note(const struct account_walk *a, struct read *r)
{
    const char *reason = "";
    struct error why = ERROR_INIT;
    enum outcome outcome = OUTCOME_COMPLETE;
    if (r->o.held_too != NULL)
        note_routed(a, r);
    if (a->context->resolvers_left_out > 0 && read_event_asks_resolvers(r->o.type))
        note_left_out(a, r);
    if (r->o.type->aggregate == NULL)
        return;
    outcome = account_logs_outcome(a, r->o.type, r->o.region, &reason);
    error_set(&why, ERROR_DATA, "%s", reason);
    if (outcome != OUTCOME_COMPLETE)
        read_note(r, outcome, "", &why);
}
