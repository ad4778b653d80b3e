#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "providers/aws/protocol/encode_parts.h"
#include "providers/aws/protocol/time.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *write_structure(const struct aws_service *s,
                                           const struct aws_shape *shape, struct json_object *value)
{
    struct json_object *out = json_object_new_object();
    json_object_object_foreach(value, name, member)
    {
        const struct aws_member *m = aws_shape_member(s, shape, name);
        if (member != NULL && m->location == AWS_BODY)
            json_object_object_add(out, aws_text(s, m->wire), encode_json(s, m, member));
    }
    return out;
}

static struct json_object *write_list(const struct aws_service *s, const struct aws_shape *shape,
                                      struct json_object *value)
{
    size_t count = json_object_array_length(value);
    struct json_object *out = json_object_new_array_ext((int)(count > 0 ? count : 1));
    for (size_t i = 0; i < count; i++)
        json_object_array_add(
            out, encode_json(s, aws_shape_element(s, shape), json_object_array_get_idx(value, i)));
    return out;
}

static struct json_object *write_map(const struct aws_service *s, const struct aws_shape *shape,
                                     struct json_object *value)
{
    struct json_object *out = json_object_new_object();
    json_object_object_foreach(value, name, item)
    {
        json_object_object_add(out, name, encode_json(s, aws_shape_value(s, shape), item));
    }
    return out;
}

/* Seconds since 1970 unless the model says otherwise; as a number, with the digits that we write. */
static struct json_object *write_time(const struct aws_member *m, struct json_object *value)
{
    int64_t us = 0;
    char text[AWS_TIME_MAX];
    enum aws_time_format format =
        m->time_format == AWS_TIME_DEFAULT ? AWS_TIME_UNIX : m->time_format;
    aws_time_read_json(value, &us);
    aws_time_write(us, format, text);
    if (format != AWS_TIME_UNIX)
        return json_object_new_string(text);
    if (strchr(text, '.') == NULL)
        return json_object_new_int64(strtoll(text, NULL, 10));
    return json_object_new_double_s(strtod(text, NULL), text);
}

/* A member that holds JSON as text; a string is that text already. */
static struct json_object *write_json_text(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        return json_object_get(value);
    return json_object_new_string(json_object_to_json_string_ext(
        value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

struct json_object *encode_json(const struct aws_service *s, const struct aws_member *m,
                                struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    if (value == NULL)
        return NULL;
    if (m->flags & AWS_JSON_VALUE)
        return write_json_text(value);
    switch (shape->type) {
    case AWS_STRUCTURE:
        return write_structure(s, shape, value);
    case AWS_LIST:
        return write_list(s, shape, value);
    case AWS_MAP:
        return write_map(s, shape, value);
    case AWS_TIMESTAMP:
        return write_time(m, value);
    default:
        return json_object_get(value);
    }
}
