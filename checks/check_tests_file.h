#ifndef CHECKS_CHECK_TESTS_FILE_H
#define CHECKS_CHECK_TESTS_FILE_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;
struct yaml_document;

/* Reads the `tests` of a check file (grammar: check_test.h): a copy of the list in which each test has a
 * member "line" too. ERROR_CONFIG "FILE:LINE: ". */
bool check_tests_file_read(const struct yaml_document *doc, struct json_object *tests,
                           struct json_object **out, struct error *err);

#endif
