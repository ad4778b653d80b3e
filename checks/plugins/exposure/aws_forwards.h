#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_FORWARDS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_FORWARDS_H

#include "checks/plugins/exposure/aws_ports.h"

/*
 * What a load balancer's listener passes on, and to whom.
 *
 *   A network load balancer, and a classic one that listens for TCP or SSL, passes on whatever comes: from its port 443 to a
 *     target's port 22 it is SSH that gets there.
 *   An application load balancer, and a classic one that listens for HTTP or HTTPS, passes on requests alone, which is nothing
 *     to what does not speak HTTP: ports of the parameter not_http are left out. A port that nobody
 *     knows is believed to speak it.
 *   A function has no port, and is reached by its own name.
 *
 * Who must log in first, or show a certificate that the listener verifies, is not the internet: what stands behind such a
 * default action, or such a listener, gets nothing. A target group of an application load balancer's that no default
 * action names is there by a rule of some listener's. Rules are not read: all listeners may lead there (`by_rule`).
 *
 * Whether the targets' groups let the load balancer in, and whether they are healthy, is not asked: of a load balancer
 * that serves nobody, this says too much.
 */
struct aws_forward {
    const struct aws_target_group *group; /* NULL: of a classic load balancer, whose targets are machines */
    const char *target;                   /* a machine, an address, the ARN of a load balancer; NULL: none is registered */
    int protocol, port;
    bool sees_client; /* the target, and what guards it, see who asked */
    bool elsewhere;   /* the address is one of another network than the load balancer's, as far as is known */
    bool by_rule;
};

void aws_forwards_each(const struct aws_network *n, const struct aws_balancer *b, const struct aws_listener *l,
                       void (*each)(void *ctx, const struct aws_forward *f), void *ctx);

/* Adds the ports of targets to which it leads, or may. A target group without targets counts by its own port, so that one
 * which is empty for a night says what it always did. */
void aws_forwards_ports(const struct aws_network *n, const struct aws_balancer *b, const struct aws_listener *l,
                        struct aws_port_list *out);

#endif
