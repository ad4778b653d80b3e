#ifndef TESTS_FAKECLOUD_WATCH_H
#define TESTS_FAKECLOUD_WATCH_H

#include "tests/fakecloud/estate.h"

/* AWS's own watch over an account: GuardDuty's detectors, Security Hub, access analyzers, as of night 0. */
void watch_build(struct estate *e, size_t account);

/* What changes of it on odd nights: one of each, in a place drawn anew, where there is one. */
void watch_change(struct estate *e);

#endif
