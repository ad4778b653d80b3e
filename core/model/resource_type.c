#include "core/model/resource_type.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/model/type_file.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_FILE_MAX = 1024 * 1024, TYPE_FILES_MAX = 1000 };

struct resource_types {
    struct resource_type **items; /* in order of name */
    size_t count;
};

bool string_list_has(const struct string_list *l, const char *s)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i], s) == 0)
            return true;
    return false;
}

void string_list_add(struct string_list *l, const char *s)
{
    l->items = memory_resize(l->items, l->count + 1, sizeof *l->items);
    l->items[l->count++] = memory_string(s);
}

void string_list_release(struct string_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->items[i]);
    free(l->items);
    *l = (struct string_list){ NULL, 0 };
}

static void globs_release(struct type_globs *g)
{
    string_list_release(&g->paths);
    string_list_release(&g->globs);
}

static void detail_release(struct type_detail *d)
{
    free(d->operation);
    free(d->service);
    json_object_put(d->with);
    free(d->as);
    free(d->items);
    free(d->referenced_by);
    free(d->batch_argument);
    free(d->batch_of);
    free(d->batch_match);
    string_list_release(&d->absent);
    string_list_release(&d->referenced_paths);
    globs_release(&d->when);
    globs_release(&d->unless);
}

static void columns_free(struct type_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(columns[i].name);
        free(columns[i].path);
        free(columns[i].en);
        free(columns[i].ja);
    }
    free(columns);
}

static void ephemeral_free(struct type_ephemeral *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(rules[i].tag);
        free(rules[i].parent);
        free(rules[i].of);
        free(rules[i].id);
        globs_release(&rules[i].when);
    }
    free(rules);
}

void resource_type_free(struct resource_type *t)
{
    if (t == NULL)
        return;
    char *strings[] = { t->name,       t->provider,  t->service,         t->official,   t->file,
                        t->poll,       t->poll_path, t->poll_value,      t->list,       t->items,
                        t->decode_csv, t->id,        t->display_name,    t->key,        t->life,
                        t->owner,      t->region,    t->reference_owner, t->tags,       t->console,
                        t->wrap,       t->at,        t->children_of,     t->home_region,
                        t->level,      t->get,       t->asked_by,        t->aggregate,  t->lender,
                        t->count_by,   t->many_argument, t->many_match,  t->tenants };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
    json_object_put(t->with);
    json_object_put(t->get_with);
    for (size_t i = 0; i < t->detail_count; i++)
        detail_release(&t->details[i]);
    free(t->details);
    columns_free(t->columns, t->column_count);
    columns_free(t->sheet, t->sheet_count);
    ephemeral_free(t->ephemeral, t->ephemeral_count);
    struct string_list *lists[] = {
        &t->from_answer, &t->volatile_paths, &t->redact, &t->plain,  &t->set,     &t->ordered,
        &t->json,        &t->from_parent,    &t->each,   &t->absent, &t->disabled, &t->addresses
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        string_list_release(lists[i]);
    free(t);
}

struct resource_types *resource_types_new(void)
{
    return memory_new(1, sizeof(struct resource_types));
}

void resource_types_free(struct resource_types *types)
{
    if (types == NULL)
        return;
    for (size_t i = 0; i < types->count; i++)
        resource_type_free(types->items[i]);
    free(types->items);
    free(types);
}

static int compare_types(const void *a, const void *b)
{
    return strcmp((*(struct resource_type *const *)a)->name,
                  (*(struct resource_type *const *)b)->name);
}

static bool is_known(const struct resource_types *types, struct resource_type **fresh, size_t count,
                     struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct resource_type *before = resource_types_find(types, fresh[i]->name);
        if (before != NULL)
            return !error_set(err, ERROR_CONFIG, "%s:%d: the type %s is already defined in %s:%d",
                              fresh[i]->file, fresh[i]->line, fresh[i]->name, before->file,
                              before->line);
    }
    return false;
}

bool resource_types_add(struct resource_types *types, const char *file, struct text yaml,
                        struct error *err)
{
    struct resource_type **fresh = NULL;
    size_t count = 0;
    if (!type_file_read(file, yaml, &fresh, &count, err))
        return false;
    bool ok = !is_known(types, fresh, count, err);
    if (ok) {
        types->items =
            memory_resize(types->items, types->count + count, sizeof(struct resource_type *));
        memcpy(types->items + types->count, fresh, count * sizeof(struct resource_type *));
        types->count += count;
        qsort(types->items, types->count, sizeof(struct resource_type *), compare_types);
    }
    for (size_t i = 0; !ok && i < count; i++)
        resource_type_free(fresh[i]);
    free(fresh);
    return ok;
}

static int is_yaml(const struct dirent *entry)
{
    return text_ends_with(text_of(entry->d_name), ".yaml") && entry->d_name[0] != '.';
}

static bool add_file(struct resource_types *types, const char *path, struct error *err)
{
    struct buffer text;
    buffer_init(&text, TYPE_FILE_MAX);
    bool ok =
        file_read(path, &text, err) && resource_types_add(types, path, buffer_text(&text), err);
    buffer_release(&text);
    return ok;
}

bool resource_types_add_folder(struct resource_types *types, const char *folder, struct error *err)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_yaml, alphasort);
    bool ok = true;
    if (count > TYPE_FILES_MAX)
        ok = error_set(err, ERROR_LIMIT, "%s holds %d type files, more than %d", folder, count,
                       TYPE_FILES_MAX);
    for (int i = 0; i < count; i++) {
        char *path = memory_format("%s/%s", folder, entries[i]->d_name);
        ok = ok && add_file(types, path, err);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

const struct resource_type *resource_types_find(const struct resource_types *types,
                                                const char *name)
{
    struct resource_type wanted = { .name = (char *)(uintptr_t)name };
    struct resource_type *key = &wanted;
    if (types->count == 0)
        return NULL;
    struct resource_type **found =
        bsearch(&key, types->items, types->count, sizeof(struct resource_type *), compare_types);
    return found == NULL ? NULL : *found;
}

size_t resource_types_count(const struct resource_types *types)
{
    return types->count;
}

const struct resource_type *resource_types_at(const struct resource_types *types, size_t index)
{
    return types->items[index];
}

/* ---- how they lean on each other ---- */

struct checking {
    const struct resource_types *types;
    int *
        chains; /* beside types->items: how many types in a row each waits for, itself too; 0: not known yet */
    struct error *err;
};

static bool link_fault(const struct checking *c, const struct resource_type *t, const char *what,
                       const char *word)
{
    return error_set(c->err, ERROR_CONFIG, "%s:%d: %s: %s %s", t->file, t->line, t->name, what,
                     word);
}

static size_t index_of(const struct resource_types *types, const struct resource_type *t)
{
    size_t i = 0;
    while (types->items[i] != t)
        i++;
    return i;
}

/* The type looked at, and how many are being looked at, it too: that also ends a ring. */
struct chain {
    const struct resource_type *type;
    int depth, longest;
};

static bool check_chain(const struct checking *c, const struct resource_type *t, int depth);

/* The type called `name` of the same provider; NULL with the fault. */
static const struct resource_type *find_named(const struct checking *c,
                                              const struct resource_type *t, const char *key,
                                              const char *name)
{
    const struct resource_type *other = resource_types_find(c->types, name);
    if (other != NULL && strcmp(other->provider, t->provider) == 0)
        return other;
    error_set(c->err, ERROR_CONFIG, "%s:%d: %s: %s names %s, which is no type of %s", t->file,
              t->line, t->name, key, name, t->provider);
    return NULL;
}

/* `name`: whom the type waits for, by `key`; NULL: nobody. */
static bool check_link(const struct checking *c, struct chain *at, const char *key,
                       const char *name)
{
    const struct resource_type *t = at->type;
    if (name == NULL)
        return true;
    const struct resource_type *other = find_named(c, t, key, name);
    if (other == NULL)
        return false;
    if (at->depth < TYPE_CHAIN_MAX && !check_chain(c, other, at->depth + 1))
        return false;
    int length = c->chains[index_of(c->types, other)] + 1;
    if (at->depth == TYPE_CHAIN_MAX || length > TYPE_CHAIN_MAX)
        return link_fault(c, t, "waits for itself, or for too many types in a row: see", name);
    at->longest = length > at->longest ? length : at->longest;
    return true;
}

static bool check_chain(const struct checking *c, const struct resource_type *t, int depth)
{
    struct chain at = { t, depth, 1 };
    int *known = &c->chains[index_of(c->types, t)];
    if (*known > 0)
        return true;
    if (!check_link(c, &at, "children_of", t->children_of))
        return false;
    for (size_t i = 0; i < t->detail_count; i++)
        if (!check_link(c, &at, "referenced_by", t->details[i].referenced_by))
            return false;
    *known = at.longest;
    return true;
}

static bool check_parent(const struct checking *c, const struct resource_type *t)
{
    if (t->children_of == NULL)
        return true;
    const struct resource_type *parent = resource_types_find(c->types, t->children_of);
    if (parent->evidence)
        return link_fault(c, t, "evidence has no children:", parent->name);
    return !t->global || parent->global ||
           link_fault(c, t, "a global type cannot be children_of a regional one,", parent->name);
}

static bool follows_another(const struct resource_type *t)
{
    for (size_t i = 0; i < t->ephemeral_count; i++)
        if (t->ephemeral[i].of != NULL)
            return true;
    return false;
}

static bool check_followed(const struct checking *c, const struct resource_type *t)
{
    for (size_t i = 0; i < t->ephemeral_count; i++) {
        const char *name = t->ephemeral[i].of;
        if (name == NULL)
            continue;
        const struct resource_type *other = find_named(c, t, "ephemeral", name);
        if (other == NULL)
            return false;
        if (other->evidence)
            return link_fault(c, t, "nothing belongs to evidence:", name);
        if (t->global && !other->global)
            return link_fault(c, t, "a global type cannot belong to a regional one,", name);
        if (follows_another(other))
            return link_fault(c, t,
                              "what it belongs to must not belong to another by id itself:", name);
    }
    return true;
}

bool resource_types_check(const struct resource_types *types, struct error *err)
{
    struct checking c = { types, memory_new(types->count, sizeof(int)), err };
    bool ok = true;
    for (size_t i = 0; ok && i < types->count; i++)
        ok = check_chain(&c, types->items[i], 1) && check_parent(&c, types->items[i]) &&
             check_followed(&c, types->items[i]);
    free(c.chains);
    return ok;
}
