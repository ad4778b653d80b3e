#ifndef TESTS_FAKECLOUD_SIGNATURE_H
#define TESTS_FAKECLOUD_SIGNATURE_H

#include "tests/fakecloud/call.h"

/*
 * Who asks: reads the Authorization header of SigV4, finds service and key, and works the signature out
 * again. Fills service, region, now, account, arn and user_id of the call. The service is known
 * wherever the header names one that is modelled, so that a refusal can be worded in its way.
 */
struct keyring;
bool signature_check(struct keyring *keys, struct call *c, const struct http_request *request, struct fault *fault);

#endif
