#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_ROUTES_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_ROUTES_H

#include "checks/plugins/exposure/aws_network.h"

/*
 * A route table sends a packet by the longest of its prefixes that holds the destination; a route that leads
 * nowhere (State blackhole) is chosen like any other, and loses the packet.
 */

/* The destinations of a family that go this way. Release it. */
struct spans aws_routes_to(const struct aws_table *t, int family, enum aws_way way);

/* The route that an address (one with all its bits) takes; NULL: none, so that it is within the network. */
const struct aws_route *aws_routes_of(const struct aws_table *t, const struct cidr *address);

/* The internet gateway that a table leads to; NULL: none. */
const char *aws_routes_gateway(const struct aws_table *t, int family);

#endif
