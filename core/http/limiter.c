#include "core/http/limiter.h"

#include <math.h>

/* CUBIC's constants, and the floor below which no key is slowed: all as in the AWS SDKs. */
#define SCALE 0.4
#define BETA 0.7
#define SMOOTHING 0.8
#define LEAST_PER_S 0.5
enum {
    SLOT_MS = 500,
    CALM_AFTER_MS = 60 * 1000, /* a minute after a throttle its lesson is stale */
};

void limiter_init(struct limiter *l, int64_t now_ms)
{
    *l = (struct limiter){ .filled_ms = now_ms, .slot = now_ms / SLOT_MS };
}

void limiter_set(struct limiter *l, double rate_per_s, double burst, double share)
{
    bool limited = isfinite(rate_per_s) && rate_per_s > 0;
    double room = isfinite(burst) && burst * share > 1 ? burst * share : 1;
    if (l->burst == 0)
        l->tokens = room;
    l->tokens = fmin(l->tokens, room);
    l->rate_per_s = limited ? rate_per_s * share : 0;
    l->burst = room;
}

/* What holds now; 0: nothing does. */
static double effective_rate(const struct limiter *l)
{
    if (!l->slowed)
        return l->rate_per_s;
    return l->rate_per_s > 0 ? fmin(l->rate_per_s, l->slow_rate_per_s) : l->slow_rate_per_s;
}

/* While slowed a second's worth, so that the found rate is not hidden by a documented burst. */
static double effective_burst(const struct limiter *l)
{
    double rate = effective_rate(l);
    if (!l->slowed)
        return l->burst;
    return fmax(1, l->rate_per_s > 0 ? fmin(l->burst, rate) : rate);
}

static void fill(struct limiter *l, int64_t now_ms)
{
    double gained = effective_rate(l) * (double)(now_ms - l->filled_ms) / 1000;
    l->tokens = fmin(l->tokens + gained, effective_burst(l));
    l->filled_ms = now_ms;
}

static int64_t whole_ms(double ms)
{
    return ms < 1 ? 1 : (int64_t)ceil(fmin(ms, 1e12));
}

/* A token short by less than this is there: what a chain of additions loses. */
#define NEARLY_ONE (1 - 1e-9)

int64_t limiter_wait_ms(struct limiter *l, int64_t now_ms)
{
    double rate = effective_rate(l);
    if (!(rate > 0))
        return 0;
    fill(l, now_ms);
    if (l->tokens >= NEARLY_ONE)
        return 0;
    return whole_ms((1 - l->tokens) / rate * 1000);
}

int64_t limiter_tokens(const struct limiter *l)
{
    if (!(effective_rate(l) > 0))
        return INT64_MAX;
    return l->tokens < 1 ? 1 : (int64_t)fmin(l->tokens, 1e12); /* 1: one that is nearly there */
}

int64_t limiter_interval_ms(const struct limiter *l)
{
    double rate = effective_rate(l);
    return rate > 0 ? whole_ms(1000 / rate) : 1;
}

/* Closes the half seconds that are over: their rate counts four fifths, all before one fifth. */
static void measure(struct limiter *l, int64_t now_ms)
{
    int64_t slot = now_ms / SLOT_MS;
    if (slot <= l->slot)
        return;
    double per_s = l->slot_sent * 1000 / (double)((slot - l->slot) * SLOT_MS);
    l->sent_per_s = per_s * SMOOTHING + l->sent_per_s * (1 - SMOOTHING);
    l->slot = slot;
    l->slot_sent = 0;
}

void limiter_take(struct limiter *l, int64_t now_ms)
{
    measure(l, now_ms);
    l->slot_sent += 1;
    if (effective_rate(l) > 0)
        l->tokens = fmax(l->tokens - 1, 0);
}

/* What is really sent; before the first slot is over, what that one holds. */
static double sent_per_s(struct limiter *l, int64_t now_ms)
{
    measure(l, now_ms);
    return l->sent_per_s > 0 ? l->sent_per_s : l->slot_sent * 1000 / SLOT_MS;
}

static void slow_down(struct limiter *l, int64_t now_ms)
{
    fill(l, now_ms);
    double sent = sent_per_s(l, now_ms);
    l->rate_at_throttle = l->slowed ? fmin(sent, l->slow_rate_per_s) : sent;
    l->slow_rate_per_s = fmax(LEAST_PER_S, l->rate_at_throttle * BETA);
    l->throttled_ms = now_ms;
    l->slowed = true;
    l->tokens = fmin(l->tokens, effective_burst(l));
}

static void speed_up(struct limiter *l, int64_t now_ms)
{
    fill(l, now_ms);
    double since_s = (double)(now_ms - l->throttled_ms) / 1000;
    double level_s = cbrt(l->rate_at_throttle * (1 - BETA) / SCALE); /* CUBIC's K */
    double grown = SCALE * pow(since_s - level_s, 3) + l->rate_at_throttle;
    /* Never more than twice what is really sent: a rate that nobody uses proves nothing. */
    grown = fmin(grown, 2 * sent_per_s(l, now_ms));
    l->slow_rate_per_s = fmax(LEAST_PER_S, grown);
    l->slowed = !(l->rate_per_s > 0 && l->slow_rate_per_s >= l->rate_per_s);
}

void limiter_answered(struct limiter *l, bool throttled, int64_t sent_ms, int64_t now_ms)
{
    if (!throttled && l->slowed)
        speed_up(l, now_ms);
    /* What was under way when the rate was cut says nothing of the new rate: one cut for one crowd. */
    else if (throttled && (!l->slowed || sent_ms >= l->throttled_ms))
        slow_down(l, now_ms);
}

bool limiter_is_calm(const struct limiter *l, int64_t now_ms)
{
    struct limiter then = *l;
    if (l->slowed && now_ms - l->throttled_ms < CALM_AFTER_MS)
        return false;
    fill(&then, now_ms);
    return !(effective_rate(l) > 0) || then.tokens >= effective_burst(l) * NEARLY_ONE;
}
