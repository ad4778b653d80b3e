#ifndef CHECKS_PLUGIN_LOAD_H
#define CHECKS_PLUGIN_LOAD_H

#include "checks/plugin_table.h"

/*
 * Plugins from shared objects: every *.so of a folder (the user's plugins.d), in order of name. Each says what it is by the
 * symbol `yomawari_check_plugin` (CHECK_PLUGIN_EXPORT of check.h). What is loaded runs with all our rights, so that
 * only what nobody else can change is: folder and files, and all folders above up to the root, must belong to us or to
 * root and be writable by nobody else (so nothing under /tmp is loaded, whatever its sticky bit says), and the files be
 * regular (no links). They are looked at in that order: owner and mode, symbol, ABI, name.
 *
 * Folder and files are opened once: owner and mode, digest and what the loader takes are of one descriptor, which Linux
 * lends a name to (/proc/self/fd/N; without /proc nothing is loaded). So a plugin cannot find its own folder ($ORIGIN),
 * and what it is linked with must stand where the system keeps its libraries.
 */

enum { PLUGIN_FILE_MAX = 64 * 1024 * 1024, PLUGIN_FILES_MAX = 100 };

/* What was loaded; as long as it lives, so does what the table was given. */
struct plugin_load;

/*
 * Adds what is in the folder to the table; a folder that does not exist, or holds none, adds nothing. One that has a built-in
 * plugin's name takes its place. NULL with ERROR_CONFIG "FILE: " for whatever may not be loaded or is no plugin of ours;
 * then the table is not to be used any more.
 */
struct plugin_load *plugin_load_folder(const char *folder, struct plugin_table *table, struct error *err);
void plugin_load_free(struct plugin_load *l); /* after the table and all that judges by it; NULL is fine */

/* A line for each that took a built-in one's place. */
const struct string_list *plugin_load_replaced(const struct plugin_load *l);

#endif
