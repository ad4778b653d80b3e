#ifndef TESTS_FAKECLOUD_THROTTLE_H
#define TESTS_FAKECLOUD_THROTTLE_H

#include "core/base/clock.h"
#include "tests/fakecloud/call.h"

/*
 * AWS's token buckets, as documented: "Request throttling for the Amazon EC2 API", "Quotas for AWS
 * Organizations", "IAM and STS quotas", and the quotas of each other service. IAM and GuardDuty publish
 * no rate; theirs are a guess. Services that are not named have none. Time is the server's own.
 */
#define THROTTLE_BUCKETS (1 << 17) /* kept at a time; of more, the ones that are fullest are forgotten */

struct throttle;

/* Rates and bursts are the documented ones times `scale` (above 0; bursts stay at least 1). `clock` is borrowed. */
struct throttle *throttle_new(double scale, const struct clock *clock);
void throttle_free(struct throttle *t); /* NULL is fine */

/* Whether the call may go on; takes a token if so. `bare`: no parameter but the action, which EC2 holds to a
 * smaller bucket for some. */
bool throttle_take(struct throttle *t, const struct call *c, bool bare);

#endif
