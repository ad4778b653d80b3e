#include "core/store/fields.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/model/shape.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* A value's text is at most as long as the body it comes from, which is at most one answer. */
#define FIELD_TEXT_MAX ((size_t)64 * 1024 * 1024)
#define FIELD_PATH_MAX ((size_t)64 * 1024)

struct field {
    char *path, *before, *after;
    size_t order; /* of coming: keeps the sort stable */
};

struct walk {
    const struct shape *shape;
    struct buffer path;
    struct field *fields;
    size_t count, capacity;
};

/* A member that may be missing, which is not the same as null. */
struct side {
    bool there;
    struct json_object *value;
};

static char *text_of_value(struct json_object *value)
{
    struct buffer b;
    buffer_init(&b, FIELD_TEXT_MAX);
    json_write_canonical(value, &b);
    return buffer_detach(&b);
}

/* Takes over both texts. */
static void add_field(struct walk *w, char *before, char *after)
{
    if (w->count == w->capacity) {
        w->capacity = w->capacity == 0 ? 16 : w->capacity * 2;
        w->fields = memory_resize(w->fields, w->capacity, sizeof *w->fields);
    }
    w->fields[w->count] =
        (struct field){ memory_string(buffer_string(&w->path)), before, after, w->count };
    w->count++;
}

static void add_whole(struct walk *w, struct side before, struct side after)
{
    add_field(w, before.there ? text_of_value(before.value) : memory_string(""),
              after.there ? text_of_value(after.value) : memory_string(""));
}

static void walk_value(struct walk *w, struct side before, struct side after);

static void walk_member(struct walk *w, const char *name, struct side before, struct side after)
{
    size_t len = w->path.len;
    if (len > 0)
        buffer_append_char(&w->path, '.');
    buffer_append_string(&w->path, name);
    walk_value(w, before, after);
    buffer_truncate(&w->path, len);
}

static void walk_object(struct walk *w, struct json_object *before, struct json_object *after)
{
    json_object_object_foreach(before, name, value)
    {
        struct side there = { true, value }, other = { false, NULL };
        other.there = json_object_object_get_ex(after, name, &other.value);
        walk_member(w, name, there, other);
    }
    json_object_object_foreach(after, added, new_value)
    {
        struct side none = { false, NULL }, there = { true, new_value };
        if (!json_object_object_get_ex(before, added, NULL))
            walk_member(w, added, none, there);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **element_texts(struct json_object *array, size_t count)
{
    char **texts = memory_new(count, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = text_of_value(json_object_array_get_idx(array, i));
    qsort(texts, count, sizeof *texts, compare_texts);
    return texts;
}

static void add_element(struct buffer *list, const char *text)
{
    buffer_append_char(list, list->len == 0 ? '[' : ',');
    buffer_append_string(list, text);
}

static char *end_list(struct buffer *list)
{
    if (list->len > 0)
        buffer_append_char(list, ']');
    return buffer_detach(list);
}

/* What only one of the two multisets holds, or holds more often. */
static void walk_set(struct walk *w, struct json_object *before, struct json_object *after)
{
    size_t b = 0, a = 0, before_count = json_object_array_length(before),
           after_count = json_object_array_length(after);
    char **gone = element_texts(before, before_count), **come = element_texts(after, after_count);
    struct buffer gone_list, come_list;
    buffer_init(&gone_list, FIELD_TEXT_MAX);
    buffer_init(&come_list, FIELD_TEXT_MAX);
    while (b < before_count || a < after_count) {
        int order = b == before_count ? 1 : a == after_count ? -1 : strcmp(gone[b], come[a]);
        if (order < 0)
            add_element(&gone_list, gone[b]);
        else if (order > 0)
            add_element(&come_list, come[a]);
        b += order <= 0;
        a += order >= 0;
    }
    add_field(w, end_list(&gone_list), end_list(&come_list));
    for (size_t i = 0; i < before_count; i++)
        free(gone[i]);
    for (size_t i = 0; i < after_count; i++)
        free(come[i]);
    free(gone);
    free(come);
}

static void walk_ordered(struct walk *w, struct json_object *before, struct json_object *after)
{
    size_t count = json_object_array_length(before);
    if (count != json_object_array_length(after)) {
        add_whole(w, (struct side){ true, before }, (struct side){ true, after });
        return;
    }
    for (size_t i = 0; i < count; i++)
        walk_value(w, (struct side){ true, json_object_array_get_idx(before, i) },
                   (struct side){ true, json_object_array_get_idx(after, i) });
}

static void walk_list(struct walk *w, struct json_object *before, struct json_object *after)
{
    size_t len = w->path.len;
    buffer_append_string(&w->path, "[]");
    if (shape_is_ordered(w->shape, buffer_string(&w->path)))
        walk_ordered(w, before, after);
    else
        walk_set(w, before, after);
    buffer_truncate(&w->path, len);
}

static bool both_are(struct side before, struct side after, enum json_type type)
{
    return before.there && after.there && json_object_is_type(before.value, type) &&
           json_object_is_type(after.value, type);
}

/* Goes as deep as the bodies do, which is bounded where they are parsed. */
static void walk_value(struct walk *w, struct side before, struct side after)
{
    if (before.there && after.there && json_equal(before.value, after.value))
        return;
    if (both_are(before, after, json_type_object))
        walk_object(w, before.value, after.value);
    else if (both_are(before, after, json_type_array))
        walk_list(w, before.value, after.value);
    else
        add_whole(w, before, after);
}

static int compare_fields(const void *a, const void *b)
{
    const struct field *x = a, *y = b;
    int order = strcmp(x->path, y->path);
    return order != 0 ? order : x->order < y->order ? -1 : 1;
}

bool fields_each(const struct compare_pair *pair, fields_each_fn each, void *ctx)
{
    struct walk w = { .shape = pair->shape };
    bool ok = true;
    buffer_init(&w.path, FIELD_PATH_MAX);
    walk_value(&w, (struct side){ true, pair->before }, (struct side){ true, pair->after });
    if (w.count > 1)
        qsort(w.fields, w.count, sizeof *w.fields, compare_fields);
    for (size_t i = 0; i < w.count; i++) {
        ok = ok && each(ctx, w.fields[i].path, w.fields[i].before, w.fields[i].after);
        free(w.fields[i].path);
        free(w.fields[i].before);
        free(w.fields[i].after);
    }
    free(w.fields);
    buffer_release(&w.path);
    return ok;
}
