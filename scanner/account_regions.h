#ifndef SCANNER_ACCOUNT_REGIONS_H
#define SCANNER_ACCOUNT_REGIONS_H

#include "core/model/outcome.h"

#include <stdbool.h>

struct account_walk;

/* How the regions of an account are known tonight. */
enum account_regions {
    ACCOUNT_REGIONS_CONFIGURED, /* by the config: others are not wanted */
    ACCOUNT_REGIONS_LISTED,     /* by the account: others are switched off */
    ACCOUNT_REGIONS_RECALLED,   /* as last night: of those in neither list nothing is known */
};

/* Which regions an account has: the config's, else what the account says, else what it said last time. Goes
 * on with account_plan_start(). */
void account_regions_start(struct account_walk *a);

/* The same for an account that cannot be asked: the config's, else last night's, and the list's own scope
 * ends with this outcome. False after a fault of the store, which has been told. */
bool account_regions_shut(struct account_walk *a, enum outcome outcome, const char *reason);

#endif
