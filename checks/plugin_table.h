#ifndef CHECKS_PLUGIN_TABLE_H
#define CHECKS_PLUGIN_TABLE_H

#include "checks/check.h"
#include "core/base/digest.h"

/* The plugins that checks may name, by name: the built-in ones, and those of plugins.d/ (plugin_load.h) above them. */
struct plugin_table;

struct plugin_entry {
    const struct check_plugin *plugin; /* borrowed: it must live as long as the table */
    const char *file;                  /* "" of a built-in one */
    char sha256[DIGEST_HEX_MAX];       /* of the file's bytes; "" of a built-in one */
};

/* With the built-in ones (that they are complete is tested). */
struct plugin_table *plugin_table_new(void);
void plugin_table_free(struct plugin_table *t); /* NULL is fine */

/* Adds a copy of the entry; its file's name is copied, too. In the place of a built-in one of that name. ERROR_CONFIG,
 * "FILE: " before it where there is a file, for another ABI, a name that is no word or is another file's already, and for a
 * plugin that has no judge(). */
bool plugin_table_add(struct plugin_table *t, const struct plugin_entry *entry, struct error *err);

const struct plugin_entry *plugin_table_find(const struct plugin_table *t, const char *name);

/* What is built in, ended by NULL: every folder checks/plugins/NAME/ that has a NAME.c. cmake/Checks.cmake writes it. */
const struct check_plugin *const *plugin_table_builtin(void);

#endif
