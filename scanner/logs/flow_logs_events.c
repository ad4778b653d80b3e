#include "core/decode/json.h"
#include "scanner/logs/flow_logs_groups.h"

#include <json-c/json.h>
#include <string.h>

enum { MS_A_SECOND = 1000, EVENTS_A_PAGE = 10000 };

/* A page is a file of its own, so that one that is sent again forgets what it has brought. */
static void page_begins(void *ctx)
{
    struct flow_logs_reader *r = ctx;
    struct error ignored = ERROR_INIT; /* account and region are no longer than names of them */
    const struct flow_logs_group *g = flow_logs_sum_of(r);
    (void)(flow_file_begin(r->file, g->account->id, g->region, 0, &ignored) &&
           flow_file_write(r->file, g->format, strlen(g->format), &ignored) &&
           flow_file_write(r->file, "\n", 1, &ignored));
}

static bool on_event(void *ctx, struct json_object *event, struct error *err)
{
    struct flow_logs_reader *r = ctx;
    const char *line = json_string(event, "message");
    flow_file_date(r->file, json_int(event, "timestamp", 0) / MS_A_SECOND);
    bool ok = line == NULL || (flow_file_write(r->file, line, strlen(line), err) &&
                               flow_file_write(r->file, "\n", 1, err));
    json_object_put(event);
    return ok;
}

static void take_page(struct flow_logs_reader *r)
{
    struct error why = ERROR_INIT;
    if (!flow_file_finish(r->file, &why))
        flow_logs_sum_note(r, OUTCOME_FAILED, "%s", why.message);
    flow_groups_add_all(r->sums, flow_file_groups(r->file));
    flow_counts_add(&r->counts, flow_file_counts(r->file));
}

/* Pages without events are no end: only one without a token is. */
static void answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_reader *r = ctx;
    if (r->all->stopping)
        return;
    if (result->verdict != HTTP_VERDICT_OK) {
        flow_logs_sum_refused(r, "FilterLogEvents", result);
        flow_logs_sum_group_ended(r);
        return;
    }
    take_page(r);
    if (result->more && ++r->pages < FLOW_LOGS_EVENT_PAGES_MAX) {
        ask_page(&r->ask);
        return;
    }
    if (result->more)
        flow_logs_sum_note(r, OUTCOME_FAILED, "more than %d pages of events",
                           FLOW_LOGS_EVENT_PAGES_MAX);
    flow_logs_sum_group_ended(r);
}

void flow_logs_events_start(struct flow_logs_reader *r)
{
    const struct flow_logs *l = r->all->logs;
    const struct flow_file_options o = { l->watch, l->since_unix_s, l->until_unix_s, l->o->seed };
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "logGroupName",
                           json_object_new_string(flow_logs_sum_of(r)->name));
    json_object_object_add(arguments, "startTime",
                           json_object_new_int64(l->since_unix_s * MS_A_SECOND));
    json_object_object_add(arguments, "endTime",
                           json_object_new_int64(l->o->started_unix_s * MS_A_SECOND));
    json_object_object_add(arguments, "limit", json_object_new_int(EVENTS_A_PAGE));
    if (r->file == NULL)
        r->file = flow_file_new(&o);
    r->pages = 0;
    flow_logs_sum_ask(r, "FilterLogEvents", arguments, "events", answered);
    r->ask.on_item = on_event;
    r->ask.on_restart = page_begins;
    ask_page(&r->ask);
}
