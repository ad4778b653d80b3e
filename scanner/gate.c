#include "scanner/gate.h"

#include <stdio.h>

void gate_group_init(struct gate_group *g)
{
    list_init(&g->waiting);
}

static void step(void *ctx);
static void answered(void *ctx, struct http_job *job, const struct http_result *result);

static enum http_verdict classify(void *ctx, const struct http_response *response,
                                  int64_t *out_wait_ms, struct error *err)
{
    struct gate *g = ctx;
    return g->provider->door_classify(g->door, response, out_wait_ms, err);
}

bool gate_init(struct gate *g, const struct provider *provider, struct provider_session *session,
               struct gate_group *group, const struct account_spec *spec, struct loop *loop,
               struct error *err)
{
    *g = (struct gate){ .provider = provider, .group = group, .loop = loop, .state = GATE_CLOSED };
    list_init(&g->waiters);
    list_init(&g->link);
    task_init(&g->step, step, g);
    http_request_init(&g->job.request);
    g->job.classify = classify;
    g->job.done = answered;
    g->job.ctx = g;
    g->door = provider->door_open(session, spec, err);
    return g->door != NULL;
}

void gate_release(struct gate *g)
{
    list_remove(&g->step.link);
    list_remove(&g->link);
    http_request_release(&g->job.request);
    if (g->door != NULL)
        g->provider->door_close(g->door);
    g->door = NULL;
}

static void let_all_in(struct gate *g)
{
    struct list *at;
    while ((at = list_pop_front(&g->waiters)) != NULL)
        loop_soon(g->loop, LIST_OWNER(at, struct task, link));
}

static void fail(struct gate *g, enum outcome outcome, const struct error *why)
{
    g->state = GATE_FAILED;
    g->outcome = outcome;
    g->error = *why;
    let_all_in(g);
}

/* Someone's request has come back: all who waited for it look again. */
static void wake_group(struct gate *g)
{
    struct list *at;
    while ((at = list_pop_front(&g->group->waiting)) != NULL) {
        struct gate *other = LIST_OWNER(at, struct gate, link);
        loop_soon(other->loop, &other->step);
    }
}

/* The door, and so the session, must hear of the end of a request that was never sent: others wait for it. */
static void fail_unsent(struct gate *g, const struct error *why)
{
    struct http_response none;
    http_response_init(&none);
    none.transport = HTTP_TRANSPORT_CANCELLED;
    (void)snprintf(none.message, sizeof none.message, "%.250s", why->message);
    g->provider->door_accept(g->door, clock_wall_s(&g->loop->clock), &none);
    http_response_release(&none);
    fail(g, OUTCOME_FAILED, why);
    wake_group(g);
}

static void ask(struct gate *g)
{
    struct error why = ERROR_INIT;
    g->state = GATE_ASKING;
    if (g->requests == GATE_REQUESTS_MAX) {
        error_set(&why, ERROR_LIMIT, "no usable credentials after %d requests for them",
                  g->requests);
        fail_unsent(g, &why);
    } else if (!http_engine_submit(g->loop->engine, &g->job, &why)) {
        fail_unsent(g, &why);
    } else {
        g->requests++;
        g->door_calls++;
    }
}

static void step(void *ctx)
{
    struct gate *g = ctx;
    struct error why = ERROR_INIT;
    enum outcome outcome = OUTCOME_FAILED;
    http_request_release(&g->job.request);
    switch (g->provider->door_next(g->door, clock_wall_s(&g->loop->clock), &g->job.request,
                                   &outcome, &why)) {
    case PROVIDER_READY:
        g->state = GATE_OPEN;
        g->generation++;
        g->requests = 0;
        let_all_in(g);
        break;
    case PROVIDER_REQUEST:
        ask(g);
        break;
    case PROVIDER_WAIT:
        g->state = GATE_WAITING;
        list_push_back(&g->group->waiting, &g->link);
        break;
    case PROVIDER_FAILED:
        fail(g, outcome, &why);
        break;
    }
}

static void answered(void *ctx, struct http_job *job, const struct http_result *result)
{
    struct gate *g = ctx;
    (void)job;
    g->provider->door_accept(g->door, clock_wall_s(&g->loop->clock), result->response);
    loop_soon(g->loop, &g->step);
    wake_group(g);
}

void gate_enter(struct gate *g, struct task *waiter)
{
    if (g->state == GATE_OPEN || g->state == GATE_FAILED) {
        loop_soon(g->loop, waiter);
        return;
    }
    list_remove(&waiter->link);
    list_push_back(&g->waiters, &waiter->link);
    if (g->state == GATE_CLOSED && list_is_empty(&g->step.link))
        loop_soon(g->loop, &g->step);
}

void gate_expired(struct gate *g, unsigned generation, bool by_cloud, const struct error *why)
{
    if (g->state != GATE_OPEN || generation != g->generation)
        return;
    if (++g->renewals > GATE_RENEWALS_MAX) {
        fail(g, OUTCOME_DENIED, why);
        return;
    }
    if (by_cloud)
        g->provider->door_expire(g->door);
    g->state = GATE_CLOSED;
}

void gate_worked(struct gate *g)
{
    g->renewals = 0;
}
