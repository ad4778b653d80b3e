#include "core/base/memory.h"
#include "core/model/type_reading.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_UNITS_MAX = 10000 };

bool type_read_scope(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    type->spread = strcmp(word, "spread") == 0;
    type->global = type->spread || strcmp(word, "global") == 0;
    return type->global || strcmp(word, "region") == 0 ||
           type_fault(f->in, value, "scope is one of region, global and spread, not", word);
}

/* The YAML of this project knows texts only: `no` is one. */
bool type_read_bulk(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    type->no_bulk = strcmp(word, "no") == 0;
    type->bulk_only = strcmp(word, "only") == 0;
    return type->no_bulk || type->bulk_only ||
           type_fault(f->in, value, "bulk is no or only, not", word);
}

bool type_read_get(const struct type_filling *f, struct json_object *value)
{
    static const struct type_key keys[] = {
        { "call", KEY_TEXT, offsetof(struct resource_type, get), NULL },
        { "with", KEY_OBJECT, offsetof(struct resource_type, get_with), NULL },
    };
    struct type_filling get = { f->in, value, f->into };
    struct resource_type *type = f->into;
    return type_read_keys(&get, keys, sizeof keys / sizeof *keys) &&
           ((type->get != NULL && type->get_with != NULL) ||
            type_fault(f->in, value, "get needs call and with", ""));
}

static bool read_until(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *path = NULL;
    struct json_object *wanted = NULL;
    if (!type_only_member(f, value, "until", &path, &wanted))
        return false;
    type->poll_path = memory_string(path);
    return type_check_path(f, value, path) && type_read_text(f, "until", wanted, &type->poll_value);
}

bool type_read_poll(const struct type_filling *f, struct json_object *value)
{
    static const struct type_key keys[] = {
        { "call", KEY_TEXT, offsetof(struct resource_type, poll), NULL },
        { "until", KEY_SPECIAL, 0, read_until },
    };
    struct type_filling poll = { f->in, value, f->into };
    struct resource_type *type = f->into;
    return type_read_keys(&poll, keys, sizeof keys / sizeof *keys) &&
           ((type->poll != NULL && type->poll_path != NULL) ||
            type_fault(f->in, value, "poll needs call and until", ""));
}

bool type_read_decode(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *form = NULL;
    struct json_object *member = NULL;
    if (!type_only_member(f, value, "decode", &form, &member))
        return false;
    if (strcmp(form, "csv") != 0)
        return type_fault(f->in, value, "the only form that can be decoded is csv, not", form);
    return type_read_path(f, "csv", member, &type->decode_csv);
}

static bool read_many_size(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    int64_t size = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
    type->many_size = size > 1 && size <= TYPE_BATCH_MAX ? (size_t)size : 0;
    return type->many_size > 0 || type_fault(f->in, value, "size is a number from 2 to 1000", "");
}

bool type_read_many(const struct type_filling *f, struct json_object *value)
{
    static const struct type_key keys[] = {
        { "argument", KEY_TEXT, offsetof(struct resource_type, many_argument), NULL },
        { "size", KEY_SPECIAL, 0, read_many_size },
        { "match", KEY_PATH, offsetof(struct resource_type, many_match), NULL },
    };
    struct type_filling many = { f->in, value, f->into };
    struct resource_type *type = f->into;
    return type_read_keys(&many, keys, sizeof keys / sizeof *keys) &&
           ((type->many_argument != NULL && type->many_size > 0 && type->many_match != NULL) ||
            type_fault(f->in, value, "many needs argument, size and match", ""));
}

bool type_read_kind(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    type->evidence = strcmp(word, "evidence") == 0;
    return type->evidence || type_fault(f->in, value, "the only kind is evidence, not", word);
}

bool type_read_window(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    char *end = NULL;
    long count = strtol(word, &end, 10);
    int64_t unit = strcmp(end, "d") == 0 ? 86400 : strcmp(end, "h") == 0 ? 3600 : 0;
    if (word[0] < '1' || word[0] > '9' || count > WINDOW_UNITS_MAX || unit == 0)
        return type_fault(f->in, value, "a window is a number of days or hours (90d, 24h), not",
                          word);
    type->window_s = count * unit;
    return true;
}

bool type_read_holder(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    bool first = strcmp(word, "first") == 0;
    type->holder = first ? TYPE_HOLDER_FIRST : TYPE_HOLDER_LAST;
    return first || strcmp(word, "last") == 0 ||
           type_fault(f->in, value, "holder is one of first and last, not", word);
}

/* ---- ephemeral ---- */

bool type_read_globs(const struct type_filling *f, const char *key, struct json_object *value, struct type_globs *out)
{
    if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) == 0 ||
        json_object_object_length(value) > TYPE_LIST_MAX)
        return type_fault(f->in, value, "expected members PATH: GLOB for", key);
    json_object_object_foreach(value, path, glob) {
        if (!type_check_path(f, value, path) || !json_object_is_type(glob, json_type_string))
            return type_fault(f->in, value, "expected a text that may hold * and ? for", path);
        string_list_add(&out->paths, path);
        string_list_add(&out->globs, json_object_get_string(glob));
    }
    return true;
}

static bool read_when(const struct type_filling *f, struct json_object *value)
{
    return type_read_globs(f, "when", value, &((struct type_ephemeral *)f->into)->when);
}

static bool read_rule(const struct type_filling *f, struct json_object *node,
                      struct type_ephemeral *out)
{
    static const struct type_key keys[] = {
        { "tag", KEY_TEXT, offsetof(struct type_ephemeral, tag), NULL },
        { "when", KEY_SPECIAL, 0, read_when },
        { "parent", KEY_TEMPLATE, offsetof(struct type_ephemeral, parent), NULL },
        { "of", KEY_TEXT, offsetof(struct type_ephemeral, of), NULL },
        { "id", KEY_PATH, offsetof(struct type_ephemeral, id), NULL },
    };
    struct type_filling rule = { f->in, node, out };
    if (!type_read_keys(&rule, keys, sizeof keys / sizeof *keys))
        return false;
    bool tag = out->tag != NULL, when = out->when.paths.count > 0, parent = out->parent != NULL;
    bool of = out->of != NULL && out->id != NULL, half = (out->of != NULL) != (out->id != NULL);
    return (!half && tag + parent + of == 1 && (tag ? !when : when || of)) ||
           type_fault(f->in, node,
                      "an ephemeral rule has either tag, or when and parent, or of and id", "");
}

bool type_read_ephemeral(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (!json_object_is_type(value, json_type_array) ||
        json_object_array_length(value) > TYPE_LIST_MAX)
        return type_fault(f->in, value, "expected a list of rules for ephemeral", "");
    size_t count = json_object_array_length(value);
    type->ephemeral = memory_new(count, sizeof *type->ephemeral);
    while (type->ephemeral_count < count) {
        size_t i = type->ephemeral_count++;
        if (!read_rule(f, json_object_array_get_idx(value, i), &type->ephemeral[i]))
            return false;
    }
    return true;
}
