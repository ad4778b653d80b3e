#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_OVERLAP_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_OVERLAP_H

#include "providers/aws/flowlogs/flow_groups.h"

/*
 * What several sources tell of the same flows: an interface may be logged to S3 and to a log group, or by its network and
 * by itself. Their sums must not be added up. Two groups tell of the same flows when interface, addresses, port, protocol,
 * action and hour are the same, whatever else one of the logs says; then the most counts, under the name that came first.
 * Formats that have not even these fields cannot be held against each other.
 */
struct flow_overlap;

struct flow_overlap *flow_overlap_new(size_t max); /* groups */
void flow_overlap_free(struct flow_overlap *o);    /* NULL is fine */
void flow_overlap_clear(struct flow_overlap *o);

/* What is added next is another source's. */
void flow_overlap_source(struct flow_overlap *o);

/* A group of the source, whose groups all differ. False when it would be one too many: its flows are counted as lost. */
bool flow_overlap_add(struct flow_overlap *o, const struct flow_group *group);
void flow_overlap_add_all(struct flow_overlap *o, const struct flow_groups *groups); /* with what that one has lost */

size_t flow_overlap_count(const struct flow_overlap *o);
const struct flow_group *flow_overlap_at(const struct flow_overlap *o, size_t index); /* in order of coming */
uint64_t flow_overlap_lost(const struct flow_overlap *o); /* flows */

#endif
