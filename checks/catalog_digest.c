#include "checks/catalog.h"

#include "checks/plugin_table.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>

/* Raised when the SQL functions or the judging change, so that everything is judged anew. */
enum { CHECK_LANGUAGE = 2 };

enum { DIGEST_BYTES_MAX = 64 * 1024 * 1024 };

static struct json_object *texts(const struct string_list *l)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < l->count; i++)
        json_object_array_add(list, json_object_new_string(l->items[i]));
    return list;
}

static void add_text(struct json_object *o, const char *name, const char *value)
{
    if (value != NULL)
        json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *columns_of(const struct catalog *c, const char *type_name)
{
    const struct resource_type *type = resource_types_find(catalog_types(c), type_name);
    struct json_object *columns = json_object_new_object();
    for (size_t i = 0; i < type->column_count; i++)
        add_text(columns, type->columns[i].name, type->columns[i].path);
    return columns;
}

static struct json_object *needs_of(const struct catalog *c, const struct check *check)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < check->need_count; i++) {
        const struct check_need *need = &check->needs[i];
        struct json_object *o = json_object_new_object();
        add_text(o, "type", need->type);
        add_text(o, "ids", need->ids);
        json_object_object_add(o, "where", json_object_new_int((int)need->where));
        json_object_object_add(o, "parts", texts(&need->parts));
        if (need->no_parts)
            json_object_object_add(o, "no_parts", json_object_new_boolean(true));
        if (need->instead != NULL)
            add_text(o, "or", need->instead);
        json_object_object_add(o, "columns", columns_of(c, need->type));
        json_object_array_add(list, o);
    }
    return list;
}

static struct json_object *uses_of(const struct catalog *c, const struct check *check)
{
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < check->uses.count; i++)
        json_object_object_add(o, check->uses.items[i], columns_of(c, check->uses.items[i]));
    return o;
}

static struct json_object *params_of(const struct catalog *c, const struct check *check,
                                     struct json_object *settings)
{
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < check->params.count; i++)
        json_object_object_add(o, check->params.items[i],
                               json_object_get(catalog_param(c, check->params.items[i], settings)));
    return o;
}

/* Of a plugin its name, its own word for a change of its verdicts, and, where it comes from a file, all of that. */
static struct json_object *plugin_of(const struct catalog *c, const struct check *check)
{
    const struct plugin_entry *e = plugin_table_find(catalog_plugins(c), check->plugin);
    struct json_object *o = json_object_new_object();
    add_text(o, "name", check->plugin);
    if (e != NULL) {
        json_object_object_add(o, "version", json_object_new_int64(e->plugin->version));
        add_text(o, "file", e->sha256);
    }
    return o;
}

static void digest_of(struct json_object *what, char out[DIGEST_HEX_MAX])
{
    struct buffer bytes;
    buffer_init(&bytes, DIGEST_BYTES_MAX);
    json_write_canonical(what, &bytes);
    digest_sha256_hex(buffer_text(&bytes), out);
    buffer_release(&bytes);
    json_object_put(what);
}

void catalog_check_digest(const struct catalog *c, const struct check *check,
                          struct json_object *settings, char out[DIGEST_HEX_MAX])
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "language", json_object_new_int(CHECK_LANGUAGE));
    add_text(o, "subject", check->subject);
    add_text(o, "severity", check->severity);
    add_text(o, "query", check->query);
    if (check->plugin != NULL)
        json_object_object_add(o, "plugin", plugin_of(c, check));
    json_object_object_add(o, "occurrence", json_object_new_boolean(check->occurrence));
    json_object_object_add(o, "reach", json_object_new_int((int)check->reach));
    json_object_object_add(o, "formerly", texts(&check->formerly));
    json_object_object_add(o, "needs", needs_of(c, check));
    json_object_object_add(o, "uses", uses_of(c, check));
    if (check->uses_of_owners.count > 0)
        json_object_object_add(o, "uses_of_owners", texts(&check->uses_of_owners));
    if (check->of_tenants.count > 0)
        json_object_object_add(o, "of_tenants", texts(&check->of_tenants));
    json_object_object_add(o, "columns", columns_of(c, check->subject));
    json_object_object_add(o, "params", params_of(c, check, settings));
    digest_of(o, out);
}

void catalog_digest(const struct catalog *c, struct json_object *settings, char out[DIGEST_HEX_MAX])
{
    char one[DIGEST_HEX_MAX];
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < catalog_count(c); i++) {
        catalog_check_digest(c, catalog_at(c, i), settings, one);
        add_text(o, catalog_at(c, i)->id, one);
    }
    digest_of(o, out);
}
