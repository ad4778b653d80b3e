#ifndef SCANNER_MANY_H
#define SCANNER_MANY_H

#include "scanner/bulk.h"

/*
 * Events of types that say `many`: their own list, asked about many accounts at once before these are walked, since a
 * quota counts calls and not accounts. What comes waits in the holding, redacted, and each account's own read takes it
 * from there; what it must bring (evidence_ask()), its outcome and its cursor are the same as if it had asked.
 *
 * A list is about at most type->many_size accounts of a target whose reads begin within MANY_SPAN_S of each other; it
 * begins where the first of them does. One that fails is asked again in halves, until what is refused stands alone: an
 * account by itself is left to its own read, which finds the right outcome, and so is all that is left after
 * MANY_REFUSALS_MAX such lists of a type. Once one was throttled to the end nothing more is asked of its service
 * here: the quota is used up, and a list an account would only wait for the same. Of the accounts that were not asked the
 * holding says so, and their reads end throttled; --resume or the next night begins where they stood.
 */
enum { MANY_SPAN_S = 24 * 3600, MANY_REFUSALS_MAX = 100, MANY_PAGES_MAX = 100000 };

/* Asks all targets. *holding is opened where it is NULL and something is asked. False with a fault of the disk, or of the
 * store, or when it was interrupted. */
bool many_read(const struct bulk_options *o, const struct found *found, struct holding **holding,
               struct error *err);

#endif
