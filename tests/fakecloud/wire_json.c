#include "tests/fakecloud/wire_parts.h"

#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <string.h>

static bool write_member(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    if (w->out->len > 0 && w->out->data[w->out->len - 1] != '{')
        buffer_append_char(w->out, ',');
    json_write_string(text_of(aws_text(w->s, m->wire)), w->out);
    buffer_append_char(w->out, ':');
    return wire_json_value(w, m, value);
}

static bool write_list(struct writer *w, const struct aws_shape *shape, struct json_object *list)
{
    buffer_append_char(w->out, '[');
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (i > 0)
            buffer_append_char(w->out, ',');
        if (!wire_json_value(w, aws_shape_element(w->s, shape), json_object_array_get_idx(list, i)))
            return false;
    }
    buffer_append_char(w->out, ']');
    return true;
}

static bool write_map(struct writer *w, const struct aws_shape *shape, struct json_object *map)
{
    size_t written = 0;
    buffer_append_char(w->out, '{');
    json_object_object_foreach(map, name, value) {
        if (written++ > 0)
            buffer_append_char(w->out, ',');
        json_write_string(text_of(name), w->out);
        buffer_append_char(w->out, ':');
        if (!wire_json_value(w, aws_shape_value(w->s, shape), value))
            return false;
    }
    buffer_append_char(w->out, '}');
    return true;
}

/* Seconds since 1970 stand as a number, the other forms as text. */
static void write_time(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    char time[AWS_TIME_MAX];
    wire_time(m, value, AWS_TIME_UNIX, time);
    if (m->time_format == AWS_TIME_DEFAULT || m->time_format == AWS_TIME_UNIX)
        buffer_append_string(w->out, time);
    else
        json_write_string(text_of(time), w->out);
}

bool wire_json_value(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    switch (value == NULL ? AWS_DOCUMENT : (enum aws_type)shape->type) {
    case AWS_STRUCTURE:
        buffer_append_char(w->out, '{');
        if (!wire_members(w, shape, value, write_member))
            return false;
        buffer_append_char(w->out, '}');
        return true;
    case AWS_LIST:
        return write_list(w, shape, value);
    case AWS_MAP:
        return write_map(w, shape, value);
    case AWS_TIMESTAMP:
        write_time(w, m, value);
        return true;
    default:
        json_write_plain(value, w->out);
        return true;
    }
}
