#ifndef TESTS_FAKECLOUD_LEDGER_H
#define TESTS_FAKECLOUD_LEDGER_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>

/*
 * What was asked, for whoever measures a scan. In JSON:
 *   {"calls", "throttled", "refused", "spoilt", "peak_parallel", "seconds",
 *    "operations": {"ec2 DescribeVpcs": {"calls", "throttled", "refused", "spoilt"}…}}
 * calls: all that arrived whole; throttled: of these, refused for their rate; refused: for anything else;
 * spoilt: what a rule of --faults did something to. Calls whose operation is not known count as
 * "SERVICE ?". seconds: from the first call to the end of the last answer.
 */
struct ledger;

struct ledger *ledger_new(const struct clock *clock); /* the clock is borrowed */
void ledger_free(struct ledger *l);                   /* NULL is fine */

/* A request begins to arrive, its exchange is over. */
void ledger_begin(struct ledger *l);
void ledger_end(struct ledger *l);

enum ledger_end { LEDGER_ANSWERED, LEDGER_THROTTLED, LEDGER_REFUSED };

/* `service` and `operation` NULL: not known. */
void ledger_note(struct ledger *l, const char *service, const char *operation, enum ledger_end end, bool spoilt);

/* Writes it to a file. */
bool ledger_write(const struct ledger *l, const char *path, struct error *err);

#endif
