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

/* What is known of one of them from outside. */
struct machines_seen {
    char *instance, *address, *public_ip; /* its private address; public_ip: "" where it has none */
    int gone;                             /* the night on which it went; 0: it is there */
};
void machines_see(const struct estate *e, struct place at, const char *name, struct machines_seen *out);
void machines_seen_release(struct machines_seen *m);

#define MACHINES_FIRST "web-0"         /* the instance with an address that stays */
#define MACHINES_DISPENSABLE "batch-1" /* the instance that carries no address */

#endif
