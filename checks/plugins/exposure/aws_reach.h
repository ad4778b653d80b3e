#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_REACH_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_REACH_H

#include "checks/plugins/exposure/aws_ports.h"

/*
 * Whether the internet reaches an interface: which of its ports, and if none, what keeps it out. From an address of the
 * internet to the interface and back, all of this must hold of enough addresses together that they are the internet
 * (cidr.h):
 *   some group of the interface lets them in (all groups together; a network load balancer without groups lets in everybody),
 *   the network ACL of its subnet lets them in, and the answers out (aws_acl.h),
 *   the subnet's route table sends the answers to an internet gateway (aws_routes.h),
 *   the interface has a public address of the family, and VPC Block Public Access does not forbid it,
 *   its machine, if it is one's, runs. One that comes and goes by itself counts as running whatever its state is tonight, since
 *   another one is there tomorrow; so does one of which nothing is known.
 * On a load balancer's interface only ports count on which it listens. What stands behind a load balancer that the internet
 * reaches (or an internal one behind such a one) is reached on the ports to which that passes on (aws_forwards.h), without an
 * address or a route of its own, as far as its groups open them to the internet.
 *
 * What is not worked out here is no barrier, but leaves the answer open (a gap): what an endpoint of a firewall, or whatever
 * else stands on the way, lets through; whether Global Accelerator, which has an interface in the subnet and needs neither
 * public address nor route, leads to this one; whose a private address is to which a load balancer of another network
 * passes on (by peering, or a transit gateway); and whom the rules of an application load balancer's listeners lead to.
 */

enum aws_barrier { /* bits */
    AWS_BARRIER_ADDRESS = 1,
    AWS_BARRIER_BLOCK = 2,
    AWS_BARRIER_INSPECTED = 4, /* alone it is no barrier, but AWS_GAP_FIREWALL */
    AWS_BARRIER_ACL = 8,
    AWS_BARRIER_LISTENER = 16,
    AWS_BARRIER_ROUTE = 32,
    AWS_BARRIER_STOPPED = 64,
};

enum aws_gap { /* bits: what was never read; then what is not worked out */
    AWS_GAP_SUBNET = 1,
    AWS_GAP_ACL = 2,
    AWS_GAP_ROUTES = 4,
    AWS_GAP_BLOCK = 8,
    AWS_GAP_FIREWALL = 16,
    AWS_GAP_ACCELERATOR = 32,
    AWS_GAP_NETWORK = 64,
    AWS_GAP_RULES = 128,
};
enum { AWS_GAPS_UNREAD = AWS_GAP_SUBNET | AWS_GAP_ACL | AWS_GAP_ROUTES | AWS_GAP_BLOCK };

struct aws_question {
    int protocol;    /* 0..255 */
    int first, last; /* ports; 0 and 0 of a protocol without */
    int family;      /* 4 or 6 */
};

enum aws_reach_word {
    AWS_REACH_NONE,    /* no rule opens any of it to the internet */
    AWS_REACH_BARRED,  /* rules do, something else does not */
    AWS_REACH_UNKNOWN, /* nothing known stands in the way, but not all is known */
    AWS_REACH_OPEN,
};

struct aws_feed;

struct aws_passage {
    const struct aws_feed *feed;
};

struct aws_answer {
    enum aws_reach_word word;
    /* OPEN, UNKNOWN: what is reached, and unless some is for certain at an address of its own, what may be; settled. */
    struct aws_port_list open;
    struct aws_port_list direct;   /* of them: at an address of its own; settled */
    AWS_LIST(aws_passage) through; /* by which load balancers the others are; good until the end */
    unsigned barriers;             /* BARRED: all that stands in the way */
    unsigned gaps;                 /* UNKNOWN */
    const char *inspector;         /* what inspects on the way, or NULL */
};

struct aws_reach;

/* The network must be indexed, and outlive it. */
struct aws_reach *aws_reach_new(const struct aws_network *n);
void aws_reach_free(struct aws_reach *r); /* NULL is fine */

void aws_reach_ask(const struct aws_reach *r, const struct aws_interface *i, const struct aws_question *q,
                   struct aws_answer *out);
void aws_answer_release(struct aws_answer *a);

#endif
