#include "scanner/logs/central_logs.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/store/holding.h"
#include "scanner/logs/central_logs_work.h"
#include "scanner/held.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_A_GB INT64_C(1000000000)
/* Of the entries that a config may name. */
enum { WORDS_MAX = (CONFIG_LOG_VIEWS_MAX + CONFIG_FLOW_TABLES_MAX) * 4100 };

#define CENTRAL_FLOWS "gcp_logging_vpc_flow"

static void note(struct central_told *t, enum outcome outcome, const char *reason)
{
    if (outcome < t->outcome ||
        (outcome == t->outcome && t->reason != NULL && strcmp(reason, t->reason) >= 0))
        return;
    free(t->reason);
    t->outcome = outcome;
    t->reason = memory_string(reason);
}

void central_logs_note(struct central_logs *l, const struct resource_type *type,
                       enum outcome outcome, const char *reason)
{
    struct central_told *t = map_get(l->told, type->name);
    t->faulty = true;
    note(t, outcome, reason);
}

void central_logs_note_rest(struct central_logs *l, const struct resource_type *type,
                            const char *reason)
{
    note(map_get(l->told, type->name), OUTCOME_SKIPPED, reason);
}

void central_logs_note_reached(struct central_logs *l, const struct resource_type *type,
                               const char *account, int64_t until_unix_s)
{
    struct central_told *t = map_get(l->told, type->name);
    if (t->reached == NULL)
        t->reached = map_new(free);
    int64_t *until = map_get(t->reached, account);
    if (until != NULL && *until <= until_unix_s)
        return;
    until = memory_new(1, sizeof *until);
    *until = until_unix_s;
    map_set(t->reached, account, until);
}

static void told_free(void *value)
{
    struct central_told *t = value;
    map_free(t->reached);
    free(t->reason);
    free(t);
}

/* No account's id has such a word after a slash. */
char *central_logs_held_as(const char *account)
{
    return memory_format("%s/central", account);
}

bool central_logs_hold(struct central_logs *l, const struct resource_type *type,
                       const char *account, struct json_object *event, struct error *err)
{
    char *name = central_logs_held_as(account);
    const struct item_place place = { .account = name,
                                      .region = "global",
                                      .redact_key = l->o->context->redact_key };
    bool ok = held_put(l->holding, &place, type, event, err);
    free(name);
    return ok;
}

/* The types of a target that logs of many accounts tell of; those that another target reads, too, are done with it. */
static bool read_types(struct central_logs *l, const struct walk_target *target, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < target->types->count; i++) {
        const struct resource_type *type = target->types->items[i];
        if (type->many_argument == NULL || central_logs_has(l, type->name))
            continue;
        map_set(l->told, type->name, memory_new(1, sizeof(struct central_told)));
        for (size_t k = 0; ok && k < l->config->log_view_count; k++)
            ok = central_views_read(l, l->config->log_views[k].view, type, target->with_checks[i],
                                    err);
        if (ok && strcmp(type->name, CENTRAL_FLOWS) == 0)
            ok = central_tables_read(l, type, target->with_checks[i], err);
    }
    return ok;
}

bool central_logs_read(const struct central_logs_options *o, const struct found *found,
                       struct holding **holding, struct central_logs **out, struct error *err)
{
    bool ok = true;
    const struct config *config = o->config;
    if (config->log_view_count + config->flow_table_count == 0)
        return true;
    if (*holding == NULL && (*holding = holding_open(o->bulk->folder, err)) == NULL)
        return false;
    struct central_logs *l = memory_new(1, sizeof *l);
    *l = (struct central_logs){ .o = o->bulk,
                                .config = config,
                                .resolvers = o->resolvers,
                                .found = found,
                                .holding = *holding,
                                .accounts = o->accounts,
                                .started_unix_s = o->bulk->context->run->started_unix_s,
                                .bytes_left = config->limits.logs_max_gb * BYTES_A_GB,
                                .told = map_new(told_free) };
    for (size_t i = 0; ok && i < found->target_count; i++)
        ok = read_types(l, found->targets[i].target, err);
    l->o = NULL;
    l->config = NULL;
    l->resolvers = NULL;
    l->found = NULL;
    l->holding = NULL;
    l->accounts = NULL;
    if (ok)
        *out = l;
    else
        central_logs_free(l);
    return ok;
}

void central_logs_free(struct central_logs *l)
{
    if (l == NULL)
        return;
    map_free(l->told);
    free(l);
}

char *central_logs_words(const struct config *c)
{
    struct buffer words;
    if (c->log_view_count + c->flow_table_count == 0)
        return NULL;
    buffer_init(&words, WORDS_MAX);
    for (size_t i = 0; i < c->log_view_count; i++)
        buffer_append_format(&words, "%s\n", c->log_views[i].view);
    for (size_t i = 0; i < c->flow_table_count; i++)
        buffer_append_format(&words, "%s\n", c->flow_tables[i].table);
    return buffer_detach(&words);
}

bool central_logs_has(const struct central_logs *l, const char *type)
{
    return l != NULL && map_get(l->told, type) != NULL;
}

enum outcome central_logs_outcome(const struct central_logs *l, const char *type,
                                  const char **out_reason)
{
    const struct central_told *t = map_get(l->told, type);
    *out_reason = t->reason == NULL ? "" : t->reason;
    return t->outcome;
}

int64_t central_logs_reached(const struct central_logs *l, const char *type, const char *account)
{
    const struct central_told *t = map_get(l->told, type);
    const int64_t *until = t->reached == NULL ? NULL : map_get(t->reached, account);
    if (t->faulty)
        return 0;
    return until == NULL ? l->started_unix_s : *until;
}
