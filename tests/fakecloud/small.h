#ifndef TESTS_FAKECLOUD_SMALL_H
#define TESTS_FAKECLOUD_SMALL_H

#include "tests/fakecloud/estate.h"

/*
 * An estate of as many accounts and regions as one likes, for measuring: in each region a default VPC with its
 * default group, one open group and one instance with its interface; in each account the role, root and no
 * user. Made on demand, the same every night; nothing of it is in a truth file.
 */
void small_build(struct estate *e);

#endif
