#include "scanner/flow_logs.h"

#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "core/store/holding.h"
#include "scanner/flow_logs_work.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TURN_MS = 1000,
    HOUR_S = 3600,
    DAY_S = 24 * HOUR_S,
    DNS = 53,
    DNS_OVER_TLS = 853,
    HTTPS = 443,
    SETTINGS_DEPTH_MAX = 4
};

char *flow_logs_held_as(const char *account, const char *region)
{
    return memory_format("%s %s", account, region);
}

/* ---- what is watched ---- */

/* {OPERATOR: [ADDRESS or RANGE…]}; what is neither is the checks' to complain of. */
static void watch_all(struct flow_watch *w, struct json_object *addresses, int depth)
{
    struct error ignored = ERROR_INIT;
    if (depth == SETTINGS_DEPTH_MAX)
        return;
    if (json_object_is_type(addresses, json_type_string)) {
        (void)flow_watch_address(w, json_object_get_string(addresses), HTTPS, &ignored);
    } else if (json_object_is_type(addresses, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(addresses); i++)
            watch_all(w, json_object_array_get_idx(addresses, i), depth + 1);
    } else if (json_object_is_type(addresses, json_type_object)) {
        json_object_object_foreach(addresses, name, value) {
            (void)name;
            watch_all(w, value, depth + 1);
        }
    }
}

static struct flow_watch *make_watch(const struct flow_logs_options *o)
{
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, DNS);
    flow_watch_port(w, DNS_OVER_TLS);
    for (size_t i = 0; i < sizeof o->resolvers / sizeof *o->resolvers; i++)
        watch_all(w, o->resolvers[i], 0);
    return w;
}

/* ---- the whole ---- */

void flow_place_ended(struct flow_place *p)
{
    struct flow_logs *l = p->logs;
    if (--l->places_running > 0)
        return;
    l->workers_running = FLOW_LOGS_ACCOUNTS_AT_ONCE;
    for (size_t i = 0; i < FLOW_LOGS_ACCOUNTS_AT_ONCE; i++)
        flow_worker_start(&l->workers[i]);
}

void flow_worker_ended(struct flow_worker *w)
{
    w->logs->workers_running--;
}

static const struct resource_type *find_type(const struct found *found)
{
    for (size_t i = 0; i < found->target_count; i++) {
        const struct plan_types *types = found->targets[i].target->types;
        for (size_t k = 0; k < types->count; k++)
            if (strcmp(types->items[k]->name, FLOW_LOGS_TYPE) == 0)
                return types->items[k];
    }
    return NULL;
}

static bool is_interrupted(const struct flow_logs_options *o)
{
    return o->interrupted != NULL && o->interrupted(o->interrupted_ctx);
}

static bool wait_for_end(struct flow_logs *l, struct error *err)
{
    const struct flow_logs_options *o = l->o;
    while (!o->loop->stop && l->places_running + l->workers_running > 0) {
        bool more = loop_turn(o->loop, TURN_MS);
        if (l->places_running + l->workers_running == 0)
            break;
        if (is_interrupted(o))
            return error_set(err, ERROR_IO, "interrupted while flow logs were being read");
        if (!more && !o->loop->stop)
            return error_set(err, ERROR_INTERNAL,
                             "nothing is under way, and flow logs are not read");
    }
    if (l->broken.kind != ERROR_NONE)
        *err = l->broken;
    else if (o->loop->stop)
        error_set(err, ERROR_IO, "stopped while flow logs were being read");
    return !o->loop->stop;
}

static void drain(struct loop *loop)
{
    loop->stop = true;
    http_engine_cancel_all(loop->engine);
    while (http_engine_run(loop->engine, 0) > 0)
        continue;
}

static void release_work(struct flow_logs *l)
{
    for (size_t i = 0; i < FLOW_LOGS_ACCOUNTS_AT_ONCE; i++)
        flow_worker_release(&l->workers[i]);
    for (size_t i = 0; i < l->place_count; i++)
        flow_place_release(&l->places[i]);
    for (size_t i = 0; i < l->account_count; i++)
        free(l->accounts[i].sites);
    free(l->places);
    free(l->accounts);
    map_free(l->by_id);
    flow_watch_free(l->watch);
    l->places = NULL;
    l->accounts = NULL;
    l->place_count = l->account_count = 0;
    l->by_id = NULL;
    l->watch = NULL;
    memset(l->workers, 0, sizeof l->workers);
    l->o = NULL;
}

static void say(const struct flow_logs *l)
{
    const struct flow_counts *c = &l->counts;
    struct json_object *fields = flow_logs_counts(l);
    log_say(
        l->o->log, LOG_INFO, "flow_logs", fields,
        "flow logs: %llu lines in %llu files became %llu rows; %llu lines could not be read, %llu say that AWS left "
        "flows out",
        (unsigned long long)c->lines, (unsigned long long)l->files, (unsigned long long)l->groups,
        (unsigned long long)c->malformed, (unsigned long long)c->skipdata);
    json_object_put(fields);
}

static struct flow_logs *logs_new(const struct flow_logs_options *o, const struct found *found,
                                  const struct resource_type *type, struct holding *holding)
{
    struct flow_logs *l = memory_new(1, sizeof *l);
    int64_t since = o->started_unix_s - type->window_s;
    l->o = o;
    l->found = found;
    l->holding = holding;
    l->watch = make_watch(o);
    l->since_unix_s = since - since % HOUR_S;
    l->until_unix_s = o->started_unix_s + DAY_S; /* clocks differ by less, and files come in while it is read */
    l->by_id = map_new(NULL);
    l->account_told = flow_logs_told_map();
    l->region_told = flow_logs_told_map();
    l->place_count = l->places_running = o->config->flow_log_count;
    l->places = memory_new(l->place_count, sizeof *l->places);
    for (size_t i = 0; i < FLOW_LOGS_ACCOUNTS_AT_ONCE; i++)
        flow_worker_init(&l->workers[i], l);
    return l;
}

bool flow_logs_read(const struct flow_logs_options *o, const struct found *found,
                    struct holding **holding, struct flow_logs **out, struct error *err)
{
    const struct resource_type *type = find_type(found);
    if (type == NULL || o->config->flow_log_count == 0)
        return true;
    if (*holding == NULL && (*holding = holding_open(o->folder, err)) == NULL)
        return false;
    struct flow_logs *l = logs_new(o, found, type, *holding);
    for (size_t i = 0; i < l->place_count; i++)
        flow_place_init(&l->places[i], l, &o->config->flow_logs[i]);
    for (size_t i = 0; i < l->place_count; i++)
        flow_place_open(&l->places[i]);
    bool ok = wait_for_end(l, err);
    if (ok)
        say(l);
    else
        drain(o->loop);
    release_work(l);
    if (ok)
        *out = l;
    else
        flow_logs_free(l);
    return ok;
}

void flow_logs_free(struct flow_logs *l)
{
    if (l == NULL)
        return;
    flow_logs_told_release(&l->all);
    map_free(l->account_told);
    map_free(l->region_told);
    free(l);
}

/* ---- what became of them ---- */

static const struct flow_logs_told *worse(const struct flow_logs_told *a,
                                          const struct flow_logs_told *b)
{
    return b != NULL && b->outcome > a->outcome ? b : a;
}

enum outcome flow_logs_outcome(const struct flow_logs *l, const char *account, const char *region,
                               const char **out_reason)
{
    if (l == NULL) {
        *out_reason = "no log bucket is named in logs:";
        return OUTCOME_SKIPPED;
    }
    char *name = flow_logs_held_as(account, region);
    const struct flow_logs_told *own = map_get(l->region_told, name);
    const struct flow_logs_told none = {
        OUTCOME_SKIPPED,
        (char
             *)(uintptr_t) "the buckets named in logs: hold no flow logs of this account and region"
    };
    const struct flow_logs_told *t = own != NULL ? own : &none;
    free(name);
    t = worse(worse(t, map_get(l->account_told, account)), &l->all);
    *out_reason = t->reason == NULL ? "" : t->reason;
    return t->outcome;
}

struct json_object *flow_logs_counts(const struct flow_logs *l)
{
    if (l == NULL)
        return NULL;
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {
        { "files", l->files },
        { "lines", l->counts.lines },
        { "rows", l->groups },
        { "lines_nodata", l->counts.nodata },
        { "lines_skipdata", l->counts.skipdata },
        { "lines_malformed", l->counts.malformed },
    };
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_object_add(o, counts[i].name, json_object_new_uint64(counts[i].count));
    return o;
}
