#ifndef CHECKS_CHECK_FILE_H
#define CHECKS_CHECK_FILE_H

#include "checks/check.h"
#include "core/base/text.h"

struct resource_types;

/* Reads one check file (grammar: check.h). Types, columns and parts that it names must exist; its query is not
 * looked at. NULL with ERROR_CONFIG "FILE:LINE: ". */
struct check *check_file_read(const char *file, struct text yaml, const struct resource_types *types,
                              struct error *err);

#endif
