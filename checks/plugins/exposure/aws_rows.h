#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_ROWS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_ROWS_H

#include "checks/check.h"
#include "checks/plugins/exposure/aws_tally.h"

struct json_object;

/* Of what kinds the verdict rests on what an earlier night saw, or on nothing: bits. */
unsigned aws_rows_unread(const struct check_view *view, const struct aws_group *g);

/*
 * What is said of one row (ports.h) of a group, by what it reaches (aws_tally.h).
 *
 * Severity (far: an administration port, or one that leads to data; also one to which a load balancer passes on what gets to
 * the row's port, since who asks its 443 is connected to a database all the same):
 *   reachable, unknown   critical  where a far port is reached
 *                        high      where any other port is; medium for a protocol without ports
 *                        medium    where that is only by way of load balancers, at ports where they are expected to be
 *                                  public: what they publish is theirs to answer for, and the rule would let in everybody
 *                                  as soon as there is an address, as one of what is attached would
 *   unknown, since it is behind a firewall alone: one grade lower
 *   attached             medium
 *   open_by_rule         low
 * Whatever is reached: ICMP, and a port of expected_public that leads nowhere far, are low; the latter on groups that only load
 * balancers have is no finding, where expected_public.on says load_balancer. A network load balancer without groups has no row:
 * what it passes on is a row of its targets' groups, if those let the internet in.
 *
 * Evidence: sources, ports; reach: reachable | attached | open_by_rule | unknown; because: what keeps the internet out, of
 * `attached`, or why nobody knows, of `unknown`; behind, affected_teams: lists (aws_behind.h, names.h); where there are any
 * also with: the groups that open it only together with this one (aws_joint.h); through: the load balancers by which alone it
 * is reached (detail, where something else is at its own address); leads_to: far ports to which load balancers pass on
 * ("tcp/22"); inspected: what looks at the traffic.
 * Detail: vpc; interfaces, load_balancers, public_addresses, reachable: counts; addresses (aws_tally.h), addresses_left_out;
 * families, opens (marks.h); behind, affected_teams, with: where the evidence has no room for the names (names.h);
 * unread: what is not known, of `unknown`; and of any row what was not read tonight, so that it may be as an earlier night
 * saw it.
 */
struct aws_row {
    const struct aws_group *group;
    const struct open_row *open;
    const struct aws_ids *with;
    const struct aws_tally *tally;
    struct json_object *params;
    bool cards_read; /* interfaces of the group's region are known */
    unsigned unread; /* of aws_rows_unread() */
};

const char *aws_rows_reach(const struct aws_row *r);

/* NULL: no finding. */
const char *aws_rows_severity(const struct aws_row *r);

/* json_object_put() */
struct json_object *aws_rows_evidence(const struct aws_row *r);
struct json_object *aws_rows_detail(const struct aws_row *r);

#endif
