#include "reports/render.h"

#include "core/base/error.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

void render_text(struct buffer *out, struct text t)
{
    size_t room = out->max - out->len;
    buffer_append(out, t.data, t.len < room ? t.len : room);
}

static struct text text_of_json(struct json_object *string)
{
    return (struct text){ json_object_get_string(string),
                          (size_t)json_object_get_string_len(string) };
}

/* The bytes of a tree may be many times what a cell shows, so they are made apart and cut. */
static void render_compact(struct buffer *out, struct json_object *value)
{
    enum { WHOLE_MAX = 16 * 1024 * 1024 };
    struct buffer whole;
    buffer_init(&whole, WHOLE_MAX);
    json_write_plain(value, &whole);
    render_text(out, buffer_text(&whole));
    buffer_release(&whole);
}

static bool is_scalar(struct json_object *value)
{
    return !json_object_is_type(value, json_type_object) &&
           !json_object_is_type(value, json_type_array);
}

static bool is_flat_list(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(value); i++)
        if (!is_scalar(json_object_array_get_idx(value, i)))
            return false;
    return true;
}

static void render_one(struct buffer *out, struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        render_text(out, text_of_json(value));
    else if (value != NULL)
        render_compact(out, value);
}

void render_value(struct buffer *out, struct json_object *value)
{
    if (!is_flat_list(value)) {
        render_one(out, value);
        return;
    }
    for (size_t i = 0; i < json_object_array_length(value) && out->len < out->max; i++) {
        if (i > 0)
            render_text(out, TEXT_LITERAL(", "));
        render_one(out, json_object_array_get_idx(value, i));
    }
}

struct listing {
    struct buffer *out;
    size_t count;
};

static bool render_next(void *ctx, struct json_object *value)
{
    struct listing *l = ctx;
    if (l->count++ > 0)
        render_text(l->out, TEXT_LITERAL(", "));
    render_value(l->out, value);
    return l->out->len < l->out->max;
}

void render_path(struct buffer *out, struct json_object *root, const char *path)
{
    struct listing l = { out, 0 };
    path_each(root, path, render_next, &l);
}

static void gather_one(struct json_object *texts, struct json_object *value)
{
    struct buffer text;
    buffer_init(&text, RENDER_MAX);
    render_one(&text, value);
    json_object_array_add(texts, json_object_new_string_len(buffer_string(&text), (int)text.len));
    buffer_release(&text);
}

static bool gather(void *ctx, struct json_object *value)
{
    if (!is_flat_list(value)) {
        gather_one(ctx, value);
        return true;
    }
    for (size_t i = 0; i < json_object_array_length(value); i++)
        gather_one(ctx, json_object_array_get_idx(value, i));
    return true;
}

static bool is_number(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.data[i] < '0' || t.data[i] > '9')
            return false;
    return t.len > 0;
}

/* By the bytes, but ports by their numbers: 80 before 443. */
static int compare_texts(const void *left, const void *right)
{
    struct text a = text_of_json(*(struct json_object *const *)left),
                b = text_of_json(*(struct json_object *const *)right);
    if (is_number(a) && is_number(b) && a.len != b.len)
        return a.len < b.len ? -1 : 1;
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : a.len < b.len ? -1 : a.len > b.len;
}

void render_set(struct buffer *out, struct json_object *root, const char *path)
{
    struct json_object *texts = json_object_new_array();
    path_each(root, path, gather, texts);
    json_object_array_sort(texts, compare_texts);
    render_value(out, texts);
    json_object_put(texts);
}

void render_json_text(struct buffer *out, struct text json)
{
    struct error ignored = ERROR_INIT; /* what is no JSON is shown as it is */
    struct json_object *value = NULL;
    if (text_starts_with(json, "\"") && json_parse(json, &value, &ignored))
        render_one(out, value);
    else
        render_text(out, json);
    json_object_put(value);
}

void render_tags(struct buffer *out, struct json_object *tags)
{
    size_t count = 0;
    json_object_object_foreach(tags, key, value) {
        if (count++ > 0)
            render_text(out, TEXT_LITERAL("; "));
        render_text(out, text_of(key));
        render_text(out, TEXT_LITERAL("="));
        render_value(out, value);
    }
}

/* The first tag of that name, in any case, that says something. */
static struct json_object *find_tag(struct json_object *tags, const char *name)
{
    json_object_object_foreach(tags, key, value)
        if (text_equal_nocase(text_of(key), name) && json_object_is_type(value, json_type_string) &&
            text_trim(text_of_json(value)).len > 0)
            return value;
    return NULL;
}

void render_environment(struct buffer *out, struct json_object *tags)
{
    struct json_object *value = find_tag(tags, "environment");
    if (value == NULL)
        value = find_tag(tags, "env");
    if (value != NULL)
        render_text(out, text_trim(text_of_json(value)));
}

const char *render_words(struct json_object *words, const char *language)
{
    if (json_object_is_type(words, json_type_string))
        return json_object_get_string(words);
    const char *text = json_string(words, language);
    return text != NULL ? text : json_string(words, "en");
}
