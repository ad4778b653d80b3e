#include "checks/catalog.h"

#include "checks/check_file.h"
#include "checks/plugin_table.h"
#include "checks/rule.h"
#include "checks/sandbox.h"
#include "core/base/embedded.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_FILE "checks/shared/params.yaml"

struct catalog {
    const struct resource_types *types;
    struct plugin_table *builtin_plugins;
    const struct plugin_table *plugins; /* these, or the caller's */
    struct sandbox *sandbox;            /* where queries are tried; made with the first check */
    struct check **items;               /* in order of id */
    size_t count;
    struct json_object *defaults; /* of parameters */
};

/* The defaults are built in, so that a fault in them is ours: it shows as parameters without a default. */
static struct json_object *read_defaults(void)
{
    struct error err = ERROR_INIT;
    struct json_object *copy = NULL;
    for (size_t i = 0; i < embedded_checks_count; i++) {
        if (strcmp(embedded_checks[i].name, PARAMS_FILE) != 0)
            continue;
        struct text text = { embedded_checks[i].text, embedded_checks[i].len };
        struct yaml_document *doc = yaml_parse(text, PARAMS_FILE, &err);
        if (doc != NULL && json_object_deep_copy(yaml_root(doc), &copy, NULL) != 0)
            copy = NULL;
        yaml_document_free(doc);
    }
    return copy;
}

struct catalog *catalog_new(const struct resource_types *types)
{
    struct catalog *c = memory_new(1, sizeof *c);
    c->types = types;
    c->builtin_plugins = plugin_table_new();
    c->plugins = c->builtin_plugins;
    c->defaults = read_defaults();
    return c;
}

void catalog_free(struct catalog *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++)
        check_free(c->items[i]);
    free(c->items);
    sandbox_free(c->sandbox);
    plugin_table_free(c->builtin_plugins);
    json_object_put(c->defaults);
    free(c);
}

size_t catalog_count(const struct catalog *c)
{
    return c->count;
}

const struct check *catalog_at(const struct catalog *c, size_t index)
{
    return c->items[index];
}

const struct resource_types *catalog_types(const struct catalog *c)
{
    return c->types;
}

const struct plugin_table *catalog_plugins(const struct catalog *c)
{
    return c->plugins;
}

void catalog_use_plugins(struct catalog *c, const struct plugin_table *plugins)
{
    c->plugins = plugins;
}

static int compare_checks(const void *a, const void *b)
{
    return strcmp((*(struct check *const *)a)->id, (*(struct check *const *)b)->id);
}

const struct check *catalog_find(const struct catalog *c, const char *id)
{
    struct check wanted = { .id = (char *)(uintptr_t)id };
    struct check *key = &wanted;
    if (c->count == 0)
        return NULL;
    struct check **found =
        bsearch(&key, c->items, c->count, sizeof(struct check *), compare_checks);
    return found == NULL ? NULL : *found;
}

/* ---- adding ---- */

static bool is_taken(const struct check *by, const char *id)
{
    return strcmp(by->id, id) == 0 || string_list_has(&by->formerly, id);
}

/* No name, past or present, belongs to two checks. */
static bool check_names(const struct catalog *c, const struct check *fresh, struct error *err)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct check *other = c->items[i];
        const char *name = is_taken(other, fresh->id) ? fresh->id : NULL;
        for (size_t k = 0; name == NULL && k < fresh->formerly.count; k++)
            if (is_taken(other, fresh->formerly.items[k]))
                name = fresh->formerly.items[k];
        if (name != NULL)
            return error_set(err, ERROR_CONFIG, "%s:%d: %s is also a name of the check in %s",
                             fresh->file, fresh->line, name, other->file);
    }
    return true;
}

static bool check_params(const struct catalog *c, const struct check *fresh, struct error *err)
{
    for (size_t i = 0; i < fresh->params.count; i++)
        if (catalog_param(c, fresh->params.items[i], NULL) == NULL)
            return error_set(err, ERROR_CONFIG, "%s:%d: there is no parameter %s", fresh->file,
                             fresh->line, fresh->params.items[i]);
    return true;
}

/* Prepares the query once, which is all that can be known of it without data; or finds the plugin. */
static bool try_rule(struct catalog *c, const struct check *fresh, struct error *err)
{
    if (c->sandbox == NULL)
        c->sandbox = sandbox_new(c->types, err);
    struct rule *r = c->sandbox == NULL ? NULL : rule_new(c->sandbox, fresh, c->plugins, err);
    rule_free(r);
    return r != NULL;
}

/* `tried`: CTest has tried its rule, and a night will again where it is on. */
static bool add(struct catalog *c, const char *file, struct text yaml, bool tried, struct error *err)
{
    if (c->count == CHECK_FILES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d checks", CHECK_FILES_MAX);
    struct check *fresh = check_file_read(file, yaml, c->types, err);
    if (fresh == NULL)
        return false;
    if (!check_names(c, fresh, err) || !check_params(c, fresh, err) || (!tried && !try_rule(c, fresh, err))) {
        check_free(fresh);
        return false;
    }
    c->items = memory_resize(c->items, c->count + 1, sizeof(struct check *));
    c->items[c->count++] = fresh;
    qsort(c->items, c->count, sizeof(struct check *), compare_checks);
    return true;
}

bool catalog_add(struct catalog *c, const char *file, struct text yaml, struct error *err)
{
    return add(c, file, yaml, false, err);
}

/* Up to the key `tests`, which stands last in what is built in (a test holds it to that). */
static struct text rules_of(struct text file)
{
    static const char tests[] = "\ntests:\n";
    const char *at = strstr(file.data, tests); /* what is built in ends with a NUL */
    return at == NULL ? file : (struct text){ file.data, (size_t)(at - file.data) + 1 };
}

static bool add_builtin(struct catalog *c, bool with_tests, struct error *err)
{
    for (size_t i = 0; i < embedded_checks_count; i++) {
        const struct embedded_file *f = &embedded_checks[i];
        struct text all = { f->text, f->len };
        if (strcmp(f->name, PARAMS_FILE) != 0 &&
            !add(c, f->name, with_tests ? all : rules_of(all), !with_tests, err))
            return false;
    }
    return true;
}

bool catalog_add_builtin(struct catalog *c, struct error *err)
{
    return add_builtin(c, true, err);
}

bool catalog_add_builtin_rules(struct catalog *c, struct error *err)
{
    return add_builtin(c, false, err);
}

bool catalog_add_file(struct catalog *c, const char *path, struct error *err)
{
    struct buffer text;
    buffer_init(&text, CHECK_FILE_MAX);
    bool ok = file_read(path, &text, err) && catalog_add(c, path, buffer_text(&text), err);
    buffer_release(&text);
    return ok;
}

static int is_yaml(const struct dirent *entry)
{
    return text_ends_with(text_of(entry->d_name), ".yaml") && entry->d_name[0] != '.';
}

bool catalog_add_folder(struct catalog *c, const char *folder, struct error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_yaml, alphasort);
    bool ok = count >= 0 || errno == ENOENT ||
              error_set(err, ERROR_IO, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", folder, entries[i]->d_name);
        ok = ok && catalog_add_file(c, path, err);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

struct json_object *catalog_param(const struct catalog *c, const char *name,
                                  struct json_object *settings)
{
    struct json_object *value = json_get(settings, name);
    return value != NULL ? value : json_get(c->defaults, name);
}
