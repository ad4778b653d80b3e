#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_VERDICTS_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_VERDICTS_H

#include "checks/plugins/exposure/gcp_reach.h"

/*
 * Rows of findings. One (key, subject) is open in several networks, or for several exposures (gcp_firewall.h): the surest
 * exposure counts, of that what was read tonight, then what is best reached, then the first network by name. Networks and
 * what is reached are those of all rows that have that exposure.
 *
 * Severity, by what is reached (gcp_reach.h):
 *   reachable, unknown   critical  everything, an administration port, a port that leads to data
 *                        high      any other port
 *                        medium    protocols without ports
 *   attached             medium
 *   open_by_rule         low
 * Whatever is reached: ICMP and a port of expected_public is low. Where a firewall endpoint looks at it first, it is one
 * grade lower; countries and threat lists are strangers, but not all: low.
 * A port of expected_public that is reachable through load balancers alone is no finding, if these may have it (`on`).
 *
 * Evidence: network, sources, ports, targets, rules, action (of policies), reach, because, behind, affected_teams. Detail:
 * instances, public_addresses (that are reached), addresses (gcp_reach.h); families, opens (marks.h); behind,
 * affected_teams: of many the names (names.h); not_looked_at: what may lead answers elsewhere (dynamic_routes, of routers with
 * peers; a route that they tell for all the internet would go before the gateway's).
 */
struct gcp_verdict {
    char *key, *subject;
    char *network;        /* its id; NULL: none */
    char *rule;           /* the owner's name, where it is part of the evidence; NULL: it is not */
    struct gcp_open_row row; /* taken over; its owner is not used */
    enum gcp_exposure exposure;
    bool proven;
    struct gcp_reached reached;
};

struct gcp_verdicts {
    struct gcp_verdict *items;
    size_t count;
};

/* Takes over what `v` holds. */
void gcp_verdicts_add(struct gcp_verdicts *all, const struct gcp_verdict *v);
void gcp_verdicts_release(struct gcp_verdicts *all);

/* Which members evidence has. */
enum gcp_evidence { GCP_OF_RULE, GCP_OF_POLICY, GCP_OF_LENDER };

/* Gives the rows. `params`: of the check. The list is sorted. */
bool gcp_verdicts_give(struct gcp_verdicts *all, enum gcp_evidence kind, struct json_object *params,
                       check_result_fn result, void *ctx, struct error *err);

#endif
