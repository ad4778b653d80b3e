#ifndef TESTS_BENCH_OURS_H
#define TESTS_BENCH_OURS_H

#include "core/base/error.h"
#include "tests/bench/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * yomawari's own way of making a call: gate, request, limits, signature, transport, reader, as
 * scanner/ask.h puts them together, with nothing behind it: items are counted and freed. As in a scan the calls belong
 * to many accounts, each with credentials of its own, and go through its regions a few at a time; the
 * calls that open the doors are counted too.
 */
struct ours;

struct ours_options {
    const char *ca_file;
    const struct page_kind *kind;
};

/* The endpoint and the keys come from the environment, as for any scan. */
struct ours *ours_new(const struct ours_options *options, struct error *err);
void ours_free(struct ours *o);

/* Makes so many calls and as many more as the accounts need to be entered; *out_calls has them all. */
bool ours_run(struct ours *o, size_t calls, size_t *out_calls, struct error *err);
/* Of the last run. */
uint64_t ours_items(const struct ours *o);

#endif
