#ifndef TESTS_FAKECLOUD_REQUEST_H
#define TESTS_FAKECLOUD_REQUEST_H

#include "tests/fakecloud/call.h"

/* What is asked: finds the operation of the call's service and reads its parameters, by protocol. */
bool request_read(struct call *c, const struct http_request *request, struct fault *fault);

#endif
