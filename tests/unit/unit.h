#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

/* What every unit test includes: cmocka with the headers it wants before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The exit status by which CTest calls a test skipped (say: the vectors are not there). */
#define UNIT_SKIPPED 77

#endif
