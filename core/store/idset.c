#include "core/store/idset.h"

#include "core/base/memory.h"

#include <stdlib.h>

/* Row ids come in long runs; the multiplier (2^64 / golden ratio) spreads them. */
static size_t slot_of(const struct idset *set, int64_t id)
{
    size_t mask = set->capacity - 1;
    size_t at = (size_t)(((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & mask;
    while (set->slots[at] != 0 && set->slots[at] != id)
        at = (at + 1) & mask;
    return at;
}

static void grow(struct idset *set)
{
    struct idset larger = { NULL, set->count, set->capacity == 0 ? 16 : set->capacity * 2 };
    larger.slots = memory_new(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i] != 0)
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
    free(set->slots);
    *set = larger;
}

bool idset_add(struct idset *set, int64_t id)
{
    if (idset_has(set, id))
        return true;
    if (set->count >= IDSET_MAX)
        return false;
    if (set->count * 2 >= set->capacity)
        grow(set);
    set->slots[slot_of(set, id)] = id;
    set->count++;
    return true;
}

bool idset_has(const struct idset *set, int64_t id)
{
    return set->capacity > 0 && set->slots[slot_of(set, id)] == id;
}

void idset_release(struct idset *set)
{
    free(set->slots);
    *set = (struct idset)IDSET_INIT;
}
