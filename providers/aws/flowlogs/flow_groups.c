#include "providers/aws/flowlogs/flow_groups.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_AT_FIRST = 64 };

struct flow_groups {
    struct flow_group *items;
    size_t count, room, max;
    uint32_t *slots; /* 2 × room of them: index + 1 of an item, 0: free; open addressing */
    uint64_t seed, lost;
};

_Static_assert(sizeof(struct flow_key) == 4 * FLOW_WORD_MAX + 48, "a key has no padding");

struct flow_groups *flow_groups_new(size_t max, uint64_t seed)
{
    struct flow_groups *g = memory_new(1, sizeof *g);
    g->max = max;
    g->seed = seed;
    return g;
}

void flow_groups_free(struct flow_groups *g)
{
    if (g == NULL)
        return;
    free(g->items);
    free(g->slots);
    free(g);
}

void flow_groups_clear(struct flow_groups *g)
{
    if (g->count > 0)
        memset(g->slots, 0, 2 * g->room * sizeof *g->slots);
    g->count = 0;
    g->lost = 0;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

static uint64_t hash_of(const struct flow_groups *g, const struct flow_key *key)
{
    uint64_t words[sizeof *key / sizeof(uint64_t)], hash = g->seed;
    memcpy(words, key, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        hash = mix(hash, words[i]);
    return hash ^ hash >> 32;
}

/* The slot where the key is, or would be. */
static uint32_t *find(const struct flow_groups *g, const struct flow_key *key)
{
    size_t slots = 2 * g->room, at = (size_t)hash_of(g, key) & (slots - 1);
    while (g->slots[at] != 0 && memcmp(&g->items[g->slots[at] - 1].key, key, sizeof *key) != 0)
        at = (at + 1) & (slots - 1);
    return &g->slots[at];
}

static void grow(struct flow_groups *g)
{
    g->room = g->room == 0 ? ROOM_AT_FIRST : g->room * 2;
    g->items = memory_resize(g->items, g->room, sizeof *g->items);
    free(g->slots);
    g->slots = memory_new(2 * g->room, sizeof *g->slots);
    for (size_t i = 0; i < g->count; i++)
        *find(g, &g->items[i].key) = (uint32_t)i + 1;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b; /* all readers of numbers stop there */
}

/* Files come in any order, and the same hour read twice must be the same row: of what differs the least stays. */
static void keep_least(char *into, const char *more, size_t size)
{
    if (more[0] != '\0' && (into[0] == '\0' || strcmp(more, into) < 0))
        memcpy(into, more, size);
}

static void join(struct flow_group *into, const struct flow_group *more)
{
    into->packets = sum(into->packets, more->packets);
    into->bytes = sum(into->bytes, more->bytes);
    into->flows = sum(into->flows, more->flows);
    if (more->first < into->first)
        into->first = more->first;
    if (more->last > into->last)
        into->last = more->last;
    if (into->path == 0 || (more->path > 0 && more->path < into->path))
        into->path = more->path;
    keep_least(into->subnet, more->subnet, sizeof into->subnet);
    keep_least(into->instance, more->instance, sizeof into->instance);
    keep_least(into->service, more->service, sizeof into->service);
}

bool flow_groups_add(struct flow_groups *g, const struct flow_group *group)
{
    uint32_t *slot = g->room == 0 ? NULL : find(g, &group->key);
    if (slot != NULL && *slot != 0) {
        join(&g->items[*slot - 1], group);
        return true;
    }
    if (g->count == g->max) {
        g->lost = sum(g->lost, group->flows);
        return false;
    }
    if (g->count == g->room) {
        grow(g);
        slot = find(g, &group->key);
    }
    g->items[g->count++] = *group;
    *slot = (uint32_t)g->count;
    return true;
}

void flow_groups_add_all(struct flow_groups *g, const struct flow_groups *other)
{
    for (size_t i = 0; i < other->count; i++)
        (void)flow_groups_add(g, &other->items[i]);
    g->lost = sum(g->lost, other->lost);
}

size_t flow_groups_count(const struct flow_groups *g)
{
    return g->count;
}

const struct flow_group *flow_groups_at(const struct flow_groups *g, size_t index)
{
    return &g->items[index];
}

uint64_t flow_groups_lost(const struct flow_groups *g)
{
    return g->lost;
}
