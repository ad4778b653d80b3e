#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/log_table.h"
#include "providers/gcp/flow_query.h"
#include "scanner/logs/central_tables_work.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "bigquery"
/* "BigQuery IAM roles and permissions". */
#define PERMISSIONS                                                                                \
    "bigquery.jobs.create in the project that pays, bigquery.tables.get and "                      \
    "bigquery.tables.getData of the table"

enum {
    HOUR_S = 3600,
    TURN_MS = 1000,
    POLL_MS = 1000,  /* between two questions about a query that runs */
    POLLS_MAX = 500, /* longer than BigQuery lets it run: each waits there, too */
    PAGES_MAX = 1000,
    REASON_MAX = 1024,
};

/* ---- the end ---- */

static void give_up(struct central_table *t, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void give_up(struct central_table *t, enum outcome outcome, const char *format, ...)
{
    char why[REASON_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    char *reason = memory_format("table %s: %s%s", t->config->table, why,
                                 outcome == OUTCOME_DENIED ? " (" PERMISSIONS ")" : "");
    central_logs_note(t->logs, t->type, outcome, reason);
    log_say(t->logs->o->log, LOG_WARNING, "flow_table", NULL, "%s:%d: it is not read (%s: %s)",
            t->logs->config->file, t->config->line, outcome_name(outcome), reason);
    free(reason);
    t->state = CENTRAL_ENDED;
}

/* An API that is off where the table is leaves it unread all the same. */
static void refused(struct central_table *t, const struct ask_result *result)
{
    enum outcome outcome = ask_outcome(result->verdict);
    if (t->state == CENTRAL_ENDED) /* it was cancelled */
        return;
    give_up(t, outcome == OUTCOME_DISABLED ? OUTCOME_FAILED : outcome, "%s", result->error.message);
}

static void say_done(struct central_table *t)
{
    log_say(
        t->logs->o->log, LOG_INFO, "flow_table", NULL,
        "table %s: %llu rows of flows, %llu of accounts that are walked; the query read %lld bytes",
        t->config->table, (unsigned long long)t->rows, (unsigned long long)t->kept,
        (long long)t->bytes);
    t->state = CENTRAL_ENDED;
}

/* ---- calls ---- */

/* What has answered cannot be let go while it does: the next step is a task's. */
static void go_on(struct central_table *t, enum central_table_state state)
{
    t->state = state;
    loop_soon(t->logs->o->loop, &t->step);
}

static void ask(struct central_table *t, const char *operation, struct json_object *arguments,
                void (*done)(void *ctx, const struct ask_result *result))
{
    const struct provider_call call = { SERVICE, operation, "global", arguments, NULL };
    if (t->ask.gate != NULL)
        ask_release(&t->ask);
    ask_init(&t->ask, &t->gate, &call);
    t->ask.done = done;
    t->ask.ctx = t;
    ask_page(&t->ask);
}

/* ---- columns, price ---- */

static bool make_query(struct central_table *t, struct json_object *columns, struct error *err)
{
    struct string_list resolvers = { NULL, 0 };
    central_table_resolvers(t, &resolvers);
    const struct gcp_flow_query q = { t->table, &resolvers, t->since_unix_s, t->until_unix_s };
    t->query = gcp_flow_query_text(&q, columns, err);
    string_list_release(&resolvers);
    return t->query != NULL;
}

static void columns_answered(void *ctx, const struct ask_result *result)
{
    struct central_table *t = ctx;
    struct error why = ERROR_INIT;
    bool shards = t->table->name[strlen(t->table->name) - 1] == '*';
    if (result->verdict == HTTP_VERDICT_OK && make_query(t, result->rest, &why)) {
        go_on(t, CENTRAL_PRICE);
    } else if (result->verdict == HTTP_VERDICT_OK) {
        give_up(t, OUTCOME_FAILED, "%s", why.message);
    } else if (shards && !t->today && result->verdict == HTTP_VERDICT_ABSENT) {
        t->today = true;
        go_on(t, CENTRAL_COLUMNS);
    } else {
        refused(t, result);
    }
}

static bool read_bytes(struct json_object *answer, int64_t *out)
{
    const char *text = json_string(answer, "totalBytesProcessed");
    return text != NULL && text_to_int64(text_of(text), out) && *out >= 0;
}

static void price_answered(void *ctx, const struct ask_result *result)
{
    struct central_table *t = ctx;
    if (result->verdict != HTTP_VERDICT_OK)
        refused(t, result);
    else if (!read_bytes(result->rest, &t->bytes))
        give_up(t, OUTCOME_FAILED, "a dry run does not say what the query would read");
    else if (t->bytes > t->logs->bytes_left || t->logs->bytes_left == 0)
        give_up(t, OUTCOME_SKIPPED,
                "the query would read %lld bytes, and limits.logs_max_gb leaves %lld of the night",
                (long long)t->bytes, (long long)t->logs->bytes_left);
    else
        go_on(t, CENTRAL_QUERY);
}

/* ---- rows ---- */

static bool take_row(struct central_table *t, struct json_object *row, struct error *err)
{
    struct json_object *entry = gcp_flow_query_entry(row, err);
    if (entry == NULL)
        return false;
    const char *project = path_string(entry, "resource.labels.project_id"),
               *account = map_get(t->accounts, project);
    bool ok = account == NULL || central_logs_hold(t->logs, t->type, account, entry, err);
    t->kept += ok && account != NULL;
    t->rows++;
    json_object_put(entry);
    return ok;
}

/* Too many are told where they come, however few a page holds. */
static bool take_rows(struct central_table *t, struct json_object *answer, struct error *err)
{
    struct json_object *rows = json_get(answer, "rows");
    size_t count = rows == NULL ? 0 : json_object_array_length(rows);
    if (t->rows + count > GCP_FLOW_QUERY_ROWS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d rows", GCP_FLOW_QUERY_ROWS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!take_row(t, json_object_array_get_idx(rows, i), err))
            return false;
    return true;
}

static void replace(char **text, const char *by)
{
    char *copy = memory_string(by);
    free(*text);
    *text = copy;
}

static bool note_job(struct central_table *t, struct json_object *answer)
{
    const char *job = path_string(answer, "jobReference.jobId");
    if (job == NULL)
        return t->job != NULL;
    replace(&t->job, job);
    replace(&t->place, path_string(answer, "jobReference.location"));
    return true;
}

static void wait(struct central_table *t)
{
    if (++t->polls > POLLS_MAX) {
        give_up(t, OUTCOME_FAILED, "the query has not ended after %d questions", POLLS_MAX);
        return;
    }
    t->state = CENTRAL_RESULTS;
    loop_after(t->logs->o->loop, &t->step, POLL_MS);
}

static void rows_came(struct central_table *t, struct json_object *answer)
{
    struct error why = ERROR_INIT;
    const char *next = json_string(answer, "pageToken");
    if (!take_rows(t, answer, &why)) {
        if (why.kind == ERROR_STORE)
            t->disk = why;
        give_up(t, OUTCOME_FAILED, "%s", why.message);
    } else if (next == NULL || *next == '\0') {
        say_done(t);
    } else if (++t->pages == PAGES_MAX || (t->page != NULL && strcmp(t->page, next) == 0)) {
        give_up(t, OUTCOME_FAILED, "pages without an end");
    } else {
        replace(&t->page, next);
        go_on(t, CENTRAL_RESULTS);
    }
}

/* Of the query itself, and of its results. */
static void results_answered(void *ctx, const struct ask_result *result)
{
    struct central_table *t = ctx;
    if (result->verdict != HTTP_VERDICT_OK)
        refused(t, result);
    else if (!note_job(t, result->rest))
        give_up(t, OUTCOME_FAILED, "an answer without a job");
    else if (!json_boolean(result->rest, "jobComplete", false))
        wait(t);
    else
        rows_came(t, result->rest);
}

/* ---- steps ---- */

static void step(void *ctx)
{
    struct central_table *t = ctx;
    if (t->gate.state == GATE_FAILED) {
        give_up(t, t->gate.outcome, "%s", t->gate.error.message);
        return;
    }
    switch (t->state) {
    case CENTRAL_COLUMNS:
        ask(t, "tables.get", central_table_columns_call(t), columns_answered);
        break;
    case CENTRAL_PRICE:
        ask(t, "jobs.query", central_table_query_call(t, true), price_answered);
        break;
    case CENTRAL_QUERY: {
        struct json_object *arguments = central_table_query_call(t, false);
        t->logs->bytes_left -= t->bytes;
        ask(t, "jobs.query", arguments, results_answered);
        break;
    }
    case CENTRAL_RESULTS:
        ask(t, "jobs.getQueryResults", central_table_results_call(t), results_answered);
        break;
    case CENTRAL_ENDED:
        break;
    }
}

static bool wait_for_end(struct central_table *t, struct error *err)
{
    const struct bulk_options *o = t->logs->o;
    while (t->state != CENTRAL_ENDED && !o->loop->stop) {
        bool more = loop_turn(o->loop, TURN_MS);
        if (t->state == CENTRAL_ENDED)
            break;
        if (o->interrupted != NULL && o->interrupted(o->interrupted_ctx))
            return error_set(err, ERROR_IO, "interrupted while %s was being read",
                             t->config->table);
        if (!more)
            return error_set(err, ERROR_INTERNAL, "nothing is under way, and %s is not read",
                             t->config->table);
    }
    return t->state == CENTRAL_ENDED ||
           error_set(err, ERROR_IO, "stopped while %s was being read", t->config->table);
}

/* ---- a table, all tables ---- */

static const struct walk_target *target_of(const struct central_table *t)
{
    const struct found *found = t->logs->found;
    const char *provider = t->type->provider;
    const struct walk_target *target = found_owner(found, provider, t->config->project);
    for (size_t i = 0; target == NULL && i < found->target_count; i++)
        if (strcmp(found->targets[i].target->provider->name, provider) == 0)
            target = found->targets[i].target;
    return target;
}

static bool open_gate(struct central_table *t, struct error *err)
{
    const struct walk_target *target = target_of(t);
    struct account_spec spec = { .account = t->config->project, .log_table = t->table };
    return gate_init(&t->gate, target->provider, target->session, target->group, &spec,
                     t->logs->o->loop, err);
}

static void drain(struct central_table *t)
{
    struct loop *loop = t->logs->o->loop;
    t->state = CENTRAL_ENDED;
    loop->stop = true;
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
}

static void prepare(struct central_table *t)
{
    const struct many_need *needs = t->needs->items;
    t->table = central_table_named(t->config);
    t->accounts = map_new(NULL);
    for (size_t i = 0; i < t->needs->count; i++)
        map_set(t->accounts, needs[i].account, (void *)(uintptr_t)needs[i].account);
    t->since_unix_s = needs[0].since_unix_s - needs[0].since_unix_s % HOUR_S;
    t->until_unix_s = t->logs->o->context->run->started_unix_s;
    task_init(&t->step, step, t);
}

static void release(struct central_table *t)
{
    list_remove(&t->step.link);
    if (t->ask.gate != NULL)
        ask_release(&t->ask);
    if (t->gate.door != NULL)
        gate_release(&t->gate);
    log_table_free(t->table);
    map_free(t->accounts);
    free(t->query);
    free(t->job);
    free(t->place);
    free(t->page);
}

static bool read_table(struct central_table *t, struct error *err)
{
    struct error why = ERROR_INIT;
    bool ok = true;
    prepare(t);
    if (open_gate(t, &why)) {
        gate_enter(&t->gate, &t->step);
        ok = wait_for_end(t, err);
        if (!ok)
            drain(t);
    } else {
        give_up(t, OUTCOME_FAILED, "%s", why.message);
    }
    if (ok && t->disk.kind != ERROR_NONE) {
        *err = t->disk;
        ok = false;
    }
    release(t);
    return ok;
}

bool central_tables_read(struct central_logs *l, const struct resource_type *type, bool with_checks,
                         struct error *err)
{
    const struct many_of of = { NULL, type, with_checks };
    struct many_needs needs = { NULL, 0 };
    bool ok = l->config->flow_table_count == 0 ||
              many_needs_find(l->o->context, l->found, &of, &needs, err);
    for (size_t i = 0; ok && needs.count > 0 && i < l->config->flow_table_count; i++) {
        struct central_table t = {
            .logs = l, .config = &l->config->flow_tables[i], .type = type, .needs = &needs
        };
        ok = read_table(&t, err);
    }
    many_needs_release(&needs);
    return ok;
}
