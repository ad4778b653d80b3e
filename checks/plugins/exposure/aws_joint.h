#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_JOINT_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_JOINT_H

#include "checks/plugins/exposure/aws_network.h"

/*
 * The rules of all groups of an interface are one set: three /8s in one group and three in another are the internet
 * together, though neither is alone. Such ports are open by each group that lets anybody in to them; what one group of the
 * interface opens by itself is that group's alone.
 */
struct aws_joints;

/* The network must be indexed, and outlive it. */
struct aws_joints *aws_joint_new(struct aws_network *n);
void aws_joint_free(struct aws_joints *j); /* NULL is fine */

/* Appends to `out` the rules of `g`, and those of the groups beside it, cut to the ports that they open only together;
 * to `with` the ids of these groups (names of what they belong to, where Kubernetes makes them anew), each once. */
void aws_joint_rules(struct aws_joints *j, const struct aws_group *g, struct port_rules *out, struct aws_ids *with);

#endif
