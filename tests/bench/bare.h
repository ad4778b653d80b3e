#ifndef TESTS_BENCH_BARE_H
#define TESTS_BENCH_BARE_H

#include "core/base/error.h"
#include "tests/bench/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What yomawari is measured against: libcurl's multi interface with as many handles as one host gets
 * connections, each set up once and run again and again, sending a request of the same size with a
 * signature that is always the same. What arrives is thrown away, or goes into parse.h.
 */
struct bare;

struct bare_options {
    const char *url; /* of the page */
    const char *ca_file;
    const struct page_kind *kind;
    size_t connections;
    bool parse;
};

struct bare *bare_new(const struct bare_options *options);
void bare_free(struct bare *b);

/* Makes so many calls. False where one fails, or brings another number of bytes than the first. */
bool bare_run(struct bare *b, size_t calls, struct error *err);
/* Of the last run. */
uint64_t bare_bytes(const struct bare *b);

#endif
