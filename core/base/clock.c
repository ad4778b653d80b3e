#include "core/base/clock.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_wall_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_REALTIME);
}

static int64_t system_mono_ms(void *ctx)
{
    (void)ctx;
    return read_ms(CLOCK_MONOTONIC);
}

struct clock clock_system(void)
{
    return (struct clock){ system_wall_ms, system_mono_ms, NULL };
}

int64_t clock_wall_ms(const struct clock *c)
{
    return c->wall_ms(c->ctx);
}

int64_t clock_wall_s(const struct clock *c)
{
    return c->wall_ms(c->ctx) / 1000;
}

int64_t clock_mono_ms(const struct clock *c)
{
    return c->mono_ms(c->ctx);
}

static uint32_t system_next(void *ctx)
{
    (void)ctx;
    uint32_t value = 0;
    /* Cannot fail for 4 bytes once the kernel's pool is up (getrandom(2)). */
    if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value)
        abort();
    return value;
}

struct random_source random_system(void)
{
    return (struct random_source){ system_next, NULL };
}

uint64_t random_below(const struct random_source *r, uint64_t below)
{
    if (below == 0)
        return 0;
    uint64_t wide = ((uint64_t)r->next(r->ctx) << 32) | r->next(r->ctx);
    /* The bias of a modulus is below/2^64: nothing, for jitter. */
    return wide % below;
}
