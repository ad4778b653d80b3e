#include "scanner/logs/flow_logs_athena.h"

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "scanner/logs/flow_logs_athena_work.h"
#include "scanner/logs/log_door.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "athena"

enum {
    TURN_MS = 1000,
    REASON_MAX = 1024,
};

/* ---- the end ---- */

/* Of a table that cannot be asked nobody knows whose logs it is over. */
void flow_logs_athena_give_up(struct flow_logs_athena *t, enum outcome outcome, const char *format,
                              ...)
{
    char reason[REASON_MAX];
    const struct flow_logs_options *o = t->logs->o;
    va_list arguments;
    va_start(arguments, format);
    int len = snprintf(reason, sizeof reason, "Athena's table %s: ", t->sums.table);
    if (len >= 0 && (size_t)len < sizeof reason)
        vsnprintf(reason + len, sizeof reason - (size_t)len, format, arguments);
    va_end(arguments);
    log_outcomes_note(&t->logs->told, NULL, NULL, outcome, reason);
    log_say(o->log, LOG_WARNING, "logs_unread", NULL, "%s:%d: flow logs were not read (%s: %s)",
            o->config->file, t->config->line, outcome_name(outcome), reason);
    kept_query_forget(&t->kept);
    t->state = FLOW_LOGS_ATHENA_ENDED;
}

void flow_logs_athena_break(struct flow_logs_athena *t, const struct error *why)
{
    t->broken = *why;
    t->state = FLOW_LOGS_ATHENA_ENDED;
}

void flow_logs_athena_refused(struct flow_logs_athena *t, const struct ask_result *result)
{
    if (t->state != FLOW_LOGS_ATHENA_ENDED) /* else it was cancelled */
        flow_logs_athena_give_up(t, ask_outcome(result->verdict), "%s", result->error.message);
}

/* What has answered cannot be let go while it does: the next step is a task's. */
void flow_logs_athena_go_on(struct flow_logs_athena *t, enum flow_logs_athena_state state)
{
    t->state = state;
    loop_soon(t->logs->o->loop, &t->step);
}

/* ---- calls ---- */

void flow_logs_athena_text(struct json_object *o, const char *name, const char *text)
{
    json_object_object_add(o, name, json_object_new_string(text));
}

void flow_logs_athena_ask(struct flow_logs_athena *t, const char *operation,
                          struct json_object *arguments, const char *items,
                          void (*done)(void *ctx, const struct ask_result *result))
{
    const struct provider_call call = { SERVICE, operation, t->config->region, arguments, items };
    if (t->ask.gate != NULL)
        ask_release(&t->ask);
    ask_init(&t->ask, &t->gate, &call);
    t->ask.done = done;
    t->ask.ctx = t;
}

static bool open_gate(struct flow_logs_athena *t)
{
    struct error why = ERROR_INIT;
    struct account_spec place = { .log_table = log_table_copy(t->place) };
    if (t->ask.gate != NULL)
        ask_release(&t->ask);
    t->ask = (struct ask){ .gate = NULL };
    if (t->gate.door != NULL)
        gate_release(&t->gate);
    t->gate = (struct gate){ .door = NULL };
    if (!log_door_open(&t->gate, t->found, t->config->account, &place, t->logs->o->loop, &why)) {
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "%s", why.message);
        return false;
    }
    gate_enter(&t->gate, &t->step);
    return true;
}

static bool is_in(struct flow_logs_athena *t)
{
    if (t->gate.state == GATE_OPEN)
        return true;
    flow_logs_athena_give_up(t, t->gate.outcome, "%s", t->gate.error.message);
    return false;
}

/* ---- the workgroup, the table ---- */

static void workgroup_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    struct error why = ERROR_INIT;
    if (result->verdict != HTTP_VERDICT_OK)
        flow_logs_athena_refused(t, result);
    else if (!athena_workgroup_read(json_get(result->rest, "WorkGroup"), t->logs->bytes_left,
                                    &t->workgroup, &why))
        flow_logs_athena_give_up(t, OUTCOME_SKIPPED, "the workgroup %s is not used: %s",
                                 t->config->workgroup, why.message);
    else
        flow_logs_athena_go_on(t, FLOW_LOGS_ATHENA_TABLE);
}

static void ask_workgroup(struct flow_logs_athena *t)
{
    struct json_object *o = json_object_new_object();
    flow_logs_athena_text(o, "WorkGroup", t->config->workgroup);
    flow_logs_athena_ask(t, "GetWorkGroup", o, NULL, workgroup_answered);
    ask_page(&t->ask);
}

static void table_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    struct error why = ERROR_INIT;
    if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_athena_refused(t, result);
    } else if (!athena_table_read(json_get(result->rest, "TableMetadata"), &t->table, &why)) {
        flow_logs_athena_give_up(t, OUTCOME_SKIPPED, "it is not read: %s", why.message);
    } else {
        if (t->table.cut == ATHENA_CUT_NONE)
            log_say(
                t->logs->o->log, LOG_WARNING, "athena_table_whole", NULL,
                "%s:%d: Athena's table %s has no partitions by day, so that each night scans all of it",
                t->logs->o->config->file, t->config->line, t->sums.table);
        t->place->output = memory_string(t->workgroup.output);
        t->place->encrypts = t->workgroup.encrypts;
        flow_logs_athena_go_on(t, FLOW_LOGS_ATHENA_ENTER);
    }
}

static void ask_table(struct flow_logs_athena *t)
{
    struct json_object *o = json_object_new_object();
    flow_logs_athena_text(o, "CatalogName", t->config->catalog);
    flow_logs_athena_text(o, "DatabaseName", t->config->database);
    flow_logs_athena_text(o, "TableName", t->config->table);
    flow_logs_athena_text(o, "WorkGroup", t->config->workgroup);
    flow_logs_athena_ask(t, "GetTableMetadata", o, NULL, table_answered);
    ask_page(&t->ask);
}

/* ---- steps ---- */

static void step(void *ctx)
{
    struct flow_logs_athena *t = ctx;
    switch (t->state) {
    case FLOW_LOGS_ATHENA_LOOK:
        if (is_in(t))
            ask_workgroup(t);
        return;
    case FLOW_LOGS_ATHENA_TABLE:
        ask_table(t);
        return;
    case FLOW_LOGS_ATHENA_ENTER:
        t->state = FLOW_LOGS_ATHENA_START;
        (void)open_gate(t);
        return;
    case FLOW_LOGS_ATHENA_START:
        if (is_in(t))
            flow_logs_athena_query_start(t);
        return;
    case FLOW_LOGS_ATHENA_FOLLOW:
        flow_logs_athena_query_follow(t);
        return;
    case FLOW_LOGS_ATHENA_ROWS:
        flow_logs_athena_query_rows(t);
        return;
    case FLOW_LOGS_ATHENA_STOP:
        flow_logs_athena_query_stop(t);
        return;
    case FLOW_LOGS_ATHENA_ENDED:
        return;
    }
}

/* ---- the whole ---- */

static void init(struct flow_logs_athena *t, struct flow_logs *l, const struct found *found,
                 const struct config_athena_table *config)
{
    const struct log_table place = {
        config->region, config->workgroup, config->catalog, config->database, config->table, NULL,
        false
    };
    *t = (struct flow_logs_athena){ .logs = l, .found = found, .config = config };
    task_init(&t->step, step, t);
    t->place = log_table_copy(&place);
    t->rows = json_object_new_array();
    flow_logs_athena_sums_init(&t->sums, l, found);
    t->sums.table = memory_format("%s.%s", config->database, config->table);
}

static void release(struct flow_logs_athena *t)
{
    list_remove(&t->step.link);
    if (t->ask.gate != NULL)
        ask_release(&t->ask);
    if (t->gate.door != NULL)
        gate_release(&t->gate);
    flow_logs_athena_sums_release(&t->sums);
    athena_table_release(&t->table);
    log_table_free(t->place);
    json_object_put(t->rows);
    free(t->query);
}

static bool is_interrupted(const struct flow_logs_options *o)
{
    return o->interrupted != NULL && o->interrupted(o->interrupted_ctx);
}

static bool wait_for_end(struct flow_logs_athena *t, struct error *err)
{
    const struct flow_logs_options *o = t->logs->o;
    while (!o->loop->stop && t->state != FLOW_LOGS_ATHENA_ENDED) {
        bool more = loop_turn(o->loop, TURN_MS);
        if (t->state == FLOW_LOGS_ATHENA_ENDED)
            break;
        if (is_interrupted(o))
            return error_set(err, ERROR_IO, "interrupted while Athena was being asked");
        if (!more && !o->loop->stop)
            return error_set(err, ERROR_INTERNAL, "nothing is under way, and Athena is not done");
    }
    if (t->broken.kind != ERROR_NONE)
        *err = t->broken;
    else if (o->loop->stop)
        error_set(err, ERROR_IO, "stopped while Athena was being asked");
    return t->broken.kind == ERROR_NONE && !o->loop->stop;
}

static void cancel(struct loop *loop)
{
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
}

/* A query that nobody will read any more would go on, and cost. What it may scan counts as scanned. */
static void stop_query(struct flow_logs_athena *t)
{
    struct loop *loop = t->logs->o->loop;
    int64_t until = clock_mono_ms(&loop->clock) + FLOW_LOGS_ATHENA_STOP_WAIT_MS;
    if (!t->running || loop->stop)
        return;
    kept_query_forget(&t->kept);
    flow_logs_athena_query_spend(t, NULL);
    flow_logs_athena_query_stop(t);
    while (t->running && clock_mono_ms(&loop->clock) < until && loop_turn(loop, TURN_MS))
        continue;
}

static void break_off(struct flow_logs_athena *t)
{
    struct loop *loop = t->logs->o->loop;
    t->state = FLOW_LOGS_ATHENA_ENDED;
    list_remove(&t->step.link);
    cancel(loop);
    stop_query(t);
    loop->stop = true;
    cancel(loop);
}

static bool read_table(struct flow_logs *l, const struct found *found,
                       const struct config_athena_table *config, struct error *err)
{
    struct flow_logs_athena t;
    init(&t, l, found, config);
    bool ok = !open_gate(&t) || wait_for_end(&t, err);
    if (ok)
        stop_query(&t); /* one that was given up */
    else
        break_off(&t);
    release(&t);
    return ok;
}

bool flow_logs_athena_read(struct flow_logs *l, const struct found *found, struct error *err)
{
    const struct config *c = l->o->config;
    bool ok = true;
    for (size_t i = 0; ok && i < c->athena_table_count; i++)
        ok = read_table(l, found, &c->athena_tables[i], err);
    return ok;
}
