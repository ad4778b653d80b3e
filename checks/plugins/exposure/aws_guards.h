#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_GUARDS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_GUARDS_H

#include "checks/plugins/exposure/aws_reading.h"

/* What guards subnets, one resource each: check_resource_fn, ctx is a struct aws_reading. What is not of the
 * API's form admits nobody and leads nowhere. */
bool aws_guards_acl(void *ctx, const struct check_resource *r, struct error *err);
bool aws_guards_table(void *ctx, const struct check_resource *r, struct error *err);
bool aws_guards_subnet(void *ctx, const struct check_resource *r, struct error *err);
bool aws_guards_block(void *ctx, const struct check_resource *r, struct error *err);
bool aws_guards_exclusion(void *ctx, const struct check_resource *r, struct error *err);

#define AWS_GUARDS_BLOCK_TYPE "aws_ec2_vpc_block_public_access_options"

#endif
