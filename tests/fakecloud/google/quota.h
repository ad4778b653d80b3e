#ifndef TESTS_FAKECLOUD_GOOGLE_QUOTA_H
#define TESTS_FAKECLOUD_GOOGLE_QUOTA_H

#include "core/base/clock.h"
#include "tests/fakecloud/google/call.h"

/*
 * Google's quotas, as documented, by the minute and the project that a call counts on; where each stands is beside
 * it in quota.c. A minute begins with the first call that counts in it. What is not named has none.
 */
#define GOOGLE_QUOTA_COUNTERS_MAX 100000 /* kept; when there are more, all start anew */

struct google_quota;

struct google_quota *google_quota_new(double scale, const struct clock *clock); /* the clock is borrowed */
void google_quota_free(struct google_quota *q); /* NULL is fine */

/* Whether the call may go on; counts it if so. Else the fault: 429, or where the API does it so 403 rateLimitExceeded. */
bool google_quota_take(struct google_quota *q, const struct google_call *c, struct google_fault *fault);

#endif
