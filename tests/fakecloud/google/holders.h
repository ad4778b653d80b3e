#ifndef TESTS_FAKECLOUD_GOOGLE_HOLDERS_H
#define TESTS_FAKECLOUD_GOOGLE_HOLDERS_H

#include "tests/fakecloud/estate.h"

/* What hangs on the organization itself and on its folders: a role, sinks. Policies are in policies.h and
 * firewall_policies.h. */
void google_holders_build(struct estate *e);

/* The organization's sink is switched off, or on again. */
void google_holders_toggle(struct estate *e);

#endif
