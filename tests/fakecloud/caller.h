#ifndef TESTS_FAKECLOUD_CALLER_H
#define TESTS_FAKECLOUD_CALLER_H

#include "tests/fakecloud/call.h"

/* Where a call is made, by the estate's numbers: the caller's account, and the region it was signed for. Both
 * are known to be there when a service is asked. */
size_t caller_account(const struct call *c);
size_t caller_region(const struct call *c);

#endif
