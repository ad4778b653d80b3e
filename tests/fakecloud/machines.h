#ifndef TESTS_FAKECLOUD_MACHINES_H
#define TESTS_FAKECLOUD_MACHINES_H

#include "tests/fakecloud/estate.h"

/* Instances with their interfaces, and addresses. Every region of an account has two instances at least
 * and an address on the first; all use the group of groups_machines(). */
void machines_build(struct estate *e, struct place at);

/* An instance called `name` comes, with an interface of its own. */
void machines_launch(struct estate *e, struct place at, const char *name);

/* The instance goes, interface and all; nothing when it is not there. */
void machines_terminate(struct estate *e, struct place at, const char *name);

#define MACHINES_DISPENSABLE "batch-1" /* the instance that carries no address */

#endif
