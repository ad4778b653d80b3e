#include "core/http/http.h"
#include "providers/aws/protocol/encode_parts.h"

#include <json-c/json.h>

/* What a document cannot hold as it is; characters that XML 1.0 has no way to write become U+FFFD. */
static void write_escaped(struct buffer *out, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c == '&')
            buffer_append_string(out, "&amp;");
        else if (c == '<')
            buffer_append_string(out, "&lt;");
        else if (c == '>')
            buffer_append_string(out, "&gt;");
        else if (c == '"')
            buffer_append_string(out, "&quot;");
        else if (c == '\t' || c == '\n' || c == '\r')
            buffer_append_format(out, "&#x%X;", c);
        else if (c < ' ')
            buffer_append_string(out, "\xEF\xBF\xBD");
        else
            buffer_append_char(out, (char)c);
    }
}

static void write_scalar(const struct aws_service *s, const struct aws_member *m,
                         struct json_object *value, struct buffer *out)
{
    struct buffer text;
    buffer_init(&text, HTTP_BODY_MAX);
    encode_scalar(s, m, value, AWS_TIME_ISO8601, &text);
    write_escaped(out, buffer_text(&text));
    out->overflowed = out->overflowed || !buffer_ok(&text);
    buffer_release(&text);
}

static void write_namespace(const struct aws_service *s, const struct aws_member *m,
                            struct buffer *out)
{
    if (m->namespace == 0)
        return;
    const char *prefix = aws_text(s, m->prefix);
    buffer_append_format(out, " xmlns%s%s=\"", *prefix == '\0' ? "" : ":", prefix);
    write_escaped(out, text_of(aws_text(s, m->namespace)));
    buffer_append_char(out, '"');
}

static void write_attributes(const struct aws_service *s, const struct aws_shape *shape,
                             struct json_object *value, struct buffer *out)
{
    json_object_object_foreach(value, name, member)
    {
        const struct aws_member *m = aws_shape_member(s, shape, name);
        if (member == NULL || !(m->flags & AWS_ATTRIBUTE))
            continue;
        buffer_append_format(out, " %s=\"", aws_text(s, m->wire));
        write_scalar(s, m, member, out);
        buffer_append_char(out, '"');
    }
}

/* The start tag; `value` is the structure whose attributes it carries, or NULL. */
static void open_tag(const struct aws_service *s, const struct aws_member *m, const char *name,
                     struct json_object *value, struct buffer *out)
{
    buffer_append_format(out, "<%s", name);
    write_namespace(s, m, out);
    if (value != NULL)
        write_attributes(s, aws_shape_of(s, m), value, out);
    buffer_append_char(out, '>');
}

static void write_structure(const struct aws_service *s, const struct aws_shape *shape,
                            struct json_object *value, struct buffer *out)
{
    json_object_object_foreach(value, name, member)
    {
        const struct aws_member *m = aws_shape_member(s, shape, name);
        if (member != NULL && m->location == AWS_BODY && !(m->flags & AWS_ATTRIBUTE))
            encode_xml(s, m, member, out);
    }
}

static void write_named(const struct aws_service *s, const struct aws_member *m, const char *name,
                        struct json_object *value, struct buffer *out);

static void write_list(const struct aws_service *s, const struct aws_member *m, const char *name,
                       struct json_object *value, struct buffer *out)
{
    const struct aws_member *element = aws_shape_element(s, aws_shape_of(s, m));
    bool is_flat = m->flags & AWS_FLATTENED;
    if (!is_flat)
        open_tag(s, m, name, NULL, out);
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct json_object *item = json_object_array_get_idx(value, i);
        if (item != NULL)
            write_named(s, element, is_flat ? name : aws_text(s, element->wire), item, out);
    }
    if (!is_flat)
        buffer_append_format(out, "</%s>", name);
}

static void write_map(const struct aws_service *s, const struct aws_member *m, const char *name,
                      struct json_object *value, struct buffer *out)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    bool is_flat = m->flags & AWS_FLATTENED;
    const char *entry = is_flat ? name : "entry";
    if (!is_flat)
        open_tag(s, m, name, NULL, out);
    json_object_object_foreach(value, key, item)
    {
        if (item == NULL)
            continue;
        struct json_object *text = json_object_new_string(key);
        buffer_append_format(out, "<%s>", entry);
        encode_xml(s, aws_shape_key(s, shape), text, out);
        encode_xml(s, aws_shape_value(s, shape), item, out);
        buffer_append_format(out, "</%s>", entry);
        json_object_put(text);
    }
    if (!is_flat)
        buffer_append_format(out, "</%s>", name);
}

static void write_named(const struct aws_service *s, const struct aws_member *m, const char *name,
                        struct json_object *value, struct buffer *out)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    if (shape->type == AWS_LIST) {
        write_list(s, m, name, value, out);
        return;
    }
    if (shape->type == AWS_MAP) {
        write_map(s, m, name, value, out);
        return;
    }
    bool is_structure = shape->type == AWS_STRUCTURE;
    open_tag(s, m, name, is_structure ? value : NULL, out);
    if (is_structure)
        write_structure(s, shape, value, out);
    else
        write_scalar(s, m, value, out);
    buffer_append_format(out, "</%s>", name);
}

void encode_xml(const struct aws_service *s, const struct aws_member *m, struct json_object *value,
                struct buffer *out)
{
    write_named(s, m, aws_text(s, m->wire), value, out);
}
