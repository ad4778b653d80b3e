#ifndef CORE_HTTP_RETRY_H
#define CORE_HTTP_RETRY_H

#include "core/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * When to try again: the AWS SDKs' "standard" mode. Pause before attempt n+1: an even draw from 0 to
 * min(2^(n-1), 20) seconds, so that what failed together does not return together.
 */
enum {
    RETRY_ATTEMPTS_MAX = 10, /* whatever a request asks for */
    RETRY_SERVER_EXTRA_MS =
        5000, /* a server's own wish is honoured up to this over the drawn pause */
};

/* `attempts` made so far, from 1; `server_ms` the pause the server asked for, 0 for none. */
int64_t retry_pause_ms(int attempts, int64_t server_ms, const struct random_source *random);

/*
 * What retries may cost together, so that a service in trouble is not asked thrice for everything. The
 * engine keeps two kinds, each where the cause lives: faults (5xx, broken connections) draw on the
 * quota of their host, which all accounts share because its illness is theirs too; throttles draw on
 * the quota of their limit key, so that one account at its limit takes no retries from the others.
 */
struct retry_quota {
    int tokens;
};

enum retry_cause { RETRY_FAULT, RETRY_TIMEOUT };

void retry_quota_init(struct retry_quota *q); /* full: 500 */
/* Takes the price of one retry, 5 or after a time-out 10. False, and nothing taken, when too few are
 * left. Adds the price to *taken. */
bool retry_quota_take(struct retry_quota *q, enum retry_cause cause, int *taken);
/* A job came to a good end: it gives back what it took, or one token if it took nothing. */
void retry_quota_give(struct retry_quota *q, int taken);
bool retry_quota_is_full(const struct retry_quota *q);

#endif
