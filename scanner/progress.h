#ifndef SCANNER_PROGRESS_H
#define SCANNER_PROGRESS_H

#include "core/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct loop;
struct walk_totals;

/* One line on a terminal that is written over: accounts, calls, throttles, time left. All functions take
 * NULL: then there is none. */
struct progress {
    FILE *out;
    struct clock clock;
    size_t accounts;
    int64_t began_ms, shown_ms;
    bool shown;
};

enum { PROGRESS_EVERY_MS = 250 };

/* NULL when `out` is no terminal. */
struct progress *progress_new(FILE *out, struct clock clock);
void progress_free(struct progress *p);

void progress_expect(struct progress *p, size_t accounts);
void progress_show(struct progress *p, const struct loop *loop, const struct walk_totals *totals);
void progress_clear(struct progress *p); /* before any other line is written */

#endif
