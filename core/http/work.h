#ifndef CORE_HTTP_WORK_H
#define CORE_HTTP_WORK_H

#include "core/base/list.h"
#include "core/http/engine.h"
#include "core/http/queue.h"
#include "core/http/timers.h"
#include "core/http/transport.h"

/* The inside of the engine: what it keeps of a job, and the steps of a job's way through it. */

/*
 * A job inside is in one of four states:
 *   WAITING  in its lane
 *   RESTING  between two attempts; its timer says until when
 *   RUNNING  with the transport; its timer says when that is given up
 *   ENDED    in `ended`, until http_engine_run() hands it to done()
 */
enum work_state { WORK_WAITING, WORK_RESTING, WORK_RUNNING, WORK_ENDED };

struct work {
    struct queue_entry entry;
    struct list all;
    struct timer timer;
    struct http_job *job;
    struct attempt
        *attempt; /* while RUNNING, or the last; NULL: ended while it waited, see `why` */
    enum work_state state;
    bool cancelled;
    enum http_transport_result why;
    enum http_verdict verdict; /* once ENDED */
    int attempts, throttled;
    int fault_price, throttle_price; /* taken from the two quotas, given back at a good end */
    int64_t since_ms, waited_ms;     /* when the present wait began; all waits before */
    int64_t sent_ms;
};

/* Apart from struct work, for a hundred thousand queued jobs need none. */
struct attempt {
    struct http_exchange x;
    struct work *work;
    struct error error;
};

struct http_engine {
    struct http_engine_options options;
    struct queue queue;
    struct timers timers; /* of works */
    struct list all, ended;
    size_t inside, ended_count;
    bool cancelling;
    struct http_engine_stats stats;
};

int64_t work_now_ms(const struct http_engine *e);
struct work *work_of_entry(struct list *entry_link);

/* Into the engine; WAITING, or ENDED when its host is known to be dead. */
void work_enter(struct http_engine *e, struct http_job *job);
/* Out of it, and freed. */
void work_leave(struct http_engine *e, struct work *w);

/* WAITING, and next by queue_next(): prepares and sends. RUNNING, or ENDED when it may not be sent. */
void work_start(struct http_engine *e, struct work *w);
/* RUNNING, and its exchange has ended: RESTING before another attempt, or ENDED. */
void work_exchange_ended(struct http_engine *e, struct work *w);
/* Its timer went off. */
void work_timer(struct http_engine *e, struct work *w);
/* Not ENDED: ends it as cancelled. */
void work_cancel(struct http_engine *e, struct work *w);
/* ENDED: calls done(), then work_leave(). */
void work_deliver(struct http_engine *e, struct work *w);

#endif
