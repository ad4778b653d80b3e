#ifndef TESTS_FAKECLOUD_UNITS_H
#define TESTS_FAKECLOUD_UNITS_H

#include "tests/fakecloud/call.h"

/*
 * The organization's tree: a root with the units Workloads (in it Production) and Sandbox; of every four
 * accounts the first is in the root, the others in Workloads, Production and Sandbox. Answers of
 * organizations.
 */
bool units_roots(const struct call *c, struct json_object **out, struct fault *fault);
bool units_units(const struct call *c, struct json_object **out, struct fault *fault);
bool units_accounts(const struct call *c, struct json_object **out, struct fault *fault);
bool units_parents(const struct call *c, struct json_object **out, struct fault *fault);

#endif
