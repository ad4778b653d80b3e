#include "scanner/account_plan.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/store/configs.h"
#include "core/store/holding.h"
#include "scanner/account.h"
#include "scanner/account_logs.h"
#include "scanner/account_settle.h"
#include "scanner/bulk.h"
#include "scanner/logs/central_logs.h"
#include "scanner/logs/log_outcomes.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A planned read at work. */
struct planned_walk {
    struct account_walk *account;
    size_t index;
    struct read *read; /* while it is under way: far fewer are than are planned */
    bool taken, ended;
    bool complete;        /* read in this run, so that `referenced` holds all */
    enum outcome outcome; /* once it has ended */
    struct map
        *referenced; /* ids that items of the read before it name; made where one is needed */
    /* Those whose `referenced` this one's items fill: the first, and the next of this one's own kind. */
    struct planned_walk *referring_to, *referred_next;
};

static void start_more(struct account_walk *a);

static const struct type_detail *referencing_detail(const struct resource_type *type)
{
    for (size_t i = 0; i < type->detail_count; i++)
        if (type->details[i].referenced_by != NULL)
            return &type->details[i];
    return NULL;
}

/* ---- references ---- */

static bool add_reference(void *ctx, struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        map_set(ctx, json_object_get_string(value), ctx);
    return true;
}

static void collect(struct planned_walk *dependent, struct json_object *tree)
{
    const struct type_detail *d =
        referencing_detail(dependent->account->plan.reads[dependent->index].type);
    for (size_t i = 0; i < d->referenced_paths.count; i++)
        path_each(tree, d->referenced_paths.items[i], add_reference, dependent->referenced);
}

static void on_stored(void *ctx, struct json_object *tree)
{
    struct planned_walk *w = ctx;
    const struct resource_type *type = w->account->plan.reads[w->index].type;
    const char *itself = w->account->target->provider->account_type;
    if (itself != NULL && strcmp(type->name, itself) == 0 && type->display_name != NULL)
        account_called(w->account, path_string(tree, type->display_name));
    for (struct planned_walk *d = w->referring_to; d != NULL; d = d->referred_next)
        collect(d, tree);
}

static bool collect_stored(void *ctx, const char *config)
{
    struct error ignored = ERROR_INIT;
    struct json_object *tree = NULL;
    if (json_parse(text_of(config), &tree, &ignored))
        collect(ctx, tree);
    json_object_put(tree);
    return true;
}

/* What refers to it was not read to its end tonight: what is stored of it counts too. */
static void recall_references(struct planned_walk *w)
{
    struct error err = ERROR_INIT;
    struct account_walk *a = w->account;
    const struct planned_read *planned = &a->plan.reads[w->index];
    const struct type_detail *d = referencing_detail(planned->type);
    if (d == NULL || (planned->after != PLAN_NONE && a->reads[planned->after].complete))
        return;
    if (!store_configs_each(a->context->store, a->account.id, planned->region, d->referenced_by,
                            collect_stored, w, &err))
        account_broken(a, &err);
}

/* ---- reads ---- */

static void end_walk(struct planned_walk *w, enum outcome outcome)
{
    w->ended = true;
    w->outcome = outcome;
    w->account->ended++;
}

static void end_read(struct planned_walk *w)
{
    read_release(w->read);
    free(w->read);
    w->read = NULL;
}

static void read_done(void *ctx, struct read *r)
{
    struct planned_walk *w = ctx;
    struct account_walk *a = w->account;
    a->resources += r->counts.resources;
    a->changed += r->counts.changed;
    a->parts_unread += r->parts_unread;
    account_note(a, r->outcome, r->error.message);
    if (a->note[0] == '\0')
        snprintf(a->note, sizeof a->note, "%s", r->note);
    if (r->places_left_out > 0)
        account_note(a, OUTCOME_FAILED, r->left_out_reason.message);
    w->complete = r->outcome == OUTCOME_COMPLETE;
    a->running--;
    end_walk(w, r->outcome);
    end_read(w);
    start_more(a);
}

static size_t type_index(const struct plan_types *types, const struct resource_type *type)
{
    size_t i = 0;
    while (types->items[i] != type)
        i++;
    return i;
}

/* NULL: parents that are spread are of any. */
static const char *parents_region(const struct planned_read *parent)
{
    return parent->type->spread ? NULL : parent->region;
}

/* A list over many accounts has brought all of it. */
static bool is_held(const struct account_walk *a, const struct resource_type *type)
{
    struct holding *holding = a->context->holding;
    return holding != NULL && (bulk_has_type(type) || type->many_argument != NULL) &&
           holding_is_complete(holding, a->account.account, type->name);
}

static bool start_read(struct planned_walk *w)
{
    struct account_walk *a = w->account;
    struct error err = ERROR_INIT;
    const struct planned_read *planned = &a->plan.reads[w->index];
    size_t type = type_index(a->target->types, planned->type);
    bool logs = planned->type->aggregate != NULL, held = logs || is_held(a, planned->type);
    bool bulk = held && !planned->type->evidence; /* events are held as their own list shows them */
    bool is_child = planned->parent != PLAN_NONE && !held;
    struct read_options o = {
        .context = a->context,
        .provider = a->target->provider,
        .gate = &a->gate,
        .type = planned->type,
        .shape = bulk ? a->target->bulk_shapes[type] : a->target->shapes[type],
        .shape_id = bulk ? a->target->bulk_shape_ids[type] : a->target->shape_ids[type],
        .held = held,
        .session = a->target->session,
        .bulk_shape = a->target->bulk_shapes[type],
        .bulk_shape_id = a->target->bulk_shape_ids[type],
        .region = planned->region,
        .account = a->account.account,
        .partition = a->target->provider->door_partition(a->gate.door),
        .account_id = a->account.id,
        .with_checks = a->target->with_checks[type],
        .referenced = w->referenced,
        .plan = &a->plan,
        .parents_region = is_child ? parents_region(&a->plan.reads[planned->parent]) : NULL,
        .parents_outcome = is_child ? a->reads[planned->parent].outcome : OUTCOME_COMPLETE,
    };
    char *name = logs ? log_outcomes_name(o.account, o.region) : NULL;
    char *too = central_logs_has(a->context->central_logs, planned->type->name)
                    ? central_logs_held_as(o.account)
                    : NULL;
    o.held_as = name;
    o.held_too = too;
    recall_references(w);
    struct read *r = memory_new(1, sizeof *r);
    bool ok = read_init(r, &o, &err);
    free(name);
    if (!ok) {
        free(too);
        free(r);
        account_broken(a, &err);
        return false;
    }
    w->read = r;
    r->on_stored = on_stored;
    r->done = read_done;
    r->ctx = w;
    a->running++;
    account_logs_note(a, r);
    free(too);
    read_start(r);
    return true;
}

/* Recorded by the run that is being resumed: not read again. */
static bool is_recorded(const struct account_walk *a, const struct planned_read *planned)
{
    const struct read_context *c = a->context;
    return c->run->resumed && store_scope_is_done(c->store, c->run, a->account.id, planned->region,
                                                  planned->type->name);
}

/* Where parents are not to be read, nor are their children: it ends as they did. What is held needs nobody's. */
static bool is_barred(const struct planned_walk *w, enum outcome *out)
{
    const struct account_walk *a = w->account;
    size_t parent = a->plan.reads[w->index].parent;
    if (parent == PLAN_NONE || is_held(a, a->plan.reads[w->index].type))
        return false;
    *out = a->reads[parent].outcome;
    return *out != OUTCOME_COMPLETE && !outcome_is_incomplete(*out);
}

/* A scope that is not read; of a spread type all that there are. */
struct unread {
    struct account_walk *account;
    const struct planned_read *planned;
    enum outcome outcome;
    const char *reason;
};

static bool record_place(void *ctx, const char *region, const char *type, const char *service)
{
    const struct unread *u = ctx;
    return strcmp(type, u->planned->type->name) != 0 || strcmp(region, u->planned->region) == 0 ||
           account_record(u->account, region, type, service, u->outcome, u->reason);
}

static bool record_unread(struct account_walk *a, const struct planned_read *p,
                          enum outcome outcome, const char *reason)
{
    struct error err = ERROR_INIT;
    struct unread u = { a, p, outcome, reason };
    if (p->type->spread &&
        !store_scopes_each(a->context->store, a->account.id, record_place, &u, &err)) {
        account_broken(a, &err);
        return false;
    }
    return !a->loop->stop &&
           account_record(a, p->region, p->type->name, p->type->service, outcome, reason);
}

static bool bar(struct planned_walk *w, enum outcome outcome)
{
    struct account_walk *a = w->account;
    const struct planned_read *p = &a->plan.reads[w->index];
    char *reason = memory_format("%s is %s", p->type->children_of, outcome_name(outcome));
    bool ok = record_unread(a, p, outcome, reason);
    free(reason);
    if (ok)
        end_walk(w, outcome);
    return ok;
}

/* A list over many accounts did not tell of this one, and it is not asked by itself: no other list tells of the
 * type, or it would be in vain. The reason is the caller's, free(). */
static char *why_untold(const struct account_walk *a, const struct resource_type *type,
                        enum outcome *out)
{
    char *reason = NULL;
    struct holding *holding = a->context->holding;
    if ((!type->bulk_only && type->many_argument == NULL) || is_held(a, type))
        return NULL;
    if (holding != NULL && holding_why(holding, a->account.account, type->name, out, &reason))
        return reason;
    *out = OUTCOME_FAILED;
    return type->bulk_only ? memory_string("no list over many accounts told of this one") : NULL;
}

static bool leave_untold(struct planned_walk *w, enum outcome outcome, const char *reason)
{
    bool ok = record_unread(w->account, &w->account->plan.reads[w->index], outcome, reason);
    if (ok)
        end_walk(w, outcome);
    return ok;
}

static enum outcome recorded_outcome(const struct planned_walk *w)
{
    const struct account_walk *a = w->account;
    const struct planned_read *p = &a->plan.reads[w->index];
    enum outcome outcome = OUTCOME_FAILED; /* a fault of the store shows at the next write */
    store_scope_outcome(a->context->store, a->account.id, p->region, p->type->name, &outcome);
    return outcome;
}

/* No bucket is named: nothing was brought. */
static bool skip_logs(struct planned_walk *w)
{
    const char *reason = "";
    struct account_walk *a = w->account;
    const struct planned_read *p = &a->plan.reads[w->index];
    enum outcome outcome = account_logs_outcome(a, p->type, p->region, &reason);
    if (!record_unread(a, p, outcome, reason))
        return false;
    end_walk(w, outcome);
    return true;
}

/* False when the walk cannot go on. */
static bool take(struct planned_walk *w)
{
    enum outcome outcome;
    const struct planned_read *planned = &w->account->plan.reads[w->index];
    w->taken = true;
    if (is_recorded(w->account, planned)) {
        end_walk(w, recorded_outcome(w));
        return true;
    }
    if (planned->type->aggregate != NULL && !account_logs_named(w->account, planned->type))
        return skip_logs(w);
    char *untold = why_untold(w->account, planned->type, &outcome);
    if (untold != NULL) {
        bool ok = leave_untold(w, outcome, untold);
        free(untold);
        return ok;
    }
    return is_barred(w, &outcome) ? bar(w, outcome) : start_read(w);
}

static bool has_ended(const struct account_walk *a, size_t index)
{
    return index == PLAN_NONE || a->reads[index].ended;
}

/* What waits for others stands behind them in the plan: one look from front to end finds all that may go. */
static void start_more(struct account_walk *a)
{
    while (a->next < a->plan.count && a->reads[a->next].taken)
        a->next++;
    for (size_t i = a->next; i < a->plan.count && a->running < WALK_READS_AT_ONCE; i++) {
        const struct planned_read *p = &a->plan.reads[i];
        if (a->loop->stop)
            return;
        if (!a->reads[i].taken && has_ended(a, p->after) && has_ended(a, p->parent) &&
            !take(&a->reads[i]))
            return;
    }
    if (a->ended == a->plan.count)
        account_finish(a);
}

/* ---- the plan ---- */

static void link_reference(struct account_walk *a, size_t index)
{
    struct planned_walk *w = &a->reads[index];
    size_t after = a->plan.reads[index].after;
    w->referenced = map_new(NULL);
    if (after == PLAN_NONE)
        return;
    w->referred_next = a->reads[after].referring_to;
    a->reads[after].referring_to = w;
}

static bool make_plan(struct account_walk *a)
{
    struct error err = ERROR_INIT;
    if (!plan_account(a->target->provider, a->account.account, a->target->types, &a->enabled,
                      &a->plan, &err)) {
        account_broken(a, &err);
        return false;
    }
    a->reads = memory_new(a->plan.count, sizeof *a->reads);
    for (size_t i = 0; i < a->plan.count; i++) {
        a->reads[i].account = a;
        a->reads[i].index = i;
        if (referencing_detail(a->plan.reads[i].type) != NULL)
            link_reference(a, i);
    }
    return true;
}

void account_plan_start(struct account_walk *a, enum outcome unknown, const char *why)
{
    if (make_plan(a) && account_settle_scopes(a, unknown, why))
        start_more(a);
}

void account_plan_shut(struct account_walk *a, enum outcome outcome, const char *reason)
{
    if (!make_plan(a) || !account_settle_scopes(a, outcome, reason))
        return;
    for (size_t i = 0; i < a->plan.count; i++) {
        const struct planned_read *p = &a->plan.reads[i];
        if (!is_recorded(a, p) && !record_unread(a, p, outcome, reason))
            return;
    }
}

void account_plan_release(struct account_walk *a)
{
    for (size_t i = 0; a->reads != NULL && i < a->plan.count; i++) {
        if (a->reads[i].read != NULL)
            end_read(&a->reads[i]);
        map_free(a->reads[i].referenced);
    }
    free(a->reads);
    a->reads = NULL;
    plan_release(&a->plan);
}
