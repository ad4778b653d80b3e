#include "core/http/engine.h"

#include "core/base/memory.h"
#include "core/http/work.h"

#include <stdlib.h>

enum {
    CONNECTIONS_DEFAULT = 128,
    CONNECTIONS_MAX = 256,
    HOST_SHARE = 8, /* one host holds at most an eighth of the connections */
    QUEUED_DEFAULT = 100 * 1000,
    BYTES_DEFAULT = 16 * 1024 * 1024,
};

struct http_engine *http_engine_new(const struct http_engine_options *options)
{
    struct http_engine *e = memory_new(1, sizeof *e);
    struct http_engine_options *o = &e->options;
    *o = *options;
    if (!(o->share_of_quota > 0 && o->share_of_quota <= 1))
        o->share_of_quota = HTTP_SHARE_DEFAULT;
    if (o->max_connections == 0)
        o->max_connections = CONNECTIONS_DEFAULT;
    if (o->max_connections > CONNECTIONS_MAX)
        o->max_connections = CONNECTIONS_MAX;
    if (o->max_bytes_in_flight == 0)
        o->max_bytes_in_flight = BYTES_DEFAULT;
    if (o->max_queued == 0)
        o->max_queued = QUEUED_DEFAULT;
    struct queue_options q = { .max_running = o->max_connections,
                               .max_per_host = o->max_connections / HOST_SHARE,
                               .max_bytes = o->max_bytes_in_flight,
                               .share_of_quota = o->share_of_quota };
    if (q.max_per_host == 0)
        q.max_per_host = 1;
    queue_init(&e->queue, &q);
    timers_init(&e->timers);
    list_init(&e->all);
    list_init(&e->ended);
    return e;
}

bool http_engine_submit(struct http_engine *e, struct http_job *job, struct error *err)
{
    if (e->inside - e->queue.running >= e->options.max_queued)
        return error_set(err, ERROR_LIMIT, "more than %zu requests are waiting",
                         e->options.max_queued);
    work_enter(e, job);
    return true;
}

/* ---- the loop ---- */

static void start_all(struct http_engine *e)
{
    struct queue_entry *entry;
    while ((entry = queue_next(&e->queue, work_now_ms(e))) != NULL)
        work_start(e, LIST_OWNER(entry, struct work, entry));
}

static void cancel_marked(struct http_engine *e)
{
    struct list *next;
    if (!e->cancelling)
        return;
    e->cancelling = false;
    for (struct list *at = e->all.next; at != &e->all; at = next) {
        struct work *w = LIST_OWNER(at, struct work, all);
        next = at->next;
        if (w->cancelled && w->state != WORK_ENDED)
            work_cancel(e, w);
    }
}

static void move_on(struct http_engine *e)
{
    struct timer *due;
    cancel_marked(e);
    while ((due = timers_due(&e->timers, work_now_ms(e))) != NULL)
        work_timer(e, LIST_OWNER(due, struct work, timer));
    start_all(e);
}

static int64_t wait_ms(const struct http_engine *e, int64_t timeout_ms)
{
    int64_t now = work_now_ms(e), next = timers_next(&e->timers);
    if (queue_wake_ms(&e->queue) < next)
        next = queue_wake_ms(&e->queue);
    if (timeout_ms <= 0 || e->ended_count > 0 || next <= now)
        return 0;
    return next - now < timeout_ms ? next - now : timeout_ms;
}

/* Only what has ended by now: done() may submit what ends at once, and must not keep us for ever. */
static void deliver_all(struct http_engine *e)
{
    for (size_t left = e->ended_count; left > 0; left--) {
        e->ended_count--;
        work_deliver(e, work_of_entry(list_pop_front(&e->ended)));
    }
}

size_t http_engine_run(struct http_engine *e, int64_t timeout_ms)
{
    struct http_transport *t = e->options.transport;
    struct http_exchange *x;
    move_on(e);
    if (e->inside > 0 || timeout_ms > 0) /* with nothing inside it is still a wait */
        t->poll(t->ctx, wait_ms(e, timeout_ms));
    while ((x = t->take(t->ctx)) != NULL)
        work_exchange_ended(e, LIST_OWNER(x, struct attempt, x)->work);
    deliver_all(e);
    move_on(e); /* what done() submitted, into the places that became free */
    return e->inside;
}

void http_engine_cancel_all(struct http_engine *e)
{
    for (struct list *at = e->all.next; at != &e->all; at = at->next)
        LIST_OWNER(at, struct work, all)->cancelled = true;
    e->cancelling = true;
}

size_t http_engine_jobs(const struct http_engine *e)
{
    return e->inside;
}

void http_engine_stats(const struct http_engine *e, struct http_engine_stats *out)
{
    *out = e->stats;
    out->running = e->queue.running;
    out->queued = e->inside - e->queue.running - e->ended_count;
    out->dead_hosts = queue_dead_hosts(&e->queue);
}

void http_engine_free(struct http_engine *e)
{
    if (e == NULL)
        return;
    while (!list_is_empty(&e->all)) {
        struct work *w = LIST_OWNER(e->all.next, struct work, all);
        if (w->state == WORK_RUNNING)
            e->options.transport->cancel(e->options.transport->ctx, &w->attempt->x);
        w->job->engine_private = NULL;
        work_leave(e, w);
    }
    queue_release(&e->queue);
    timers_release(&e->timers);
    free(e);
}
