#ifndef CHECKS_CHECK_TEST_EXPECT_H
#define CHECKS_CHECK_TEST_EXPECT_H

#include "checks/check_test_given.h"
#include "checks/judge.h"

struct json_object;

/* Compares what came with what the test expects, nothing more and nothing less, and renders the summary of
 * each FAIL in both languages. False with one line that says the first difference. */
bool check_test_expect(const struct check *check, struct json_object *expect, const struct given *given,
                       const struct judgement *came, struct error *err);

#endif
