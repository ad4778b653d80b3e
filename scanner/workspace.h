#ifndef SCANNER_WORKSPACE_H
#define SCANNER_WORKSPACE_H

#include "checks/catalog.h"
#include "core/config.h"
#include "core/model/resource_type.h"
#include "core/store/store.h"

struct map;

/*
 * What every command works with: the config, the resource types, the checks and their plugins, built in and the
 * user's own beside the config (types.d, checks.d, plugins.d).
 */
struct workspace {
    struct config *config;
    struct resource_types *types;
    struct plugin_table *plugins;
    struct plugin_load *loaded; /* those of plugins.d */
    struct catalog *catalog;
    struct map *off;              /* check id -> why (char *) */
    struct json_object *settings; /* parameters of checks */
};

#define WORKSPACE_CONFIG "yomawari.yaml"

/*
 * `file` NULL: ./yomawari.yaml, or config_default() where there is none. Every fault of the config but
 * the last, which is `err`, goes to standard error. ERROR_CONFIG also for a check that is switched off
 * and does not exist.
 */
bool workspace_open(struct workspace *w, const char *file, struct error *err);
/* The same with the tests of the built-in checks. */
bool workspace_open_with_tests(struct workspace *w, const char *file, struct error *err);
void workspace_close(struct workspace *w);

/* Opens the state for reading; says to scan first where there is none. */
struct store *workspace_store(const struct workspace *w, int64_t now_unix_s, struct error *err);

#endif
