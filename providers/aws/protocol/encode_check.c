#include "providers/aws/protocol/encode_parts.h"

#include "core/decode/json.h"
#include "providers/aws/protocol/time.h"

#include <json-c/json.h>
#include <string.h>

/* Where in the input we are, for messages: a chain of names on the stack. */
struct place {
    const struct place *up;
    const char *name; /* NULL: an element of a list */
    size_t index;
    int depth;
};

static void write_place(const struct place *p, struct buffer *out)
{
    if (p == NULL)
        return;
    write_place(p->up, out);
    if (p->name == NULL)
        buffer_append_format(out, "[%zu]", p->index);
    else
        buffer_append_format(out, "%s%s", out->len == 0 ? "" : ".", p->name);
}

static bool fault(const struct place *at, const char *what, const char *name, struct error *err)
{
    struct buffer text;
    buffer_init(&text, 512);
    write_place(at, &text);
    error_set(err, ERROR_CONFIG, "input%s%s: %s%s", text.len == 0 ? "" : " ", buffer_string(&text),
              what, name);
    buffer_release(&text);
    return false;
}

static bool check(const struct aws_service *s, const struct aws_member *m,
                  struct json_object *value, const struct place *at, struct error *err);

static bool check_structure(const struct aws_service *s, const struct aws_shape *shape,
                            struct json_object *value, const struct place *at, struct error *err)
{
    json_object_object_foreach(value, name, member_value)
    {
        struct place here = { at, name, 0, at == NULL ? 1 : at->depth + 1 };
        const struct aws_member *m = aws_shape_member(s, shape, name);
        if (m == NULL)
            return fault(at, "no member of the model is called ", name, err);
        if (member_value != NULL && !check(s, m, member_value, &here, err))
            return false;
    }
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &s->members[shape->first + i];
        if ((m->flags & AWS_REQUIRED) && json_get(value, aws_text(s, m->name)) == NULL)
            return fault(at, "required and missing: ", aws_text(s, m->name), err);
    }
    return true;
}

static bool check_list(const struct aws_service *s, const struct aws_shape *shape,
                       struct json_object *value, const struct place *at, struct error *err)
{
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct place here = { at, NULL, i, at->depth + 1 };
        struct json_object *element = json_object_array_get_idx(value, i);
        if (element != NULL && !check(s, aws_shape_element(s, shape), element, &here, err))
            return false;
    }
    return true;
}

static bool check_map(const struct aws_service *s, const struct aws_shape *shape,
                      struct json_object *value, const struct place *at, struct error *err)
{
    json_object_object_foreach(value, key, element)
    {
        struct place here = { at, key, 0, at->depth + 1 };
        if (element != NULL && !check(s, aws_shape_value(s, shape), element, &here, err))
            return false;
    }
    return true;
}

static bool is_special_float(struct json_object *value)
{
    const char *s = json_object_get_string(value);
    return strcmp(s, "NaN") == 0 || strcmp(s, "Infinity") == 0 || strcmp(s, "-Infinity") == 0;
}

static bool is_of_type(enum aws_type type, struct json_object *value)
{
    enum json_type is = json_object_get_type(value);
    int64_t unused;
    switch (type) {
    case AWS_STRUCTURE:
    case AWS_MAP:
        return is == json_type_object;
    case AWS_LIST:
        return is == json_type_array;
    case AWS_STRING:
    case AWS_BLOB:
        return is == json_type_string;
    case AWS_INTEGER:
        return is == json_type_int;
    case AWS_FLOAT:
        return is == json_type_int || is == json_type_double ||
               (is == json_type_string && is_special_float(value));
    case AWS_BOOLEAN:
        return is == json_type_boolean;
    case AWS_TIMESTAMP:
        return aws_time_read_json(value, &unused);
    case AWS_DOCUMENT:
        return true;
    }
    return false;
}

static bool check(const struct aws_service *s, const struct aws_member *m,
                  struct json_object *value, const struct place *at, struct error *err)
{
    static const char *const expected[] = { "a structure", "a list",   "a map",         "a string",
                                            "an integer",  "a number", "true or false", "a time",
                                            "base64",      "JSON" };
    const struct aws_shape *shape = aws_shape_of(s, m);
    if (m->flags & (AWS_JSON_VALUE | AWS_URL_JSON))
        return true;
    if (at != NULL && at->depth > ENCODE_DEPTH_MAX)
        return fault(NULL, "too deep", "", err);
    if (!is_of_type(shape->type, value))
        return fault(at, "expected ", expected[shape->type], err);
    switch (shape->type) {
    case AWS_STRUCTURE:
        return check_structure(s, shape, value, at, err);
    case AWS_LIST:
        return check_list(s, shape, value, at, err);
    case AWS_MAP:
        return check_map(s, shape, value, at, err);
    default:
        return true;
    }
}

bool encode_check(const struct aws_service *s, const struct aws_member *m,
                  struct json_object *value, struct error *err)
{
    return check(s, m, value, NULL, err);
}
