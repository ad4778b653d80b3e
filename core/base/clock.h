#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdint.h>

/* Time is passed in, so that a test can own it. wall: milliseconds since 1970 UTC, may jump, for dates
 * and signatures. mono: milliseconds since some start, never goes back, for waiting. */
struct clock {
    int64_t (*wall_ms)(void *ctx);
    int64_t (*mono_ms)(void *ctx);
    void *ctx;
};

/* The machine's clock. */
struct clock clock_system(void);

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_wall_s(const struct clock *c);
int64_t clock_mono_ms(const struct clock *c);

/* Randomness is passed in too; for jitter and names, never for keys. */
struct random_source {
    uint32_t (*next)(void *ctx);
    void *ctx;
};

struct random_source random_system(void);

/* An even draw from [0, below); 0 when below is 0. */
uint64_t random_below(const struct random_source *r, uint64_t below);

#endif
