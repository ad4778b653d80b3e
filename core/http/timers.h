#ifndef CORE_HTTP_TIMERS_H
#define CORE_HTTP_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Points in time that things wait for: a binary heap of timers that live inside their owners. Each
 * operation costs the logarithm of the number set. Holds as many as are set; the owner's own maximum
 * bounds that.
 */
struct timer {
    int64_t at_ms;
    size_t slot; /* place in the heap, from 1; 0: not set, so a zeroed timer is ready for use */
};

struct timers {
    struct timer **heap;
    size_t count, capacity;
};

#define TIMERS_NEVER INT64_MAX

void timers_init(struct timers *t);
/* Frees the heap; the timers belong to others. */
void timers_release(struct timers *t);

/* Sets, or moves one that is set. */
void timers_set(struct timers *t, struct timer *timer, int64_t at_ms);
/* No-op for one that is not set. Cancel before freeing what holds it. */
void timers_cancel(struct timers *t, struct timer *timer);

/* The earliest whose time has come, no longer set; NULL when there is none. */
struct timer *timers_due(struct timers *t, int64_t now_ms);
/* When the earliest is due; TIMERS_NEVER when none is set. */
int64_t timers_next(const struct timers *t);

#endif
