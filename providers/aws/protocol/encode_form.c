#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/http/http.h"
#include "providers/aws/protocol/encode_parts.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/*
 * Forms: one name and value a scalar, the name being the way to it.
 *   ec2     Filter.1.Value.2          lists without a word of their own, empty ones left out
 *   query   Names.member.1, Map.entry.1.key; flattened: Names.1, Map.1.key; an empty list is "Names="
 */
struct form {
    const struct aws_service *service;
    struct buffer *out;
    struct buffer name; /* of the value at hand */
};

static void write_value(struct form *f, const struct aws_member *m, struct json_object *value);

/* Puts ".part" behind the name for one call of write_value(). */
static void write_below(struct form *f, const char *part, const struct aws_member *m,
                        struct json_object *value)
{
    size_t len = f->name.len;
    buffer_append_format(&f->name, "%s%s", len == 0 ? "" : ".", part);
    write_value(f, m, value);
    buffer_truncate(&f->name, len);
}

static void write_pair(struct form *f, const char *value, size_t len)
{
    buffer_append_char(f->out, '&');
    encode_uri(f->out, buffer_text(&f->name), "");
    buffer_append_char(f->out, '=');
    encode_uri(f->out, (struct text){ value, len }, "");
}

static void write_structure(struct form *f, const struct aws_shape *shape,
                            struct json_object *value)
{
    json_object_object_foreach(value, name, member)
    {
        const struct aws_member *m = aws_shape_member(f->service, shape, name);
        if (member != NULL)
            write_below(f, aws_text(f->service, m->query), m, member);
    }
}

/* Elements of flattened lists that have a name of their own take the list's place in the name. */
static void enter_list(struct form *f, const struct aws_member *m, const struct aws_member *element)
{
    const char *word = aws_text(f->service, element->wire);
    bool is_named = element->flags & AWS_OWN_NAME;
    if (f->service->protocol == AWS_EC2)
        return;
    if (!(m->flags & AWS_FLATTENED)) {
        buffer_append_format(&f->name, ".%s", word);
    } else if (is_named) {
        const char *dot = strrchr(buffer_string(&f->name), '.');
        buffer_truncate(&f->name, dot == NULL ? 0 : (size_t)(dot - f->name.data) + 1);
        buffer_append_string(&f->name, word);
    }
}

static void write_list(struct form *f, const struct aws_member *m, struct json_object *value)
{
    const struct aws_member *element = aws_shape_element(f->service, aws_shape_of(f->service, m));
    size_t count = json_object_array_length(value), number = 0;
    if (count == 0 && f->service->protocol == AWS_QUERY)
        write_pair(f, "", 0);
    if (count == 0)
        return;
    char *name = memory_string(buffer_string(&f->name));
    enter_list(f, m, element);
    for (size_t i = 0; i < count; i++) {
        char part[24];
        struct json_object *item = json_object_array_get_idx(value, i);
        if (item == NULL)
            continue;
        snprintf(part, sizeof part, "%zu", ++number);
        write_below(f, part, element, item);
    }
    buffer_clear(&f->name);
    buffer_append_string(&f->name, name);
    free(name);
}

static void write_map(struct form *f, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(f->service, m);
    const struct aws_member *key = aws_shape_key(f->service, shape);
    const struct aws_member *element = aws_shape_value(f->service, shape);
    size_t len = f->name.len, number = 0;
    json_object_object_foreach(value, name, item)
    {
        if (item == NULL)
            continue;
        buffer_append_format(&f->name, "%s.%zu", (m->flags & AWS_FLATTENED) ? "" : ".entry",
                             ++number);
        struct json_object *text = json_object_new_string(name);
        write_below(f, aws_text(f->service, key->query), key, text);
        json_object_put(text);
        write_below(f, aws_text(f->service, element->query), element, item);
        buffer_truncate(&f->name, len);
    }
}

static void write_value(struct form *f, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(f->service, m);
    struct buffer text;
    switch (shape->type) {
    case AWS_STRUCTURE:
        write_structure(f, shape, value);
        return;
    case AWS_LIST:
        write_list(f, m, value);
        return;
    case AWS_MAP:
        write_map(f, m, value);
        return;
    default:
        buffer_init(&text, HTTP_BODY_MAX);
        encode_scalar(f->service, m, value, AWS_TIME_ISO8601, &text);
        write_pair(f, text.data, text.len);
        f->out->overflowed = f->out->overflowed || !buffer_ok(&text);
        buffer_release(&text);
    }
}

void encode_form(const struct aws_operation *op, struct json_object *input, struct buffer *out)
{
    struct form f = { .service = op->service, .out = out };
    buffer_init(&f.name, HTTP_BODY_MAX);
    buffer_append_string(out, "Action=");
    encode_uri(out, text_of(op->name), "");
    buffer_append_string(out, "&Version=");
    encode_uri(out, text_of(op->service->api_version), "");
    if (input != NULL)
        write_structure(&f, aws_shape_of(op->service, &op->input), input);
    buffer_release(&f.name);
}
