#ifndef SCANNER_LOGS_FLOW_LOGS_HELD_H
#define SCANNER_LOGS_FLOW_LOGS_HELD_H

#include "core/base/error.h"
#include "providers/aws/flowlogs/flow_groups.h"

struct flow_logs;

/*
 * Rows of an account and region that wait for its read. A source that comes after others holds what it has summed up against
 * what these have told, so that nothing counts twice (providers/aws/flowlogs/flow_overlap.h).
 */

/* Adds the groups of one source. *out_lost: flows for which there was no room, of FLOW_LOGS_GROUPS_MAX groups. False with a
 * fault of the disk. */
bool flow_logs_held_join(struct flow_logs *l, const char *account, const char *region, const struct flow_groups *groups,
                         uint64_t *out_lost, struct error *err);

#endif
