#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_REACH_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_REACH_H

#include "checks/gcp_open.h"
#include "checks/plugins/exposure/gcp_visits.h"

/*
 * What is reached through what a network's rules open. Each interface of each machine in the network is looked at with all
 * rules that are asked for it (gcp_effective.h), on each way by which packets come to it from the internet:
 *   an external address of its own   from where the network's routes lead back by the internet gateway
 *   a forwarding rule                likewise, and only to its ports, from its sources, where it serves the machine
 * A way is open at a row (gcp_open.h) when what the row's owner admits on it is the internet, as cidr.h has it, at one of
 * the row's ports in one of its families. Rules are blamed as in gcp_open.h: each as if the others allowed nothing.
 *
 *   reachable      an open way leads to a machine that runs
 *   unknown        one may: by secure tags, which machines do not show, by members of a group that are not known, or
 *                  since something was never read
 *   attached       the rules open it for a machine, but nothing gets there
 *   open_by_rule   for no machine at all
 *
 * Reasons, of attached: no_public_address, no_route (back by the internet gateway), not_forwarded (by the forwarding rules
 * of a machine without an address), stopped. Of unknown: secure_tags, members_unknown, not_read, other_projects (the
 * network is shared, and machines of one of its guests were never read, or nobody knows who these are), too_many (kinds of
 * machines).
 */
enum gcp_reach { GCP_REACHABLE, GCP_REACH_UNKNOWN, GCP_ATTACHED, GCP_OPEN_BY_RULE };

enum gcp_reason {
    GCP_MEMBERS_UNKNOWN, GCP_NO_ADDRESS, GCP_NO_ROUTE, GCP_NOT_FORWARDED, GCP_NOT_READ, GCP_OTHER_PROJECTS,
    GCP_SECURE_TAGS, GCP_STOPPED, GCP_TOO_MANY,
}; /* in order of their words */
enum { GCP_REASONS = GCP_TOO_MANY + 1 };

enum { GCP_ADDRESSES_MAX = 100 }; /* listed for a row; the others are counted */

/* What a row reaches. Lists are sets in order of their bytes. */
struct gcp_reached {
    enum gcp_reach reach;
    bool because[GCP_REASONS];
    struct string_list behind;     /* machines, or what they belong to, and forwarding rules on the way */
    struct string_list teams;      /* whose the machines are */
    struct json_object *addresses; /* of what is reachable: [{"address": TEXT, "protocol": "tcp", "ports": "22, 8000-8010",
                                    * "instance": NAME, "parent": NAME where it has one, "project": of a guest's}…];
                                    * ports is "" of protocols without, "all" of all. For `yomawari probe`. */
    size_t address_count;          /* with those that the list has no room for */
    size_t machine_count;          /* for which it is open, whether reached or not */
    bool by_balancer_alone;        /* reachable, and only through load balancers */
    bool dynamic;                  /* routes that peers tell a router of the network's may lead answers elsewhere */
};

const char *gcp_reach_word(enum gcp_reach reach);
const char *gcp_reach_reason(enum gcp_reason reason);

/* One network, evaluated. `f` and what `s` names must live as long. */
struct gcp_reach_network;
struct gcp_reach_network *gcp_reach_new(const struct gcp_firewall *f, const struct gcp_surroundings *s);
void gcp_reach_free(struct gcp_reach_network *n); /* NULL is fine */

/* `row`: of gcp_open() over the same firewall. Release `out`. */
void gcp_reach_of(const struct gcp_reach_network *n, const struct gcp_open_row *row, struct gcp_reached *out);
void gcp_reach_release(struct gcp_reached *r);

/* Adds what another network's row reaches: the better one counts, of equal ones both. */
void gcp_reach_join(struct gcp_reached *r, const struct gcp_reached *more);

#endif
