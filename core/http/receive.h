#ifndef CORE_HTTP_RECEIVE_H
#define CORE_HTTP_RECEIVE_H

#include "core/http/transport.h"

#include <stdbool.h>

/*
 * Turns what arrives into a response: the part of a transport that does not depend on what carries it.
 * Keeps the caps, feeds the sink, refuses encodings other than gzip. The order: head lines, the empty
 * line, the body in pieces; interim answers (1xx) before, trailers after are ignored.
 */

/* Bytes of all head lines together; more ends the exchange with TOO_LARGE. */
#define RECEIVE_HEAD_MAX (64 * 1024)

enum receive_state {
    RECEIVE_STATUS, /* waits for a status line */
    RECEIVE_HEAD,   /* reads header lines */
    RECEIVE_BODY,   /* final answer's head is over */
    RECEIVE_CUT, /* an answer that is not 2xx passed HTTP_ERROR_BODY_MAX: enough was read, all is well */
    RECEIVE_FAILED, /* response.transport and message say why */
};

struct receive {
    struct http_exchange *x; /* borrowed */
    enum receive_state state;
    size_t head_bytes;
    struct error told; /* by sinks and headers: one room for all lines, for clearing it costs more than they do */
};

/* `x->response` must be empty, as http_response_init() leaves it. */
void receive_init(struct receive *r, struct http_exchange *x);

/* One line of the head, with or without its CR LF; the empty line ends the head. False: stop the transfer. */
bool receive_head_line(struct receive *r, struct text line);
/* A piece of the body, decompressed. False: stop the transfer. */
bool receive_body(struct receive *r, struct text piece);

#endif
