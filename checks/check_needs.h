#ifndef CHECKS_CHECK_NEEDS_H
#define CHECKS_CHECK_NEEDS_H

#include "checks/check_reading.h"

/* Reads the key `needs` of a check file into the check. */
bool check_needs_read(struct check_reading *in, struct json_object *value);

/* What can only be said of them once the whole file was read. */
bool check_needs_fit(struct check_reading *in);

#endif
