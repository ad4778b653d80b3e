#ifndef SCANNER_FOUND_H
#define SCANNER_FOUND_H

#include "scanner/account.h"

struct map;

/* The accounts that discovery found, target by target. An account belongs to one target: the first that
 * names it. */
struct found_account {
    const struct walk_target *target;
    struct account_spec spec; /* owned */
};

/* What a target's list proves. */
struct found_target {
    const struct walk_target *target;
    bool complete;        /* the list is tonight's; else nothing follows from absence */
    bool proves_closing;  /* and the whole organization's: who is not in it was closed */
    struct map *excluded; /* accounts that exist and are not wanted; NULL: none */
    char *asked;          /* the account that was asked for the list; NULL: none, or not known */
};

struct found {
    struct found_account *accounts;
    size_t count;
    struct found_target *targets;
    size_t target_count;
    struct map *owners; /* provider:account -> its struct walk_target; also of those taken out of `accounts` */
};
enum { FOUND_ACCOUNTS_MAX = 100000 };

/* The target that has the account; NULL for none. */
const struct walk_target *found_owner(const struct found *f, const char *provider,
                                      const char *account);

/* Makes the account `target`'s and returns NULL; or returns the target that has it already. */
const struct walk_target *found_claim(struct found *f, const struct walk_target *target,
                                      const char *account);

/* Takes over `spec`, whose account was claimed, or is not known yet. */
void found_add(struct found *f, const struct walk_target *target, struct account_spec *spec);

/* A new entry, proving nothing; the pointer is good until the next one. */
struct found_target *found_add_target(struct found *f, const struct walk_target *target);
struct found_target *found_target(const struct found *f, const char *name); /* NULL: none */

/* The type of that name, where a target reads it; NULL: none does. */
const struct resource_type *found_type(const struct found *f, const char *name);

void found_release(struct found *f);

#endif
