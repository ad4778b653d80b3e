#include "scanner/series.h"

#include "core/config.h"

enum { TURN_MS = 1000 };

static void end(struct series *s, enum outcome outcome, const struct error *why)
{
    s->outcome = outcome;
    s->error = *why;
    s->ended = true;
}

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct series *s = ctx;
    return s->on_item(s->ctx, item, err);
}

static void on_restart(void *ctx)
{
    struct series *s = ctx;
    if (s->on_restart != NULL)
        s->on_restart(s->ctx);
}

static void ask_next(struct series *s);

static void end_list(struct series *s, enum outcome outcome, const struct error *why)
{
    bool go_on = s->on_list(s->ctx, outcome, why) && s->pages < s->pages_max;
    s->outcome = outcome;
    s->error = *why;
    if (go_on)
        ask_next(s);
    else
        s->ended = true;
}

static void answered(void *ctx, const struct ask_result *result)
{
    struct series *s = ctx;
    struct error why = result->error;
    if (result->verdict != HTTP_VERDICT_OK) {
        end_list(s, ask_outcome(result->verdict), &why);
        return;
    }
    if (s->on_page != NULL)
        s->on_page(s->ctx);
    if (++s->pages == s->pages_max) {
        error_set(&why, ERROR_LIMIT, "%s %s: %d pages and no end", s->ask.call.service,
                  s->ask.call.operation, s->pages);
        end_list(s, OUTCOME_FAILED, &why);
    } else if (result->more) {
        ask_page(&s->ask);
    } else {
        end_list(s, OUTCOME_COMPLETE, &why);
    }
}

static void ask_next(struct series *s)
{
    struct provider_listing listing = { 0 };
    if (!s->next(s->ctx, &listing)) {
        s->ended = true;
        return;
    }
    struct provider_call call = { listing.service, listing.operation, listing.region,
                                  listing.arguments, listing.items };
    s->service = listing.service;
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    ask_init(&s->ask, &s->gate, &call);
    s->ask.on_item = on_item;
    s->ask.on_restart = on_restart;
    s->ask.done = answered;
    s->ask.ctx = s;
    ask_page(&s->ask);
}

static void entered(void *ctx)
{
    struct series *s = ctx;
    if (s->gate.state == GATE_OPEN)
        ask_next(s);
    else
        end(s, s->gate.outcome, &s->gate.error);
}

static bool is_interrupted(const struct series *s)
{
    return s->interrupted != NULL && s->interrupted(s->interrupted_ctx);
}

/* False when it was stopped before the end. */
static bool wait_for_end(struct series *s, struct error *err)
{
    const char *name = s->target->config->name;
    while (!s->ended && !s->loop->stop) {
        bool more = loop_turn(s->loop, TURN_MS);
        if (s->ended)
            break;
        if (is_interrupted(s))
            return error_set(err, ERROR_IO, "interrupted while the lists of %s were being read", name);
        if (!more)
            return error_set(err, ERROR_INTERNAL,
                             "nothing is under way, and the lists of %s are not read", name);
    }
    return s->ended ||
           error_set(err, ERROR_IO, "stopped while the lists of %s were being read", name);
}

bool series_run(struct series *s, struct error *err)
{
    struct error why = ERROR_INIT;
    task_init(&s->enter, entered, s);
    if (!gate_init(&s->gate, s->target->provider, s->target->session, s->target->group, NULL,
                   s->loop, &why)) {
        end(s, OUTCOME_FAILED, &why);
        return true;
    }
    gate_enter(&s->gate, &s->enter);
    if (wait_for_end(s, err))
        return true;
    s->loop->stop = true;
    http_engine_cancel_all(s->loop->engine);
    while (http_engine_run(s->loop->engine, 0) > 0)
        continue;
    list_remove(&s->enter.link);
    return false;
}

void series_release(struct series *s)
{
    if (s->ask.gate != NULL)
        ask_release(&s->ask);
    if (s->gate.door != NULL)
        gate_release(&s->gate);
}
