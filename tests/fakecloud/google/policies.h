#ifndef TESTS_FAKECLOUD_GOOGLE_POLICIES_H
#define TESTS_FAKECLOUD_GOOGLE_POLICIES_H

#include "tests/fakecloud/google/call.h"

struct estate;

/*
 * IAM policies, in the lists "<service>.policies": what getIamPolicy answers, and `_name`, the resource as the API
 * calls it. Cloud Asset shows those that have `_asset` and `_type`.
 */
void google_policies_build(struct estate *e, size_t project); /* a project's */
void google_policies_build_holders(struct estate *e);         /* the organization's and its folders' */

/* Another etag every night. */
void google_policies_drift(struct estate *e, size_t project);

/* A member gets a role in a project; the second way takes it away where it has it, says whether it has it now, and is a
 * change. */
void google_policies_bind(struct estate *e, size_t project, const char *role, const char *member);
bool google_policies_toggle(struct estate *e, size_t project, const char *role, const char *member);

/* An answer of getIamPolicy, of the service's list; of what has no policy the empty one. Conditions are shown to
 * those who ask for version 3; others see the role's name spoilt, as Google does it. */
bool google_policies_answer(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif
