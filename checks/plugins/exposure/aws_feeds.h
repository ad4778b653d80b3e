#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_FEEDS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_FEEDS_H

#include "checks/plugins/exposure/aws_network.h"

/* Ports of interfaces to which load balancers that the internet reaches pass on what they get. */
struct aws_feed {
    int protocol, port;
    bool keeps_address;   /* the interface, and what guards it, see who asked */
    unsigned gaps;        /* of aws_reach.h: what of the way is not known */
    int door;             /* the load balancer's own port */
    const char *balancer; /* its name */
};

struct aws_feeds;

struct aws_feeds *aws_feeds_new(void);
void aws_feeds_free(struct aws_feeds *f); /* NULL is fine */

/* What a listener passes on (aws_forwards.h) that is reached, but for what `gaps` say. */
void aws_feeds_add(struct aws_feeds *f, const struct aws_network *n, const struct aws_balancer *b,
                   const struct aws_listener *l, unsigned gaps);

/* Once the last one was added: finds out whose they are, so that nobody has to be looked up again. */
void aws_feeds_settle(struct aws_feeds *f, const struct aws_network *n);

/* Calls `each` for every feed of the interface: as its machine's first one, by one of its private addresses, or as one of its
 * load balancer's. Feeds stay where they are once settled. */
void aws_feeds_each(const struct aws_feeds *f, const struct aws_interface *i,
                    void (*each)(void *ctx, const struct aws_feed *feed), void *ctx);

#endif
