#include "scanner/walk.h"

#include "core/base/log.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "scanner/progress.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 100 };

struct walk {
    const struct walk_options *o;
    struct found *found;
    size_t next, open;
    struct list accounts; /* struct account_walk.link, open */
    struct list
        finished; /* to be freed at the loop's next turn, when nothing of theirs is on the stack */
    struct task reap;
    struct walk_totals totals;
};

static struct json_object *fields_of(const struct account_walk *a)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "provider", json_object_new_string(a->target->provider->name));
    json_object_object_add(
        o, "account", json_object_new_string(a->account.account == NULL ? "" : a->account.account));
    json_object_object_add(o, "account_name",
                           json_object_new_string(a->account.name == NULL ? "" : a->account.name));
    json_object_object_add(o, "resources", json_object_new_int64(a->resources));
    json_object_object_add(o, "changed", json_object_new_int64(a->changed));
    json_object_object_add(o, "calls", json_object_new_int64(a->calls));
    json_object_object_add(o, "scopes_incomplete", json_object_new_int64(a->scopes_incomplete));
    json_object_object_add(o, "details_unread", json_object_new_int64(a->parts_unread));
    if (a->note[0] != '\0')
        json_object_object_add(o, "refusal", json_object_new_string(a->note));
    return o;
}

static const char *label_of(const struct account_walk *a)
{
    return a->account.account == NULL ? "own account" : a->account.account;
}

/* Beside the label; "" where it says nothing new. */
static const char *name_of(const struct account_walk *a)
{
    return a->account.name == NULL || strcmp(a->account.name, label_of(a)) == 0 ? ""
                                                                                : a->account.name;
}

/* Suspended, pending closure or closed: nobody went there. */
static bool is_passed_over(const struct account_walk *a)
{
    return a->spec.state != NULL && strcmp(a->spec.state, "active") != 0;
}

static void say(const struct walk *w, const struct account_walk *a)
{
    const struct log *log = w->o->log;
    struct json_object *fields = fields_of(a);
    progress_clear(w->o->progress);
    const char *name = name_of(a);
    if (is_passed_over(a))
        log_say(log, LOG_INFO, "account_passed_over", fields, "%s %s%snot read: the account is %s",
                label_of(a), name, name[0] == '\0' ? "" : " ", a->spec.state);
    else if (a->scopes_incomplete == 0)
        log_say(log, LOG_INFO, "account_done", fields,
                "%s %s%sread: %lld resources, %lld changed, %lld calls", label_of(a), name,
                name[0] == '\0' ? "" : " ", (long long)a->resources, (long long)a->changed,
                (long long)a->calls);
    else
        log_say(log, LOG_WARNING, "account_incomplete", fields,
                "%s %s%sincomplete: %lld %s not read (%s: %s)", label_of(a), name,
                name[0] == '\0' ? "" : " ", (long long)a->scopes_incomplete,
                a->scopes_incomplete == 1 ? "scope" : "scopes", outcome_name(a->worst),
                a->error.message);
    if (a->note[0] != '\0') /* another each night: not in the sheets */
        log_say(log, LOG_INFO, "account_refused", fields, "%s was refused: its owners find that by %s",
                label_of(a), a->note);
    json_object_put(fields);
}

static void account_done(void *ctx, struct account_walk *a)
{
    struct walk *w = ctx;
    list_remove(&a->link);
    list_push_back(&w->finished, &a->link);
    loop_soon(w->o->loop, &w->reap);
    if (a->left_out)
        return;
    w->totals.accounts++;
    w->totals.accounts_incomplete += a->scopes_incomplete > 0;
    w->totals.calls += a->calls;
    w->totals.resources += a->resources;
    w->totals.changed += a->changed;
    w->totals.parts_unread += a->parts_unread;
    say(w, a);
}

/* Whose the session's own credentials are is known only now. */
static bool claim(void *ctx, struct account_walk *a, const char *account)
{
    struct walk *w = ctx;
    struct error err = ERROR_INIT;
    const struct read_context *c = w->o->context;
    if (found_claim(w->found, a->target, account) != NULL) {
        log_say(w->o->log, LOG_WARNING, "account_twice", NULL,
                "account %s is named by more than one target; %s does without it", account,
                a->target->config->name);
        return false;
    }
    bool proven = a->gate.state == GATE_OPEN;
    if (proven && !w->o->filtered && !discover_settle_own(c, w->found, a->target, &err))
        c->broken(c->broken_ctx, &err);
    return true;
}

static void fill_window(struct walk *w)
{
    while (!w->o->loop->stop && w->next < w->found->count &&
           w->open < (size_t)w->o->accounts_at_once) {
        struct found_account *f = &w->found->accounts[w->next++];
        struct account_walk *a = account_walk_new(f->target, w->o->context, w->o->loop, &f->spec);
        a->filtered = w->o->filtered;
        a->claim = claim;
        a->done = account_done;
        a->ctx = w;
        w->open++;
        list_push_back(&w->accounts, &a->link);
        account_walk_start(a);
    }
}

static void reap(void *ctx)
{
    struct walk *w = ctx;
    struct list *at;
    while ((at = list_pop_front(&w->finished)) != NULL) {
        account_walk_free(LIST_OWNER(at, struct account_walk, link));
        w->open--;
    }
    fill_window(w);
}

static void free_all(struct list *accounts)
{
    struct list *at;
    while ((at = list_pop_front(accounts)) != NULL)
        account_walk_free(LIST_OWNER(at, struct account_walk, link));
}

static bool is_interrupted(const struct walk *w)
{
    return w->o->interrupted != NULL && w->o->interrupted(w->o->interrupted_ctx);
}

static bool is_done(const struct walk *w)
{
    return w->open == 0 && w->next == w->found->count;
}

static bool turn(struct walk *w, struct error *err)
{
    const struct read_context *c = w->o->context;
    bool more = loop_turn(w->o->loop, TURN_MS);
    progress_show(w->o->progress, w->o->loop, &w->totals);
    if (w->o->loop->stop)
        return false; /* the store broke and has told */
    if (!store_tick(c->store, clock_mono_ms(&w->o->loop->clock), err)) {
        c->broken(c->broken_ctx, err);
        return false;
    }
    if (is_interrupted(w))
        return error_set(err, ERROR_IO, "interrupted; `scan --resume` goes on from here");
    if (!more && !is_done(w)) /* better an end than a wait for ever */
        return error_set(err, ERROR_INTERNAL, "nothing is under way, and %zu accounts are not done",
                         w->open + w->found->count - w->next);
    return true;
}

/* Everything under way comes back cancelled; nothing of it is recorded. */
static void drain(struct walk *w)
{
    w->o->loop->stop = true;
    http_engine_cancel_all(w->o->loop->engine);
    while (http_engine_run(w->o->loop->engine, 0) > 0)
        continue;
    free_all(&w->finished);
    free_all(&w->accounts);
}

bool walk_accounts(const struct walk_options *o, struct found *found, struct walk_totals *out,
                   struct error *err)
{
    struct walk w = { .o = o, .found = found };
    bool ok = true;
    list_init(&w.accounts);
    list_init(&w.finished);
    task_init(&w.reap, reap, &w);
    progress_expect(o->progress, found->count);
    fill_window(&w);
    while (ok && !is_done(&w))
        ok = turn(&w, err);
    progress_clear(o->progress);
    if (!ok)
        drain(&w);
    list_remove(&w.reap.link);
    *out = w.totals;
    return ok;
}
