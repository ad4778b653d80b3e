#ifndef SCANNER_ACCOUNT_SETTLE_H
#define SCANNER_ACCOUNT_SETTLE_H

#include "core/model/outcome.h"

#include <stdbool.h>

struct account_walk;

/* Scopes that earlier nights knew and tonight's plan of the account leaves out: out of scope where the config wants them no
 * more, blocked where the account has switched the region off, else, where nothing is known of the region tonight,
 * ended as `unknown`. With filters nothing is touched. False when the walk cannot go on (account_broken()). */
bool account_settle_scopes(struct account_walk *a, enum outcome unknown, const char *why);

/* Whether the target's plan holds the type anywhere; a read that is no resource type counts as wanted. */
bool account_settle_wants(const struct account_walk *a, const char *type);

#endif
