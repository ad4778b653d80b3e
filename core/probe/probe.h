#ifndef CORE_PROBE_PROBE_H
#define CORE_PROBE_PROBE_H

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/probe/probe_answer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Asks TCP ports what answers. For each: does a connection come about; what does the other side say by itself (a
 * greeting: SSH, SMTP, FTP, databases); if it waits, what are the names of its certificate (TLS), and what does it give for
 * GET / (status and title), with TLS or without. Nothing else is sent: no log-in, no second path, no redirect is followed.
 * Certificates are read, not verified.
 *
 * One thread; slow on purpose, so that nobody is disturbed: so many connections at once and so many new ones a second. A
 * port costs at most three connections and the sum of their times.
 */
enum {
    PROBE_QUESTIONS_MAX = 10000,
    PROBE_AT_ONCE_MAX = 64,
    PROBE_PER_SECOND_MAX = 100,
    PROBE_GREETING_MAX = 512,        /* bytes read of a greeting */
    PROBE_BODY_MAX = 64 * 1024,      /* bytes read of a page */
    PROBE_CONNECT_MS = 5000,
    PROBE_GREETING_MS = 2000,        /* servers that greet do so at once */
    PROBE_LOOK_MS = 10000,           /* of a TLS or HTTP exchange */
};

struct probe_question {
    const char *address; /* IPv4 or IPv6, as text */
    int port;            /* 1 to 65535 */
};

struct probe_options {
    struct clock clock;      /* mono */
    int at_once, per_second; /* 1 to the maxima; 0: 16 and 10 */
    int greeting_ms;         /* how long to wait for a greeting; 0: PROBE_GREETING_MS */
    const char *user_agent;  /* of GET / */
    bool (*interrupted)(void *ctx); /* may be NULL; then the rest is not asked */
    void *interrupted_ctx;
};

/* Told of each question once, in no order; the answer is borrowed. */
typedef void (*probe_answer_fn)(void *ctx, size_t question, const struct probe_answer *answer);

/* ERROR_USAGE for a question that is none, before anything is sent; ERROR_LIMIT beyond PROBE_QUESTIONS_MAX;
 * ERROR_IO when interrupted. What cannot be asked (no route, no sockets left) is an answer: PROBE_UNASKED. */
bool probe_ask(const struct probe_options *o, const struct probe_question *questions, size_t count, probe_answer_fn each,
               void *ctx, struct error *err);

#endif
