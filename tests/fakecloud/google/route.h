#ifndef TESTS_FAKECLOUD_GOOGLE_ROUTE_H
#define TESTS_FAKECLOUD_GOOGLE_ROUTE_H

#include "tests/fakecloud/google/call.h"

/* Finds service, offer and parameters of a request; `path` is what follows "/<service>/". NO_METHOD for what
 * is not offered, INVALID for parameters that are not known. */
bool google_route_find(struct google_call *c, const struct http_request *request, const char *path, struct google_fault *fault);

/* Whether a path looks like a template of offer.h; adds what it names to `params`. */
bool google_route_match(const char *template, const char *path, struct json_object *params);

#endif
