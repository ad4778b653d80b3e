#include "core/model/type_paths.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/template.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct checking {
    const struct resource_type *type;
    struct json_object *fields, *parent;
    struct error *err;
};

static bool fault(const struct checking *c, const char *what, const char *path)
{
    return error_set(c->err, ERROR_CONFIG, "%s:%d: %s: %s: %s leads nowhere", c->type->file,
                     c->type->line, c->type->name, what, path);
}

/* "*" in a tree holds anything; lists are transparent. */
static bool leads(struct json_object *tree, const char *path)
{
    struct text rest = text_of(path);
    while (rest.data != NULL && json_object_is_type(tree, json_type_object)) {
        struct text part = text_cut(&rest, '.');
        part.len = text_find(part, '[');
        if (part.len == 0) /* the root */
            continue;
        char *name = text_copy(part);
        bool found = json_object_object_get_ex(tree, name, &tree);
        free(name);
        if (!found)
            return false;
    }
    return true;
}

static bool is_member(const struct checking *c, const char *path)
{
    char *first = memory_string_n(path, strcspn(path, ".["));
    bool from_answer = string_list_has(&c->type->from_answer, first);
    free(first);
    return from_answer || leads(c->fields, path);
}

static bool check_path(const struct checking *c, const char *what, const char *path)
{
    return path == NULL || is_member(c, path) || fault(c, what, path);
}

static bool check_lists(const struct checking *c)
{
    const struct resource_type *t = c->type;
    const struct {
        const char *what;
        const struct string_list *paths;
    } lists[] = { { "volatile", &t->volatile_paths },
                  { "redact", &t->redact },
                  { "plain", &t->plain },
                  { "set", &t->set },
                  { "ordered", &t->ordered },
                  { "json", &t->json },
                  { "addresses", &t->addresses } };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i].paths->count; k++)
            if (!check_path(c, lists[i].what, lists[i].paths->items[k]))
                return false;
    return true;
}

static bool is_plain_id(const struct resource_type *t)
{
    return strcmp(t->id, TYPE_ID_ACCOUNT) != 0 && strchr(t->id, '{') == NULL;
}

static bool check_members(const struct checking *c)
{
    const struct resource_type *t = c->type;
    const struct {
        const char *what, *path;
    } single[] = {
        { "id", is_plain_id(t) ? t->id : NULL },
        { "name", t->display_name },
        { "life", t->life },
        { "owner", t->owner },
        { "lender", t->lender },
        { "tenants", t->tenants },
        { "home_region", t->home_region },
        { "region", t->region },
        { "tags", t->tags },
        { "at", t->at },
    };
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (!check_path(c, single[i].what, single[i].path))
            return false;
    for (size_t i = 0; i < t->column_count; i++)
        if (!check_path(c, "columns", t->columns[i].path))
            return false;
    for (size_t i = 0; i < t->sheet_count; i++)
        if (!check_path(c, "sheet", t->sheet[i].path))
            return false;
    return true;
}

static bool check_parent(const struct checking *c)
{
    const struct string_list *copied = &c->type->from_parent;
    for (size_t i = 0; i < copied->count; i++)
        if (!leads(c->parent, copied->items[i]))
            return fault(c, "from_parent", copied->items[i]);
    return true;
}

/* ---- templates ---- */

/* Where a template stands, which says what it may name. */
enum spot { SPOT_LIST, SPOT_DETAIL, SPOT_KEY, SPOT_CONSOLE };

struct naming {
    const struct checking *checking;
    enum spot spot;
    char *found; /* the first name that leads nowhere */
};

static bool is_one_of(const char *name, const char *const *words)
{
    while (*words != NULL && strcmp(*words, name) != 0)
        words++;
    return *words != NULL;
}

static bool is_place(const struct naming *n, const char *name)
{
    static const char *const always[] = { "partition", "account", "region", NULL };
    static const char *const rows[] = { "id", "name", "key", NULL };
    static const char *const nights[] = { "day", "two_days_ago", NULL };
    static const char *const windows[] = { "since",   "since_s",  "since_ms", "until",
                                           "until_s", "until_ms", "resolvers", NULL };
    const struct resource_type *t = n->checking->type;
    bool is_call = n->spot == SPOT_LIST || n->spot == SPOT_DETAIL;
    return is_one_of(name, always) || (is_call && is_one_of(name, nights)) ||
           (is_call && t->evidence && is_one_of(name, windows)) ||
           (n->spot == SPOT_LIST && t->each.count > 0 && strcmp(name, "each") == 0) ||
           (n->spot == SPOT_CONSOLE && is_one_of(name, rows));
}

/* The path in "from WORD PATH"; any other name as it is. */
static const char *skip_from(const char *name)
{
    static const char from[] = "from ";
    if (strncmp(name, from, sizeof from - 1) != 0)
        return name;
    const char *path = strchr(name + sizeof from - 1, ' ');
    return path == NULL ? name : path + 1;
}

static bool check_name(void *ctx, const char *name)
{
    struct naming *n = ctx;
    static const char prefix[] = "parent.", last[] = "last ";
    if (n->spot != SPOT_CONSOLE && strncmp(name, last, sizeof last - 1) == 0)
        name += sizeof last - 1;
    if (n->spot != SPOT_CONSOLE)
        name = skip_from(name);
    bool of_parent = strncmp(name, prefix, sizeof prefix - 1) == 0;
    bool ok = is_place(n, name);
    if (!ok && n->spot == SPOT_LIST)
        ok = of_parent && n->checking->type->children_of != NULL &&
             leads(n->checking->parent, name + sizeof prefix - 1);
    else if (!ok)
        ok = is_member(n->checking, name);
    if (!ok)
        n->found = memory_string(name);
    return ok;
}

static bool check_template(const struct checking *c, enum spot spot, const char *what,
                           const char *template)
{
    struct error why = ERROR_INIT;
    struct naming n = { .checking = c, .spot = spot };
    if (template == NULL)
        return true;
    if (!template_names(template, check_name, &n, &why))
        return error_set(c->err, ERROR_CONFIG, "%s:%d: %s: %s: %s", c->type->file, c->type->line,
                         c->type->name, what, why.message);
    if (n.found == NULL)
        return true;
    fault(c, what, n.found);
    free(n.found);
    return false;
}

/* As deep as YAML lets it be. */
static bool check_with(const struct checking *c, enum spot spot, struct json_object *with)
{
    if (json_object_is_type(with, json_type_string))
        return check_template(c, spot, "with", json_object_get_string(with));
    if (json_object_is_type(with, json_type_array))
        for (size_t i = 0; i < json_object_array_length(with); i++)
            if (!check_with(c, spot, json_object_array_get_idx(with, i)))
                return false;
    if (json_object_is_type(with, json_type_object)) {
        json_object_object_foreach(with, name, value) {
            (void)name;
            if (!check_with(c, spot, value))
                return false;
        }
    }
    return true;
}

static bool check_globs(const struct checking *c, const char *what, const struct type_globs *g)
{
    for (size_t i = 0; i < g->paths.count; i++)
        if (!check_path(c, what, g->paths.items[i]))
            return false;
    return true;
}

static bool check_detail(const struct checking *c, const struct type_detail *d)
{
    struct json_object *part = NULL;
    if (!check_with(c, SPOT_DETAIL, d->with) || !check_template(c, SPOT_DETAIL, "of", d->batch_of) ||
        !check_globs(c, "when", &d->when) || !check_globs(c, "unless", &d->unless))
        return false;
    if (d->batch_match == NULL || c->fields == NULL ||
        !json_object_object_get_ex(c->fields, d->as, &part) || leads(part, d->batch_match))
        return true;
    return fault(c, "match", d->batch_match);
}

static bool check_ephemeral(const struct checking *c, const struct type_ephemeral *rule)
{
    return check_globs(c, "ephemeral", &rule->when) && check_path(c, "ephemeral", rule->id) &&
           check_template(c, SPOT_KEY, "ephemeral", rule->parent);
}

bool type_paths_check(const struct resource_type *type, struct json_object *fields,
                      struct json_object *parent, struct error *err)
{
    struct checking c = { type, fields, parent, err };
    bool ok = check_members(&c) && check_lists(&c) && check_parent(&c) &&
              check_with(&c, SPOT_LIST, type->with) &&
              check_with(&c, SPOT_DETAIL, type->get_with) &&
              (strchr(type->id, '{') == NULL || check_template(&c, SPOT_KEY, "id", type->id)) &&
              check_template(&c, SPOT_KEY, "key", type->key) &&
              check_template(&c, SPOT_CONSOLE, "console", type->console);
    for (size_t i = 0; ok && i < type->detail_count; i++)
        ok = check_detail(&c, &type->details[i]);
    for (size_t i = 0; ok && i < type->ephemeral_count; i++)
        ok = check_ephemeral(&c, &type->ephemeral[i]);
    return ok;
}
