#include "providers/aws/flowlogs/flow_overlap.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 4 * FLOW_WORD_MAX + 2 * FLOW_ADDRESS_TEXT_MAX + 64, ROOM_AT_FIRST = 64 };

struct entry {
    struct flow_group group;
    unsigned source;
};

struct flow_overlap {
    struct entry *entries;
    size_t count, room, max;
    struct map *by_name; /* index + 1 of the first of each name */
    unsigned source;
    uint64_t lost;
};

struct flow_overlap *flow_overlap_new(size_t max)
{
    struct flow_overlap *o = memory_new(1, sizeof *o);
    o->max = max;
    o->by_name = map_new(NULL);
    return o;
}

void flow_overlap_free(struct flow_overlap *o)
{
    if (o == NULL)
        return;
    map_free(o->by_name);
    free(o->entries);
    free(o);
}

/* Gives the room back: most regions need little. */
void flow_overlap_clear(struct flow_overlap *o)
{
    map_free(o->by_name);
    free(o->entries);
    *o = (struct flow_overlap){ .max = o->max, .by_name = map_new(NULL) };
}

void flow_overlap_source(struct flow_overlap *o)
{
    o->source++;
}

static void name_of(const struct flow_key *k, char out[NAME_MAX_BYTES])
{
    char source[FLOW_ADDRESS_TEXT_MAX] = "-", destination[FLOW_ADDRESS_TEXT_MAX];
    if (k->has_source)
        flow_address_write(&k->source, source);
    flow_address_write(&k->destination, destination);
    snprintf(out, NAME_MAX_BYTES, "%s %s %s %s %s %lld %u %u %u", k->account, k->region,
             k->interface_id, source, destination, (long long)k->hour, k->port, k->protocol,
             k->action);
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void join(struct flow_group *into, const struct flow_group *other)
{
    into->packets = most(into->packets, other->packets);
    into->bytes = most(into->bytes, other->bytes);
    into->flows = most(into->flows, other->flows);
    into->first = other->first < into->first ? other->first : into->first;
    into->last = other->last > into->last ? other->last : into->last;
    if (into->path == 0)
        into->path = other->path;
    if (into->subnet[0] == '\0')
        memcpy(into->subnet, other->subnet, sizeof into->subnet);
    if (into->instance[0] == '\0')
        memcpy(into->instance, other->instance, sizeof into->instance);
}

bool flow_overlap_add(struct flow_overlap *o, const struct flow_group *group)
{
    char name[NAME_MAX_BYTES];
    name_of(&group->key, name);
    uintptr_t at = (uintptr_t)map_get(o->by_name, name);
    if (at != 0 && o->entries[at - 1].source != o->source) {
        join(&o->entries[at - 1].group, group);
        return true;
    }
    if (o->count == o->max) {
        o->lost += group->flows;
        return false;
    }
    if (o->count == o->room) {
        o->room = o->room == 0 ? ROOM_AT_FIRST : o->room * 2;
        o->entries = memory_resize(o->entries, o->room, sizeof *o->entries);
    }
    o->entries[o->count++] = (struct entry){ *group, o->source };
    if (at == 0)
        map_set(o->by_name, name, (void *)(uintptr_t)o->count);
    return true;
}

void flow_overlap_add_all(struct flow_overlap *o, const struct flow_groups *groups)
{
    for (size_t i = 0; i < flow_groups_count(groups); i++)
        (void)flow_overlap_add(o, flow_groups_at(groups, i));
    o->lost += flow_groups_lost(groups);
}

size_t flow_overlap_count(const struct flow_overlap *o)
{
    return o->count;
}

const struct flow_group *flow_overlap_at(const struct flow_overlap *o, size_t index)
{
    return &o->entries[index].group;
}

uint64_t flow_overlap_lost(const struct flow_overlap *o)
{
    return o->lost;
}
