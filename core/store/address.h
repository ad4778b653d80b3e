#ifndef CORE_STORE_ADDRESS_H
#define CORE_STORE_ADDRESS_H

#include "core/store/store.h"

struct resource_types;

/*
 * Which thing holds which IP address, over the whole estate and all clouds, and which did: what stands at the paths
 * that types declare as `addresses` (resource_type.h), in normal form (core/base/ip.h), as intervals over published runs.
 * What could not be read tonight holds what it held.
 */

/*
 * Brings the table up to date with what the run brought, what abandoned runs before it left, and what was never
 * looked at: types whose `addresses` are new or others are taken again from all versions that are stored. A thing
 * without a new version since the run's baseline costs nothing; but addresses below a `volatile` path, whose
 * versions are refreshed in place, are looked at again wherever something of the type was written.
 * To be called between store_begin() and store_commit() of a publish, once all scopes have ended and before checks
 * ask.
 */
bool address_update(struct store *s, const struct store_run *run, const struct resource_types *types,
                    struct error *err);

enum { ADDRESS_HOLDERS_MAX = 32 };

/* A thing that holds the address, or held it; as it was when it last did. Borrowed during the call. */
struct address_holder {
    const char *provider, *account, *account_name;
    const char *team;      /* its account's team, else its Team tag, else "" */
    const char *region, *type, *key, *id, *name;
    const char *parent;    /* of ephemeral members whose they are; else NULL */
    int64_t from_unix_s;   /* start of the run that first saw it there */
    int64_t until_unix_s;  /* start of the run that saw it there no more; 0: still there as far as is known */
    bool then;             /* it held it at the time asked for */
};
typedef bool (*address_holder_fn)(void *ctx, const struct address_holder *h, struct error *err);

struct address_question {
    const char *address;  /* any writing of it; what is no address nobody holds */
    int64_t at_unix_s;
    const char *account;  /* private addresses overlap: which account's holders come before those of others; NULL: none's */
};

/*
 * Calls `each` for the holders as of now: first those that held it at that time, things that hold an address themselves
 * before those that stand for others (`holder` in resource_type.h), then those that held it at another time, latest
 * first; at most ADDRESS_HOLDERS_MAX, in the same order every time. A thing that is new, and that nobody went before,
 * counts as there for the 24 hours before the run that first saw it: it came between two nights.
 * `each` must not call address_holders(). False with a fault, or with what `each` said.
 */
bool address_holders(struct store *s, const struct resource_types *types, const struct address_question *q,
                     address_holder_fn each, void *ctx, struct error *err);

#endif
