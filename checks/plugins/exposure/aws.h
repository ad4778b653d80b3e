#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_H

#include "checks/check.h"

/*
 * What security groups open to the internet, and what is reached through them: ports.h says what is open, aws_joint.h
 * what groups open together, aws_reach.h what is reached, aws_rows.h what is said of it. The checks:
 *   aws_security_group_open_admin_port      rows with administration ports, and `all`
 *   aws_security_group_open_to_internet     all others
 * A row is proven where ranges written in rules are enough, whatever prefix lists hold.
 */
bool exposure_aws_judge(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);

#endif
