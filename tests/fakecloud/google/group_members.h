#ifndef TESTS_FAKECLOUD_GOOGLE_GROUP_MEMBERS_H
#define TESTS_FAKECLOUD_GOOGLE_GROUP_MEMBERS_H

#include "tests/fakecloud/google/call.h"

/* Who is in an instance group of a zone: the machines that its `_members` names, and those that its manager made. */
bool google_group_members(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif
