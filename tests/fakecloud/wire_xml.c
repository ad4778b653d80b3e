#include "tests/fakecloud/wire_parts.h"

#include "core/base/encode.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/wire.h"

#include <json-c/json.h>
#include <string.h>

void wire_escape(struct buffer *out, struct text text)
{
    size_t plain = 0; /* what has not been written yet begins here */
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        const char *as = c == '<'   ? "&lt;"
                         : c == '>' ? "&gt;"
                         : c == '&' ? "&amp;"
                         : c == '"' ? "&quot;"
                                    : NULL;
        if (as == NULL && (unsigned char)c >= ' ')
            continue;
        buffer_append(out, text.data + plain, i - plain);
        if (as != NULL)
            buffer_append_string(out, as);
        else
            buffer_append_format(out, "&#%d;", c);
        plain = i + 1;
    }
    buffer_append(out, text.data + plain, text.len - plain);
}

/* Attributes of a structure's element (the xsi:type of an S3 grantee), with the namespace they need. */
static void write_attributes(struct writer *w, const struct aws_member *m,
                             struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    for (size_t i = 0; shape->type == AWS_STRUCTURE && i < shape->count; i++) {
        const struct aws_member *of = &w->s->members[shape->first + i];
        const char *text = json_string(value, aws_text(w->s, of->name));
        if (!(of->flags & AWS_ATTRIBUTE) || text == NULL)
            continue;
        buffer_append_format(w->out, " xmlns:%s=\"%s\" %s=\"", aws_text(w->s, m->prefix),
                             aws_text(w->s, m->namespace), aws_text(w->s, of->wire));
        wire_escape(w->out, text_of(text));
        buffer_append_char(w->out, '"');
    }
}

bool wire_xml_element(struct writer *w, const char *name, const struct aws_member *m,
                      struct json_object *value)
{
    buffer_append_char(w->out, '<');
    buffer_append_string(w->out, name);
    write_attributes(w, m, value);
    buffer_append_char(w->out, '>');
    bool ok = wire_xml_value(w, m, value);
    buffer_append_string(w->out, "</");
    buffer_append_string(w->out, name);
    buffer_append_char(w->out, '>');
    return ok;
}

static bool write_elements(struct writer *w, const char *name, const struct aws_member *m,
                           struct json_object *list)
{
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (!wire_xml_element(w, name, m, json_object_array_get_idx(list, i)))
            return false;
    return true;
}

static bool write_map(struct writer *w, const char *entry, const struct aws_shape *shape,
                      struct json_object *o)
{
    const struct aws_member *key = aws_shape_key(w->s, shape),
                            *value = aws_shape_value(w->s, shape);
    json_object_object_foreach(o, name, item) {
        buffer_append_format(w->out, "<%s><%s>", entry, aws_text(w->s, key->wire));
        wire_escape(w->out, text_of(name));
        buffer_append_format(w->out, "</%s>", aws_text(w->s, key->wire));
        if (!wire_xml_element(w, aws_text(w->s, value->wire), value, item))
            return false;
        buffer_append_format(w->out, "</%s>", entry);
    }
    return true;
}

/* A member of a structure: one element, or one for each part of a flattened list or map. */
static bool write_member(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    const char *name = aws_text(w->s, m->element);
    if (m->flags & AWS_ATTRIBUTE)
        return true;
    if (shape->type == AWS_LIST && (m->flags & AWS_FLATTENED))
        return write_elements(w, name, aws_shape_element(w->s, shape), value);
    if (shape->type == AWS_MAP && (m->flags & AWS_FLATTENED))
        return write_map(w, name, shape, value);
    return wire_xml_element(w, name, m, value);
}

/* IAM sends policies as percent-encoded JSON. */
static void write_document(struct writer *w, struct json_object *value)
{
    struct buffer text;
    buffer_init(&text, WIRE_ANSWER_MAX);
    json_write_plain(value, &text);
    encode_uri(w->out, buffer_text(&text), "");
    buffer_release(&text);
}

static void write_scalar(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    char time[AWS_TIME_MAX];
    if (m->flags & AWS_URL_JSON) {
        write_document(w, value);
    } else if (aws_shape_of(w->s, m)->type == AWS_TIMESTAMP) {
        wire_time(m, value, AWS_TIME_ISO8601, time);
        wire_escape(w->out, text_of(time));
    } else {
        const char *text = json_object_get_string(value);
        size_t len = json_object_is_type(value, json_type_string)
                         ? (size_t)json_object_get_string_len(value)
                         : strlen(text);
        wire_escape(w->out, (struct text){ text, len });
    }
}

bool wire_xml_value(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    if (shape->type == AWS_STRUCTURE)
        return wire_members(w, shape, value, write_member);
    if (shape->type == AWS_MAP)
        return write_map(w, "entry", shape, value);
    if (shape->type == AWS_LIST) {
        const struct aws_member *element = aws_shape_element(w->s, shape);
        const char *name = aws_text(w->s, element->wire);
        return write_elements(w, *name == '\0' ? "member" : name, element, value);
    }
    write_scalar(w, m, value);
    return true;
}
