#ifndef CHECKS_SOURCE_H
#define CHECKS_SOURCE_H

#include "checks/sandbox.h"
#include "core/store/store.h"

struct source;

/*
 * Fills a sandbox from the store, with the state as of now: account by account, and each type only once a
 * check asks for it. Of evidence come the events of the type's window before the run.
 */
struct source *source_new(struct store *s, const struct store_run *run, struct sandbox *sandbox, struct error *err);
void source_free(struct source *s); /* NULL is fine */

/* Empties the sandbox for this account: its scopes are there after, its resources come with source_fill(). The
 * account's texts are borrowed until the next call. NULL: all accounts, without the resources' configs. */
bool source_begin(struct source *s, const struct store_account *account, struct error *err);

/* Puts the resources of every type that the check reads, those that are there already passed over; with those of the
 * owners for what it needs `where: owner`, of its tenants for `of_tenants`, and without those that another check needed
 * so. The sandbox's owners are the check's then. lending_update() first. What a plugin in one account
 * merely uses is left out: most nights nobody looks at it. */
bool source_fill(struct source *s, const struct check *check, struct error *err);

/* Puts what source_fill() left out, type by type, when it is asked for. For sandbox_run; as long as `s` lives. */
struct sandbox_filler source_filler(struct source *s);

#endif
