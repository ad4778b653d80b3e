#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_GROUPS_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_GROUPS_H

#include "providers/aws/flowlogs/flow_record.h"

#include <stddef.h>

/*
 * Flows summed up by who asked whom in which hour. A table with a stated maximum of groups: flows of further ones are
 * counted, so that nobody takes what is there for all there was.
 */
#define FLOW_SERVICE_MAX 128 /* bytes of "CLUSTER/SERVICE"; longer ones, of up to 255 + 255, are not told */
#define FLOW_WORD_MAX 32 /* bytes of an account, a region or a resource id, NUL included: subnet-0123456789abcdef0 has 25 */

/* What makes a group. Compared byte by byte: unused bytes are zero. */
struct flow_key {
    char account[FLOW_WORD_MAX], region[FLOW_WORD_MAX], vpc[FLOW_WORD_MAX], interface_id[FLOW_WORD_MAX];
    struct flow_address source, destination;
    int64_t hour; /* unix seconds, of the flow's start */
    uint16_t port;
    uint8_t protocol, action; /* enum flow_action */
    uint8_t is_egress, has_source;
    uint8_t unused[2];
};

struct flow_group {
    struct flow_key key;
    /* Of what flows of one group tell differently the least, whatever their order. "": not told */
    char subnet[FLOW_WORD_MAX], instance[FLOW_WORD_MAX];
    char service[FLOW_SERVICE_MAX]; /* of ECS: "CLUSTER/SERVICE", either may be missing */
    uint64_t packets, bytes, flows; /* stay at their most rather than begin again */
    int64_t first, last;            /* unix seconds: the earliest start, the latest end */
    uint8_t path; /* likewise; 0: not told */
};

struct flow_groups;

/* `seed`: random, so that nobody can choose addresses that fall on one place. */
struct flow_groups *flow_groups_new(size_t max, uint64_t seed);
void flow_groups_free(struct flow_groups *g); /* NULL is fine */
void flow_groups_clear(struct flow_groups *g); /* keeps its room */

/* Adds a flow, or what another table has summed up. False when the group would be one too many: its flows are counted
 * as lost. */
bool flow_groups_add(struct flow_groups *g, const struct flow_group *group);
void flow_groups_add_all(struct flow_groups *g, const struct flow_groups *other); /* with what that one has lost */

size_t flow_groups_count(const struct flow_groups *g);
const struct flow_group *flow_groups_at(const struct flow_groups *g, size_t index); /* in order of coming */
uint64_t flow_groups_lost(const struct flow_groups *g); /* flows */

#endif
