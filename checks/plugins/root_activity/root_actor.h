#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_ACTOR_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_ACTOR_H

#include "checks/check.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/*
 * Who stands behind an address as of a time: what of the estate held it, else what is known of the address.
 *
 * Of several holders at one time the one counts that is nearest to whoever runs programs there: a machine, then what sends
 * for many (a NAT gateway), then other services, then an interface, then an address as such. What holds the address
 * later, and was not seen before, is taken to have had it then (`proven` false): nights began after the event, or
 * between two of them it came. Where it is much later (`later`) that must be said. What had let it go before is
 * nobody. A private address is looked for in its own account alone, and is nobody's where several things there held
 * it.
 */
struct root_actor {
    bool of_estate;
    char *type, *id, *name, *account, *account_name, *team; /* of what held it; "" where there is none */
    bool member;     /* id is the parent, of which a member held it */
    bool shared;     /* what sends for many machines */
    bool proven;       /* it was seen to hold it then */
    bool later;        /* it was first seen with it ROOT_ACTOR_LATER_S or more after */
    int64_t seen_from_unix_s, seen_until_unix_s; /* until: 0 while it holds it */
    const char *from;  /* estate, tor, hosting, unknown, private, inside, aws-internal, none; static */
    char *place;       /* of a NAT gateway of the account that is judged: "vpc-1, subnet-1"; "" */
    char *network;     /* the address's network, the service's name, the words; "" */
    char *owner;       /* of a hosting range; "" */
    char *token;       /* for subjects: without control bytes, at most ROOT_ACTOR_TOKEN_MAX bytes, never "" */
    struct json_object *others; /* a list of those that held it at other times, or at once; NULL: nobody */
};

enum {
    ROOT_ACTOR_TOKEN_MAX = 96,
    ROOT_ACTOR_LATER_S = 48 * 3600, /* what is seen once a night may have come a night before */
};

void root_actor_release(struct root_actor *a);

/* What a look needs to know. */
struct root_look { /* borrowed */
    const char *address;
    const char *account; /* of whose network a private address is */
    int64_t at_unix_s;
};

/* Remembers whom it has asked of. */
struct root_actors;
struct root_actors *root_actors_new(const struct check_view *view);
void root_actors_free(struct root_actors *a);
bool root_actors_find(struct root_actors *a, const struct root_look *look, struct root_actor *out, struct error *err);

#endif
