#ifndef SCANNER_ACCOUNT_PLAN_H
#define SCANNER_ACCOUNT_PLAN_H

#include "core/model/outcome.h"

#include <stdbool.h>

struct account_walk;

/* Plans the account over a->enabled and reads the plan; ends with account_finish(). Known scopes in regions
 * of which nothing is known tonight (ACCOUNT_REGIONS_RECALLED) end as `unknown`. */
void account_plan_start(struct account_walk *a, enum outcome unknown, const char *why);

/* Plans it, and records every scope of the plan, and those in unknown regions, with this outcome, reading
 * nothing. */
void account_plan_shut(struct account_walk *a, enum outcome outcome, const char *reason);

void account_plan_release(struct account_walk *a);

#endif
