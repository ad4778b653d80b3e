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

/*
 * What an error of connect() says. `at_once`: connect() itself gave it, before anything was sent, as where this machine has no
 * route there or no IPv6; later it is what came back: "unreachable" from a router on the way is no answer from the
 * address, as silence is. (It is also what a machine sees whose own gateway is down, which cannot be told apart.)
 */
enum probe_state probe_knock_meaning(int code, bool at_once);

/* Begins; `answer` gets what is found. KNOCK_WAITS or KNOCK_FAILED. */
enum probe_knock_step probe_knock_begin(struct probe_knock *k, const char *address, int port,
                                        struct probe_answer *answer);
/* POLLIN or POLLOUT. */
short probe_knock_events(const struct probe_knock *k);
/* Something happened at the descriptor. */
enum probe_knock_step probe_knock_go_on(struct probe_knock *k, struct probe_answer *answer);
void probe_knock_end(struct probe_knock *k);

/* Whether this machine knows a way to an address; nothing is sent. */
bool probe_knock_has_route(const char *address);

#endif
