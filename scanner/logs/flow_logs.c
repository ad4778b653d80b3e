#include "scanner/logs/flow_logs.h"

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/store/holding.h"
#include "scanner/logs/flow_logs_athena.h"
#include "scanner/logs/flow_logs_groups.h"
#include "scanner/logs/flow_logs_work.h"
#include "scanner/logs/known_resolvers.h"
#include "scanner/logs/log_door.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_S = 3600,
    DAY_S = 24 * HOUR_S,
    DNS = 53,
    DNS_OVER_TLS = 853,
    HTTPS = 443,
};
#define BYTES_A_GB INT64_C(1000000000)

/* ---- what is watched ---- */

static struct flow_watch *make_watch(const struct flow_logs_options *o)
{
    struct flow_watch *w = flow_watch_new();
    struct string_list resolvers = { NULL, 0 };
    struct error ignored = ERROR_INIT;
    flow_watch_port(w, DNS);
    flow_watch_port(w, DNS_OVER_TLS);
    known_resolvers_list(o->resolvers, &resolvers);
    for (size_t i = 0; i < resolvers.count; i++)
        (void)flow_watch_address(w, resolvers.items[i], HTTPS, &ignored); /* the checks complain of it */
    string_list_release(&resolvers);
    return w;
}

/* ---- the whole ---- */

static void say(const struct flow_logs *l)
{
    const struct flow_counts *c = &l->counts;
    struct json_object *fields = flow_logs_counts(l);
    char groups[64] = "";
    if (l->log_groups > 0)
        snprintf(groups, sizeof groups, " and %llu log groups", (unsigned long long)l->log_groups);
    log_say(
        l->o->log, LOG_INFO, "flow_logs", fields,
        "flow logs: %llu lines in %llu files%s became %llu rows; %llu lines could not be read, %llu say that AWS left "
        "flows out",
        (unsigned long long)c->lines, (unsigned long long)l->files, groups, (unsigned long long)l->groups,
        (unsigned long long)c->malformed, (unsigned long long)c->skipdata);
    json_object_put(fields);
}

static struct flow_logs *logs_new(const struct flow_logs_options *o,
                                  const struct resource_type *type, struct holding *holding)
{
    struct flow_logs *l = memory_new(1, sizeof *l);
    int64_t since = o->started_unix_s - type->window_s;
    l->o = o;
    l->buckets_alone = o->config->log_group_count + o->config->athena_table_count == 0;
    l->holding = holding;
    l->watch = make_watch(o);
    l->since_unix_s = since - since % HOUR_S;
    l->until_unix_s = o->started_unix_s + DAY_S; /* clocks differ by less, and files come in while it is read */
    l->bytes_left = o->config->limits.logs_max_gb * BYTES_A_GB;
    log_outcomes_init(&l->told);
    return l;
}

static bool read_files(struct flow_logs *l, const struct found *found, struct error *err)
{
    const struct flow_logs_options *o = l->o;
    const struct log_files_options files = {
        .kind = &flow_logs_files,
        .ctx = l,
        .config_file = o->config->file,
        .buckets = o->config->flow_logs,
        .bucket_count = o->config->flow_log_count,
        .started_unix_s = o->started_unix_s,
        .loop = o->loop,
        .log = o->log,
        .interrupted = o->interrupted,
        .interrupted_ctx = o->interrupted_ctx,
    };
    return log_files_read(&files, found, &l->told, err);
}

/* Kind by kind: each that comes later is held against what is there. */
static bool read_all(struct flow_logs *l, const struct found *found, struct error *err)
{
    const struct config *c = l->o->config;
    return (c->flow_log_count == 0 || read_files(l, found, err)) &&
           (c->log_group_count == 0 || flow_logs_groups_read(l, found, err)) &&
           flow_logs_athena_read(l, found, err);
}

static bool has_sources(const struct config *c)
{
    return c->flow_log_count + c->log_group_count + c->athena_table_count > 0;
}

bool flow_logs_read(const struct flow_logs_options *o, const struct found *found,
                    struct holding **holding, struct flow_logs **out, struct error *err)
{
    const struct resource_type *type = found_type(found, FLOW_LOGS_TYPE);
    if (type == NULL || !has_sources(o->config) || !log_door_any_walked(found, FLOW_LOGS_TYPE))
        return true;
    if (*holding == NULL && (*holding = holding_open(o->folder, err)) == NULL)
        return false;
    struct flow_logs *l = logs_new(o, type, *holding);
    bool ok = read_all(l, found, err);
    if (ok)
        say(l);
    flow_watch_free(l->watch);
    l->watch = NULL;
    l->o = NULL;
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
    log_outcomes_release(&l->told);
    free(l);
}

/* ---- what became of them ---- */

enum outcome flow_logs_outcome(const struct flow_logs *l, const char *account, const char *region,
                               const char **out_reason)
{
    if (l != NULL)
        return log_outcomes_of(&l->told, account, region,
                               l->buckets_alone ?
                                   "the buckets named in logs: hold no flow logs of this account and region" :
                                   "what is named in logs: holds no flow logs of this account and region",
                               out_reason);
    *out_reason = "no log bucket is named in logs:";
    return OUTCOME_SKIPPED;
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
    if (l->log_groups > 0)
        json_object_object_add(o, "log_groups", json_object_new_uint64(l->log_groups));
    if (l->log_groups > 0 || l->bytes_queried > 0)
        json_object_object_add(o, "bytes_queried", json_object_new_uint64(l->bytes_queried));
    return o;
}
