#ifndef CORE_HTTP_ENGINE_H
#define CORE_HTTP_ENGINE_H

#include "core/base/clock.h"
#include "core/http/http.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The only asynchronous place. One thread; a job goes in, and comes back exactly once through `done`,
 * always from within http_engine_run(), never from within submit or cancel. Between, the engine waits
 * for the job's limit key, for room (connections, connections per host, bytes in flight), sends,
 * classifies, and retries with back-off; `prepare` is called before each attempt so that a request is
 * signed with the time it is sent.
 */

struct http_engine;
struct http_transport; /* transport.h: libcurl, or a script in tests */
struct http_job;

enum {
    HTTP_ATTEMPTS_DEFAULT = 3,
    HTTP_CONNECT_TIMEOUT_MS = 5 * 1000, /* look-up, TCP and TLS together */
    HTTP_TIMEOUT_MS = 60 * 1000,
    HTTP_TIMEOUT_MAX_MS = 3600 * 1000, /* whatever a request asks for */
};
#define HTTP_SHARE_DEFAULT 0.5

struct http_engine_options {
    struct http_transport *transport; /* borrowed; outlives the engine */
    struct clock clock;
    struct random_source random;
    /* 0 < x <= 1; multiplies every limit's rate and burst; 0: 0.5 */
    double share_of_quota;
    /* Transfers at one time; 0: 128, at most 256. One host holds at most an eighth of it (but at least
     * one). */
    size_t max_connections;
    /* Expected bytes of running answers admitted together; 0: 16 MB. What an answer will take is
     * estimated per limit key from the last ones. */
    size_t max_bytes_in_flight;
    /* Jobs waiting; submit refuses more; 0: 100,000. */
    size_t max_queued;
};

struct http_result {
    /* Never RETRY: when attempts run out THROTTLED stays THROTTLED and the rest becomes FATAL. */
    enum http_verdict verdict;
    /* Of the last attempt; valid during done() only. When the job ended while it waited (host marked
     * dead, cancelled, prepare said no) transport tells and status is 0. */
    const struct http_response *response;
    int attempts;
    int throttled;      /* attempts that were answered THROTTLED */
    int64_t waited_ms;  /* in queues and back-off */
    struct error error; /* one line for people, set unless verdict is OK */
};

/*
 * A job belongs to its owner, who fills it, submits it and must keep it until done() was called; the
 * engine links it through `engine_private`.
 */
struct http_job {
    struct http_request request;
    const struct http_sink *sink; /* NULL: the body is buffered */
    /* Signs. OK sends; REFRESH, DENIED or FATAL end the job with that verdict, nothing sent. NULL: none. */
    enum http_verdict (*prepare)(void *ctx, struct http_request *request, struct error *err);
    /* Reads an answer with transport OK (the engine itself decides on the rest: connect, time-out and
     * broken connections are RETRY; too large, sink refusals and TLS are FATAL). May set *out_wait_ms to
     * the pause that the server asked for (Retry-After, x-amz-retry-after); it is untouched otherwise.
     * The line in err is for people; without one the engine writes its own. NULL: 2xx is OK, all else
     * FATAL. */
    enum http_verdict (*classify)(void *ctx, const struct http_response *response,
                                  int64_t *out_wait_ms, struct error *err);
    /* The job is the owner's again: it may be submitted anew or freed. May submit and cancel; may not
     * run or free the engine (nor may any other callback). */
    void (*done)(void *ctx, struct http_job *job, const struct http_result *result);
    void *ctx;
    void *engine_private;
};

struct http_engine *http_engine_new(const struct http_engine_options *options);
/* Every job still inside must have come back (http_engine_cancel_all, then run) before this. */
void http_engine_free(struct http_engine *e);

/* Takes the job in. False when the queue is full: nothing was taken. May be called from within done(). */
bool http_engine_submit(struct http_engine *e, struct http_job *job, struct error *err);

/* Lets things happen: waits at most `timeout_ms` for something, also with no job inside, starts what may start, and calls done()
 * for everything that ended. Returns the number of jobs still inside. */
size_t http_engine_run(struct http_engine *e, int64_t timeout_ms);

/* The number of jobs inside. */
size_t http_engine_jobs(const struct http_engine *e);

/* Makes all jobs inside come back with HTTP_TRANSPORT_CANCELLED at the next run. */
void http_engine_cancel_all(struct http_engine *e);

struct http_engine_stats {
    uint64_t attempts, retries, throttled, bytes_received, connect_failures;
    size_t queued, running, dead_hosts;
};
void http_engine_stats(const struct http_engine *e, struct http_engine_stats *out);

#endif
