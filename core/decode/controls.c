#include "core/decode/controls.h"

#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

#define SUBJECT "subject"
#define ANY "*"

static void add_id(struct json_object *ids, struct text id)
{
    for (size_t i = 0; i < json_object_array_length(ids); i++)
        if (text_equal_string(id, json_object_get_string(json_object_array_get_idx(ids, i))))
            return;
    if (id.len > 0)
        json_object_array_add(ids, json_object_new_string_len(id.data, (int)id.len));
}

static void add_text(struct json_object *ids, struct json_object *text)
{
    struct text rest = { json_object_get_string(text), (size_t)json_object_get_string_len(text) };
    while (rest.len > 0)
        add_id(ids, text_trim(text_cut(&rest, ',')));
}

/* A text, or a list of them. */
static void add_ids(struct json_object *ids, struct json_object *declared)
{
    if (json_object_is_type(declared, json_type_string))
        add_text(ids, declared);
    if (!json_object_is_type(declared, json_type_array))
        return;
    for (size_t i = 0; i < json_object_array_length(declared); i++)
        if (json_object_is_type(json_object_array_get_idx(declared, i), json_type_string))
            add_text(ids, json_object_array_get_idx(declared, i));
}

static void add_of_word(struct json_object *ids, struct json_object *by_value, const char *word)
{
    struct json_object *own = json_get(by_value, word);
    add_ids(ids, own != NULL ? own : json_get(by_value, ANY));
}

static void add_of_value(struct json_object *ids, struct json_object *by_value,
                         struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
    case json_type_object:
        return;
    case json_type_array:
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            struct json_object *one = json_object_array_get_idx(value, i);
            if (!json_object_is_type(one, json_type_array)) /* lists in lists are nobody's words */
                add_of_value(ids, by_value, one);
        }
        return;
    default:
        add_of_word(ids, by_value, json_object_get_string(value));
    }
}

static void add_of_member(struct json_object *ids, const char *member, struct json_object *by_value,
                          const struct controls_finding *f)
{
    struct json_object *value = NULL;
    if (strcmp(member, SUBJECT) == 0) {
        add_of_word(ids, by_value, f->subject == NULL ? "" : f->subject);
        return;
    }
    value = path_first(f->evidence, member);
    add_of_value(ids, by_value, value != NULL ? value : path_first(f->detail, member));
}

struct json_object *controls_of(struct json_object *declared, const struct controls_finding *f)
{
    struct json_object *out = json_object_new_object();
    if (!json_object_is_type(declared, json_type_object))
        return out;
    json_object_object_foreach(declared, framework, requirements)
    {
        struct json_object *ids = json_object_new_array();
        add_ids(ids, requirements);
        if (json_object_is_type(requirements, json_type_object)) {
            json_object_object_foreach(requirements, member, by_value)
                add_of_member(ids, member, by_value, f);
        }
        if (json_object_array_length(ids) > 0)
            json_object_object_add(out, framework, ids);
        else
            json_object_put(ids);
    }
    return out;
}
