#include "checks/plugin_table.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES_MAX = 64 };

struct plugin_table {
    struct map *entries; /* struct plugin_entry by name */
};

static void entry_free(void *value)
{
    struct plugin_entry *e = value;
    free((void *)(uintptr_t)e->file);
    free(e);
}

/* Names the file in the error that was just set. */
static bool in_file(const struct plugin_entry *e, struct error *err)
{
    return e->file[0] != '\0' && error_prefix(err, "%s", e->file);
}

static bool is_name(const char *name)
{
    size_t len = name == NULL ? 0 : strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return len > 0 && len <= NAME_BYTES_MAX && name[len] == '\0';
}

/* Nothing of a plugin is looked at before its ABI is known to be ours. */
static bool is_complete(const struct check_plugin *p, struct error *err)
{
    if (p->abi != CHECK_PLUGIN_ABI)
        return error_set(err, ERROR_CONFIG,
                         "the plugin is built for version %u of check.h, this yomawari has %d",
                         p->abi, (int)CHECK_PLUGIN_ABI);
    if (!is_name(p->name))
        return error_set(err, ERROR_CONFIG,
                         "the plugin's name is no word of lower case letters, digits and _");
    return p->judge != NULL ||
           error_set(err, ERROR_CONFIG, "the plugin %s has no judge()", p->name);
}

static void put(struct plugin_table *t, const struct plugin_entry *entry)
{
    struct plugin_entry *copy = memory_new(1, sizeof *copy);
    *copy = *entry;
    copy->file = memory_string(entry->file);
    map_set(t->entries, entry->plugin->name, copy);
}

bool plugin_table_add(struct plugin_table *t, const struct plugin_entry *entry, struct error *err)
{
    if (!is_complete(entry->plugin, err))
        return in_file(entry, err);
    const struct plugin_entry *other = map_get(t->entries, entry->plugin->name);
    if (other != NULL && other->file[0] != '\0') {
        error_set(err, ERROR_CONFIG, "the plugin is called %s, as that of %s is",
                  entry->plugin->name, other->file);
        return in_file(entry, err);
    }
    put(t, entry);
    return true;
}

struct plugin_table *plugin_table_new(void)
{
    struct plugin_table *t = memory_new(1, sizeof *t);
    t->entries = map_new(entry_free);
    for (const struct check_plugin *const *p = plugin_table_builtin(); *p != NULL; p++)
        put(t, &(struct plugin_entry){ .plugin = *p, .file = "" });
    return t;
}

void plugin_table_free(struct plugin_table *t)
{
    if (t == NULL)
        return;
    map_free(t->entries);
    free(t);
}

const struct plugin_entry *plugin_table_find(const struct plugin_table *t, const char *name)
{
    return map_get(t->entries, name);
}
