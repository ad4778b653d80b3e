#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_GROUND_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_GROUND_H

#include "checks/plugins/exposure/aws_reach.h"

/*
 * What stands between the internet and a subnet, for one protocol and family: the same for all of its interfaces, so that it is
 * worked out once.
 */
struct aws_ground_entry {
    int first;       /* this port, and all up to the next entry's */
    struct spans in; /* whom the ACL lets in */
};

struct aws_ground {
    int protocol, family;
    struct spans gateway, looked; /* ways back: to a gateway; that, and past an inspector */
    struct spans answers;         /* through the ACL */
    AWS_LIST(aws_ground_entry) entries;
    unsigned barriers, gaps;      /* for all ports */
    bool accelerated;             /* Global Accelerator has a way of its own into the subnet */
    const char *inspector;        /* on the way back, or NULL */
    const struct aws_table *edge; /* routes of what comes in through its gateway, or NULL */
};

struct aws_grounds;

struct aws_grounds *aws_grounds_new(const struct aws_network *n);
void aws_grounds_free(struct aws_grounds *g); /* NULL is fine */

/* `subnet` NULL: not known. Good until the end. */
const struct aws_ground *aws_grounds_of(struct aws_grounds *g, const struct aws_subnet *subnet, int protocol, int family);

/* Whom the ACL lets in to a port. */
const struct spans *aws_ground_in(const struct aws_ground *g, int port);

/* Calls `each` with the first port of each entry. */
void aws_ground_cuts(const struct aws_ground *g, void (*each)(void *ctx, int port), void *ctx);

#endif
