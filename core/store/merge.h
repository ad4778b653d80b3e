#ifndef CORE_STORE_MERGE_H
#define CORE_STORE_MERGE_H

#include "core/store/idset.h"
#include "core/store/store.h"

/*
 * How what one read brought becomes versions. For each staged body, against the open version of its key:
 *
 *   none                     opens: born and changed are this run
 *   another life             the old life ends (cloud), a new one begins, both in this run; a life that one of
 *                            the two does not tell is no other
 *   same digest              refreshed in place: volatile parts, names, and the shape where that alone differs
 *                            (one that follows whom it followed keeps the parent found for it); a new version with
 *                            the same `changed` where other parts are unread than before
 *   other digest, but equal over what both shapes hold and both have ever read
 *                            re-based: a new version with the same `changed`
 *   other digest             a new version, changed in this run
 *
 * What this run itself wrote about a key (a resumed run reads again what failed) is taken back first, so
 * that the last reading stands alone: no version begins and ends in one run. A version that this run
 * closed and that now shows in another scope goes on as if nothing had been.
 */
struct merge {
    struct store *s;
    int64_t run, scope, account;
    struct idset *seen; /* resources that the read saw; what is merged is added */
    bool changed;       /* out: something was written that a check could see */
};

bool merge_staged(struct merge *m, struct error *err);

/* Closes the open versions of the scope's resources that are not in `seen`, with cause cloud. */
bool merge_close_unseen(struct merge *m, struct error *err);

#endif
