#include "tests/fakecloud/wire.h"

#include "core/base/encode.h"
#include "core/decode/json.h"
#include "tests/fakecloud/wire_parts.h"

#include <json-c/json.h>
#include <string.h>

/* Where the root of an answer of S3 has another name than that of a payload (S3 API reference). */
static const struct {
    const char *operation, *root;
} s3_roots[] = {
    { "GetBucketAcl", "AccessControlPolicy" },
    { "GetBucketLifecycleConfiguration", "LifecycleConfiguration" },
    { "GetBucketLocation", "LocationConstraint" },
    { "GetBucketLogging", "BucketLoggingStatus" },
    { "GetBucketTagging", "Tagging" },
    { "GetBucketVersioning", "VersioningConfiguration" },
    { "ListBuckets", "ListAllMyBucketsResult" },
};

static bool is_own(const char *name)
{
    return name[0] == '_';
}

bool wire_members(struct writer *w, const struct aws_shape *shape, struct json_object *o,
                  bool (*each)(struct writer *w, const struct aws_member *m,
                               struct json_object *value))
{
    int written = 0, own = 0;
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &w->s->members[shape->first + i];
        struct json_object *value = json_get(o, aws_text(w->s, m->name));
        if (value == NULL)
            continue;
        written++;
        if (m->location == AWS_BODY && !each(w, m, value))
            return false;
    }
    if (written == json_object_object_length(o))
        return true;
    json_object_object_foreach(o, name, value)
        own += is_own(name) || value == NULL;
    return written + own == json_object_object_length(o) ||
           fault_set(w->fault, FAULT_INTERNAL, "%s has members that the model does not know: %s",
                     aws_text(w->s, shape->name), json_object_to_json_string(o));
}

void wire_time(const struct aws_member *m, struct json_object *value, enum aws_time_format usual,
               char out[AWS_TIME_MAX])
{
    int64_t us = 0;
    bool ok = aws_time_read_json(value, &us);
    aws_time_write(us, m->time_format == AWS_TIME_DEFAULT ? usual : m->time_format, out);
    if (!ok)
        (void)snprintf(out, AWS_TIME_MAX, "%s", json_object_get_string(value));
}

static void set_header(struct http_response *out, const char *name, const char *value)
{
    struct error err = ERROR_INIT;
    (void)http_headers_set(&out->headers, name, text_of(value), &err);
}

static void set_headers(const struct writer *w, const struct aws_shape *shape,
                        struct json_object *output, struct http_response *out)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct aws_member *m = &w->s->members[shape->first + i];
        struct json_object *value = json_get(output, aws_text(w->s, m->name));
        if (m->location == AWS_HEADER && value != NULL)
            set_header(out, aws_text(w->s, m->wire), json_object_get_string(value));
    }
}

static const char *root_of(const struct aws_operation *op)
{
    for (size_t i = 0; i < sizeof s3_roots / sizeof *s3_roots; i++)
        if (strcmp(s3_roots[i].operation, op->name) == 0)
            return s3_roots[i].root;
    return op->name;
}

static const struct aws_member *root_text(const struct writer *w, const struct aws_shape *shape)
{
    for (size_t i = 0; i < shape->count; i++)
        if (w->s->members[shape->first + i].flags & AWS_ROOT_TEXT)
            return &w->s->members[shape->first + i];
    return NULL;
}

static const struct aws_member *payload_of(const struct aws_operation *op)
{
    const struct aws_shape *shape = aws_shape_of(op->service, &op->output);
    return !op->has_output || shape->payload == AWS_NO_MEMBER
               ? NULL
               : &op->service->members[shape->first + shape->payload];
}

/* A file: the body is its bytes. */
static bool is_bytes(const struct aws_operation *op)
{
    const struct aws_member *m = payload_of(op);
    return m != NULL && aws_shape_of(op->service, m)->type == AWS_BLOB;
}

static bool write_bytes(struct writer *w, const struct aws_operation *op, struct json_object *output)
{
    const char *text = json_string(output, aws_text(w->s, payload_of(op)->name));
    return text != NULL && encode_base64_decode(w->out, text_of(text));
}

static bool write_rest_xml(struct writer *w, const struct aws_operation *op,
                           struct json_object *output)
{
    const struct aws_shape *shape = aws_shape_of(w->s, &op->output);
    const struct aws_member *m = root_text(w, shape);
    bool ok = true;
    if (m == NULL && shape->payload != AWS_NO_MEMBER)
        m = &w->s->members[shape->first + shape->payload];
    struct json_object *value = m == NULL ? NULL : json_get(output, aws_text(w->s, m->name));
    const char *root =
        m == NULL || (m->flags & AWS_ROOT_TEXT) ? root_of(op) : aws_text(w->s, m->wire);
    if (m != NULL && aws_shape_of(w->s, m)->type == AWS_STRING && !(m->flags & AWS_ROOT_TEXT)) {
        buffer_append_string(w->out, value == NULL ? "" : json_object_get_string(value));
        return true;
    }
    buffer_append_format(
        w->out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"http://%s.amazonaws.com/doc/%s/\">",
        root, w->s->endpoint_prefix, w->s->api_version);
    if (m == NULL)
        ok = wire_xml_value(w, &op->output, output);
    else if (value != NULL)
        ok = wire_xml_value(w, m, value);
    buffer_append_format(w->out, "</%s>", root);
    return ok;
}

static bool write_rest_json(struct writer *w, const struct aws_operation *op,
                            struct json_object *output)
{
    const struct aws_shape *shape = aws_shape_of(w->s, &op->output);
    if (shape->payload == AWS_NO_MEMBER)
        return wire_json_value(w, &op->output, output);
    const struct aws_member *m = &w->s->members[shape->first + shape->payload];
    struct json_object *value = json_get(output, aws_text(w->s, m->name));
    if (aws_shape_of(w->s, m)->type == AWS_STRUCTURE)
        return wire_json_value(w, m, value);
    buffer_append_string(w->out, value == NULL ? "" : json_object_get_string(value));
    return true;
}

static bool write_form(struct writer *w, const struct aws_operation *op, struct json_object *output,
                       const char *request_id)
{
    bool ec2 = w->s->protocol == AWS_EC2, ok = true;
    buffer_append_format(w->out,
                         ec2 ? "<%sResponse xmlns=\"http://%s.amazonaws.com/doc/%s/\">"
                             : "<%sResponse xmlns=\"https://%s.amazonaws.com/doc/%s/\">",
                         op->name, w->s->endpoint_prefix, w->s->api_version);
    if (ec2)
        buffer_append_format(w->out, "<requestId>%s</requestId>", request_id);
    else if (op->result_wrapper != NULL)
        buffer_append_format(w->out, "<%s>", op->result_wrapper);
    if (op->has_output)
        ok = wire_xml_value(w, &op->output, output);
    if (!ec2 && op->result_wrapper != NULL)
        buffer_append_format(w->out, "</%s>", op->result_wrapper);
    if (!ec2)
        buffer_append_format(
            w->out, "<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata>", request_id);
    buffer_append_format(w->out, "</%sResponse>", op->name);
    return ok;
}

bool wire_answer(const struct aws_operation *op, struct json_object *output, const char *request_id,
                 struct http_response *out, struct fault *fault)
{
    struct writer w = { op->service, &out->body, fault };
    bool ok = true;
    switch (op->service->protocol) {
    case AWS_JSON:
        ok = op->has_output ? wire_json_value(&w, &op->output, output) : true;
        break;
    case AWS_REST_JSON:
        ok = op->has_output ? write_rest_json(&w, op, output) : true;
        break;
    case AWS_REST_XML:
        ok = is_bytes(op)     ? write_bytes(&w, op, output)
             : op->has_output ? write_rest_xml(&w, op, output) : true;
        break;
    default:
        ok = write_form(&w, op, output, request_id);
    }
    if (op->has_output)
        set_headers(&w, aws_shape_of(w.s, &op->output), output, out);
    set_header(out, "Content-Type",
               is_bytes(op)                     ? "binary/octet-stream"
               : w.s->protocol == AWS_JSON      ? "application/x-amz-json-1.1"
               : w.s->protocol == AWS_REST_JSON ? "application/json"
                                                : "text/xml;charset=UTF-8");
    out->status = 200;
    return ok &&
           (buffer_ok(&out->body) ||
            fault_set(fault, FAULT_INTERNAL, "an answer of more than %d bytes", WIRE_ANSWER_MAX));
}
