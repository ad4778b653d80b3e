#include "core/base/log.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "scanner/flow_logs_work.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which accounts a bucket has logs of ---- */

void flow_logs_ask(struct ask *a, struct flow_place *p, const char *prefix, const char *items)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "Bucket", json_object_new_string(p->config->bucket));
    json_object_object_add(o, "Prefix", json_object_new_string(prefix));
    if (strcmp(items, "CommonPrefixes") == 0)
        json_object_object_add(o, "Delimiter", json_object_new_string("/"));
    const struct provider_call call = { FLOW_LOGS_SERVICE, "ListObjectsV2", p->config->region, o,
                                        items };
    ask_init(a, &p->gate, &call);
}

static const struct found_account *find_account(const struct found *found, const char *id)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct found_account *f = &found->accounts[i];
        if (strcmp(f->target->provider->name, "aws") == 0 && f->spec.account != NULL &&
            strcmp(f->spec.account, id) == 0)
            return f;
    }
    return NULL;
}

/* Whose the credentials are may be known only once they were used: then any account may be meant. */
static bool is_anyone_walked(const struct found *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->accounts[i].target->provider->name, "aws") == 0 &&
            found->accounts[i].spec.account == NULL)
            return true;
    return false;
}

/* Accounts that are not walked tonight keep theirs for another night. */
static bool is_walked(const struct flow_logs *l, const char *id)
{
    const struct found_account *f = find_account(l->found, id);
    if (f == NULL)
        return is_anyone_walked(l->found);
    return f->spec.state == NULL || strcmp(f->spec.state, "active") == 0;
}

static struct flow_account *account_of(struct flow_logs *l, const char *id)
{
    uintptr_t at = (uintptr_t)map_get(l->by_id, id);
    if (at != 0)
        return &l->accounts[at - 1];
    if (l->account_count == FLOW_LOGS_ACCOUNTS_MAX)
        return NULL;
    if ((l->account_count & (l->account_count - 1)) == 0) /* full at each power of two */
        l->accounts = memory_resize(l->accounts, l->account_count == 0 ? 1 : l->account_count * 2,
                                    sizeof *l->accounts);
    struct flow_account *a = &l->accounts[l->account_count++];
    *a = (struct flow_account){ .sites = NULL };
    snprintf(a->id, sizeof a->id, "%s", id);
    map_set(l->by_id, id, (void *)(uintptr_t)l->account_count);
    return a;
}

static bool add_site(struct flow_place *p, const char *id, bool hive, struct error *err)
{
    struct flow_account *a = account_of(p->logs, id);
    if (a == NULL)
        return error_set(err, ERROR_LIMIT, "more than %d accounts with flow logs",
                         FLOW_LOGS_ACCOUNTS_MAX);
    for (size_t i = 0; i < a->site_count; i++) /* the page may come again */
        if (a->sites[i].place == p && a->sites[i].hive == hive)
            return true;
    a->sites = memory_resize(a->sites, a->site_count + 1, sizeof *a->sites);
    a->sites[a->site_count++] = (struct flow_site){ p, hive };
    return true;
}

static bool on_account(void *ctx, struct json_object *item, struct error *err)
{
    struct flow_place *p = ctx;
    const char *folder = json_string(item, "Prefix");
    char id[FLOW_LAYOUT_ACCOUNT_MAX];
    bool hive = false;
    bool is_one = folder != NULL &&
                  flow_layout_account(text_of(folder), p->config->prefix, id, &hive) &&
                  is_walked(p->logs, id);
    json_object_put(item);
    return !is_one || add_site(p, id, hive, err);
}

/* Of a bucket that could not be listed nobody knows whose logs it holds. */
static void place_failed(struct flow_place *p, enum outcome outcome, const struct error *why)
{
    struct flow_logs *l = p->logs;
    char *reason = memory_format("bucket %s: %s", p->config->bucket, why->message);
    flow_logs_told_note(&l->all, outcome, reason);
    log_say(l->o->log, LOG_WARNING, "flow_logs_unread", NULL,
            "%s:%d: flow logs were not read (%s: %s)", l->o->config->file, p->config->line,
            outcome_name(outcome), reason);
    free(reason);
    flow_place_ended(p);
}

static void accounts_answered(void *ctx, const struct ask_result *result)
{
    struct flow_place *p = ctx;
    struct error why = result->error;
    if (result->verdict != HTTP_VERDICT_OK) {
        place_failed(p, ask_outcome(result->verdict), &why);
    } else if (result->more && ++p->pages == FLOW_LOGS_PAGES_MAX) {
        error_set(&why, ERROR_LIMIT, "more than %d pages of accounts", FLOW_LOGS_PAGES_MAX);
        place_failed(p, OUTCOME_FAILED, &why);
    } else if (result->more) {
        ask_page(&p->ask);
    } else {
        flow_place_ended(p);
    }
}

static void entered(void *ctx)
{
    struct flow_place *p = ctx;
    if (p->gate.state != GATE_OPEN) {
        place_failed(p, p->gate.outcome, &p->gate.error);
        return;
    }
    flow_logs_ask(&p->ask, p, p->config->prefix, "CommonPrefixes");
    p->ask.on_item = on_account;
    p->ask.done = accounts_answered;
    p->ask.ctx = p;
    ask_page(&p->ask);
}

/* ---- the way in ---- */

/* What the config says of one account by name; false: nothing. */
static bool find_configured(const struct walk_target *t, const char *id, struct account_spec *out)
{
    struct account_spec spec = { 0 };
    for (size_t i = 0; t->provider->configured(t->session, i, &spec); i++) {
        if (spec.account != NULL && strcmp(spec.account, id) == 0) {
            *out = spec;
            return true;
        }
        account_spec_release(&spec);
    }
    return false;
}

/* The target that has the account; else the first: its role is tried there. */
static const struct walk_target *target_of(const struct flow_logs *l, const char *id)
{
    const struct walk_target *owner = found_owner(l->found, "aws", id);
    for (size_t i = 0; owner == NULL && i < l->found->target_count; i++)
        if (strcmp(l->found->targets[i].target->provider->name, "aws") == 0)
            owner = l->found->targets[i].target;
    return owner;
}

void flow_place_open(struct flow_place *p)
{
    struct flow_logs *l = p->logs;
    struct error why = ERROR_INIT;
    struct account_spec spec = { 0 };
    const struct walk_target *t =
        target_of(l, p->config->account); /* there is one: it reads such a type */
    const struct found_account *f = find_account(l->found, p->config->account);
    if (f != NULL) {
        spec.role = memory_string(f->spec.role);
        spec.external_id = memory_string(f->spec.external_id);
    } else {
        (void)find_configured(t, p->config->account, &spec);
    }
    free(spec.account);
    spec.account = memory_string(p->config->account);
    spec.log_bucket = memory_string(p->config->bucket);
    spec.log_prefix = memory_string(p->config->prefix);
    if (gate_init(&p->gate, t->provider, t->session, t->group, &spec, l->o->loop, &why))
        gate_enter(&p->gate, &p->enter);
    else
        place_failed(p, OUTCOME_FAILED, &why);
    account_spec_release(&spec);
}

void flow_place_init(struct flow_place *p, struct flow_logs *l,
                     const struct config_log_bucket *config)
{
    *p = (struct flow_place){ .logs = l, .config = config };
    task_init(&p->enter, entered, p);
}

void flow_place_release(struct flow_place *p)
{
    list_remove(&p->enter.link);
    if (p->ask.gate != NULL)
        ask_release(&p->ask);
    if (p->gate.door != NULL)
        gate_release(&p->gate);
}
