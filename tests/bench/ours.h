#ifndef TESTS_BENCH_OURS_H
#define TESTS_BENCH_OURS_H

#include "core/base/error.h"
#include "tests/bench/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * yomawari's own way of making a call: gate, request, limits, signature, transport, reader, as
 * scanner/ask.h puts them together, with nothing behind it: items are counted and freed. As in a scan the
 * calls belong to many accounts, each with credentials of its own, and go through its regions a few at a
 * time.
 */
struct ours;

struct ours_options {
    const char *ca_file;
    const struct page_kind *kind;
};

/* The endpoint and the keys come from the environment, as for any scan. */
struct ours *ours_new(const struct ours_options *options, struct error *err);
void ours_free(struct ours *o);

/* Enters as many accounts as so many calls take, new ones each time: nothing that an earlier run left behind
 * is of use to them. Not measured: those calls to STS are of another kind. */
bool ours_enter(struct ours *o, size_t calls, struct error *err);
/* Then makes the calls. */
bool ours_run(struct ours *o, size_t calls, struct error *err);
/* Closes the accounts' doors; gives the items of the run. */
uint64_t ours_leave(struct ours *o);

#endif
