#include "scanner/read.h"

#include "core/base/memory.h"
#include "core/decode/path.h"
#include "core/store/evidence.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void poll_again(void *ctx);

bool read_init(struct read *r, const struct read_options *options, struct error *err)
{
    *r = (struct read){ .o = *options, .state = READ_LISTS };
    r->held_as = memory_string(r->o.held_as != NULL ? r->o.held_as : r->o.account);
    r->held_too = memory_string(r->o.held_too);
    list_init(&r->lists);
    task_init(&r->retry, poll_again, r);
    r->scope = store_scope_begin(r->o.context->store, r->o.context->run, r->o.account_id,
                                 r->o.region, r->o.type->name, r->o.type->service, err);
    if (r->scope != NULL && (!r->o.type->evidence || read_event_begin(r, err)))
        return true;
    if (r->scope != NULL)
        store_scope_abandon(r->scope);
    free(r->held_as);
    free(r->held_too);
    r->scope = NULL;
    return false;
}

struct item_place read_place(const struct read *r)
{
    return (struct item_place){ .partition = r->o.partition,
                                .account = r->o.account,
                                .region = r->o.region,
                                .redact_key = r->o.context->redact_key,
                                .started_unix_s = r->o.context->run->started_unix_s,
                                .since_unix_s = r->since_unix_s,
                                .until_unix_s = r->until_unix_s,
                                .resolvers = r->o.context->resolvers };
}

void read_release(struct read *r)
{
    if (r->scope != NULL)
        store_scope_abandon(r->scope);
    read_places_release(r);
    list_remove(&r->retry.link);
    while (!list_is_empty(&r->lists))
        read_list_free(LIST_OWNER(r->lists.next, struct read_list, link));
    read_rounds_release(r);
    free(r->held_as);
    free(r->held_too);
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
}

void read_check_store(struct read *r, const struct error *why)
{
    if (why->kind == ERROR_STORE)
        r->o.context->broken(r->o.context->broken_ctx, why);
}

void read_count_call(struct read *r, const struct ask_result *result)
{
    r->stats.calls++;
    r->stats.throttled += result->throttled;
    r->stats.ms += result->elapsed_ms;
}

/* In the order that a resumed run relies on: the read's own scope last. */
static bool record_end(struct read *r, const char *reason, struct error *err)
{
    const struct read_context *c = r->o.context;
    bool ok = read_places_end(r, r->outcome, reason, err);
    struct store_scope *scope = r->scope;
    r->scope = NULL;
    if (!ok) {
        store_scope_abandon(scope);
        return false;
    }
    return store_scope_end(c->store, scope, r->outcome, reason, err) &&
           store_stats_add(c->store, c->run, r->o.account_id, r->o.region, r->o.type->service,
                           &r->stats, err);
}

void read_end(struct read *r, enum outcome outcome, const struct error *why)
{
    const struct read_context *c = r->o.context;
    struct error err = ERROR_INIT;
    r->state = READ_END;
    r->stats.items = r->counts.items;
    r->outcome = outcome;
    r->error = *why;
    if (r->o.gate->loop->stop) { /* it did not end, it was ended */
        store_scope_abandon(r->scope);
        r->scope = NULL;
    } else if (!record_end(r, outcome == OUTCOME_COMPLETE ? "" : why->message, &err)) {
        c->broken(c->broken_ctx, &err);
    }
    r->done(r->ctx, r);
}

static void fail(struct read *r, const struct error *why)
{
    read_check_store(r, why);
    read_end(r, OUTCOME_FAILED, why);
}

/* ---- lists ---- */

/* What is said of one list of many must be the same every night, whichever of them it was: the cloud's
 * words name what was asked for. */
static void make_stable(const struct read *r, const char *code, struct error *why)
{
    const struct resource_type *type = r->o.type;
    struct error cloud = *why;
    if (type->children_of == NULL && type->each.count == 0)
        return;
    if (code[0] != '\0')
        error_set(&cloud, why->kind, "%s %s: %s", type->service, type->list, code);
    if (type->children_of != NULL)
        error_set(why, cloud.kind, "%s (asked of each %s)", cloud.message, type->children_of);
    else
        error_set(why, cloud.kind, "%s (asked several times)", cloud.message);
}

void read_note(struct read *r, enum outcome outcome, const char *code, const struct error *why)
{
    struct error said = *why;
    read_check_store(r, why);
    make_stable(r, code, &said);
    /* Of equal ones the first by its letters, so that it is not for the order to say. */
    if (outcome < r->outcome ||
        (outcome == r->outcome && strcmp(said.message, r->error.message) >= 0))
        return;
    r->outcome = outcome;
    r->error = said;
}

void read_routed(struct read *r, enum outcome outcome, int64_t until_unix_s,
                 const struct error *why)
{
    r->routed = outcome;
    r->routed_why = *why;
    r->routed_until_unix_s = until_unix_s;
}

static void settle_routed(struct read *r)
{
    if (r->routed == OUTCOME_COMPLETE)
        return;
    if (r->outcome == OUTCOME_COMPLETE && r->o.parents_outcome == OUTCOME_COMPLETE)
        evidence_reached(r->scope, r->routed_until_unix_s);
    read_note(r, r->routed, "", &r->routed_why);
}

/* All lists have ended. Of parents that are not known nobody knows the children. */
static void settle(void *ctx)
{
    struct read *r = ctx;
    settle_routed(r);
    struct error why = r->error;
    enum outcome outcome = r->outcome, parents = r->o.parents_outcome;
    if (parents != OUTCOME_COMPLETE && parents >= outcome) {
        outcome = parents;
        error_set(&why, ERROR_DATA, "not every %s was read", r->o.type->children_of);
    }
    if (outcome == OUTCOME_COMPLETE && r->o.held && !r->o.type->evidence && !r->confirming &&
        r->o.type->count_by == NULL) {
        if (read_confirm(r))
            return;
        outcome = r->outcome; /* where it could not even begin, nothing is proven */
        why = r->error;
    }
    if (outcome == OUTCOME_BLOCKED && read_borrow(r))
        return;
    read_end(r, outcome, &why);
}

void read_start_lists(struct read *r)
{
    while (!r->o.gate->loop->stop && r->lists_running < READ_LISTS_AT_ONCE &&
           r->next_round < r->round_count)
        r->lists_running += read_list_start(r, r->rounds[r->next_round++]);
}

void read_list_done(struct read *r)
{
    r->lists_running--;
    read_start_lists(r);
    if (r->lists_running == 0)
        settle(r);
}

static void begin_lists(struct read *r)
{
    struct error err = ERROR_INIT;
    r->state = READ_LISTS;
    if (!read_rounds_make(r, &err))
        read_note(r, OUTCOME_FAILED, "", &err);
    read_start_lists(r);
    if (r->lists_running > 0)
        return;
    r->retry.run = settle;
    loop_soon(r->o.gate->loop, &r->retry);
}

/* ---- a report in the making ---- */

static void polled(void *ctx, const struct ask_result *result)
{
    struct read *r = ctx;
    struct error why = result->error;
    read_count_call(r, result);
    const char *state =
        result->verdict != HTTP_VERDICT_OK ? NULL : path_string(result->rest, r->o.type->poll_path);
    if (result->verdict != HTTP_VERDICT_OK) {
        read_end(r, ask_outcome(result->verdict), &why);
    } else if (state != NULL && strcmp(state, r->o.type->poll_value) == 0) {
        begin_lists(r);
    } else if (++r->polls >= TYPE_POLLS_MAX) {
        error_set(&why, ERROR_LIMIT, "%s did not become %s in %d polls", r->o.type->poll,
                  r->o.type->poll_value, r->polls);
        fail(r, &why);
    } else {
        loop_after(r->o.gate->loop, &r->retry, TYPE_POLL_WAIT_MS);
    }
}

static void poll_again(void *ctx)
{
    struct read *r = ctx;
    struct provider_call call = { r->o.type->service, r->o.type->poll, r->o.region, NULL, NULL };
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
    ask_init(&r->ask, r->o.gate, &call);
    r->ask.done = polled;
    r->ask.ctx = r;
    ask_page(&r->ask);
}

void read_start(struct read *r)
{
    if (r->o.type->poll == NULL) {
        begin_lists(r);
        return;
    }
    r->state = READ_POLL;
    poll_again(r);
}
