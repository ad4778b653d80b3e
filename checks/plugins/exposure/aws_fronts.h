#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_FRONTS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_FRONTS_H

#include "checks/plugins/exposure/aws_reading.h"

/* Load balancers and what stands behind them, one resource each: check_resource_fn, ctx is a struct aws_reading. Listeners
 * come after the load balancers of their region. */
bool aws_fronts_balancer(void *ctx, const struct check_resource *r, struct error *err);
bool aws_fronts_classic(void *ctx, const struct check_resource *r, struct error *err);
bool aws_fronts_listener(void *ctx, const struct check_resource *r, struct error *err);
bool aws_fronts_target_group(void *ctx, const struct check_resource *r, struct error *err);

#define AWS_FRONTS_LISTENER_TYPE "aws_elbv2_listener"

#endif
