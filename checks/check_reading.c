#include "checks/check_reading.h"

#include "core/base/text.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <string.h>

enum { WORDS_BYTES_MAX = 4000, ID_BYTES_MAX = 100 };

bool check_reading_fault(const struct check_reading *in, const char *what, const char *word)
{
    return error_set(in->err, ERROR_CONFIG, "%s:%d: %s%s%s", yaml_file(in->doc), in->line, what,
                     word[0] == '\0' ? "" : " ", word);
}

/* Every key of the mapping must be known, and every key that is not optional be there. */
bool check_reading_keys(struct check_reading *in, struct json_object *mapping,
                        const struct check_key *keys, size_t count)
{
    int whole = in->line;
    if (!json_object_is_type(mapping, json_type_object))
        return check_reading_fault(in, "expected members", "");
    json_object_object_foreach(mapping, name, value)
    {
        size_t i = 0;
        in->line = yaml_key_line(in->doc, mapping, name);
        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count)
            return check_reading_fault(in, "unknown key", name);
        if (value == NULL)
            return check_reading_fault(in, "no value for", name);
        if (!keys[i].read(in, value))
            return false;
    }
    in->line = whole;
    for (size_t i = 0; i < count; i++)
        if (!keys[i].optional && !json_object_object_get_ex(mapping, keys[i].name, NULL))
            return check_reading_fault(in, "missing key", keys[i].name);
    return true;
}

/* A text without the blanks at its end, which block scalars bring. */
bool check_reading_text(struct check_reading *in, struct json_object *value, char **out)
{
    if (!json_object_is_type(value, json_type_string))
        return check_reading_fault(in, "expected a text", "");
    struct text t = text_trim(text_of(json_object_get_string(value)));
    if (t.len == 0 || t.len > WORDS_BYTES_MAX || memchr(t.data, '\0', t.len) != NULL)
        return check_reading_fault(in, "expected 1 to 4000 bytes of text", "");
    *out = text_copy(t);
    return true;
}

bool check_reading_is_word(const char *s)
{
    size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return len > 0 && s[len] == '\0' && len <= ID_BYTES_MAX;
}

bool check_reading_list(struct check_reading *in, struct json_object *value,
                        struct string_list *out)
{
    if (!json_object_is_type(value, json_type_array) ||
        json_object_array_length(value) > CHECK_LIST_MAX)
        return check_reading_fault(in, "expected a list of at most 32 texts", "");
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        if (!json_object_is_type(entry, json_type_string))
            return check_reading_fault(in, "expected a list of texts", "");
        if (string_list_has(out, json_object_get_string(entry)))
            return check_reading_fault(in, "twice in the list:", json_object_get_string(entry));
        string_list_add(out, json_object_get_string(entry));
    }
    return true;
}

bool check_reading_words(struct check_reading *in, struct json_object *value,
                         struct string_list *out)
{
    if (!check_reading_list(in, value, out))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (!check_reading_is_word(out->items[i]))
            return check_reading_fault(in, "expected lower case letters, digits, _ and - in",
                                       out->items[i]);
    return true;
}

const struct resource_type *check_reading_type(struct check_reading *in, const char *name)
{
    const struct resource_type *type = resource_types_find(in->types, name);
    if (type == NULL)
        check_reading_fault(in, "there is no resource type", name);
    return type;
}
