#ifndef TESTS_FAKECLOUD_GOOGLE_FIREWALLS_H
#define TESTS_FAKECLOUD_GOOGLE_FIREWALLS_H

#include "tests/fakecloud/estate.h"

/*
 * VPC firewall rules, closed and open in every form that Google knows: the default network's four, and networks of
 * their own for recipes (firewall_recipes.h), since rules of one network shadow each other. List "compute.firewalls".
 */
void google_firewalls_build(struct estate *e, size_t project);

/* A rule that opens SSH to anybody in some network; `found`: no policy keeps it shut. */
void google_firewalls_open_in(struct estate *e, size_t project, const char *network, bool found);

/* A rule comes that opens SSH to anybody, in the main network. */
void google_firewalls_open(struct estate *e, size_t project, const char *name);
/* The first such rule goes; nothing when none is left. */
void google_firewalls_close(struct estate *e, size_t project);
/* The main network's rule for machines lets anybody in by SSH, or no more: the other way each time. */
void google_firewalls_toggle(struct estate *e, size_t project);
/* The default network's rule for SSH is disabled, or enabled again. */
void google_firewalls_disable(struct estate *e, size_t project);

#endif
