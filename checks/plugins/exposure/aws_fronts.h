#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_FRONTS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_FRONTS_H

#include "checks/plugins/exposure/aws_reading.h"

/* Load balancers and what stands behind them, one resource each: check_resource_fn, ctx is a struct aws_reading. Those that
 * are not classic are known by their listeners, which say all that counts here. */
bool aws_fronts_classic(void *ctx, const struct check_resource *r, struct error *err);
bool aws_fronts_listener(void *ctx, const struct check_resource *r, struct error *err);
bool aws_fronts_target_group(void *ctx, const struct check_resource *r, struct error *err);

/* Once interfaces and listeners were read: those that have interfaces, but no listener. */
void aws_fronts_finish(struct aws_reading *in);

#define AWS_FRONTS_LISTENER_TYPE "aws_elbv2_listener"

#endif
