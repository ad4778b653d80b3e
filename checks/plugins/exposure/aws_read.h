#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_READ_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_READ_H

#include "checks/check.h"
#include "checks/plugins/exposure/aws_network.h"

/* The network of the account that is judged, read from a view and indexed. The check must read all types that
 * aws_security_group_open_admin_port does. aws_network_free() the result; NULL with the error. */
struct aws_network *aws_read(const struct check_view *view, struct error *err);

#endif
