#ifndef CORE_STORE_SHARING_H
#define CORE_STORE_SHARING_H

#include "core/store/store.h"

/* What a scope sees of other accounts' resources, as intervals over runs: the only writer of `sharing`
 * beside the closing of an account. */

struct map;

enum { SHARING_MAX = 100000 }; /* shared resources that one scope sees */

struct sharing_read {
    int64_t scope, run;
    const struct map *seen; /* key -> owner; NULL: nothing */
    bool complete;          /* what was not seen is shared no more */
};

bool sharing_merge(struct store *s, const struct sharing_read *read, bool *out_written, struct error *err);

#endif
