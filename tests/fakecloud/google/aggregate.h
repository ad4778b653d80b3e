#ifndef TESTS_FAKECLOUD_GOOGLE_AGGREGATE_H
#define TESTS_FAKECLOUD_GOOGLE_AGGREGATE_H

#include "tests/fakecloud/google/call.h"

/* A page of Compute's aggregated lists: things by scope; a scope that has none on this page says
 * NO_RESULTS_ON_PAGE, one that does not answer UNREACHABLE. Pages count things, not scopes. */
bool google_aggregate_page(const struct google_call *c, struct json_object *things, struct json_object **out, struct google_fault *fault);

#endif
