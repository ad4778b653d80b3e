#ifndef CORE_HTTP_TRANSPORT_H
#define CORE_HTTP_TRANSPORT_H

#include "core/base/list.h"
#include "core/http/http.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What carries exchanges: libcurl (transport_curl.h), or a script in a test. One thread. The engine
 * fills an exchange, starts it, polls, and takes those that ended; it never asks for more at one time
 * than its own limits allow, so a transport needs no queue and must not keep one: waiting in it would
 * count against the exchange's time.
 *
 * An exchange belongs to the engine. From start to take (or cancel) the transport may write to
 * `response`, `bytes_received`, `transport_private` and `link`, and reads the rest, which does not
 * change meanwhile; after, it forgets it.
 */
struct http_exchange {
    const struct http_request *request; /* passed http_request_check() */
    const struct http_sink *sink;       /* NULL: the body is buffered */
    int64_t connect_timeout_ms;         /* > 0 */
    int64_t timeout_ms;                 /* > 0: at the latest then it ends, with TIMEOUT */
    size_t max_response_bytes;          /* > 0; of the body, as decompressed */

    struct http_response response; /* empty at start; receive.h fills it */
    uint64_t bytes_received;       /* of the body, as decompressed, kept or not */
    void *transport_private;
    struct list link;
};

struct http_transport {
    /* Begins. Cannot fail: what goes wrong ends the exchange, to be taken like any other. Calls no sink. */
    void (*start)(void *ctx, struct http_exchange *x);
    /* Moves everything along, waiting at most `timeout_ms` for the first thing to happen (0: not at
     * all). Sinks are called from here only. */
    void (*poll)(void *ctx, int64_t timeout_ms);
    /* The next one that ended, response.transport and all set; NULL when there is none. */
    struct http_exchange *(*take)(void *ctx);
    /* Drops one that was started and not taken: it never comes out. Not called from within poll. */
    void (*cancel)(void *ctx, struct http_exchange *x);
    void *ctx;
};

#endif
