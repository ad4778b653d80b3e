#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_ACL_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_ACL_H

#include "checks/plugins/exposure/aws_network.h"

/*
 * A network ACL lets a packet through by the first of its entries, in order of their numbers, that fits it; what none fits
 * is refused. It keeps no state: an answer needs an entry of its own, to the port that the question came from. Clients take
 * such ports from 1024 to 65535; whoever asks may choose, so that one open port there is enough.
 *
 * Protocols without ports count as a whole: an entry for one ICMP type allows some of it, and refuses none of
 * the rest.
 */
enum { AWS_ACL_EPHEMERAL = 1024 };

/* Sources (or with `egress`: destinations) of a family whose packets to this port pass. Release it. */
struct spans aws_acl_passes(const struct aws_acl *a, bool egress, int protocol, int port, int family);

/* Whom answers reach. */
struct spans aws_acl_answers(const struct aws_acl *a, int protocol, int family);

/* Calls `each` with every port at which what the entries of a direction say of a protocol may change: the first of an
 * entry, and the one after its last. */
void aws_acl_cuts(const struct aws_acl *a, bool egress, int protocol, void (*each)(void *ctx, int port), void *ctx);

#endif
