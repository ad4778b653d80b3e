#ifndef CORE_STORE_LENDING_H
#define CORE_STORE_LENDING_H

#include "core/store/store.h"

struct resource_types;

/*
 * Whose things an account lives in, beside its own: the owners of what is shared to it (table sharing), and the lenders that
 * its own things name (types with `lender`, core/model/lender.h). A shared network's rules, say, are its owner's, and
 * decide what reaches the account's machines. The other way round its tenants: whoever names it so, and whom its own things
 * name as such (types with `tenants`), though they have nothing there.
 */

/*
 * Brings up to date what the others here look at: the table of lenders, of which an account where nothing of a type with
 * `lender` was written since costs nothing, and what is shared now. To be called between store_begin() and store_commit() of
 * a publish, once all scopes have ended and before anybody asks.
 */
bool lending_update(struct store *s, const struct resource_types *types, struct error *err);

/*
 * The owners of what an account sees of these types (NULL-ended), in order, each once and never the account itself. `account`:
 * row ids; an owner's is 0 when it is not in the state. Those that a type's lenders name count where the type is
 * one of `types`, and so does what is shared: what nobody asks about makes nobody an owner.
 */
typedef bool (*lending_owner_fn)(void *ctx, const char *owner, int64_t account, struct error *err);
bool lending_owners(struct store *s, int64_t account, const char *const *types, lending_owner_fn each, void *ctx,
                    struct error *err);

/* The other way round: the accounts that live in this one's things, as far as these types say, and likewise. Never 0. */
bool lending_tenants(struct store *s, int64_t account, const char *const *types, lending_owner_fn each, void *ctx,
                     struct error *err);

/* Whether nothing of the types `owned` (NULL-ended) changed with any of these owners since the check was judged in the
 * account with that digest: findings_unchanged() says the same of the account itself. `tenanted` (NULL: none):
 * likewise of its tenants. */
struct lending_question {
    const char *check_id, *check_digest;
    int64_t account;
    const char *const *types, *const *owned, *const *tenanted;
};
bool lending_unchanged(struct store *s, const struct lending_question *q);

#endif
