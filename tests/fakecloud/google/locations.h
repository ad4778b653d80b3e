#ifndef TESTS_FAKECLOUD_GOOGLE_LOCATIONS_H
#define TESTS_FAKECLOUD_GOOGLE_LOCATIONS_H

#include "tests/fakecloud/google/call.h"

/* An answer of projects.locations.list: the estate's regions; "global" too where the offer's `list` is
 * LOCATIONS_WITH_GLOBAL. */
#define LOCATIONS_WITH_GLOBAL "global"
bool google_locations_list(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif
