#ifndef CHECKS_CHECK_NEEDS_H
#define CHECKS_CHECK_NEEDS_H

#include "checks/check_reading.h"

/* Reads the key `needs` of a check file into the check. */
bool check_needs_read(struct check_reading *in, struct json_object *value);

#endif
