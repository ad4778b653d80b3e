#include "scanner/loop.h"

void loop_init(struct loop *l, struct http_engine *engine, struct clock clock)
{
    *l = (struct loop){ .engine = engine, .clock = clock };
    list_init(&l->now);
    list_init(&l->later);
}

void task_init(struct task *t, task_fn run, void *ctx)
{
    *t = (struct task){ .run = run, .ctx = ctx };
    list_init(&t->link);
}

void loop_soon(struct loop *l, struct task *t)
{
    list_remove(&t->link);
    list_push_back(&l->now, &t->link);
}

void loop_after(struct loop *l, struct task *t, int64_t pause_ms)
{
    list_remove(&t->link);
    t->due_mono_ms = clock_mono_ms(&l->clock) + pause_ms;
    list_push_back(&l->later, &t->link);
}

/* Pauses are few (a report being made): a plain list does. */
static int64_t wake_due(struct loop *l, int64_t wait_ms)
{
    int64_t now = clock_mono_ms(&l->clock);
    struct list *at = l->later.next;
    while (at != &l->later) {
        struct task *t = LIST_OWNER(at, struct task, link);
        at = at->next;
        if (t->due_mono_ms <= now)
            loop_soon(l, t);
        else if (t->due_mono_ms - now < wait_ms)
            wait_ms = t->due_mono_ms - now;
    }
    return wait_ms;
}

static void run_ready(struct loop *l)
{
    struct list *at;
    while (!l->stop && (at = list_pop_front(&l->now)) != NULL) {
        struct task *t = LIST_OWNER(at, struct task, link);
        t->run(t->ctx);
    }
}

/* Nothing to wait for. Without this a loop that is done would wait once more; with pauses alone it waits,
 * or it would spin until they are over. */
static bool is_idle(const struct loop *l)
{
    return list_is_empty(&l->later) && http_engine_jobs(l->engine) == 0;
}

bool loop_turn(struct loop *l, int64_t wait_ms)
{
    wait_ms = wake_due(l, wait_ms);
    run_ready(l);
    l->jobs = http_engine_run(l->engine, is_idle(l) ? 0 : wait_ms);
    return l->jobs > 0 || !list_is_empty(&l->now) || !list_is_empty(&l->later);
}
