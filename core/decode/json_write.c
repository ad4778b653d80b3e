#include "core/decode/json_write.h"

#include "core/base/memory.h"
#include "core/decode/number.h"

#include <json-c/json_object.h>
#include <json-c/linkhash.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    struct buffer *out;
    bool sorted;
    int depth;
};

static void write_value(struct writer *w, const struct json_object *o);

static void write_escaped(unsigned char c, struct buffer *out)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *at = c == '\0' ? NULL : strchr(plain, c);
    if (at != NULL) {
        buffer_append_char(out, '\\');
        buffer_append_char(out, letters[at - plain]);
    } else {
        buffer_append_format(out, "\\u%04x", c);
    }
}

void json_write_string(struct text t, struct buffer *out)
{
    size_t from = 0;
    buffer_append_char(out, '"');
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append(out, t.data + from, i - from);
        write_escaped(c, out);
        from = i + 1;
    }
    buffer_append(out, t.data + from, t.len - from);
    buffer_append_char(out, '"');
}

static void write_array(struct writer *w, const struct json_object *o)
{
    size_t count = json_object_array_length(o);
    buffer_append_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_char(w->out, ',');
        write_value(w, json_object_array_get_idx(o, i));
    }
    buffer_append_char(w->out, ']');
}

static int by_name(const void *a, const void *b)
{
    const struct lh_entry *const *x = a, *const *y = b;
    return strcmp(lh_entry_k(*x), lh_entry_k(*y));
}

/* The members in the wanted order; free(). */
static const struct lh_entry **members(const struct writer *w, const struct json_object *o,
                                       size_t count)
{
    const struct lh_entry **list = memory_new(count, sizeof(struct lh_entry *));
    const struct lh_entry *entry = json_object_get_object(o)->head;
    for (size_t i = 0; i < count; i++, entry = entry->next)
        list[i] = entry;
    if (w->sorted)
        qsort(list, count, sizeof *list, by_name);
    return list;
}

static void write_object(struct writer *w, const struct json_object *o)
{
    size_t count = (size_t)json_object_object_length(o);
    const struct lh_entry **list = members(w, o, count);
    buffer_append_char(w->out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_char(w->out, ',');
        json_write_string(text_of(lh_entry_k(list[i])), w->out);
        buffer_append_char(w->out, ':');
        write_value(w, lh_entry_v(list[i]));
    }
    buffer_append_char(w->out, '}');
    free(list);
}

static void write_container(struct writer *w, const struct json_object *o)
{
    if (w->depth == JSON_WRITE_DEPTH_MAX) {
        w->out->overflowed = true;
        return;
    }
    w->depth++;
    if (json_object_is_type(o, json_type_array))
        write_array(w, o);
    else
        write_object(w, o);
    w->depth--;
}

static void write_value(struct writer *w, const struct json_object *o)
{
    struct json_object *s = (struct json_object *)(uintptr_t)o; /* json-c reads strings without const */
    switch (json_object_get_type(o)) {
    case json_type_null:
        buffer_append_string(w->out, "null");
        return;
    case json_type_boolean:
        buffer_append_string(w->out, json_object_get_boolean(o) ? "true" : "false");
        return;
    case json_type_int:
    case json_type_double:
        number_write(o, w->out);
        return;
    case json_type_string:
        json_write_string((struct text){ json_object_get_string(s),
                                         (size_t)json_object_get_string_len(o) }, w->out);
        return;
    default:
        write_container(w, o);
    }
}

void json_write_plain(const struct json_object *o, struct buffer *out)
{
    struct writer w = { out, false, 0 };
    write_value(&w, o);
}

void json_write_canonical(const struct json_object *o, struct buffer *out)
{
    struct writer w = { out, true, 0 };
    write_value(&w, o);
}
