#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_COVERAGE_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_COVERAGE_H

#include <stddef.h>

struct json_object;
struct map;

/*
 * Whether flow logs of AWS would show who was asked outside: kept by the id of what they are of (network, subnet,
 * interface), the best log of each.
 */
struct map *outbound_dns_coverage_new(void); /* map_free() it */

struct outbound_dns_coverage_log {
    const char *account, *region;
    struct json_object *config; /* as DescribeFlowLogs has it */
    struct json_object *named;  /* which log groups are read: the setting flow_log_groups */
    struct json_object *tables; /* which tables over logs are asked: the setting athena_flow_logs */
};

/* Notes a flow log. */
void outbound_dns_coverage_note(struct map *coverage, const struct outbound_dns_coverage_log *log);

/* Why none of the logs of these would show it, in words of the one that comes nearest; NULL: one would. Static text. */
const char *outbound_dns_coverage_blind(const struct map *coverage, const char *const *places, size_t count);

#endif
