#ifndef SCANNER_ACCOUNT_REGIONS_H
#define SCANNER_ACCOUNT_REGIONS_H

struct account_walk;

/* Which regions an account has: the config's, else what the account says, else what it said last time. Goes
 * on with account_plan_start(). */
void account_regions_start(struct account_walk *a);

/* Takes the config's list or last night's into a->enabled, asking nobody; empty when neither is there. */
void account_regions_recall(struct account_walk *a);

#endif
