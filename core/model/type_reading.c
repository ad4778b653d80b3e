#include "core/model/type_reading.h"

#include "core/base/memory.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

bool type_fault(const struct type_reading *in, const struct json_object *at, const char *what,
                const char *word)
{
    return error_set(in->err, ERROR_CONFIG, "%s:%d: %s%s%s", in->file, yaml_line(in->doc, at), what,
                     word[0] == '\0' ? "" : " ", word);
}

bool type_read_text(const struct type_filling *f, const char *key, struct json_object *value,
                    char **out)
{
    if (!json_object_is_type(value, json_type_string))
        return type_fault(f->in, value, "expected a text for", key);
    free(*out);
    *out = memory_string(json_object_get_string(value));
    return true;
}

bool type_check_path(const struct type_filling *f, const struct json_object *at, const char *path)
{
    struct error why = ERROR_INIT;
    if (path_check(path, &why))
        return true;
    return type_fault(f->in, at, why.message, "");
}

bool type_read_path(const struct type_filling *f, const char *key, struct json_object *value,
                    char **out)
{
    return type_read_text(f, key, value, out) && type_check_path(f, value, *out);
}

bool type_read_template(const struct type_filling *f, const char *key, struct json_object *value,
                        char **out)
{
    struct error why = ERROR_INIT;
    if (!type_read_text(f, key, value, out))
        return false;
    return template_names(*out, NULL, NULL, &why) || type_fault(f->in, value, why.message, "");
}

bool type_read_list(const struct type_filling *f, const char *key, struct json_object *value,
                    bool paths, struct string_list *out)
{
    if (!json_object_is_type(value, json_type_array))
        return type_fault(f->in, value, "expected a list for", key);
    size_t count = json_object_array_length(value);
    if (count > TYPE_LIST_MAX)
        return type_fault(f->in, value, "too many entries in", key);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        if (!json_object_is_type(entry, json_type_string))
            return type_fault(f->in, value, "expected only texts in", key);
        if (paths && !type_check_path(f, entry, json_object_get_string(entry)))
            return false;
        string_list_add(out, json_object_get_string(entry));
    }
    return true;
}

static bool read_key(const struct type_filling *f, const struct type_key *key,
                     struct json_object *value)
{
    char *at = (char *)f->into + key->offset;
    switch (key->kind) {
    case KEY_TEXT:
        return type_read_text(f, key->name, value, (char **)(void *)at);
    case KEY_PATH:
        return type_read_path(f, key->name, value, (char **)(void *)at);
    case KEY_TEMPLATE:
        return type_read_template(f, key->name, value, (char **)(void *)at);
    case KEY_PATHS:
    case KEY_WORDS:
        return type_read_list(f, key->name, value, key->kind == KEY_PATHS,
                              (struct string_list *)(void *)at);
    case KEY_OBJECT:
        if (!json_object_is_type(value, json_type_object))
            return type_fault(f->in, value, "expected members for", key->name);
        *(struct json_object **)(void *)at = json_object_get(value);
        return true;
    case KEY_SPECIAL:
        return key->special(f, value);
    }
    return false;
}

bool type_read_keys(const struct type_filling *f, const struct type_key *keys, size_t count)
{
    if (!json_object_is_type(f->node, json_type_object))
        return type_fault(f->in, f->node, "expected members", "");
    json_object_object_foreach(f->node, name, value) {
        size_t i = 0;
        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count)
            return error_set(f->in->err, ERROR_CONFIG, "%s:%d: unknown key %s", f->in->file,
                             yaml_key_line(f->in->doc, f->node, name), name);
        if (!read_key(f, &keys[i], value))
            return false;
    }
    return true;
}

bool type_only_member(const struct type_filling *f, struct json_object *value, const char *key,
                      const char **out_name, struct json_object **out_value)
{
    if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) != 1)
        return type_fault(f->in, value, "expected one member in", key);
    struct lh_entry *entry = json_object_get_object(value)->head;
    *out_name = lh_entry_k(entry);
    *out_value = lh_entry_v(entry);
    return true;
}
