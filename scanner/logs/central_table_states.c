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
#include "scanner/logs/known_resolvers.h"

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
    POLL_MS = 1000,  /* between two questions about a query that runs */
    POLLS_MAX = 500, /* longer than BigQuery lets it run: each waits there, too */
    PAGES_MAX = 1000,
    REASON_MAX = 1024,
};

/* ---- the end ---- */

void central_table_give_up(struct central_table *t, enum outcome outcome, const char *format, ...)
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
    kept_query_forget(&t->kept);
    t->state = CENTRAL_ENDED;
}

/* An API that is off where the table is leaves it unread all the same. */
static void refused(struct central_table *t, const struct ask_result *result)
{
    enum outcome outcome = ask_outcome(result->verdict);
    if (t->state == CENTRAL_ENDED) /* it was cancelled */
        return;
    central_table_give_up(t, outcome == OUTCOME_DISABLED ? OUTCOME_FAILED : outcome, "%s",
                          result->error.message);
}

static void say_done(struct central_table *t)
{
    log_say(
        t->logs->o->log, LOG_INFO, "flow_table", NULL,
        "table %s: %llu rows of flows, %llu of accounts that are walked; the query read %lld bytes",
        t->config->table, (unsigned long long)t->rows, (unsigned long long)t->kept_rows,
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
    known_resolvers_list(t->logs->resolvers, &resolvers);
    const struct gcp_flow_query q = { t->table, &resolvers, t->since_unix_s, t->until_unix_s,
                                      t->logs->accounts };
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
        central_table_give_up(t, OUTCOME_FAILED, "%s", why.message);
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
        central_table_give_up(t, OUTCOME_FAILED,
                              "a dry run does not say what the query would read");
    else if (t->bytes > t->logs->bytes_left || t->logs->bytes_left == 0)
        central_table_give_up(
            t, OUTCOME_SKIPPED,
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
    t->kept_rows += ok && account != NULL;
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

/* False with what is wrong. */
static bool note_job(struct central_table *t, struct json_object *answer, struct error *why)
{
    const char *job = path_string(answer, "jobReference.jobId");
    if (job == NULL)
        return t->job != NULL || error_set(why, ERROR_DATA, "an answer without a job");
    if (t->job != NULL && strcmp(t->job, job) == 0)
        return true;
    replace(&t->job, job);
    replace(&t->place, path_string(answer, "jobReference.location"));
    return kept_query_keep(&t->kept, central_table_kept(t), why);
}

/* What this run began before it was killed goes on there. It asked for at least what is missing now. */
static bool recall(struct central_table *t)
{
    struct json_object *was = kept_query_find(&t->kept);
    const char *job = json_string(was, "job");
    bool ok = job != NULL && json_int(was, "since", INT64_MAX) <= t->since_unix_s;
    if (ok) {
        replace(&t->job, job);
        replace(&t->place, json_string(was, "place"));
        t->bytes = json_int(was, "bytes", 0);
        t->logs->bytes_left -= t->bytes < t->logs->bytes_left ? t->bytes : t->logs->bytes_left;
        t->recalled = true;
    }
    json_object_put(was);
    return ok;
}

/* It is not there any more, or did not end well: it is asked once more. */
static bool start_anew(struct central_table *t)
{
    if (!t->recalled)
        return false;
    kept_query_forget(&t->kept);
    replace(&t->job, NULL);
    replace(&t->place, NULL);
    replace(&t->page, NULL);
    t->recalled = false;
    t->polls = t->pages = 0;
    t->rows = t->kept_rows = 0;
    go_on(t, CENTRAL_COLUMNS);
    return true;
}

static void wait(struct central_table *t)
{
    if (++t->polls > POLLS_MAX) {
        central_table_give_up(t, OUTCOME_FAILED, "the query has not ended after %d questions",
                              POLLS_MAX);
        return;
    }
    t->state = CENTRAL_RESULTS;
    loop_after(t->logs->o->loop, &t->step, POLL_MS);
}

static void fail(struct central_table *t, const struct error *why)
{
    if (why->kind == ERROR_STORE)
        t->disk = *why;
    central_table_give_up(t, OUTCOME_FAILED, "%s", why->message);
}

static void rows_came(struct central_table *t, struct json_object *answer)
{
    struct error why = ERROR_INIT;
    const char *next = json_string(answer, "pageToken");
    if (!take_rows(t, answer, &why)) {
        fail(t, &why);
    } else if (next == NULL || *next == '\0') {
        say_done(t);
    } else if (++t->pages == PAGES_MAX || (t->page != NULL && strcmp(t->page, next) == 0)) {
        central_table_give_up(t, OUTCOME_FAILED, "pages without an end");
    } else {
        replace(&t->page, next);
        go_on(t, CENTRAL_RESULTS);
    }
}

/* Of the query itself, and of its results. */
static void results_answered(void *ctx, const struct ask_result *result)
{
    struct central_table *t = ctx;
    struct error why = ERROR_INIT;
    bool lost = result->verdict == HTTP_VERDICT_ABSENT || result->verdict == HTTP_VERDICT_FATAL;
    if (lost && start_anew(t))
        return;
    if (result->verdict != HTTP_VERDICT_OK)
        refused(t, result);
    else if (!note_job(t, result->rest, &why))
        fail(t, &why);
    else if (!json_boolean(result->rest, "jobComplete", false))
        wait(t);
    else
        rows_came(t, result->rest);
}

/* ---- steps ---- */

void central_table_step(void *ctx)
{
    struct central_table *t = ctx;
    if (t->gate.state == GATE_FAILED) {
        central_table_give_up(t, t->gate.outcome, "%s", t->gate.error.message);
        return;
    }
    switch (t->state) {
    case CENTRAL_BEGIN:
        go_on(t, recall(t) ? CENTRAL_RESULTS : CENTRAL_COLUMNS);
        break;
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
