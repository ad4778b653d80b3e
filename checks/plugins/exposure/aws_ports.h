#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_PORTS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_PORTS_H

#include "checks/plugins/exposure/aws_network.h"

struct aws_ports {
    int first, last;
};

/* A set of ports: ranges in any order until aws_ports_settle(). Starts as { NULL, 0 }. */
struct aws_port_list {
    struct aws_ports *items;
    size_t count;
};

void aws_ports_add(struct aws_port_list *l, int first, int last);
void aws_ports_release(struct aws_port_list *l);

/* In order, overlapping and neighbouring ranges joined. */
void aws_ports_settle(struct aws_port_list *l);

/* The first ports of ranges become ranges that lie side by side: each up to the next one's first, the last up to `last`. */
void aws_ports_divide(struct aws_port_list *l, int last);

/* Of a settled list. */
bool aws_ports_has(const struct aws_port_list *l, int port);

#endif
