#ifndef CORE_STORE_IDSET_H
#define CORE_STORE_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of row ids (above 0). Eight bytes an id and as much again of room; nothing until the first. */
struct idset {
    int64_t *slots;
    size_t count, capacity;
};

enum { IDSET_MAX = 2 * 1000 * 1000 }; /* ids of one set: 32 MB at most */

#define IDSET_INIT { NULL, 0, 0 }

/* False when the set is full. An id that is in it already is fine. */
bool idset_add(struct idset *set, int64_t id);
bool idset_has(const struct idset *set, int64_t id);
void idset_release(struct idset *set); /* empty and usable after */

#endif
