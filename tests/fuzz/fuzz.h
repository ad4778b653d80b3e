#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What each fuzz target defines. The name is libFuzzer's. Bytes live until it returns; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program when a property does not hold, as libFuzzer and replay.c want it. */
#define FUZZ_REQUIRE(property) fuzz_require((property), #property)

static inline void fuzz_require(bool holds, const char *property)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", property);
    abort();
}

static inline struct text fuzz_text(const uint8_t *data, size_t size)
{
    return (struct text){ (const char *)data, size };
}

#endif
