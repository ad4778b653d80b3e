#include "core/model/item_expand.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/model/item.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };

static const char parent_prefix[] = "parent.";
static const char last_prefix[] = "last ";
static const char from_prefix[] = "from ";

/* What templates may name. */
struct lookup {
    const struct item_place *place;
    struct json_object *tree;
};

void item_expand_append(struct json_object *value, struct buffer *out)
{
    if (json_object_is_type(value, json_type_string))
        buffer_append(out, json_object_get_string(value),
                      (size_t)json_object_get_string_len(value));
    else
        json_write_plain(value, out);
}

static struct json_object *iso(int64_t unix_s)
{
    char text[TIMESTAMP_MAX];
    timestamp_iso(unix_s, text);
    return json_object_new_string(text);
}

static struct json_object *place_word(const struct item_place *p, const char *name)
{
    const struct {
        const char *name, *value;
    } words[] = { { "partition", p->partition },
                  { "account", p->account },
                  { "region", p->region },
                  { "each", p->each },
                  { "resolvers", p->resolvers } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, name) == 0 && words[i].value != NULL)
            return json_object_new_string(words[i].value);
    return NULL;
}

/* Midnights, so that calls of one night are the same however long it takes, and windows are whole days. */
static struct json_object *place_day(const struct item_place *p, const char *name)
{
    int64_t midnight = p->started_unix_s - p->started_unix_s % DAY_S;
    if (p->started_unix_s == 0)
        return NULL;
    if (strcmp(name, "day") == 0)
        return iso(midnight);
    return strcmp(name, "two_days_ago") == 0 ? iso(midnight - 2 * DAY_S) : NULL;
}

static struct json_object *place_window(const struct item_place *p, const char *name)
{
    const struct {
        const char *name;
        int64_t unix_s;
    } ends[] = { { "since", p->since_unix_s }, { "until", p->until_unix_s } };
    for (size_t i = 0; p->until_unix_s != 0 && i < 2; i++) {
        size_t len = strlen(ends[i].name);
        if (strncmp(name, ends[i].name, len) != 0)
            continue;
        if (name[len] == '\0')
            return iso(ends[i].unix_s);
        if (strcmp(name + len, "_s") == 0)
            return json_object_new_int64(ends[i].unix_s);
        if (strcmp(name + len, "_ms") == 0)
            return json_object_new_int64(ends[i].unix_s * 1000);
    }
    return NULL;
}

/* A new reference; NULL: it has no value. */
static struct json_object *plain_value(const struct lookup *l, const char *name)
{
    struct json_object *value = place_word(l->place, name);
    if (value == NULL)
        value = place_day(l->place, name);
    if (value == NULL)
        value = place_window(l->place, name);
    size_t prefix = sizeof parent_prefix - 1;
    if (value == NULL && l->place->parent != NULL && strncmp(name, parent_prefix, prefix) == 0)
        value = json_object_get(path_first(l->place->parent, name + prefix));
    return value != NULL ? value : json_object_get(path_first(l->tree, name));
}

/* "last PATH", "from WORD PATH": what the item has there comes before the place's word of that name, as a region's URL
 * before the region. */
static struct json_object *path_value(const struct lookup *l, const char *path)
{
    struct json_object *own = path_first(l->tree, path);
    return own != NULL ? json_object_get(own) : plain_value(l, path);
}

/* What stands after the last slash or colon of an address or ARN. Takes over `value`. */
static struct json_object *last_of(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return value;
    const char *text = json_object_get_string(value), *last = text;
    for (const char *at = text; *at != '\0'; at++)
        if (*at == '/' || *at == ':')
            last = at + 1;
    struct json_object *out = json_object_new_string(last);
    json_object_put(value);
    return out;
}

/* What stands from the segment `word` on: of a URL the name that it leads to. Takes over `value`; NULL where it has no
 * such segment. */
static struct json_object *from_segment(struct json_object *value, struct text word)
{
    struct json_object *out = NULL;
    if (json_object_is_type(value, json_type_string)) {
        struct text rest = text_of(json_object_get_string(value));
        struct text at = rest;
        while (rest.data != NULL && !text_equal(text_cut(&rest, '/'), word))
            at = rest;
        if (at.data != NULL)
            out = json_object_new_string_len(at.data, (int)at.len);
    }
    json_object_put(value);
    return out;
}

/* "from WORD PATH" */
static struct json_object *value_from(const struct lookup *l, const char *words)
{
    struct text word = { words, strcspn(words, " ") };
    if (word.len == 0 || words[word.len] == '\0')
        return NULL;
    return from_segment(path_value(l, words + word.len + 1), word);
}

static struct json_object *value_of(const struct lookup *l, const char *name)
{
    size_t last = sizeof last_prefix - 1, from = sizeof from_prefix - 1;
    if (strncmp(name, last_prefix, last) == 0)
        return last_of(path_value(l, name + last));
    if (strncmp(name, from_prefix, from) == 0)
        return value_from(l, name + from);
    return plain_value(l, name);
}

static bool look_up(void *ctx, const char *name, struct buffer *out)
{
    struct json_object *value = value_of(ctx, name);
    if (value == NULL)
        return false;
    item_expand_append(value, out);
    json_object_put(value);
    return true;
}

static char *expand(const char *template, const struct lookup *l, size_t max, struct error *err)
{
    struct buffer out;
    buffer_init(&out, max);
    if (!template_expand(template, look_up, (void *)(uintptr_t)l, &out, err)) {
        buffer_release(&out);
        return NULL;
    }
    return buffer_detach(&out);
}

char *item_expand_text(const char *template, const struct item_place *place,
                       struct json_object *tree, struct error *err)
{
    struct lookup l = { place, tree };
    return expand(template, &l, ITEM_TEXT_MAX, err);
}

/* ---- trees ---- */

/* "{Name}" and nothing else: the value itself, with its type. */
static struct json_object *whole_value(const char *template, const struct lookup *l)
{
    struct text t = text_of(template);
    if (t.len < 3 || t.data[0] != '{' || t.data[t.len - 1] != '}' || text_find(t, '}') != t.len - 1)
        return NULL;
    char *name = memory_string_n(t.data + 1, t.len - 2);
    struct json_object *value = value_of(l, name);
    free(name);
    return value;
}

static struct json_object *fill(struct json_object *value, const struct lookup *l,
                                struct error *err);

static struct json_object *fill_text(struct json_object *value, const struct lookup *l,
                                     struct error *err)
{
    const char *template = json_object_get_string(value);
    struct json_object *whole = whole_value(template, l);
    if (whole != NULL)
        return whole;
    char *text = expand(template, l, ITEM_ARGUMENT_MAX, err);
    struct json_object *out = text == NULL ? NULL : json_object_new_string(text);
    free(text);
    return out;
}

static struct json_object *fill_list(struct json_object *list, const struct lookup *l,
                                     struct error *err)
{
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *element = json_object_array_get_idx(list, i);
        struct json_object *filled = fill(element, l, err);
        if (filled == NULL && element != NULL) {
            json_object_put(out);
            return NULL;
        }
        json_object_array_add(out, filled);
    }
    return out;
}

static struct json_object *fill_object(struct json_object *object, const struct lookup *l,
                                       struct error *err)
{
    struct json_object *out = json_object_new_object();
    json_object_object_foreach(object, name, value) {
        struct json_object *filled = fill(value, l, err);
        if (filled == NULL && value != NULL) {
            json_object_put(out);
            return NULL;
        }
        json_object_object_add(out, name, filled);
    }
    return out;
}

static struct json_object *fill(struct json_object *value, const struct lookup *l,
                                struct error *err)
{
    switch (json_object_get_type(value)) {
    case json_type_string:
        return fill_text(value, l, err);
    case json_type_array:
        return fill_list(value, l, err);
    case json_type_object:
        return fill_object(value, l, err);
    default:
        return json_object_get(value);
    }
}

struct json_object *item_expand_tree(struct json_object *with, const struct item_place *place,
                                     struct json_object *tree, struct error *err)
{
    struct lookup l = { place, tree };
    return fill(with, &l, err);
}
