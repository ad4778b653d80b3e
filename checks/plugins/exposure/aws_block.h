#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_BLOCK_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_BLOCK_H

#include "checks/plugins/exposure/aws_network.h"

/*
 * VPC Block Public Access: set by the account that owns the network, for a region; binds whoever shares its subnets, too.
 * Both modes (block-ingress, block-bidirectional) keep the internet out of all subnets but those that an exclusion lets both
 * ways (allow-bidirectional), by itself or by its VPC; allow-egress lets out alone.
 */
enum aws_block_word { AWS_BLOCK_OPEN, AWS_BLOCK_CLOSED, AWS_BLOCK_UNREAD };

/* Where the owner's settings were read (block_read) and there are none, nothing is blocked. */
enum aws_block_word aws_block_of(const struct aws_network *n, const struct aws_subnet *s);

/* Whether an exclusion of this mode and state lets the internet in. */
bool aws_block_excludes(const char *mode, const char *state);

#endif
