#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Strings to pointers, in order of insertion (json-c's linkhash underneath). Keys are copied. Values
 * belong to the map when `free_value` is given.
 */
struct map;

struct map *map_new(void (*free_value)(void *value)); /* NULL: values are not owned */
void map_free(struct map *m);                         /* NULL is fine */

/* Sets; a value that was there is freed first (unless it is the same pointer). */
void map_set(struct map *m, const char *key, void *value);
void *map_get(const struct map *m, const char *key); /* NULL when absent */
void map_remove(struct map *m, const char *key);
size_t map_count(const struct map *m);

/* Calls `each` in order of insertion until it returns false. The map must not change meanwhile. */
void map_each(const struct map *m, bool (*each)(void *ctx, const char *key, void *value), void *ctx);

#endif
