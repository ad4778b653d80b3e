#ifndef CORE_PROBE_PROBE_KNOCK_H
#define CORE_PROBE_PROBE_KNOCK_H

#include "core/probe/probe_answer.h"

#include <stdbool.h>

/* A TCP connection that is made to hear whether anybody is there, and what is said without being asked. Never
 * blocks: the caller waits for the descriptor and calls again. */
struct probe_knock {
    int fd; /* -1: none */
    bool connected;
};

enum probe_knock_step {
    KNOCK_WAITS,  /* for what probe_knock_events() says */
    KNOCK_OPEN,   /* connected just now; waits for a greeting */
    KNOCK_HEARD,  /* a greeting came, and is in the answer */
    KNOCK_CLOSED, /* the other side hung up without a word */
    KNOCK_FAILED, /* refused, silent or unasked: the answer says which */
};

/* Begins; `answer` gets what is found. KNOCK_WAITS or KNOCK_FAILED. */
enum probe_knock_step probe_knock_begin(struct probe_knock *k, const char *address, int port,
                                        struct probe_answer *answer);
/* POLLIN or POLLOUT. */
short probe_knock_events(const struct probe_knock *k);
/* Something happened at the descriptor. */
enum probe_knock_step probe_knock_go_on(struct probe_knock *k, struct probe_answer *answer);
void probe_knock_end(struct probe_knock *k);

#endif
