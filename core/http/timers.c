#include "core/http/timers.h"

#include "core/base/memory.h"

#include <stdlib.h>

void timers_init(struct timers *t)
{
    *t = (struct timers){ NULL, 0, 0 };
}

void timers_release(struct timers *t)
{
    free(t->heap);
    timers_init(t);
}

static void put(struct timers *t, size_t slot, struct timer *timer)
{
    t->heap[slot - 1] = timer;
    timer->slot = slot;
}

/* Moves the timer at `slot` up or down until its parent is not later and its children not earlier. */
static void settle(struct timers *t, size_t slot)
{
    struct timer *timer = t->heap[slot - 1];
    while (slot > 1 && t->heap[slot / 2 - 1]->at_ms > timer->at_ms) {
        put(t, slot, t->heap[slot / 2 - 1]);
        slot /= 2;
    }
    for (size_t child = slot * 2; child <= t->count; child = slot * 2) {
        if (child < t->count && t->heap[child]->at_ms < t->heap[child - 1]->at_ms)
            child++;
        if (t->heap[child - 1]->at_ms >= timer->at_ms)
            break;
        put(t, slot, t->heap[child - 1]);
        slot = child;
    }
    put(t, slot, timer);
}

void timers_set(struct timers *t, struct timer *timer, int64_t at_ms)
{
    timer->at_ms = at_ms;
    if (timer->slot == 0) {
        if (t->count == t->capacity) {
            t->capacity = t->capacity == 0 ? 64 : t->capacity * 2;
            t->heap = memory_resize(t->heap, t->capacity, sizeof(struct timer *));
        }
        put(t, ++t->count, timer);
    }
    settle(t, timer->slot);
}

void timers_cancel(struct timers *t, struct timer *timer)
{
    size_t slot = timer->slot;
    if (slot == 0)
        return;
    timer->slot = 0;
    struct timer *last = t->heap[--t->count];
    if (last == timer)
        return;
    put(t, slot, last);
    settle(t, slot);
}

struct timer *timers_due(struct timers *t, int64_t now_ms)
{
    if (timers_next(t) > now_ms)
        return NULL;
    struct timer *first = t->heap[0];
    timers_cancel(t, first);
    return first;
}

int64_t timers_next(const struct timers *t)
{
    return t->count == 0 ? TIMERS_NEVER : t->heap[0]->at_ms;
}
