#ifndef TESTS_FAKECLOUD_GOOGLE_SHARED_H
#define TESTS_FAKECLOUD_GOOGLE_SHARED_H

#include "tests/fakecloud/estate.h"

/*
 * A shared VPC, where there are two ordinary projects: the second lends its network "shared", which anybody may enter by
 * SSH, to the first, which has a machine with an external address in it.
 */
#define GOOGLE_SHARED_NETWORK "shared"

bool google_shared_is_host(const struct estate *e, size_t project);

/* What the host's rules reach in that network, as a finding says it; free(). */
char *google_shared_behind(const struct estate *e);

/* After the networks of all projects. */
void google_shared_build(struct estate *e);

#endif
