#ifndef TESTS_FAKECLOUD_DRIFT_H
#define TESTS_FAKECLOUD_DRIFT_H

#include "tests/fakecloud/estate.h"

/* What differs every night and is no change: the order of lists, also within things; subnets' free
 * addresses; when passwords, keys and roles were last used; what the account summary counts; what things.h
 * declares. */
struct things;
void drift_apply(struct estate *e, const struct things *things);

#endif
