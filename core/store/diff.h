#ifndef CORE_STORE_DIFF_H
#define CORE_STORE_DIFF_H

#include "core/store/store.h"

/*
 * Change is the state as of one run against the state as of another, never a list of versions. Rows
 * come sorted by (provider, account, key, field); rows of scopes, whose key is empty, by region and type.
 *
 *   added, removed   a resource is in one of the two states only. Under a new life of the same key both come:
 *                    removed, then added
 *   changed          one row a field (core/store/fields.h). An unread part is compared by its last known value,
 *                    so that what changed meanwhile is told once, on the night that reads it again; a part that
 *                    one side never read is left out. field "" and whole configs where a body is nested
 *                    deeper than is read
 *                    An ephemeral member, by what it is after, else was before, says none of these three
 *   unverified       a scope that was complete is now of another outcome, and something is in it. A scope
 *                    that holds nothing is in the coverage only; one that left the config or whose
 *                    account closed says nothing here
 *   verified_again   a scope that was of another outcome, or out of scope, and held something is complete
 */
struct diff_row {
    const char *change;
    const char *provider, *account, *account_name, *region, *type, *id, *name, *tags, *team;
    const char *field;    /* path without index: IpPermissions[].FromPort; "" for whole rows */
    const char *before, *after; /* JSON texts, or "" */
    const char *key;
}; /* all borrowed during the call; tags is a JSON object, "{}" for a scope */

/*
 * Calls `each` for every change between the states as of run ids `before` and `after`, in this order or
 * the other (0: there was no published run; then nothing is a change, since all is new). Only fields that
 * both versions' shapes hold are compared. Costs as much as what changed between, not as what there is.
 * `each` must not call diff_each().
 */
struct diff_options {
    int64_t before, after;
};
bool diff_each(struct store *s, const struct diff_options *o,
               bool (*each)(void *ctx, const struct diff_row *row, struct error *err), void *ctx,
               struct error *err);

/* The changed fields between two configs under two shapes (JSON texts): for tests and for `diff`. */
bool diff_fields(const char *before, const char *before_shape, const char *after, const char *after_shape,
                 bool (*each)(void *ctx, const char *field, const char *before, const char *after), void *ctx,
                 struct error *err);

#endif
