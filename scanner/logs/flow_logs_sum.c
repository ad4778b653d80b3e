#include "scanner/logs/flow_logs_groups.h"
#include "scanner/logs/flow_logs_held.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 1024 };

struct flow_logs_group *flow_logs_sum_of(const struct flow_logs_reader *r)
{
    return &r->all->items[r->group];
}

void flow_logs_sum_note(struct flow_logs_reader *r, enum outcome outcome, const char *format, ...)
{
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    flow_logs_groups_note(r->all, g->account->id, g->region, outcome, "log group %s: %s", g->name,
                          reason);
}

void flow_logs_sum_refused(struct flow_logs_reader *r, const char *operation,
                           const struct ask_result *result)
{
    if (result->verdict == HTTP_VERDICT_DENIED)
        flow_logs_sum_note(r, OUTCOME_DENIED, "the role needs logs:%s: %s", operation,
                           result->error.message);
    else if (strcmp(result->code, "ResourceNotFoundException") == 0)
        flow_logs_sum_note(r, OUTCOME_FAILED,
                           "it is not there, and its flow logs are not delivered");
    else
        flow_logs_sum_note(r, ask_outcome(result->verdict), "%s", result->error.message);
}

void flow_logs_sum_ask(struct flow_logs_reader *r, const char *operation,
                       struct json_object *arguments, const char *items,
                       void (*done)(void *ctx, const struct ask_result *result))
{
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    const struct provider_call call = { "logs", operation, g->region, arguments, items };
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
    ask_init(&r->ask, &g->account->gate, &call);
    r->ask.ctx = r;
    r->ask.done = done;
}

/* ---- a log group ---- */

static void note_gaps(struct flow_logs_reader *r)
{
    const struct flow_counts *c = &r->counts;
    if (c->malformed > 0)
        flow_logs_sum_note(r, OUTCOME_FAILED, "%llu lines cannot be read",
                           (unsigned long long)c->malformed);
    if (c->skipdata > 0)
        flow_logs_sum_note(r, OUTCOME_SKIPPED, FLOW_LOGS_SKIPDATA);
    if (c->lines == 0 && flow_logs_sum_of(r)->texts.count == 0)
        flow_logs_sum_note(r, OUTCOME_SKIPPED,
                           "no flow log was delivered since the first hour that is read");
}

/* What other sources have told of the region is held against it: a log group by itself is one. */
static bool join(struct flow_logs_reader *r)
{
    struct flow_logs *l = r->all->logs;
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    uint64_t lost = 0;
    bool ok = flow_logs_held_join(l, g->account->id, g->region, r->sums, &lost, &r->all->broken);
    if (lost > 0)
        flow_logs_sum_note(r, OUTCOME_FAILED,
                           "too many pairs of source and destination: %llu flows were left out",
                           (unsigned long long)lost);
    return ok;
}

void flow_logs_sum_group_ended(struct flow_logs_reader *r)
{
    struct flow_logs *l = r->all->logs;
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    note_gaps(r);
    flow_logs_groups_note(r->all, g->account->id, g->region, OUTCOME_COMPLETE, "%s", "");
    if (!join(r))
        return; /* the disk's fault ends the night */
    flow_counts_add(&l->counts, &r->counts);
    flow_groups_clear(r->sums);
    r->counts = (struct flow_counts){ 0 };
    l->log_groups++;
    r->group++;
    loop_soon(l->o->loop, &r->step);
}

/* ---- steps ---- */

static bool is_same_region(const struct flow_logs_group *a, const struct flow_logs_group *b)
{
    return a->account == b->account && strcmp(a->region, b->region) == 0;
}

static void begin_region(struct flow_logs_reader *r)
{
    struct flow_logs_groups *all = r->all;
    r->group = r->end = all->next;
    while (r->end < all->count && is_same_region(&all->items[r->group], &all->items[r->end]))
        r->end++;
    all->next = r->end;
}

static void step(void *ctx)
{
    struct flow_logs_reader *r = ctx;
    if (r->all->stopping)
        return;
    while (r->group < r->end && flow_logs_sum_of(r)->left_out)
        r->group++;
    if (r->group == r->end)
        flow_logs_sum_start(r);
    else if (flow_logs_sum_of(r)->texts.count > 0)
        flow_logs_query_start(r);
    else
        flow_logs_events_start(r);
}

void flow_logs_sum_start(struct flow_logs_reader *r)
{
    struct flow_logs_groups *all = r->all;
    if (all->next == all->count) {
        flow_logs_groups_ended(all);
        return;
    }
    begin_region(r);
    loop_soon(all->logs->o->loop, &r->step);
}

void flow_logs_sum_init(struct flow_logs_reader *r, struct flow_logs_groups *all)
{
    const uint64_t seed = all->logs->o->seed;
    *r = (struct flow_logs_reader){ .all = all };
    task_init(&r->step, step, r);
    task_init(&r->pause, step, r); /* each pause says what comes after it */
    r->sums = flow_groups_new(FLOW_LOGS_GROUPS_MAX, seed);
    r->page = flow_groups_new(FLOW_QUERY_ROWS_MAX, seed);
}

void flow_logs_sum_release(struct flow_logs_reader *r)
{
    if (r->all == NULL)
        return;
    list_remove(&r->step.link);
    list_remove(&r->pause.link);
    if (r->ask.gate != NULL)
        ask_release(&r->ask);
    flow_groups_free(r->sums);
    flow_groups_free(r->page);
    flow_file_free(r->file);
    free(r->query);
}
