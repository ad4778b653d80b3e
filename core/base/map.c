#include "core/base/map.h"

#include "core/base/memory.h"

#include <json-c/linkhash.h>
#include <stdlib.h>

struct map {
    struct lh_table *table;
    void (*free_value)(void *value);
};

static void free_key(struct lh_entry *entry)
{
    free(lh_entry_k(entry));
}

struct map *map_new(void (*free_value)(void *value))
{
    struct map *m = memory_new(1, sizeof *m);
    m->table = lh_kchar_table_new(16, free_key);
    m->free_value = free_value;
    if (m->table == NULL)
        abort();
    return m;
}

static void drop_value(const struct map *m, void *value)
{
    if (m->free_value != NULL && value != NULL)
        m->free_value(value);
}

void map_free(struct map *m)
{
    if (m == NULL)
        return;
    struct lh_entry *entry;
    lh_foreach(m->table, entry)
    {
        drop_value(m, lh_entry_v(entry));
    }
    lh_table_free(m->table);
    free(m);
}

void map_set(struct map *m, const char *key, void *value)
{
    struct lh_entry *entry = lh_table_lookup_entry(m->table, key);
    if (entry == NULL) {
        if (lh_table_insert(m->table, memory_string(key), value) != 0)
            abort();
        return;
    }
    if (lh_entry_v(entry) != value)
        drop_value(m, lh_entry_v(entry));
    entry->v = value;
}

void *map_get(const struct map *m, const char *key)
{
    void *value = NULL;
    return lh_table_lookup_ex(m->table, key, &value) ? value : NULL;
}

void map_remove(struct map *m, const char *key)
{
    struct lh_entry *entry = lh_table_lookup_entry(m->table, key);
    if (entry == NULL)
        return;
    drop_value(m, lh_entry_v(entry));
    lh_table_delete_entry(m->table, entry);
}

size_t map_count(const struct map *m)
{
    return (size_t)lh_table_length(m->table);
}

void map_each(const struct map *m, bool (*each)(void *ctx, const char *key, void *value), void *ctx)
{
    struct lh_entry *entry;
    lh_foreach(m->table, entry)
    {
        if (!each(ctx, lh_entry_k(entry), lh_entry_v(entry)))
            return;
    }
}
