#ifndef CORE_HTTP_LIMITER_H
#define CORE_HTTP_LIMITER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How fast one limit key may go: a token bucket of the documented rate and burst (times our share), and
 * below it, once an answer said "throttled", a rate that is found out: cut to 0.7 of what was really
 * sent, then grown along the cubic curve of CUBIC (RFC 9438) as the AWS SDKs' adaptive mode does. Pure:
 * time is passed in, milliseconds that never go back.
 */
struct limiter {
    double rate_per_s,
        burst; /* after our share; rate 0: none documented; burst 0: not stated yet */
    double tokens;
    int64_t filled_ms; /* when `tokens` was right */
    bool slowed;       /* was throttled, and has not grown back to the documented rate */
    double slow_rate_per_s;
    double rate_at_throttle; /* CUBIC's W_max */
    int64_t throttled_ms;    /* when the rate was last cut */
    double sent_per_s;       /* measured, smoothed */
    int64_t slot;            /* the half second being counted */
    double slot_sent;
};

/* No limit; the bucket is full once one is stated. */
void limiter_init(struct limiter *l, int64_t now_ms);

/* States the documented numbers, times `share`; a rate that is not a positive number means no limit.
 * A burst below one is one, or nothing could ever be sent. May be said again, and changed: that gives no tokens. */
void limiter_set(struct limiter *l, double rate_per_s, double burst, double share);

/* 0 when a token is there, else milliseconds until there is one. */
int64_t limiter_wait_ms(struct limiter *l, int64_t now_ms);
/* How many are there, once limiter_wait_ms() gave 0; INT64_MAX where nothing limits. */
int64_t limiter_tokens(const struct limiter *l);
/* Milliseconds from one token to the next, at least 1. */
int64_t limiter_interval_ms(const struct limiter *l);
/* Takes the token that limiter_wait_ms() said was there: something is sent now. */
void limiter_take(struct limiter *l, int64_t now_ms);

/* An answer came to what was sent at `sent_ms`. */
void limiter_answered(struct limiter *l, bool throttled, int64_t sent_ms, int64_t now_ms);

/* Whether forgetting it would change nothing: full, and its last throttle long ago. */
bool limiter_is_calm(const struct limiter *l, int64_t now_ms);

#endif
