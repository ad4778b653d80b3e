#ifndef TESTS_FAKECLOUD_CALLER_H
#define TESTS_FAKECLOUD_CALLER_H

#include "tests/fakecloud/call.h"

/* Where a call is made, by the estate's numbers: the caller's account, and the region it was signed for. Both
 * are known to be there when a service is asked. */
size_t caller_account(const struct call *c);
size_t caller_region(const struct call *c);

/* A refusal of a page's size or token in a service's own words (status 400); other faults stay. Returns false. */
bool caller_refused(struct fault *fault, const char *size_code, const char *token_code);

#endif
