#include "core/base/memory.h"
#include "core/model/type_reading.h"

#include <json-c/json.h>
#include <string.h>

static bool read_only_for(const struct type_filling *f, struct json_object *value)
{
    struct string_list users = { NULL, 0 };
    bool ok = type_read_list(f, "only_for", value, false, &users);
    if (ok && (users.count != 1 || strcmp(users.items[0], "checks") != 0))
        ok = type_fault(f->in, value, "only_for can hold nothing but checks", "");
    ((struct type_detail *)f->into)->only_for_checks = ok;
    string_list_release(&users);
    return ok;
}

static bool read_when(const struct type_filling *f, struct json_object *value)
{
    return type_read_globs(f, "when", value, &((struct type_detail *)f->into)->when);
}

static bool read_unless(const struct type_filling *f, struct json_object *value)
{
    return type_read_globs(f, "unless", value, &((struct type_detail *)f->into)->unless);
}

static bool read_referenced_by(const struct type_filling *f, struct json_object *value)
{
    struct type_detail *detail = f->into;
    const char *type = NULL;
    struct json_object *paths = NULL;
    if (!type_only_member(f, value, "referenced_by", &type, &paths))
        return false;
    detail->referenced_by = memory_string(type);
    return type_read_list(f, "referenced_by", paths, true, &detail->referenced_paths);
}

static bool read_size(const struct type_filling *f, struct json_object *value)
{
    struct type_detail *detail = f->into;
    int64_t size = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
    detail->batch_size = size > 0 && size <= TYPE_BATCH_MAX ? (size_t)size : 0;
    return detail->batch_size > 0 ||
           type_fault(f->in, value, "size is a number from 1 to 1000", "");
}

static bool read_batch(const struct type_filling *f, struct json_object *value)
{
    static const struct type_key keys[] = {
        { "argument", KEY_TEXT, offsetof(struct type_detail, batch_argument), NULL },
        { "of", KEY_TEMPLATE, offsetof(struct type_detail, batch_of), NULL },
        { "size", KEY_SPECIAL, 0, read_size },
        { "match", KEY_PATH, offsetof(struct type_detail, batch_match), NULL },
    };
    struct type_filling batch = { f->in, value, f->into };
    struct type_detail *detail = f->into;
    return type_read_keys(&batch, keys, sizeof keys / sizeof *keys) &&
           ((detail->batch_argument != NULL && detail->batch_of != NULL && detail->batch_size > 0 &&
             detail->batch_match != NULL) ||
            type_fault(f->in, value, "batch needs argument, of, size and match", ""));
}

static bool read_detail(const struct type_filling *f, struct json_object *node,
                        struct type_detail *out)
{
    static const struct type_key keys[] = {
        { "get", KEY_TEXT, offsetof(struct type_detail, operation), NULL },
        { "service", KEY_TEXT, offsetof(struct type_detail, service), NULL },
        { "with", KEY_OBJECT, offsetof(struct type_detail, with), NULL },
        { "as", KEY_TEXT, offsetof(struct type_detail, as), NULL },
        { "items", KEY_PATH, offsetof(struct type_detail, items), NULL },
        { "absent", KEY_WORDS, offsetof(struct type_detail, absent), NULL },
        { "only_for", KEY_SPECIAL, 0, read_only_for },
        { "when", KEY_SPECIAL, 0, read_when },
        { "unless", KEY_SPECIAL, 0, read_unless },
        { "referenced_by", KEY_SPECIAL, 0, read_referenced_by },
        { "batch", KEY_SPECIAL, 0, read_batch },
    };
    struct type_filling detail = { f->in, node, out };
    if (!type_read_keys(&detail, keys, sizeof keys / sizeof *keys))
        return false;
    if (out->operation == NULL || out->as == NULL)
        return type_fault(f->in, node, "a detail needs get and as", "");
    return out->batch_of == NULL || out->items != NULL ||
           type_fault(f->in, node, "a batch needs items", "");
}

bool type_read_details(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (!json_object_is_type(value, json_type_array) ||
        json_object_array_length(value) > TYPE_LIST_MAX)
        return type_fault(f->in, value, "expected a list of calls for details", "");
    size_t count = json_object_array_length(value);
    type->details = memory_new(count, sizeof *type->details);
    while (type->detail_count < count) {
        size_t i = type->detail_count++;
        if (!read_detail(f, json_object_array_get_idx(value, i), &type->details[i]))
            return false;
    }
    return true;
}
