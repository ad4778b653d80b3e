#ifndef TESTS_BENCH_CHANCE_H
#define TESTS_BENCH_CHANCE_H

#include <stdint.h>

/* The same numbers in every run. */
struct chance {
    uint64_t state; /* the seed at first */
};

unsigned chance_below(struct chance *c, unsigned bound);

#endif
