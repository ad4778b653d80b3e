#include "core/model/shape.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Above anything that is stored: a resource's JSON is held to 4 MB before (item.c). */
enum { COMPARED_MAX = 16 * 1024 * 1024 };

/* The shape as a tree to walk beside a config. `any`: members without a rule of their own count too. */
struct rule {
    char *name;
    struct rule *children; /* sorted by name */
    size_t count;
    bool any, excluded, ordered;
};

struct shape {
    struct json_object *body; /* {"fields":…,"ordered":[…],"volatile":[…]} */
    struct rule root;
    char *text;
};

static const struct rule anything = { .any = true };

static void rule_release(struct rule *r)
{
    for (size_t i = 0; i < r->count; i++)
        rule_release(&r->children[i]);
    free(r->children);
    free(r->name);
}

static int compare_rules(const void *a, const void *b)
{
    return strcmp(((const struct rule *)a)->name, ((const struct rule *)b)->name);
}

static struct rule *rule_child(const struct rule *r, const char *name)
{
    struct rule wanted = { .name = (char *)(uintptr_t)name };
    return r->count == 0 ? NULL
                         : bsearch(&wanted, r->children, r->count, sizeof wanted, compare_rules);
}

static struct rule *rule_add(struct rule *r, char *name)
{
    r->children = memory_resize(r->children, r->count + 1, sizeof *r->children);
    r->children[r->count++] = (struct rule){ .name = name };
    qsort(r->children, r->count, sizeof *r->children, compare_rules);
    return rule_child(r, name);
}

static void rule_from_fields(struct rule *r, struct json_object *fields)
{
    if (!json_object_is_type(fields, json_type_object)) {
        r->any = true;
        return;
    }
    size_t count = (size_t)json_object_object_length(fields);
    r->children = memory_new(count, sizeof *r->children);
    json_object_object_foreach(fields, key, value)
    {
        struct rule *child = &r->children[r->count++];
        child->name = memory_string(key);
        rule_from_fields(child, value);
    }
    qsort(r->children, r->count, sizeof *r->children, compare_rules);
}

/* The rule that a path leads to, made where "anything" covers it; NULL when the fields have no such
 * member: then there is nothing to exclude or order. */
static struct rule *rule_at(struct rule *r, const char *path)
{
    struct text rest = text_of(path);
    while (r != NULL && rest.data != NULL) {
        struct text part = text_cut(&rest, '.');
        while (text_ends_with(part, "[]"))
            part.len -= 2;
        if (part.len == 0)
            continue;
        char *name = text_copy(part);
        struct rule *child = rule_child(r, name);
        if (child == NULL && r->any) {
            child = rule_add(r, memory_string(name));
            child->any = true;
        }
        free(name);
        r = child;
    }
    return r;
}

static void mark(struct shape *s, const char *list, bool excluded)
{
    struct json_object *paths = json_get(s->body, list);
    size_t count = json_object_array_length(paths);
    for (size_t i = 0; i < count; i++) {
        struct json_object *path = json_object_array_get_idx(paths, i);
        struct rule *r = rule_at(&s->root, json_object_get_string(path));
        if (r != NULL && excluded)
            r->excluded = true;
        else if (r != NULL)
            r->ordered = true;
    }
}

/* Takes over `body`. */
static struct shape *shape_of_body(struct json_object *body)
{
    struct shape *s = memory_new(1, sizeof *s);
    struct buffer text;
    buffer_init(&text, SHAPE_TEXT_MAX);
    json_write_canonical(body, &text);
    s->text = buffer_detach(&text);
    s->body = body;
    rule_from_fields(&s->root, json_get(body, "fields"));
    mark(s, "ordered", false);
    mark(s, "volatile", true);
    return s;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(json_object_get_string(*(struct json_object *const *)a),
                  json_object_get_string(*(struct json_object *const *)b));
}

static bool holds(struct json_object *array, const char *s)
{
    size_t count = json_object_array_length(array);
    for (size_t i = 0; i < count; i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(array, i)), s) == 0)
            return true;
    return false;
}

static void add_path(struct json_object *array, const char *path)
{
    if (!holds(array, path))
        json_object_array_add(array, json_object_new_string(path));
}

static struct json_object *body_of(struct json_object *fields, struct json_object *ordered,
                                   struct json_object *excluded)
{
    struct json_object *body = json_object_new_object();
    json_object_array_sort(ordered, compare_strings);
    json_object_array_sort(excluded, compare_strings);
    json_object_object_add(body, "fields", fields);
    json_object_object_add(body, "ordered", ordered);
    json_object_object_add(body, "volatile", excluded);
    return body;
}

struct shape *shape_of_type(const struct resource_type *type, struct json_object *fields)
{
    struct json_object *ordered = json_object_new_array(), *excluded = json_object_new_array();
    for (size_t i = 0; i < type->ordered.count; i++)
        add_path(ordered, type->ordered.items[i]);
    for (size_t i = 0; i < type->volatile_paths.count; i++)
        add_path(excluded, type->volatile_paths.items[i]);
    for (size_t i = 0; i < type->from_answer.count; i++)
        add_path(excluded, type->from_answer.items[i]);
    fields = fields == NULL ? json_object_new_string("*") : json_object_get(fields);
    return shape_of_body(body_of(fields, ordered, excluded));
}

struct shape *shape_from(const struct shape *s, const char *source)
{
    struct json_object *body = json_object_new_object();
    json_object_object_foreach(s->body, name, value)
        json_object_object_add(body, name, json_object_get(value));
    json_object_object_add(body, "source", json_object_new_string(source));
    return shape_of_body(body);
}

struct shape *shape_parse(const char *json, struct error *err)
{
    struct json_object *body = NULL;
    if (!json_parse(text_of(json), &body, err)) {
        error_prefix(err, "shape");
        return NULL;
    }
    if (json_get(body, "fields") == NULL ||
        !json_object_is_type(json_get(body, "ordered"), json_type_array) ||
        !json_object_is_type(json_get(body, "volatile"), json_type_array)) {
        json_object_put(body);
        error_set(err, ERROR_DATA, "shape without fields, ordered or volatile");
        return NULL;
    }
    return shape_of_body(body);
}

void shape_free(struct shape *s)
{
    if (s == NULL)
        return;
    rule_release(&s->root);
    json_object_put(s->body);
    free(s->text);
    free(s);
}

const char *shape_text(const struct shape *s)
{
    return s->text;
}

static struct json_object *common_fields(struct json_object *a, struct json_object *b)
{
    if (!json_object_is_type(a, json_type_object))
        return json_object_get(b);
    if (!json_object_is_type(b, json_type_object))
        return json_object_get(a);
    struct json_object *both = json_object_new_object();
    json_object_object_foreach(a, key, value)
    {
        struct json_object *other = NULL;
        if (json_object_object_get_ex(b, key, &other))
            json_object_object_add(both, key, common_fields(value, other));
    }
    return both;
}

static struct json_object *union_of(const struct shape *a, const struct shape *b, const char *list)
{
    struct json_object *all = json_object_new_array();
    const struct shape *each[] = { a, b };
    for (size_t k = 0; k < 2; k++) {
        struct json_object *paths = json_get(each[k]->body, list);
        size_t count = json_object_array_length(paths);
        for (size_t i = 0; i < count; i++)
            add_path(all, json_object_get_string(json_object_array_get_idx(paths, i)));
    }
    return all;
}

static bool is_same_source(const struct shape *a, const struct shape *b)
{
    const char *of_a = json_string(a->body, "source"), *of_b = json_string(b->body, "source");
    return strcmp(of_a == NULL ? "" : of_a, of_b == NULL ? "" : of_b) == 0;
}

struct shape *shape_common(const struct shape *a, const struct shape *b)
{
    struct json_object *fields =
        is_same_source(a, b) ? common_fields(json_get(a->body, "fields"), json_get(b->body, "fields"))
                             : json_object_new_object();
    return shape_of_body(body_of(fields, union_of(a, b, "ordered"), union_of(a, b, "volatile")));
}

struct sortable {
    struct json_object *value;
    char *bytes;
};

static int compare_sortables(const void *a, const void *b)
{
    return strcmp(((const struct sortable *)a)->bytes, ((const struct sortable *)b)->bytes);
}

/* A list as a set: in order of its elements' canonical bytes. Takes over `array`. */
static struct json_object *sorted(struct json_object *array)
{
    size_t count = json_object_array_length(array);
    if (count < 2)
        return array;
    struct sortable *rows = memory_new(count, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        struct buffer bytes;
        buffer_init(&bytes, COMPARED_MAX);
        rows[i].value = json_object_get(json_object_array_get_idx(array, i));
        json_write_canonical(rows[i].value, &bytes);
        rows[i].bytes = buffer_detach(&bytes);
    }
    qsort(rows, count, sizeof *rows, compare_sortables);
    struct json_object *out = json_object_new_array_ext((int)count);
    for (size_t i = 0; i < count; i++) {
        json_object_array_add(out, rows[i].value);
        free(rows[i].bytes);
    }
    free(rows);
    json_object_put(array);
    return out;
}

static struct json_object *comparable(const struct rule *rule, struct json_object *value);

static struct json_object *comparable_list(const struct rule *rule, struct json_object *list)
{
    size_t count = json_object_array_length(list);
    struct json_object *out = json_object_new_array_ext((int)(count > 0 ? count : 1));
    for (size_t i = 0; i < count; i++)
        json_object_array_add(out, comparable(rule, json_object_array_get_idx(list, i)));
    return rule->ordered ? out : sorted(out);
}

static struct json_object *comparable_object(const struct rule *rule, struct json_object *object)
{
    struct json_object *out = json_object_new_object();
    json_object_object_foreach(object, key, value)
    {
        const struct rule *child = rule_child(rule, key);
        if (child == NULL && rule->any)
            child = &anything;
        if (child != NULL && !child->excluded)
            json_object_object_add(out, key, comparable(child, value));
    }
    return out;
}

static struct json_object *comparable(const struct rule *rule, struct json_object *value)
{
    if (json_object_is_type(value, json_type_array))
        return comparable_list(rule, value);
    if (json_object_is_type(value, json_type_object))
        return comparable_object(rule, value);
    return json_object_get(value);
}

struct json_object *shape_comparable(const struct shape *s, struct json_object *config)
{
    return comparable(&s->root, config);
}

void shape_digest(const struct shape *s, struct json_object *config,
                  unsigned char out[DIGEST_BYTES])
{
    struct json_object *tree = shape_comparable(s, config);
    struct buffer bytes;
    buffer_init(&bytes, COMPARED_MAX);
    json_write_canonical(tree, &bytes);
    digest_sha256(buffer_text(&bytes), out);
    buffer_release(&bytes);
    json_object_put(tree);
}

bool shape_is_ordered(const struct shape *s, const char *path)
{
    const struct rule *r = &s->root;
    struct text rest = text_of(path);
    while (r != NULL && rest.data != NULL) {
        struct text part = text_cut(&rest, '.');
        while (text_ends_with(part, "[]"))
            part.len -= 2;
        char *name = text_copy(part);
        r = part.len == 0 ? r : rule_child(r, name);
        free(name);
    }
    return r != NULL && r->ordered;
}
