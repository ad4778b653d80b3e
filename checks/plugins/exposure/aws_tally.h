#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_TALLY_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_TALLY_H

#include "checks/plugins/exposure/aws_behind.h"
#include "checks/plugins/exposure/aws_reach.h"

struct json_object;

enum { AWS_ADDRESSES_MAX = 100 }; /* listed; the others are counted */

enum aws_tally_word { AWS_OPEN_BY_RULE, AWS_ATTACHED, AWS_UNKNOWN, AWS_REACHABLE };

/* What one row of a group (ports.h) reaches, over all interfaces of the group. */
struct aws_tally {
    enum aws_tally_word reach;
    unsigned barriers;                  /* ATTACHED: all that keep the internet from any of the interfaces */
    unsigned gaps;                      /* UNKNOWN */
    size_t interfaces, for_balancers;   /* that the row opens */
    size_t public_addresses, reached;   /* of them; of those the ones reached */
    struct aws_port_list tcp, udp;      /* what is reached, or may be; settled */
    bool others;                        /* a protocol without ports is */
    bool direct;                        /* something is, or may be, at an address of its own */
    struct map *through;                /* names of the load balancers by which something else is, or may be */
    struct aws_port_list tcp_doors, udp_doors;   /* the ports at which those listen; settled */
    struct aws_port_list tcp_served, udp_served; /* to which load balancers that are reached pass on; settled */
    struct aws_behind behind;           /* REACHABLE: what is reached; else what has the group */
    struct aws_behind inspectors;       /* only `what`: ids of what looks at it */
    /* What is reached, or may be, of an address of its own and runs tonight: [{"address": TEXT, "protocol": "tcp", "ports":
     * "22, 8000-8010", "interface": ID, "instance": ID, "parent": TEXT}…], the last two where there is one;
     * the parent of what comes and goes by itself alone. "ports" is "" of protocols
     * without. For `yomawari probe`. */
    struct json_object *addresses;
    size_t addresses_left_out;
};

/* `row` of the group's rules as aws_joint_rules() has them. Release `out`. */
void aws_tally_row(const struct aws_network *n, const struct aws_reach *r, const struct aws_group *g,
                   const struct open_row *row, struct aws_tally *out);
void aws_tally_release(struct aws_tally *t);

#endif
