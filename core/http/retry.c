#include "core/http/retry.h"

enum {
    PAUSE_CAP_MS = 20 * 1000,
    QUOTA = 500,
    PRICE = 5,
    PRICE_TIMEOUT = 10, /* a time-out held a connection for long: dearer */
};

int64_t retry_pause_ms(int attempts, int64_t server_ms, const struct random_source *random)
{
    int64_t cap = PAUSE_CAP_MS;
    if (attempts <= 5) /* 2^5 s is over the cap */
        cap = (int64_t)1000 << (attempts < 1 ? 0 : attempts - 1);
    int64_t pause =
        (int64_t)random_below(random, (uint64_t)(cap < PAUSE_CAP_MS ? cap : PAUSE_CAP_MS) + 1);
    if (server_ms <= pause)
        return pause;
    return server_ms - pause > RETRY_SERVER_EXTRA_MS ? pause + RETRY_SERVER_EXTRA_MS : server_ms;
}

void retry_quota_init(struct retry_quota *q)
{
    q->tokens = QUOTA;
}

bool retry_quota_take(struct retry_quota *q, enum retry_cause cause, int *taken)
{
    int price = cause == RETRY_TIMEOUT ? PRICE_TIMEOUT : PRICE;
    if (q->tokens < price)
        return false;
    q->tokens -= price;
    *taken += price;
    return true;
}

void retry_quota_give(struct retry_quota *q, int taken)
{
    q->tokens += taken > 0 ? taken : 1;
    if (q->tokens > QUOTA)
        q->tokens = QUOTA;
}

bool retry_quota_is_full(const struct retry_quota *q)
{
    return q->tokens == QUOTA;
}
