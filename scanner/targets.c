#include "scanner/targets.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/store/scopes.h"
#include "scanner/logs/trails.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- which types ---- */

static bool is_on(const struct workspace *w, const struct scan_options *o,
                  const struct check *check)
{
    if (w->off != NULL && map_get(w->off, check->id) != NULL)
        return false;
    return o->checks.count == 0 || string_list_has(&o->checks, check->id);
}

static bool is_checked(const struct workspace *w, const struct scan_options *o, const char *type)
{
    for (size_t i = 0; i < catalog_count(w->catalog); i++) {
        const struct check *check = catalog_at(w->catalog, i);
        if (is_on(w, o, check) && check_reads(check, type))
            return true;
    }
    return false;
}

static bool fits_one(const struct string_list *globs, const char *name)
{
    for (size_t i = 0; i < globs->count; i++)
        if (text_glob(globs->items[i], name))
            return true;
    return false;
}

/* Whether it is read for its own sake. Events are no inventory: somebody must ask for them. */
static bool is_listed(const struct workspace *w, const struct scan_options *o,
                      const struct resource_type *type)
{
    const struct config *c = w->config;
    if (type->evidence && (o->evidence || o->types.count > 0))
        return true;
    if (c->inventory_only_line == 0 || type->bulk_only)
        return !type->sheet_hidden && !type->evidence;
    return !type->sheet_hidden && fits_one(&c->inventory_only, type->name);
}

static bool is_wanted(const struct workspace *w, const struct scan_options *o,
                      const struct resource_type *type)
{
    if ((o->types.count > 0 && !string_list_has(&o->types, type->name)) ||
        (type->bulk_only && w->config->inventory_include.count == 0))
        return false;
    if (o->checks.count > 0)
        return is_checked(w, o, type->name);
    return is_listed(w, o, type) || is_checked(w, o, type->name);
}

/* Where the config names no place that such logs lie in, nothing of them is asked for: that is no gap of each account
 * and region. (CloudTrail's own history is asked for anyway; of flow logs one line says what that means.) */
static bool is_nobodys(const struct workspace *w, const struct resource_type *type)
{
    const struct config *c = w->config;
    if (type->aggregate == NULL)
        return false;
    return strcmp(type->aggregate, TRAILS) == 0
               ? c->trail_count == 0
               : c->flow_log_count + c->log_group_count + c->athena_table_count == 0;
}

/* Children are asked for by the parents that were read tonight. */
static bool is_needed(const struct workspace *w, const struct scan_options *o,
                      const struct resource_type *type)
{
    bool needed = is_wanted(w, o, type) && !is_nobodys(w, type);
    for (size_t i = 0; !needed && i < resource_types_count(w->types); i++) {
        const struct resource_type *child = resource_types_at(w->types, i);
        needed = child->children_of != NULL && strcmp(child->children_of, type->name) == 0 &&
                 is_needed(w, o, child);
    }
    return needed;
}

static bool fits_a_type(const struct workspace *w, const char *glob)
{
    for (size_t i = 0; i < resource_types_count(w->types); i++)
        if (text_glob(glob, resource_types_at(w->types, i)->name))
            return true;
    return false;
}

static bool check_listed(const struct workspace *w, struct error *err)
{
    const struct config *c = w->config;
    for (size_t i = 0; i < c->inventory_only.count; i++)
        if (!fits_a_type(w, c->inventory_only.items[i]))
            return error_set(err, ERROR_CONFIG,
                             "%s:%d: inventory: only: no resource type is called %s", c->file,
                             c->inventory_only_line, c->inventory_only.items[i]);
    return true;
}

static bool check_filters(const struct workspace *w, const struct scan_options *o,
                          struct error *err)
{
    for (size_t i = 0; i < o->types.count; i++)
        if (resource_types_find(w->types, o->types.items[i]) == NULL)
            return error_set(err, ERROR_USAGE, "--type %s: there is no such resource type",
                             o->types.items[i]);
    for (size_t i = 0; i < o->checks.count; i++)
        if (catalog_find(w->catalog, o->checks.items[i]) == NULL)
            return error_set(err, ERROR_USAGE,
                             "--check %s: there is no such check (see yomawari check list)",
                             o->checks.items[i]);
    return true;
}

/* ---- one target ---- */

static bool add_type(struct walk_target *t, struct plan_types *types,
                     const struct resource_type *type, bool checked, struct store *store,
                     struct error *err)
{
    size_t i = types->count++;
    struct json_object *fields =
        type->asked_by != NULL ? json_object_new_object() : t->provider->fields(type);
    types->items = memory_resize(types->items, types->count, sizeof *types->items);
    t->shapes = memory_resize(t->shapes, types->count, sizeof *t->shapes);
    t->shape_ids = memory_resize(t->shape_ids, types->count, sizeof *t->shape_ids);
    t->with_checks = memory_resize(t->with_checks, types->count, sizeof *t->with_checks);
    t->bulk_shapes = memory_resize(t->bulk_shapes, types->count, sizeof *t->bulk_shapes);
    t->bulk_shape_ids = memory_resize(t->bulk_shape_ids, types->count, sizeof *t->bulk_shape_ids);
    types->items[i] = type;
    t->shapes[i] = shape_of_type(type, fields);
    t->with_checks[i] = checked;
    json_object_put(fields);
    t->bulk_shapes[i] = type->official[0] != '\0' || type->bulk_only
                            ? shape_from(t->shapes[i], "bulk")
                            : NULL;
    t->bulk_shape_ids[i] = 0;
    return store_shape_id(store, shape_text(t->shapes[i]), &t->shape_ids[i], err) &&
           (t->bulk_shapes[i] == NULL ||
            store_shape_id(store, shape_text(t->bulk_shapes[i]), &t->bulk_shape_ids[i], err));
}

static bool add_types(const struct workspace *w, const struct scan_options *o,
                      struct walk_target *t, struct store *store, struct error *err)
{
    for (size_t i = 0; i < resource_types_count(w->types); i++) {
        const struct resource_type *type = resource_types_at(w->types, i);
        if (strcmp(type->provider, t->provider->name) == 0 && is_needed(w, o, type) &&
            !add_type(t, t->types, type, is_checked(w, o, type->name), store, err))
            return false;
    }
    return true;
}

static bool open_session(const struct workspace *w, struct walk_target *t,
                         const struct scan_options *o, struct error *err)
{
    struct string_list operations = { NULL, 0 };
    plan_operations(t->types, &operations);
    struct provider_options options = {
        .now_unix_s = clock_wall_s(&o->clock),
        .types = w->types,
        .included = &w->config->inventory_include,
        .operations = &operations,
    };
    t->session = t->provider->open(t->config, &options, err);
    string_list_release(&operations);
    return t->session != NULL;
}

static const char *cloud_name(enum config_cloud cloud)
{
    return cloud == CONFIG_AWS ? "aws" : "gcp";
}

static bool open_one(const struct workspace *w, const struct scan_options *o,
                     const struct config_target *config, struct store *store, struct walk_target *t,
                     struct error *err)
{
    t->config = config;
    t->provider = providers_find(cloud_name(config->cloud));
    t->types = memory_new(1, sizeof *t->types);
    t->group = memory_new(1, sizeof *t->group);
    gate_group_init(t->group);
    if (t->provider == NULL)
        return error_set(err, ERROR_CONFIG, "%s:%d: this yomawari does not read %s",
                         w->config->file, config->line, cloud_name(config->cloud));
    if (provider_check(t->provider, err) && add_types(w, o, t, store, err) &&
        open_session(w, t, o, err))
        return true;
    return error_prefix(err, "%s", config->name);
}

static bool has_target_of(const struct targets *t, const char *provider)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->items[i].provider->name, provider) == 0)
            return true;
    return false;
}

static void say_what_is_nobodys(const struct workspace *w, const struct scan_options *o,
                                const struct targets *t)
{
    for (size_t i = 0; i < resource_types_count(w->types); i++) {
        const struct resource_type *type = resource_types_at(w->types, i);
        if (is_nobodys(w, type) && strcmp(type->aggregate, TRAILS) != 0 && is_wanted(w, o, type) &&
            has_target_of(t, type->provider))
            log_say(o->log, LOG_INFO, "flow_logs_unnamed", NULL,
                    "%s: no flow logs are named in logs: of the config, so nobody knows who asks for names outside; "
                    "README, Flow logs",
                    type->provider);
    }
}

bool targets_open(const struct workspace *w, const struct scan_options *o, struct store *store,
                  struct targets *out, struct error *err)
{
    struct targets t = { memory_new(w->config->target_count, sizeof(struct walk_target)), 0 };
    bool ok = check_listed(w, err) && check_filters(w, o, err);
    while (ok && t.count < w->config->target_count) {
        size_t i = t.count++;
        ok = open_one(w, o, &w->config->targets[i], store, &t.items[i], err);
    }
    if (ok)
        say_what_is_nobodys(w, o, &t);
    if (ok)
        *out = t;
    else
        targets_close(&t);
    return ok;
}

static void target_close(struct walk_target *t)
{
    if (t->session != NULL)
        t->provider->close(t->session);
    for (size_t i = 0; t->types != NULL && i < t->types->count; i++) {
        shape_free(t->shapes[i]);
        shape_free(t->bulk_shapes[i]);
    }
    if (t->types != NULL)
        free(t->types->items);
    free(t->types);
    free(t->shapes);
    free(t->shape_ids);
    free(t->with_checks);
    free(t->bulk_shapes);
    free(t->bulk_shape_ids);
    free(t->group);
}

void targets_close(struct targets *t)
{
    for (size_t i = 0; i < t->count; i++)
        target_close(&t->items[i]);
    free(t->items);
    *t = (struct targets){ 0 };
}
