#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "scanner/logs/flow_logs_groups.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, REGIONS_MAX = 500 };

/* What a log without a format is of ("Flow log records", Amazon VPC guide). */
#define DEFAULT_FORMAT                                                                             \
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

/* ---- regions ---- */

static void add_region(struct flow_logs_finder *f, const char *region)
{
    if (flow_logs_groups_wants(f->all->logs, f->account->id, region, NULL) &&
        f->account->gate.provider->service_in_region("logs", region) &&
        !string_list_has(&f->regions, region))
        string_list_add(&f->regions, region);
}

static bool on_region(void *ctx, struct json_object *item, struct error *err)
{
    struct flow_logs_finder *f = ctx;
    const char *name = NULL;
    bool enabled = false, ok = f->account->gate.provider->region(item, &name, &enabled);
    if (!ok)
        error_set(err, ERROR_DATA, "a region without a name that can be used");
    else if (f->regions.count == REGIONS_MAX)
        ok = error_set(err, ERROR_LIMIT, "more than %d regions", REGIONS_MAX);
    else if (enabled)
        add_region(f, name);
    json_object_put(item);
    return ok;
}

/* Whether the list goes on; a fault is told of the region, or of all. */
static bool goes_on(struct flow_logs_finder *f, const struct ask_result *result, const char *region)
{
    bool more = result->verdict == HTTP_VERDICT_OK && result->more;
    if (more && ++f->pages < FLOW_LOGS_LIST_PAGES_MAX) {
        ask_page(&f->ask);
        return true;
    }
    if (more)
        flow_logs_groups_note(f->all, f->account->id, region, OUTCOME_FAILED,
                              "more than %d pages of flow logs or regions",
                              FLOW_LOGS_LIST_PAGES_MAX);
    else if (result->verdict != HTTP_VERDICT_OK)
        flow_logs_groups_note(f->all, f->account->id, region, ask_outcome(result->verdict), "%s",
                              result->error.message);
    f->asking = false;
    return false;
}

static void regions_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_finder *f = ctx;
    if (f->all->stopping || goes_on(f, result, NULL))
        return;
    f->listed = true;
    loop_soon(f->all->logs->o->loop, &f->step);
}

static void ask(struct flow_logs_finder *f, const struct provider_call *call,
                void (*done)(void *ctx, const struct ask_result *result))
{
    if (f->ask.gate != NULL)
        ask_release(&f->ask);
    ask_init(&f->ask, &f->account->gate, call);
    f->ask.ctx = f;
    f->ask.done = done;
    f->pages = 0;
    f->asking = true;
}

static void ask_regions(struct flow_logs_finder *f)
{
    struct provider_listing listing = { 0 };
    const struct found_account *found = f->account->found;
    const struct string_list *named =
        found->spec.regions.count > 0 ? &found->spec.regions : &found->target->config->aws.regions;
    for (size_t i = 0; i < named->count; i++)
        add_region(f, named->items[i]);
    if (named->count > 0 || !found->target->provider->regions(found->target->session, &listing)) {
        f->listed = true;
        loop_soon(f->all->logs->o->loop, &f->step);
        return;
    }
    const struct provider_call call = { listing.service, listing.operation, listing.region,
                                        listing.arguments, listing.items };
    ask(f, &call, regions_answered);
    f->ask.on_item = on_region;
    ask_page(&f->ask);
}

/* ---- which log groups hold flow logs ---- */

static void add_group(struct flow_logs_finder *f, const char *region, const char *name,
                      const char *format)
{
    struct flow_logs_groups *all = f->all;
    for (size_t i = f->first; i < all->count; i++) {
        struct flow_logs_group *g = &all->items[i];
        if (g->account != f->account || strcmp(g->region, region) != 0 ||
            strcmp(g->name, name) != 0)
            continue;
        if (g->format != NULL && strcmp(g->format, format) != 0) {
            free(g->format);
            g->format = NULL;
        }
        return;
    }
    if (all->count == FLOW_LOGS_LOG_GROUPS_MAX) {
        flow_logs_groups_note(all, f->account->id, region, OUTCOME_FAILED,
                              "more than %d log groups hold flow logs", FLOW_LOGS_LOG_GROUPS_MAX);
        return;
    }
    if ((all->count & (all->count - 1)) == 0) /* full at each power of two */
        all->items =
            memory_resize(all->items, all->count == 0 ? 1 : all->count * 2, sizeof *all->items);
    all->items[all->count++] = (struct flow_logs_group){ .account = f->account,
                                                         .region = memory_string(region),
                                                         .name = memory_string(name),
                                                         .format = memory_string(format) };
}

/* Without the ${} of LogFormat: as the first line of a file names them. */
static char *names_of(const char *format)
{
    char *names = memory_string(format == NULL ? DEFAULT_FORMAT : format), *to = names;
    for (const char *from = names; *from != '\0'; from++)
        if (strchr("${}", *from) == NULL)
            *to++ = *from;
    *to = '\0';
    return names;
}

static bool is_elsewhere(const struct flow_logs_finder *f, struct json_object *log)
{
    const char *destination = json_string(log, "LogDestination");
    char *account = memory_format(":%s:log-group:", f->account->id);
    bool elsewhere = json_string(log, "DeliverCrossAccountRole") != NULL ||
                     (destination != NULL && strstr(destination, account) == NULL);
    free(account);
    return elsewhere;
}

/* Those of transit gateways see what their networks' own see. */
static bool is_of_network(struct json_object *log)
{
    const char *of = json_string(log, "ResourceId"), *type = json_string(log, "LogDestinationType");
    return type != NULL && strcmp(type, "cloud-watch-logs") == 0 && of != NULL &&
           strncmp(of, "tgw-", 4) != 0;
}

static bool on_flow_log(void *ctx, struct json_object *log, struct error *err)
{
    struct flow_logs_finder *f = ctx;
    const char *region = f->regions.items[f->region], *name = json_string(log, "LogGroupName");
    char *format = names_of(json_string(log, "LogFormat"));
    (void)err;
    if (is_of_network(log) && is_elsewhere(f, log))
        flow_logs_groups_note(
            f->all, f->account->id, region, OUTCOME_SKIPPED,
            "flow logs are delivered to another account's log group, which is not read");
    else if (is_of_network(log) && name != NULL &&
             flow_logs_groups_wants(f->all->logs, f->account->id, region, name))
        add_group(f, region, name, format);
    free(format);
    json_object_put(log);
    return true;
}

static void flow_logs_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_finder *f = ctx;
    if (f->all->stopping || goes_on(f, result, f->regions.items[f->region]))
        return;
    f->region++;
    loop_soon(f->all->logs->o->loop, &f->step);
}

static void ask_flow_logs(struct flow_logs_finder *f)
{
    const struct provider_call call = { "ec2", "DescribeFlowLogs", f->regions.items[f->region],
                                        NULL, "FlowLogs" };
    ask(f, &call, flow_logs_answered);
    f->ask.on_item = on_flow_log;
    ask_page(&f->ask);
}

/* ---- how large they are ---- */

static bool on_size(void *ctx, struct json_object *point, struct error *err)
{
    struct flow_logs_finder *f = ctx;
    (void)err;
    f->bytes += json_object_get_double(json_get(point, "Sum"));
    json_object_put(point);
    return true;
}

static void size_restarts(void *ctx)
{
    struct flow_logs_finder *f = ctx;
    f->bytes = 0;
}

static void size_answered(void *ctx, const struct ask_result *result)
{
    struct flow_logs_finder *f = ctx;
    if (f->all->stopping)
        return;
    struct flow_logs_group *g = &f->all->items[f->group++];
    f->asking = false;
    if (result->verdict == HTTP_VERDICT_OK) {
        g->bytes = f->bytes >= 1e15 ? (int64_t)1e15 : (int64_t)(f->bytes > 0 ? f->bytes : 0);
    } else {
        g->left_out = true;
        flow_logs_groups_note(f->all, f->account->id, g->region, ask_outcome(result->verdict),
                              "log group %s: how much came in cannot be told: %s", g->name,
                              result->error.message);
    }
    loop_soon(f->all->logs->o->loop, &f->step);
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char text[TIMESTAMP_MAX];
    timestamp_iso(unix_s, text);
    json_object_object_add(o, name, json_object_new_string(text));
}

static void ask_size(struct flow_logs_finder *f)
{
    const struct flow_logs *l = f->all->logs;
    const struct flow_logs_group *g = &f->all->items[f->group];
    struct json_object *o = json_tokener_parse(
        "{\"Namespace\":\"AWS/Logs\",\"MetricName\":\"IncomingBytes\",\"Dimensions\":[{\"Name\":\"LogGroupName\"}],"
        "\"Statistics\":[\"Sum\"]}");
    struct json_object *dimension = json_object_array_get_idx(json_get(o, "Dimensions"), 0);
    json_object_object_add(dimension, "Value", json_object_new_string(g->name));
    json_object_object_add(o, "Period", json_object_new_int(HOUR_S));
    add_time(o, "StartTime", l->since_unix_s);
    add_time(o, "EndTime", l->o->started_unix_s);
    const struct provider_call call = { "cloudwatch", "GetMetricStatistics", g->region, o,
                                        "Datapoints" };
    ask(f, &call, size_answered);
    f->ask.on_item = on_size;
    f->ask.on_restart = size_restarts;
    ask_page(&f->ask);
}

/* ---- steps ---- */

static void end_account(struct flow_logs_finder *f)
{
    struct flow_logs_groups *all = f->all;
    bool has_any = false;
    for (size_t i = f->first; i < all->count && !has_any; i++)
        has_any = all->items[i].account == f->account;
    if (f->ask.gate != NULL)
        ask_release(&f->ask);
    f->ask.gate = NULL;
    string_list_release(&f->regions);
    if (has_any) {
        all->accounts = memory_resize(all->accounts, all->account_count + 1,
                                      sizeof(struct flow_logs_account *));
        all->accounts[all->account_count++] = f->account;
    } else {
        flow_logs_groups_forget(f->account);
    }
    f->account = NULL;
    flow_logs_find_start(f);
}

/* False: there is no way in, or nobody asked for this account. */
static bool enter(struct flow_logs_finder *f)
{
    const struct gate *g = &f->account->gate;
    const char *id = f->account->found->spec.account;
    if (g->state == GATE_OPEN && id == NULL)
        id = g->provider->door_account(g->door);
    snprintf(f->account->id, sizeof f->account->id, "%s", id == NULL ? "" : id);
    f->entered = true;
    if (g->state != GATE_OPEN && id != NULL) /* of one that is not known its own walk tells */
        flow_logs_groups_note(f->all, id, NULL, g->outcome, "%s", g->error.message);
    return g->state == GATE_OPEN && flow_logs_groups_wants(f->all->logs, id, NULL, NULL);
}

static bool next_group(struct flow_logs_finder *f)
{
    while (f->group < f->all->count && f->all->items[f->group].account != f->account)
        f->group++;
    return f->group < f->all->count;
}

static void step(void *ctx)
{
    struct flow_logs_finder *f = ctx;
    if (f->all->stopping || f->asking || f->account == NULL)
        return;
    if (!f->entered && !enter(f))
        end_account(f);
    else if (!f->listed)
        ask_regions(f);
    else if (f->region < f->regions.count)
        ask_flow_logs(f);
    else if (next_group(f))
        ask_size(f);
    else
        end_account(f);
}

static bool reads_flows(const struct walk_target *t)
{
    for (size_t i = 0; i < t->types->count; i++)
        if (strcmp(t->types->items[i]->name, FLOW_LOGS_TYPE) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct flow_logs_groups *all, const struct found_account *a)
{
    return reads_flows(a->target) &&
           (a->spec.state == NULL || strcmp(a->spec.state, "active") == 0) &&
           (a->spec.account == NULL ||
            flow_logs_groups_wants(all->logs, a->spec.account, NULL, NULL));
}

static struct flow_logs_account *open_account(struct flow_logs_groups *all,
                                              const struct found_account *found)
{
    struct flow_logs_account *a = memory_new(1, sizeof *a);
    struct account_spec spec = { .account = memory_string(found->spec.account),
                                 .role = memory_string(found->spec.role),
                                 .external_id = memory_string(found->spec.external_id) };
    const struct walk_target *t = found->target;
    const struct config *c = all->logs->o->config;
    struct error why = ERROR_INIT;
    a->found = found;
    for (size_t i = 0; i < c->log_group_count; i++)
        if (found->spec.account == NULL || text_glob(c->log_groups[i].account, found->spec.account))
            string_list_add(&spec.log_groups, c->log_groups[i].name);
    if (!gate_init(&a->gate, t->provider, t->session, t->group, &spec, all->logs->o->loop, &why)) {
        if (found->spec.account != NULL)
            flow_logs_groups_note(all, found->spec.account, NULL, OUTCOME_FAILED, "%s",
                                  why.message);
        flow_logs_groups_forget(a);
        a = NULL;
    }
    account_spec_release(&spec);
    return a;
}

void flow_logs_find_init(struct flow_logs_finder *f, struct flow_logs_groups *all)
{
    *f = (struct flow_logs_finder){ .all = all };
    task_init(&f->step, step, f);
}

void flow_logs_find_start(struct flow_logs_finder *f)
{
    struct flow_logs_groups *all = f->all;
    f->asking = f->entered = f->listed = false;
    f->region = 0;
    f->first = f->group = all->count;
    while (f->account == NULL && all->next_found < all->found->count) {
        const struct found_account *a = &all->found->accounts[all->next_found++];
        if (is_wanted(all, a))
            f->account = open_account(all, a);
    }
    if (f->account == NULL)
        flow_logs_groups_ended(all);
    else
        gate_enter(&f->account->gate, &f->step);
}

void flow_logs_find_release(struct flow_logs_finder *f)
{
    if (f->all == NULL)
        return;
    list_remove(&f->step.link);
    if (f->ask.gate != NULL)
        ask_release(&f->ask);
    string_list_release(&f->regions);
    flow_logs_groups_forget(f->account);
}
