#include "tests/fakecloud/wire.h"

#include "core/base/encode.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/aws/protocol/time.h"

#include <json-c/json.h>
#include <string.h>

enum { MICROSECONDS = 1000000 };

/* What is being written. */
struct writer {
    const struct aws_service *s;
    struct buffer *out;
    struct fault *fault;
};

static bool write_value(struct writer *w, const struct aws_member *m, struct json_object *value);

void wire_escape(struct buffer *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        switch (*c) {
        case '<':
            buffer_append_string(out, "&lt;");
            break;
        case '>':
            buffer_append_string(out, "&gt;");
            break;
        case '&':
            buffer_append_string(out, "&amp;");
            break;
        case '"':
            buffer_append_string(out, "&quot;");
            break;
        default:
            buffer_append_char(out, *c);
        }
    }
}

/* <name>value</name> */
static bool write_element(struct writer *w, const char *name, const struct aws_member *m,
                          struct json_object *value)
{
    buffer_append_format(w->out, "<%s>", name);
    bool ok = write_value(w, m, value);
    buffer_append_format(w->out, "</%s>", name);
    return ok;
}

static bool write_elements(struct writer *w, const char *name, const struct aws_member *m,
                           struct json_object *list)
{
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (!write_element(w, name, m, json_object_array_get_idx(list, i)))
            return false;
    return true;
}

/* A member of a structure: one element, or one for each element of a flattened list. */
static bool write_member(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    const char *name = aws_text(w->s, m->element);
    if (shape->type == AWS_LIST && (m->flags & AWS_FLATTENED))
        return write_elements(w, name, aws_shape_element(w->s, shape), value);
    return write_element(w, name, m, value);
}

static bool write_structure(struct writer *w, const struct aws_shape *shape, struct json_object *o)
{
    size_t written = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &w->s->members[shape->first + i];
        struct json_object *value = json_get(o, aws_text(w->s, m->name));
        if (value == NULL)
            continue;
        written++;
        if (!write_member(w, m, value))
            return false;
    }
    if (written != (size_t)json_object_object_length(o))
        return fault_set(w->fault, FAULT_INTERNAL,
                         "%s has members that the model does not know: %s",
                         aws_text(w->s, shape->name), json_object_to_json_string(o));
    return true;
}

/* The maps of what is served have no names of their own for key and value. */
static bool write_map(struct writer *w, const struct aws_shape *shape, struct json_object *o)
{
    const struct aws_member *value = aws_shape_value(w->s, shape);
    json_object_object_foreach(o, name, item) {
        buffer_append_string(w->out, "<entry><key>");
        wire_escape(w->out, name);
        buffer_append_string(w->out, "</key>");
        if (!write_element(w, "value", value, item))
            return false;
        buffer_append_string(w->out, "</entry>");
    }
    return true;
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

static bool write_value(struct writer *w, const struct aws_member *m, struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(w->s, m);
    if (shape->type == AWS_STRUCTURE)
        return write_structure(w, shape, value);
    if (shape->type == AWS_MAP)
        return write_map(w, shape, value);
    if (shape->type == AWS_LIST) {
        const struct aws_member *element = aws_shape_element(w->s, shape);
        const char *name = aws_text(w->s, element->wire);
        return write_elements(w, *name == '\0' ? "member" : name, element, value);
    }
    if (m->flags & AWS_URL_JSON)
        write_document(w, value);
    else
        wire_escape(w->out, json_object_get_string(value));
    return true;
}

/* JSON bodies are the tree itself but for times, which are seconds since 1970. */
static void write_times(const struct aws_service *s, const struct aws_member *m,
                        struct json_object *value, struct json_object **out)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    int64_t us = 0;
    if (shape->type == AWS_STRUCTURE) {
        *out = json_object_new_object();
        for (size_t i = 0; i < shape->count; i++) {
            const struct aws_member *of = &s->members[shape->first + i];
            struct json_object *is = json_get(value, aws_text(s, of->name)), *made = NULL;
            if (is == NULL)
                continue;
            write_times(s, of, is, &made);
            json_object_object_add(*out, aws_text(s, of->wire), made);
        }
    } else if (shape->type == AWS_LIST) {
        *out = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            struct json_object *made = NULL;
            write_times(s, aws_shape_element(s, shape), json_object_array_get_idx(value, i), &made);
            json_object_array_add(*out, made);
        }
    } else if (shape->type == AWS_TIMESTAMP && aws_time_read_json(value, &us)) {
        *out = json_object_new_double((double)us / MICROSECONDS);
    } else {
        *out = json_object_get(value);
    }
}

static bool is_json(const struct aws_service *s)
{
    return s != NULL && (s->protocol == AWS_JSON || s->protocol == AWS_REST_JSON);
}

const char *wire_content_type(const struct aws_service *service)
{
    return is_json(service)                                    ? "application/x-amz-json-1.1"
           : service != NULL && service->protocol == AWS_QUERY ? "text/xml"
                                                               : "application/xml";
}

static bool write_s3(struct writer *w, const struct aws_operation *op, struct json_object *output)
{
    const struct aws_shape *shape = aws_shape_of(w->s, &op->output);
    buffer_append_string(w->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if (shape->payload == AWS_NO_MEMBER) {
        buffer_append_string(
            w->out, "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        bool ok = write_structure(w, shape, output);
        buffer_append_string(w->out, "</ListAllMyBucketsResult>");
        return ok;
    }
    const struct aws_member *m = &w->s->members[shape->first + shape->payload];
    return write_element(w, aws_text(w->s, m->name), m, json_get(output, aws_text(w->s, m->name)));
}

static bool write_form(struct writer *w, const struct aws_operation *op, struct json_object *output,
                       const char *request_id)
{
    const struct aws_shape *shape = aws_shape_of(w->s, &op->output);
    bool ec2 = w->s->protocol == AWS_EC2;
    buffer_append_format(w->out,
                         ec2 ? "<%sResponse xmlns=\"http://%s.amazonaws.com/doc/%s/\">"
                             : "<%sResponse xmlns=\"https://%s.amazonaws.com/doc/%s/\">",
                         op->name, w->s->endpoint_prefix, w->s->api_version);
    if (ec2)
        buffer_append_format(w->out, "<requestId>%s</requestId>", request_id);
    else
        buffer_append_format(w->out, "<%s>", op->result_wrapper);
    bool ok = write_structure(w, shape, output);
    if (!ec2)
        buffer_append_format(w->out,
                             "</%s><ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata>",
                             op->result_wrapper, request_id);
    buffer_append_format(w->out, "</%sResponse>", op->name);
    return ok;
}

bool wire_answer(const struct aws_operation *op, struct json_object *output, const char *request_id,
                 struct buffer *out, struct fault *fault)
{
    struct writer w = { op->service, out, fault };
    struct json_object *made = NULL;
    bool ok = true;
    if (is_json(op->service)) {
        write_times(op->service, &op->output, output, &made);
        json_write_plain(made, out);
        json_object_put(made);
    } else if (op->service->protocol == AWS_REST_XML) {
        ok = write_s3(&w, op, output);
    } else {
        ok = write_form(&w, op, output, request_id);
    }
    return ok && (buffer_ok(out) || fault_set(fault, FAULT_INTERNAL,
                                              "an answer of more than %d bytes", WIRE_ANSWER_MAX));
}
