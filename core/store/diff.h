#ifndef CORE_STORE_DIFF_H
#define CORE_STORE_DIFF_H

#include "core/store/store.h"

/*
 * Change is the state as of one run against the state as of another, never a list of versions. Rows
 * come sorted by (provider, account, key, field).
 */
struct diff_row {
    const char *change;   /* added, removed, changed, unverified, verified_again */
    const char *provider, *account, *account_name, *region, *type, *id, *name, *tags, *team;
    const char *field;    /* path without index: IpPermissions[].FromPort; "" for whole rows */
    const char *before, *after; /* JSON texts, or "" */
    const char *key;
};

/*
 * Calls `each` for every change between the states as of run ids `before` and `after` (before 0:
 * there was no published run; then nothing is a change, since all is new). Only fields that both
 * versions' shapes hold are compared. A set that changed is one row: before = elements gone, after =
 * elements come. unverified and verified_again are one row a scope (id, name, key and field empty).
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
