#include "core/http/breaker.h"

#include <string.h>

void breaker_init(struct breaker *b)
{
    *b = (struct breaker){ .state = BREAKER_ALIVE };
}

bool breaker_allows(const struct breaker *b, int64_t now_ms)
{
    return b->state == BREAKER_ALIVE || (b->state == BREAKER_DEAD && now_ms >= b->trial_ms);
}

void breaker_started(struct breaker *b)
{
    if (b->state == BREAKER_DEAD)
        b->state = BREAKER_TRIAL;
}

static bool failed(struct breaker *b, const struct http_response *response, int64_t now_ms)
{
    b->failures++;
    b->why = response->transport;
    memcpy(b->message, response->message, sizeof b->message);
    if (b->state == BREAKER_ALIVE && b->failures < BREAKER_FAILURES)
        return false;
    b->state = BREAKER_DEAD;
    b->trial_ms = now_ms + BREAKER_TRIAL_EVERY_MS;
    return true;
}

bool breaker_ended(struct breaker *b, const struct http_response *response, int64_t now_ms)
{
    if (response->transport == HTTP_TRANSPORT_TIMEOUT && response->status == 0)
        return failed(b, response, now_ms); /* not so much as a status line */
    switch (response->transport) {
    case HTTP_TRANSPORT_RESOLVE:
    case HTTP_TRANSPORT_CONNECT:
        return failed(b, response, now_ms);
    case HTTP_TRANSPORT_CANCELLED:
        if (b->state == BREAKER_TRIAL)
            b->state = BREAKER_DEAD; /* trial_ms has passed: the next may try at once */
        return false;
    default: /* `why` and `message` stay: what failed meanwhile may still have to be told */
        b->state = BREAKER_ALIVE;
        b->failures = 0;
        return false;
    }
}
