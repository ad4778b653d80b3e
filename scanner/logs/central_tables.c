#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/model/log_table.h"
#include "scanner/logs/central_tables_work.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, TURN_MS = 1000, WORDS_MAX = 4 * 1024 * 1024 /* a command line's */ };

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

/* A run may be resumed with other accounts, whom the query of before did not ask for. */
static void name_query(struct central_table *t)
{
    const struct string_list *accounts = t->logs->accounts;
    struct buffer words;
    buffer_init(&words, WORDS_MAX);
    buffer_append_format(&words, "bigquery %s %s %s", t->config->project, t->config->table,
                         t->type->name);
    for (size_t i = 0; accounts != NULL && i < accounts->count; i++)
        buffer_append_format(&words, " %s", accounts->items[i]);
    kept_query_name(&t->kept, t->logs->o->context->store, buffer_string(&words));
    buffer_release(&words);
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
    task_init(&t->step, central_table_step, t);
    name_query(t);
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
        central_table_give_up(t, OUTCOME_FAILED, "%s", why.message);
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
