#include "scanner/logs/flow_logs_groups.h"

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 1000, REASON_MAX = 1024 };

/* ---- for its parts ---- */

bool flow_logs_groups_wants(const struct flow_logs *l, const char *account, const char *region,
                            const char *name)
{
    const struct config *c = l->o->config;
    for (size_t i = 0; i < c->log_group_count; i++) {
        const struct config_log_groups *g = &c->log_groups[i];
        if (text_glob(g->account, account) && (region == NULL || text_glob(g->region, region)) &&
            (name == NULL || text_glob(g->name, name)))
            return true;
    }
    return false;
}

void flow_logs_groups_note(struct flow_logs_groups *all, const char *account, const char *region,
                           enum outcome outcome, const char *format, ...)
{
    char reason[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    log_outcomes_note(&all->logs->told, account, region, outcome, reason);
}

void flow_logs_groups_ended(struct flow_logs_groups *all)
{
    all->running--;
}

void flow_logs_groups_forget(struct flow_logs_account *a)
{
    if (a == NULL)
        return;
    if (a->gate.door != NULL)
        gate_release(&a->gate);
    free(a);
}

/* ---- the whole ---- */

static bool is_interrupted(const struct flow_logs_options *o)
{
    return o->interrupted != NULL && o->interrupted(o->interrupted_ctx);
}

static bool wait_for_end(struct flow_logs_groups *all, struct error *err)
{
    const struct flow_logs_options *o = all->logs->o;
    while (!o->loop->stop && all->running > 0 && all->broken.kind == ERROR_NONE) {
        bool more = loop_turn(o->loop, TURN_MS);
        if (all->running == 0)
            break;
        if (is_interrupted(o))
            return error_set(err, ERROR_IO, "interrupted while log groups were being read");
        if (!more && !o->loop->stop && all->broken.kind == ERROR_NONE)
            return error_set(err, ERROR_INTERNAL,
                             "nothing is under way, and log groups are not read");
    }
    if (all->broken.kind != ERROR_NONE)
        *err = all->broken;
    else if (o->loop->stop)
        error_set(err, ERROR_IO, "stopped while log groups were being read");
    return all->broken.kind == ERROR_NONE && !o->loop->stop;
}

/* Queries that nobody will read any more would go on, and cost. */
static void stop_queries(struct flow_logs_groups *all)
{
    struct loop *loop = all->logs->o->loop;
    int64_t until = clock_mono_ms(&loop->clock) + FLOW_LOGS_STOP_WAIT_MS;
    bool any = false;
    all->stopping = true;
    if (loop->stop)
        return;
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
    for (size_t i = 0; i < FLOW_LOGS_READERS; i++)
        any = flow_logs_query_stop(&all->readers[i]) || any;
    while (any && clock_mono_ms(&loop->clock) < until && loop_turn(loop, TURN_MS))
        continue;
}

static void drain(struct flow_logs_groups *all)
{
    struct loop *loop = all->logs->o->loop;
    stop_queries(all);
    loop->stop = true;
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
}

static void release_group(struct flow_logs_group *g)
{
    free(g->region);
    free(g->name);
    free(g->format);
    string_list_release(&g->texts);
}

static void release(struct flow_logs_groups *all)
{
    for (size_t i = 0; i < FLOW_LOGS_FINDERS; i++)
        flow_logs_find_release(&all->finders[i]);
    for (size_t i = 0; i < FLOW_LOGS_READERS; i++)
        flow_logs_sum_release(&all->readers[i]);
    for (size_t i = 0; i < all->count; i++)
        release_group(&all->items[i]);
    for (size_t i = 0; i < all->account_count; i++)
        flow_logs_groups_forget(all->accounts[i]);
    free(all->items);
    free(all->accounts);
    free(all);
}

static bool find(struct flow_logs_groups *all, struct error *err)
{
    all->running = FLOW_LOGS_FINDERS;
    for (size_t i = 0; i < FLOW_LOGS_FINDERS; i++)
        flow_logs_find_init(&all->finders[i], all);
    for (size_t i = 0; i < FLOW_LOGS_FINDERS; i++)
        flow_logs_find_start(&all->finders[i]);
    return wait_for_end(all, err);
}

static bool sum_up(struct flow_logs_groups *all, struct error *err)
{
    all->running = FLOW_LOGS_READERS;
    for (size_t i = 0; i < FLOW_LOGS_READERS; i++)
        flow_logs_sum_init(&all->readers[i], all);
    for (size_t i = 0; i < FLOW_LOGS_READERS; i++)
        flow_logs_sum_start(&all->readers[i]);
    return wait_for_end(all, err);
}

bool flow_logs_groups_read(struct flow_logs *l, const struct found *found, struct error *err)
{
    struct flow_logs_groups *all = memory_new(1, sizeof *all);
    all->logs = l;
    all->found = found;
    bool ok = find(all, err);
    if (ok) {
        flow_logs_settle(all);
        ok = sum_up(all, err);
    }
    if (!ok)
        drain(all);
    release(all);
    return ok;
}
