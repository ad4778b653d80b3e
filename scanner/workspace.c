#include "scanner/workspace.h"

#include "checks/plugin_load.h"
#include "core/base/embedded.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/type_paths.h"
#include "providers/provider.h"
#include "scanner/default_cloud.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLUGINS_FOLDER "plugins.d"

static bool add_builtin_types(struct resource_types *types, struct error *err)
{
    for (size_t i = 0; i < embedded_types_count; i++) {
        const struct embedded_file *f = &embedded_types[i];
        if (!resource_types_add(types, f->name, (struct text){ f->text, f->len }, err))
            return false;
    }
    return true;
}

/* What is built in is held to its paths by the tests; it is too much for every start. */
static bool is_builtin(const struct resource_type *type)
{
    bool found = false;
    for (size_t i = 0; i < embedded_types_count && !found; i++)
        found = strcmp(embedded_types[i].name, type->file) == 0;
    return found;
}

static bool check_paths(const struct resource_types *types, const struct resource_type *type,
                        const struct provider *p, struct error *err)
{
    const struct resource_type *above =
        type->children_of == NULL ? NULL : resource_types_find(types, type->children_of);
    struct json_object *fields = p->fields(type), *parent = above == NULL ? NULL : p->fields(above);
    bool ok = type_paths_check(type, fields, parent, err);
    json_object_put(fields);
    json_object_put(parent);
    return ok;
}

static bool check_all_types(const struct resource_types *types, struct error *err)
{
    if (!resource_types_check(types, err))
        return false;
    for (size_t i = 0; i < resource_types_count(types); i++) {
        const struct resource_type *type = resource_types_at(types, i);
        const struct provider *p = providers_find(type->provider);
        if (p == NULL)
            return error_set(err, ERROR_CONFIG, "%s:%d: %s: there is no cloud called %s",
                             type->file, type->line, type->name, type->provider);
        if (type->asked_by != NULL)
            continue; /* no cloud is asked for it */
        if (!p->check_type(type, err) || (!is_builtin(type) && !check_paths(types, type, p, err)))
            return false;
    }
    return true;
}

/* Beside a config that there is. */
static bool load_plugins(struct workspace *w, struct error *err)
{
    w->plugins = plugin_table_new();
    if (w->config->file == NULL)
        return true;
    char *folder = file_beside(w->config->file, PLUGINS_FOLDER);
    w->loaded = plugin_load_folder(folder, w->plugins, err);
    free(folder);
    return w->loaded != NULL;
}

static bool open_data(struct workspace *w, const char *types_folder, const char *checks_folder,
                      bool with_tests, struct error *err)
{
    w->types = resource_types_new();
    w->catalog = catalog_new(w->types);
    bool ok = load_plugins(w, err);
    catalog_use_plugins(w->catalog, w->plugins);
    ok = ok && add_builtin_types(w->types, err) &&
         (types_folder == NULL || resource_types_add_folder(w->types, types_folder, err)) &&
         check_all_types(w->types, err) &&
         (with_tests ? catalog_add_builtin(w->catalog, err)
                     : catalog_add_builtin_rules(w->catalog, err)) &&
         (checks_folder == NULL || catalog_add_folder(w->catalog, checks_folder, err));
    if (!ok)
        workspace_close(w);
    return ok;
}

static bool read_off(struct workspace *w, struct error *err)
{
    struct json_object *off = json_get(w->config->checks, "off");
    w->off = map_new(free);
    if (off == NULL)
        return true;
    json_object_object_foreach(off, id, reason) {
        if (catalog_find(w->catalog, id) == NULL)
            return error_set(err, ERROR_CONFIG,
                             "%s: checks.off names %s, which is no check (see yomawari check list)",
                             w->config->file, id);
        map_set(w->off, id, memory_string(json_object_get_string(reason)));
    }
    return true;
}

/* Where logs of Google's are read, for checks that must know. */
static struct json_object *gcp_logs(const struct config *c)
{
    struct json_object *o = json_object_new_object(), *views = json_object_new_array(),
                       *tables = json_object_new_array();
    for (size_t i = 0; i < c->log_view_count; i++)
        json_object_array_add(views, json_object_new_string(c->log_views[i].view));
    for (size_t i = 0; i < c->flow_table_count; i++)
        json_object_array_add(tables, json_object_new_string(c->flow_tables[i].table));
    json_object_object_add(o, "views", views);
    json_object_object_add(o, "tables", tables);
    return o;
}

/* Which log groups of AWS's are read, likewise. */
static struct json_object *log_groups(const struct config *c)
{
    struct json_object *all = json_object_new_array();
    for (size_t i = 0; i < c->log_group_count; i++) {
        struct json_object *group = json_object_new_object();
        json_object_object_add(group, "account", json_object_new_string(c->log_groups[i].account));
        json_object_object_add(group, "region", json_object_new_string(c->log_groups[i].region));
        json_object_object_add(group, "name", json_object_new_string(c->log_groups[i].name));
        json_object_array_add(all, group);
    }
    return all;
}

/* Which tables of Athena's are asked, likewise. */
static struct json_object *athena_tables(const struct config *c)
{
    struct json_object *all = json_object_new_array();
    for (size_t i = 0; i < c->athena_table_count; i++) {
        char *name = memory_format("%s.%s", c->athena_tables[i].database, c->athena_tables[i].table);
        json_object_array_add(all, json_object_new_string(name));
        free(name);
    }
    return all;
}

/* What the config says of checks, as parameters: the members of `checks` but `off`, and expected_public and logs. */
static bool read_settings(struct workspace *w, struct error *err)
{
    w->settings = json_object_new_object();
    if (w->config->checks != NULL) {
        json_object_object_foreach(w->config->checks, name, value)
            json_object_object_add(w->settings, name, json_object_get(value));
    }
    json_object_object_del(w->settings, "off");
    if (w->config->expected_public != NULL)
        json_object_object_add(w->settings, "expected_public",
                               json_object_get(w->config->expected_public));
    if (w->config->log_view_count + w->config->flow_table_count > 0)
        json_object_object_add(w->settings, "gcp_logs", gcp_logs(w->config));
    if (w->config->log_group_count > 0)
        json_object_object_add(w->settings, "flow_log_groups", log_groups(w->config));
    if (w->config->athena_table_count > 0)
        json_object_object_add(w->settings, "athena_flow_logs", athena_tables(w->config));
    return catalog_check_settings(w->catalog, w->settings, err) ||
           error_prefix(err, "%s: checks", w->config->file);
}

/* All but the last, which becomes the error, so that they stand in their order. */
static void print_faults(const struct config_faults *faults, struct error *err)
{
    for (size_t i = 0; i + 1 < faults->count; i++)
        fprintf(stderr, "yomawari: %s\n", faults->lines[i]);
    if (faults->count > 0)
        error_set(err, ERROR_CONFIG, "%s", faults->lines[faults->count - 1]);
}

static bool open_workspace(struct workspace *w, const char *file, bool with_tests,
                           struct error *err)
{
    struct config_faults faults = { NULL, 0 };
    *w = (struct workspace){ 0 };
    if (file == NULL && !file_exists(WORKSPACE_CONFIG))
        w->config = config_default(default_cloud());
    else
        w->config = config_load(file == NULL ? WORKSPACE_CONFIG : file, &faults, err);
    print_faults(&faults, err);
    config_faults_release(&faults);
    if (w->config == NULL ||
        !open_data(w, w->config->types_folder, w->config->checks_folder, with_tests, err) ||
        !read_off(w, err) || !read_settings(w, err)) {
        workspace_close(w);
        return false;
    }
    return true;
}

bool workspace_open(struct workspace *w, const char *file, struct error *err)
{
    return open_workspace(w, file, false, err);
}

bool workspace_open_with_tests(struct workspace *w, const char *file, struct error *err)
{
    return open_workspace(w, file, true, err);
}

void workspace_close(struct workspace *w)
{
    catalog_free(w->catalog);
    plugin_table_free(w->plugins);
    plugin_load_free(w->loaded);
    resource_types_free(w->types);
    config_free(w->config);
    map_free(w->off);
    json_object_put(w->settings);
    *w = (struct workspace){ 0 };
}

struct store *workspace_store(const struct workspace *w, int64_t now_unix_s, struct error *err)
{
    struct store *s = store_open(w->config->state, STORE_READ, now_unix_s, err);
    if (s == NULL)
        error_prefix(err, "%s", w->config->state);
    return s;
}
