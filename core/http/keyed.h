#ifndef CORE_HTTP_KEYED_H
#define CORE_HTTP_KEYED_H

#include "core/base/map.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Things found by name, of which the idle ones are forgotten: a walk meets any number of limit keys and
 * hosts, but only some at one time. Nothing is taken out one by one; each time the number of things has
 * doubled, all are asked, and what is not worth keeping goes. Holds at most twice what is in use plus
 * twice KEYED_IDLE_MAX.
 */
#define KEYED_IDLE_MAX 16384

enum keyed_worth {
    KEYED_WORTHLESS, /* as good as new: forgetting it changes nothing */
    KEYED_MEMORY,    /* remembers something, but nobody uses it; goes when there are too many */
    KEYED_IN_USE,    /* somebody points at it */
};

struct keyed {
    struct map *map;
    size_t sweep_at;
    enum keyed_worth (*worth)(const void *value, int64_t now_ms);
    void (*drop)(void *value); /* frees */
};

void keyed_init(struct keyed *k, enum keyed_worth (*worth)(const void *value, int64_t now_ms),
                void (*drop)(void *value));
/* Drops everything, used or not. */
void keyed_release(struct keyed *k);

void *keyed_get(const struct keyed *k, const char *name); /* NULL when absent */
/* Adds under a name that is absent; may sweep first. The value belongs to the table. */
void keyed_add(struct keyed *k, const char *name, void *value, int64_t now_ms);
size_t keyed_count(const struct keyed *k);

#endif
