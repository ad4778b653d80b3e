#ifndef TESTS_FAKECLOUD_ROUTE_H
#define TESTS_FAKECLOUD_ROUTE_H

#include "tests/fakecloud/call.h"

/*
 * Calls of rest-json and rest-xml: which operation method, path and query mean, of all services that sign
 * as c->service does (s3 and s3control), and its parameters from path, query, headers and body. Buckets
 * stand in the path. Sets service, op and params of the call.
 */
bool route_read(struct call *c, const struct http_request *request, struct fault *fault);

#endif
