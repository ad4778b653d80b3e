#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_PLACES_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_PLACES_H

#include "checks/plugins/exposure/aws_network.h"

/* Sets of groups and places of interfaces, each once, and what of groups lets the internet in: the last part of
 * aws_network_index(). Thousands of interfaces have a few sets, so that most of what is asked of them was asked before. */
void aws_places_make(struct aws_network *n);

#endif
