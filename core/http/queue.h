#ifndef CORE_HTTP_QUEUE_H
#define CORE_HTTP_QUEUE_H

#include "core/base/list.h"
#include "core/http/breaker.h"
#include "core/http/http.h"
#include "core/http/keyed.h"
#include "core/http/limiter.h"
#include "core/http/retry.h"
#include "core/http/timers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which job may start next. Jobs that share a limit key and a host wait in one lane, in order; what is
 * asked is asked of lanes, so the cost of a start does not depend on how many jobs wait. A lane that
 * holds jobs is in exactly one place:
 *
 *   its host's `ready`    may start, as far as is known
 *   its key's `waiting`   until the key's timer says that there is a token
 *   the queue's `room`    until its expected bytes fit beside those in flight
 *
 * and a host is in the `ring` while it has ready lanes and a connection to spare. So a job that must
 * wait for its key or host stands in nobody's way. The ring's first host is served up to TURN times
 * before the next one's turn, for its connections are open: with thousands of hosts in play, going
 * round one by one would mean a new TLS handshake for every request.
 */

struct queue_key {
    struct limiter limiter;
    struct retry_quota quota; /* for throttles */
    size_t expected_bytes;    /* of the next answer, by the last ones */
    struct list waiting;      /* lanes */
    struct timer timer;       /* set while lanes wait */
    size_t lanes;             /* that point here */
};

struct queue_host {
    char *name; /* scheme://host[:port] */
    struct breaker breaker;
    struct retry_quota quota; /* for faults */
    struct list ring;         /* in the queue's ring */
    struct list ready;        /* lanes */
    struct list busy;         /* all lanes that hold jobs */
    struct list resting;      /* entries that wait to be tried again */
    size_t running;
    size_t turn;  /* starts since it last stood at the ring's end */
    size_t lanes; /* that point here */
};

struct queue_lane {
    struct queue_key *key;
    struct queue_host *host;
    struct list place;   /* in ready, waiting or room */
    struct list of_host; /* in busy */
    struct list jobs;    /* entries */
    size_t entries;      /* that point here, waiting or not */
};

/* What a job is here; a member of the engine's own record of it. */
struct queue_entry {
    struct list link;
    struct queue_lane *lane; /* from queue_enter() to queue_leave() */
    bool streams;            /* has a sink: its body is not kept */
    size_t reserved_bytes;   /* while running */
};

struct queue_options {
    size_t max_running, max_per_host; /* exchanges at one time */
    size_t max_bytes;                 /* expected in flight; one alone may expect more */
    double share_of_quota;
};

struct queue {
    struct queue_options options;
    struct keyed keys, hosts, lanes;
    struct timers timers; /* keys */
    struct list ring, room;
    size_t running, bytes_in_flight;
    size_t passed; /* starts since the first lane in `room` waits */
};

void queue_init(struct queue *q, const struct queue_options *options);
void queue_release(struct queue *q); /* no entry may be inside */

/* Finds the lane for a request and states its limit; the entry is in no list yet. */
void queue_enter(struct queue *q, struct queue_entry *entry, const struct http_request *request,
                 int64_t now_ms);
/* The entry, which is in no list, is done with. */
void queue_leave(struct queue_entry *entry);

/* Waits in its lane, behind the others or, with `first`, before them. */
void queue_wait(struct queue *q, struct queue_entry *entry, bool first);
/* Waits beside its lane: its time to be tried again has not come. */
void queue_rest(struct queue_entry *entry);
/* Takes it out of wherever it waits or rests. */
void queue_withdraw(struct queue *q, struct queue_entry *entry);
/* Takes out all that wait or rest for one host, appended to `out`. */
void queue_withdraw_host(struct queue *q, struct queue_host *host, struct list *out);

/* The next that may start now, taken out of its lane; NULL when none may. */
struct queue_entry *queue_next(struct queue *q, int64_t now_ms);
/* It did start: takes its token, connection and room. */
void queue_started(struct queue *q, struct queue_entry *entry, int64_t now_ms);
/* It ended: gives them back. `bytes` of the body came; 0 when there was no answer to learn from. */
void queue_ended(struct queue *q, struct queue_entry *entry, uint64_t bytes);

/* When queue_next() is worth asking though nothing ended; TIMERS_NEVER when not. */
int64_t queue_wake_ms(const struct queue *q);
size_t queue_dead_hosts(const struct queue *q);

#endif
