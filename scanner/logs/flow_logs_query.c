#include "core/base/memory.h"
#include "core/decode/json.h"
#include "scanner/logs/flow_logs_groups.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_S = 3600,
    PAUSE_FIRST_MS = 250,
    PAUSE_MOST_MS = 10 * 1000,
    PAUSE_START_MS = 15 * 1000, /* others' queries are too many */
};

static void ask_start(struct flow_logs_reader *r);
static void ask_results(void *ctx);

static struct flow_logs_range *range_of(struct flow_logs_reader *r)
{
    return &r->ranges[r->range_count - 1];
}

static void after(struct flow_logs_reader *r, task_fn run, int64_t pause_ms)
{
    r->pause.run = run;
    loop_after(r->all->logs->o->loop, &r->pause, pause_ms);
}

/* ---- what comes after a query ---- */

static void end_group(struct flow_logs_reader *r)
{
    flow_groups_clear(r->page);
    flow_logs_sum_group_ended(r);
}

static void begin_text(struct flow_logs_reader *r)
{
    const struct flow_logs *l = r->all->logs;
    r->ranges[0] = (struct flow_logs_range){ l->since_unix_s, l->o->started_unix_s };
    r->range_count = 1;
    ask_start(r);
}

/* The next piece of time, then the next text. */
static void next_query(struct flow_logs_reader *r)
{
    if (r->range_count > 0)
        ask_start(r);
    else if (++r->text < flow_logs_sum_of(r)->texts.count)
        begin_text(r);
    else
        end_group(r);
}

/* What looking through the range once more should cost, in bytes. */
static int64_t cost_of(const struct flow_logs_reader *r, const struct flow_logs_range *range)
{
    const struct flow_logs *l = r->all->logs;
    double whole = (double)(l->o->started_unix_s - l->since_unix_s),
           part = (double)(range->to - range->from);
    return (int64_t)((double)flow_logs_sum_of(r)->bytes * part / whole);
}

static bool can_halve(struct flow_logs_reader *r, const struct flow_logs_range *range)
{
    int64_t cost = cost_of(r, range);
    if (range->to - range->from < 2 * HOUR_S) {
        flow_logs_sum_note(r, OUTCOME_FAILED,
                           "more than %d pairs of source and destination in an hour",
                           FLOW_QUERY_ROWS_MAX);
        return false;
    }
    if (r->range_count == FLOW_LOGS_QUERY_RANGES_MAX || cost > r->all->logs->bytes_left) {
        flow_logs_sum_note(
            r, OUTCOME_SKIPPED,
            "too many pairs of source and destination for one query, and more queries would take the night beyond "
            "limits.logs_max_gb: raise that");
        return false;
    }
    r->all->logs->bytes_left -= cost;
    return true;
}

/* As many rows as a query may have: some may be missing. By half the time there are fewer. */
static void take_too_many(struct flow_logs_reader *r)
{
    struct flow_logs_range *range = range_of(r);
    if (!can_halve(r, range)) {
        flow_groups_add_all(r->sums, r->page);
        flow_counts_add(&r->counts, &r->page_counts);
        r->range_count--;
        return;
    }
    int64_t middle = range->from + (range->to - range->from) / 2;
    middle -= middle % HOUR_S;
    const struct flow_logs_range earlier = { range->from, middle - 1 };
    range->from = middle;
    r->ranges[r->range_count++] = earlier;
}

static void take_results(struct flow_logs_reader *r)
{
    if (r->rows >= FLOW_QUERY_ROWS_MAX) {
        take_too_many(r);
        return;
    }
    flow_groups_add_all(r->sums, r->page);
    flow_counts_add(&r->counts, &r->page_counts);
    r->range_count--;
}

/* ---- one query ---- */

static void forget_query(struct flow_logs_reader *r)
{
    free(r->query);
    r->query = NULL;
    r->recalled = false;
}

/* What was read of the log group stays. */
static void give_up(struct flow_logs_reader *r)
{
    kept_query_forget(&r->kept);
    forget_query(r);
    end_group(r);
}

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    struct flow_logs_reader *r = ctx;
    const struct flow_logs *l = r->all->logs;
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    const struct flow_query_reading reading = { l->watch, g->account->id, g->region,
                                                l->since_unix_s, l->until_unix_s };
    (void)err;
    flow_query_row(&reading, row, r->page, &r->page_counts);
    r->rows++;
    json_object_put(row);
    return true;
}

static void results_restart(void *ctx)
{
    struct flow_logs_reader *r = ctx;
    flow_groups_clear(r->page);
    r->page_counts = (struct flow_counts){ 0 };
    r->rows = 0;
}

static void stopped(void *ctx, const struct ask_result *result)
{
    struct flow_logs_reader *r = ctx;
    (void)result; /* it may have ended meanwhile */
    if (!r->all->stopping)
        give_up(r);
}

bool flow_logs_query_stop(struct flow_logs_reader *r)
{
    if (r->query == NULL)
        return false;
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "queryId", json_object_new_string(r->query));
    list_remove(&r->pause.link);
    kept_query_forget(&r->kept);
    flow_logs_sum_ask(r, "StopQuery", arguments, NULL, stopped);
    forget_query(r);
    ask_page(&r->ask);
    return true;
}

/* It is still running: later again, or not at all. */
static void wait_more(struct flow_logs_reader *r)
{
    int64_t now = clock_mono_ms(&r->all->logs->o->loop->clock);
    if (now - r->begun_mono_ms < FLOW_LOGS_QUERY_WAIT_MS) {
        after(r, ask_results, r->pause_ms);
        r->pause_ms = r->pause_ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : r->pause_ms * 2;
        return;
    }
    flow_logs_sum_note(r, OUTCOME_FAILED, "a query did not end within %d minutes",
                       FLOW_LOGS_QUERY_WAIT_MS / 60 / 1000);
    (void)flow_logs_query_stop(r);
}

/* What it looked through beyond what was expected is missing to others. */
static void note_scanned(struct flow_logs_reader *r, struct json_object *rest)
{
    int64_t expected = cost_of(r, range_of(r));
    double scanned = json_object_get_double(json_get(json_get(rest, "statistics"), "bytesScanned"));
    if (!(scanned > 0 && scanned < 1e15))
        return;
    r->all->logs->bytes_queried += (uint64_t)scanned;
    if ((int64_t)scanned > expected)
        r->all->logs->bytes_left -= (int64_t)scanned - expected;
}

/* All rows that a query may have are one page. */
static void take_complete(struct flow_logs_reader *r, const struct ask_result *result)
{
    if (result->more && r->rows < FLOW_QUERY_ROWS_MAX)
        flow_logs_sum_note(r, OUTCOME_FAILED,
                           "a query's answer goes on where it should have ended");
    note_scanned(r, result->rest);
    take_results(r);
    forget_query(r);
    next_query(r);
}

/* One that this run began before it was killed: its answer is gone, or it was none. It is asked once more. */
static bool start_anew(struct flow_logs_reader *r)
{
    if (!r->recalled)
        return false;
    kept_query_forget(&r->kept);
    forget_query(r);
    ask_start(r);
    return true;
}

static bool is_lost(const struct ask_result *result)
{
    return result->verdict == HTTP_VERDICT_ABSENT || result->verdict == HTTP_VERDICT_FATAL;
}

static void results_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_reader *r = ctx;
    const char *status = result->rest == NULL ? NULL : json_string(result->rest, "status");
    if (r->all->stopping || (is_lost(result) && start_anew(r)))
        return;
    if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_sum_refused(r, "GetQueryResults", result);
        (void)flow_logs_query_stop(r);
    } else if (status == NULL || strcmp(status, "Scheduled") == 0 ||
               strcmp(status, "Running") == 0 || strcmp(status, "Unknown") == 0) {
        wait_more(r);
    } else if (strcmp(status, "Complete") == 0) {
        take_complete(r, result);
    } else if (!start_anew(r)) {
        flow_logs_sum_note(r, OUTCOME_FAILED, "a query ended as %s", status);
        give_up(r);
    }
}

static void ask_results(void *ctx)
{
    struct flow_logs_reader *r = ctx;
    if (r->all->stopping)
        return;
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "queryId", json_object_new_string(r->query));
    flow_logs_sum_ask(r, "GetQueryResults", arguments, "results", results_answered);
    r->ask.on_item = on_row;
    r->ask.on_restart = results_restart;
    ask_page(&r->ask);
}

static void start_again(void *ctx)
{
    struct flow_logs_reader *r = ctx;
    if (!r->all->stopping)
        ask_start(r);
}

static void begin_waiting(struct flow_logs_reader *r)
{
    r->begun_mono_ms = clock_mono_ms(&r->all->logs->o->loop->clock);
    r->pause_ms = PAUSE_FIRST_MS;
    r->starts = 0;
    wait_more(r);
}

/* False with a fault of the disk, which ends the night. */
static bool keep(struct flow_logs_reader *r)
{
    struct json_object *what = json_object_new_object();
    json_object_object_add(what, "query", json_object_new_string(r->query));
    return kept_query_keep(&r->kept, what, &r->all->broken);
}

static void started(void *ctx, const struct ask_result *result)
{
    struct flow_logs_reader *r = ctx;
    const char *id = result->rest == NULL ? NULL : json_string(result->rest, "queryId");
    bool begun = result->verdict == HTTP_VERDICT_OK && id != NULL;
    if (begun)
        r->query = memory_string(id);
    if (r->all->stopping || (begun && !keep(r)))
        return;
    if (result->verdict == HTTP_VERDICT_THROTTLED && ++r->starts < FLOW_LOGS_QUERY_STARTS_MAX) {
        after(r, start_again, PAUSE_START_MS);
    } else if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_sum_refused(r, "StartQuery", result);
        give_up(r);
    } else if (id == NULL) {
        flow_logs_sum_note(r, OUTCOME_FAILED, "a query without an id");
        give_up(r);
    } else {
        begin_waiting(r);
    }
}

/* What this run has begun before it was killed is waited for. */
static bool recall(struct flow_logs_reader *r)
{
    struct json_object *was = kept_query_find(&r->kept);
    const char *id = json_string(was, "query");
    if (id != NULL) {
        r->query = memory_string(id);
        r->recalled = true;
        begin_waiting(r);
    }
    json_object_put(was);
    return id != NULL;
}

static void name_query(struct flow_logs_reader *r)
{
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    const struct flow_logs_range *range = range_of(r);
    char *words = memory_format("insights %s %s %lld %lld %s %s", g->account->id, g->region,
                                (long long)range->from, (long long)range->to, g->name,
                                g->texts.items[r->text]);
    kept_query_name(&r->kept, r->all->logs->o->store, words);
    free(words);
}

static void ask_start(struct flow_logs_reader *r)
{
    results_restart(r);
    name_query(r);
    if (recall(r))
        return;
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    const struct flow_logs_range *range = range_of(r);
    struct json_object *o = json_object_new_object(), *names = json_object_new_array();
    json_object_array_add(names, json_object_new_string(g->name));
    json_object_object_add(o, "logGroupNames", names);
    json_object_object_add(o, "startTime", json_object_new_int64(range->from));
    json_object_object_add(o, "endTime", json_object_new_int64(range->to));
    json_object_object_add(o, "queryString", json_object_new_string(g->texts.items[r->text]));
    json_object_object_add(o, "limit", json_object_new_int(FLOW_QUERY_ROWS_MAX));
    flow_logs_sum_ask(r, "StartQuery", o, NULL, started);
    ask_page(&r->ask);
}

void flow_logs_query_start(struct flow_logs_reader *r)
{
    r->text = 0;
    r->starts = 0;
    begin_text(r);
}
