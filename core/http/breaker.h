#ifndef CORE_HTTP_BREAKER_H
#define CORE_HTTP_BREAKER_H

#include "core/http/http.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether one host is worth asking. A region that is down or does not exist must cost its own scopes
 * seconds and nobody else anything; libcurl also forgets failed look-ups at once.
 *
 *   ALIVE  three failures in a row to connect, to resolve, or to get a single byte of an answer in time → DEAD
 *   DEAD   nothing is sent; a minute after death one exchange may try → TRIAL
 *   TRIAL  that one runs; answered → ALIVE, not answered → DEAD for another minute
 *
 * Any answer, even a broken one or one that stopped on the way, says that somebody is there: ALIVE, whatever was
 * before. So one slow operation among others that are answered kills nobody, while a region that takes
 * connections and says nothing costs its own scopes a time-out and the walk no more.
 */
enum breaker_state { BREAKER_ALIVE, BREAKER_DEAD, BREAKER_TRIAL };

enum { BREAKER_FAILURES = 3, BREAKER_TRIAL_EVERY_MS = 60 * 1000 };

struct breaker {
    enum breaker_state state;
    int failures; /* in a row */
    int64_t trial_ms;
    enum http_transport_result why; /* of the last failure */
    char message[sizeof((struct http_response *)0)->message];
};

void breaker_init(struct breaker *b);
bool breaker_allows(const struct breaker *b, int64_t now_ms);
/* An exchange that breaker_allows() let pass begins. */
void breaker_started(struct breaker *b);
/* An exchange ended; true when the host is dead and was not before (or its trial failed): what is
 * queued for it should fail now. CANCELLED says nothing; it gives a trial back. */
bool breaker_ended(struct breaker *b, const struct http_response *response, int64_t now_ms);

#endif
