#ifndef TESTS_FAKECLOUD_GOOGLE_CONSTRAINTS_H
#define TESTS_FAKECLOUD_GOOGLE_CONSTRAINTS_H

#include "tests/fakecloud/google/call.h"

/* What the organization keeps its projects from: constraints, as they are in force in each. All but the first project may have
 * no public buckets, whatever policies say. */
void google_constraints_build(struct estate *e, size_t project);

/* projects.getEffectiveOrgPolicy: of a constraint that nobody has set it says so. */
bool google_constraints_answer(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif
