#ifndef SCANNER_ACCOUNT_LOGS_H
#define SCANNER_ACCOUNT_LOGS_H

#include "scanner/read.h"

struct account_walk;

/* Only for scanner/account_plan.c: what became of logs that were read before the accounts were walked, as an account's reads have
 * it. */

/* Of a type that is summed up or picked from logs: how those of the account's region were read. The reason lives as long as what
 * tells of them. */
enum outcome account_logs_outcome(const struct account_walk *a, const struct resource_type *type, const char *region,
                                  const char **out_reason);

/* Whether the config names any such logs. */
bool account_logs_named(const struct account_walk *a, const struct resource_type *type);

/* Tells a read that was not started yet how it ends, or the worst that it can end like. */
void account_logs_note(const struct account_walk *a, struct read *r);

#endif
