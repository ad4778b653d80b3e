#ifndef CORE_STORE_CONFIGS_H
#define CORE_STORE_CONFIGS_H

#include "core/store/store.h"

/* Calls `each` with the stored config (JSON text) of every resource of a scope as of now, in no order,
 * until it returns false. A scope that is not known has none. `region` NULL: of the type's scopes in all regions. */
bool store_configs_each(struct store *s, int64_t account, const char *region, const char *type,
                        bool (*each)(void *ctx, const char *config), void *ctx, struct error *err);

/* The region of the scope that holds the resource `key` of an account as of now, free(); NULL: none does. */
char *store_resource_region(struct store *s, int64_t account, const char *key);

/* How the last read of a scope ended; false when it is not known, or not planned any more. */
bool store_scope_outcome(struct store *s, int64_t account, const char *region, const char *type,
                         enum outcome *out);

/* Whether some other account's scope sees the resource `key` of account `owner`. */
bool store_is_shared(struct store *s, const char *owner, const char *key);

/* The stored body of a reference (store_reference_put()), free(); NULL when there is none. */
char *store_reference_body(struct store *s, const char *type, const char *key);

/* Fills a->id from a->provider and a->account; 0 when there is no such row. */
bool store_account_find(struct store *s, struct store_account *a, struct error *err);

/* What the account was called last, free(); NULL when it is not known. */
char *store_account_name(struct store *s, const char *provider, const char *account);

/* Calls `each` for every scope of an account: what has ever been planned there, in order of region, type. */
bool store_scopes_each(struct store *s, int64_t account,
                       bool (*each)(void *ctx, const char *region, const char *type,
                                    const char *service),
                       void *ctx, struct error *err);

#endif
