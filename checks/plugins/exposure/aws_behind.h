#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_BEHIND_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_BEHIND_H

#include "checks/plugins/exposure/aws_network.h"

/*
 * What stands behind interfaces, in words that stay the same while machines, tasks and interfaces are replaced:
 *   "load balancer shop"              and what is registered with it
 *   "autoscaling group web"           of its machines; of others that come and go what they belong to, "nodes" say
 *   "instance web-0 (i-0123…)"        of one that stays
 *   "RDSNetworkInterface"             what AWS says of an interface that a service made
 *   "interface eni-0123…"             of any other
 */
/* Words, each once. */
struct aws_behind {
    struct map *what, *teams;
};

void aws_behind_init(struct aws_behind *b);
void aws_behind_release(struct aws_behind *b);

void aws_behind_add(struct aws_behind *b, const struct aws_network *n, const struct aws_interface *i);

/* What an interface belongs to, as above, without what is registered with a load balancer; free(). */
char *aws_behind_word(const struct aws_interface *i);

#endif
