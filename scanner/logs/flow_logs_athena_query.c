#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/aws/athena/athena_sql.h"
#include "scanner/logs/flow_logs_athena_work.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_FIRST_MS = 250, PAUSE_MOST_MS = 15 * 1000, SAID_MAX = 600 };

/* ---- the query ---- */

static void follow(struct flow_logs_athena *t, const char *id)
{
    t->query = memory_string(id);
    t->running = true;
    t->begun_mono_ms = clock_mono_ms(&t->logs->o->loop->clock);
    t->pause_ms = PAUSE_FIRST_MS;
    t->state = FLOW_LOGS_ATHENA_FOLLOW;
    loop_after(t->logs->o->loop, &t->step, t->pause_ms);
}

static bool keep(struct flow_logs_athena *t, const char *name, const char *value)
{
    struct error why = ERROR_INIT;
    struct json_object *what = json_object_new_object();
    flow_logs_athena_text(what, name, value);
    if (kept_query_keep(&t->kept, what, &why))
        return true;
    flow_logs_athena_break(t, &why);
    return false;
}

static void started(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    const char *id = json_string(result->rest, "QueryExecutionId");
    if (result->verdict != HTTP_VERDICT_OK)
        flow_logs_athena_refused(t, result);
    else if (id == NULL)
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "StartQueryExecution gave no id");
    else if (keep(t, "query", id))
        follow(t, id);
}

/* Of each query of each night its own. */
static char *make_token(const struct flow_logs_athena *t, const char *sql)
{
    char hex[DIGEST_HEX_MAX];
    char *parts = memory_format("%lld %llu %s", (long long)t->logs->o->started_unix_s,
                                (unsigned long long)t->logs->o->seed, sql);
    digest_sha256_hex(text_of(parts), hex);
    free(parts);
    return memory_string(hex);
}

/* Sent again, after a connection broke or the scan was killed before it heard the id, it is the same query: the token
 * says so. `token` is taken over. */
static void start(struct flow_logs_athena *t, const char *sql, char *token)
{
    struct json_object *o = json_object_new_object(), *context = json_object_new_object();
    flow_logs_athena_text(context, "Catalog", t->config->catalog);
    flow_logs_athena_text(context, "Database", t->config->database);
    flow_logs_athena_text(o, "QueryString", sql);
    flow_logs_athena_text(o, "WorkGroup", t->config->workgroup);
    json_object_object_add(o, "QueryExecutionContext", context);
    flow_logs_athena_text(o, "ClientRequestToken", token);
    free(token);
    flow_logs_athena_ask(t, "StartQueryExecution", o, NULL, started);
    ask_page(&t->ask);
}

static void name_query(struct flow_logs_athena *t, const char *sql)
{
    const struct config_athena_table *c = t->config;
    char *words =
        memory_format("athena %s %s %s %s %s", c->account, c->region, c->workgroup, c->catalog, sql);
    kept_query_name(&t->kept, t->logs->o->store, words);
    free(words);
}

/* What this run has begun before it was killed goes on there; what was only about to be begun has its token. */
static void start_or_recall(struct flow_logs_athena *t, const char *sql)
{
    name_query(t, sql);
    struct json_object *was = kept_query_find(&t->kept);
    const char *id = json_string(was, "query"), *token = json_string(was, "token");
    if (id != NULL) {
        t->recalled = true;
        follow(t, id);
    } else {
        char *own = token == NULL ? make_token(t, sql) : memory_string(token);
        if (token != NULL || keep(t, "token", own))
            start(t, sql, own);
        else
            free(own);
    }
    json_object_put(was);
}

void flow_logs_athena_query_start(struct flow_logs_athena *t)
{
    struct error why = ERROR_INIT;
    const struct athena_question q = {
        .table = &t->table,
        .database = t->config->database,
        .name = t->config->table,
        .watch = t->logs->watch,
        .since_unix_s = t->logs->since_unix_s,
        .until_unix_s = t->logs->until_unix_s,
        .now_unix_s = t->logs->o->started_unix_s,
        .accounts = t->logs->o->accounts,
    };
    char *sql = athena_sql(&q, &why);
    if (sql == NULL)
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "%s", why.message);
    else
        start_or_recall(t, sql);
    free(sql);
}

/* One that this run began earlier is not there any more, or did not end well: it is asked once more. */
static bool start_anew(struct flow_logs_athena *t)
{
    if (!t->recalled)
        return false;
    kept_query_forget(&t->kept);
    free(t->query);
    t->query = NULL;
    t->recalled = t->running = false;
    flow_logs_athena_go_on(t, FLOW_LOGS_ATHENA_START);
    return true;
}

static struct json_object *of_query(const struct flow_logs_athena *t)
{
    struct json_object *o = json_object_new_object();
    flow_logs_athena_text(o, "QueryExecutionId", t->query);
    return o;
}

/* ---- how it stands ---- */

void flow_logs_athena_query_spend(struct flow_logs_athena *t, struct json_object *execution)
{
    int64_t scanned = json_int(json_get(execution, "Statistics"), "DataScannedInBytes",
                               t->workgroup.cutoff_bytes);
    t->logs->bytes_left -= scanned < t->logs->bytes_left ? scanned : t->logs->bytes_left;
    if (execution != NULL && scanned > 0)
        t->logs->bytes_queried += (uint64_t)scanned;
}

/* Ids of requests and queries are other ones each night, and what is told of the same fault must not be. */
static void cut_ids(char *reason)
{
    static const char *const begin[] = {
        " (Service:", "; Request ID",           " Query Id",
        "QueryId",    "This query ran against", "If a data manifest"
    };
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++) {
        char *at = strstr(reason, begin[i]);
        if (at != NULL)
            *at = '\0';
    }
    if (strlen(reason) > SAID_MAX)
        reason[SAID_MAX] = '\0';
    for (char *c = reason; *c != '\0'; c++)
        if (*c < ' ' || *c > '~') /* it may quote what is in the data, and be cut within a letter */
            *c = ' ';
    for (size_t len = strlen(reason); len > 0 && reason[len - 1] == ' '; len--)
        reason[len - 1] = '\0';
}

static void query_failed(struct flow_logs_athena *t, struct json_object *status, const char *state)
{
    static const char *const denials[] = { "AccessDenied", "Access Denied", "is not authorized",
                                           "Insufficient permissions", "Permission denied" };
    const char *said = json_string(status, "StateChangeReason");
    char *reason = memory_string(said == NULL ? "for no reason that it says" : said);
    enum outcome outcome = OUTCOME_FAILED;
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
        if (strstr(reason, denials[i]) != NULL)
            outcome = OUTCOME_DENIED;
    cut_ids(reason);
    flow_logs_athena_give_up(t, outcome, "the query ended %s: %s", state, reason);
    free(reason);
}

static bool is_late(const struct flow_logs_athena *t)
{
    return clock_mono_ms(&t->logs->o->loop->clock) - t->begun_mono_ms > FLOW_LOGS_ATHENA_WAIT_MS;
}

static void follow_on(struct flow_logs_athena *t)
{
    if (is_late(t)) {
        flow_logs_athena_go_on(t, FLOW_LOGS_ATHENA_STOP);
        return;
    }
    t->pause_ms = t->pause_ms * 2 < PAUSE_MOST_MS ? t->pause_ms * 2 : PAUSE_MOST_MS;
    loop_after(t->logs->o->loop, &t->step, t->pause_ms);
}

/* Athena has one error for all that is wrong with a request. */
static bool is_lost(const struct ask_result *result)
{
    return result->verdict == HTTP_VERDICT_ABSENT ||
           (result->verdict == HTTP_VERDICT_FATAL &&
            strcmp(result->code, "InvalidRequestException") == 0);
}

static void followed(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    struct json_object *execution = json_get(result->rest, "QueryExecution");
    struct json_object *status = json_get(execution, "Status");
    const char *state = json_string(status, "State");
    if (is_lost(result) && start_anew(t)) {
        return;
    } else if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_athena_refused(t, result);
    } else if (state == NULL) {
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "GetQueryExecution tells no state");
    } else if (strcmp(state, "SUCCEEDED") == 0) {
        flow_logs_athena_query_spend(t, execution);
        t->running = false;
        flow_logs_athena_go_on(t, FLOW_LOGS_ATHENA_ROWS);
    } else if (strcmp(state, "FAILED") == 0 || strcmp(state, "CANCELLED") == 0) {
        flow_logs_athena_query_spend(t, execution);
        t->running = false;
        if (!start_anew(t))
            query_failed(t, status, state);
    } else {
        follow_on(t);
    }
}

void flow_logs_athena_query_follow(struct flow_logs_athena *t)
{
    flow_logs_athena_ask(t, "GetQueryExecution", of_query(t), NULL, followed);
    ask_page(&t->ask);
}

static void stopped(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    (void)result;
    t->running = false;
    if (t->state != FLOW_LOGS_ATHENA_ENDED)
        flow_logs_athena_give_up(t, OUTCOME_FAILED,
                                 "the query took more than %d minutes, and was stopped",
                                 FLOW_LOGS_ATHENA_WAIT_MS / 60000);
}

void flow_logs_athena_query_stop(struct flow_logs_athena *t)
{
    flow_logs_athena_ask(t, "StopQueryExecution", of_query(t), NULL, stopped);
    ask_page(&t->ask);
}

/* ---- the answer ---- */

static bool on_row(void *ctx, struct json_object *item, struct error *err)
{
    struct flow_logs_athena *t = ctx;
    (void)err;
    json_object_array_add(t->rows, item);
    return true;
}

static void rows_restart(void *ctx)
{
    struct flow_logs_athena *t = ctx;
    json_object_put(t->rows);
    t->rows = json_object_new_array();
}

/* False with what is wrong with the answer, or the disk (t->broken). */
static bool take_page(struct flow_logs_athena *t, struct error *why)
{
    const struct flow_logs *l = t->logs;
    struct athena_row row;
    bool ok = true;
    for (size_t i = 0; ok && i < json_object_array_length(t->rows); i++) {
        struct json_object *item = json_object_array_get_idx(t->rows, i);
        if (!t->has_head) {
            ok = t->has_head = athena_row_is_head(item, why);
            continue;
        }
        ok = athena_row_read(item, l->watch, l->since_unix_s, l->until_unix_s, &row, why) &&
             flow_logs_athena_sums_add(&t->sums, &row, &t->broken);
    }
    rows_restart(t);
    return ok;
}

static void rows_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_athena *t = ctx;
    struct error why = result->error;
    if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_athena_refused(t, result);
    } else if (!take_page(t, &why)) {
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "%s", why.message);
    } else if (!result->more) {
        (void)flow_logs_athena_sums_end(&t->sums, &t->broken);
        t->state = FLOW_LOGS_ATHENA_ENDED;
    } else if (++t->pages == FLOW_LOGS_ATHENA_PAGES_MAX) {
        flow_logs_athena_give_up(t, OUTCOME_FAILED, "more than %d pages of sums",
                                 FLOW_LOGS_ATHENA_PAGES_MAX);
    } else {
        ask_page(&t->ask);
    }
}

void flow_logs_athena_query_rows(struct flow_logs_athena *t)
{
    struct json_object *o = of_query(t);
    json_object_object_add(o, "MaxResults", json_object_new_int(FLOW_LOGS_ATHENA_PAGE));
    flow_logs_athena_ask(t, "GetQueryResults", o, "ResultSet.Rows", rows_answered);
    t->ask.on_item = on_row;
    t->ask.on_restart = rows_restart;
    ask_page(&t->ask);
}
