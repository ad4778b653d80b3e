#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/http/http.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode_parts.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define URI_MAX (16 * 1024)

/* One request while it is written. */
struct rest {
    const struct aws_operation *op;
    const struct aws_service *s;
    const struct aws_shape *shape; /* of the input; NULL without one */
    struct json_object *input;
    struct http_request *out;
    struct buffer path, query;
};

static const struct aws_member *find_label(const struct rest *r, struct text label)
{
    for (size_t i = 0; r->shape != NULL && i < r->shape->count; i++) {
        const struct aws_member *m = &r->s->members[r->shape->first + i];
        if (m->location == AWS_URI && text_equal_string(label, aws_text(r->s, m->wire)))
            return m;
    }
    return NULL;
}

/* The value for {label} or {label+}, whose slashes stay. An empty one would make another path. */
static bool write_label(struct rest *r, struct text label, struct error *err)
{
    bool is_greedy = text_ends_with(label, "+");
    label.len -= is_greedy;
    const struct aws_member *m = find_label(r, label);
    struct json_object *value = m == NULL ? NULL : json_get(r->input, aws_text(r->s, m->name));
    struct buffer text;
    buffer_init(&text, URI_MAX);
    if (value != NULL)
        encode_scalar(r->s, m, value, AWS_TIME_ISO8601, &text);
    bool ok =
        text.len > 0 || error_set(err, ERROR_CONFIG, "input %.*s: needed for the path, and empty",
                                  (int)label.len, label.data);
    encode_uri(&r->path, buffer_text(&text), is_greedy ? "/" : "");
    if (!buffer_ok(&text))
        ok = error_set(err, ERROR_LIMIT, "input %.*s is too long", (int)label.len, label.data);
    buffer_release(&text);
    return ok;
}

static bool write_path(struct rest *r, struct text template, struct error *err)
{
    while (template.len > 0) {
        size_t open = text_find(template, '{');
        buffer_append(&r->path, template.data, open);
        template = (struct text){ template.data + open, template.len - open };
        size_t close = text_find(template, '}');
        if (close == template.len) {
            buffer_append_text(&r->path, template);
            return true;
        }
        if (!write_label(r, (struct text){ template.data + 1, close - 1 }, err))
            return false;
        template = (struct text){ template.data + close + 1, template.len - close - 1 };
    }
    return true;
}

static void write_query_pair(struct rest *r, const char *name, const struct aws_member *m,
                             struct json_object *value)
{
    struct buffer text;
    buffer_init(&text, URI_MAX);
    if (r->query.len > 0)
        buffer_append_char(&r->query, '&');
    encode_uri(&r->query, text_of(name), "");
    encode_scalar(r->s, m, value, AWS_TIME_ISO8601, &text);
    buffer_append_char(&r->query, '=');
    encode_uri(&r->query, buffer_text(&text), "");
    if (!buffer_ok(&text))
        r->query.overflowed = true;
    buffer_release(&text);
}

/* Whether another member of the input says this name; a map of free names comes second to it. */
static bool is_named_elsewhere(const struct rest *r, const char *name)
{
    for (size_t i = 0; i < r->shape->count; i++) {
        const struct aws_member *m = &r->s->members[r->shape->first + i];
        if (m->location == AWS_QUERYSTRING && aws_shape_of(r->s, m)->type != AWS_MAP &&
            strcmp(aws_text(r->s, m->wire), name) == 0 &&
            json_get(r->input, aws_text(r->s, m->name)) != NULL)
            return true;
    }
    return false;
}

static void write_query_member(struct rest *r, const char *name, const struct aws_member *m,
                               struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(r->s, m);
    if (shape->type == AWS_MAP) {
        json_object_object_foreach(value, key, item)
        {
            if (item != NULL && !is_named_elsewhere(r, key))
                write_query_member(r, key, aws_shape_value(r->s, shape), item);
        }
        return;
    }
    if (shape->type != AWS_LIST) {
        write_query_pair(r, name, m, value);
        return;
    }
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct json_object *item = json_object_array_get_idx(value, i);
        if (item != NULL)
            write_query_pair(r, name, aws_shape_element(r->s, shape), item);
    }
}

/* An element of a list in a header: quoted where a comma or a quote would split it. */
static void write_header_element(const struct rest *r, const struct aws_member *m,
                                 struct json_object *value, struct buffer *out)
{
    struct buffer text;
    buffer_init(&text, URI_MAX);
    encode_scalar(r->s, m, value, AWS_TIME_RFC822, &text);
    bool is_string = aws_shape_of(r->s, m)->type == AWS_STRING;
    if (is_string && strpbrk(buffer_string(&text), ",\"") != NULL) {
        buffer_append_char(out, '"');
        for (size_t i = 0; i < text.len; i++)
            buffer_append_format(out, "%s%c", text.data[i] == '"' ? "\\" : "", text.data[i]);
        buffer_append_char(out, '"');
    } else {
        buffer_append_text(out, buffer_text(&text));
    }
    out->overflowed = out->overflowed || !buffer_ok(&text);
    buffer_release(&text);
}

static bool write_header(struct rest *r, const char *name, const struct aws_member *m,
                         struct json_object *value, struct error *err)
{
    const struct aws_shape *shape = aws_shape_of(r->s, m);
    struct buffer text;
    buffer_init(&text, URI_MAX);
    if (shape->type == AWS_LIST) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            struct json_object *item = json_object_array_get_idx(value, i);
            if (item != NULL && text.len > 0)
                buffer_append_string(&text, ", ");
            if (item != NULL)
                write_header_element(r, aws_shape_element(r->s, shape), item, &text);
        }
    } else if (m->flags & AWS_JSON_VALUE) {
        struct json_object *json = encode_json(r->s, m, value);
        encode_base64(&text, json_object_get_string(json),
                      (size_t)json_object_get_string_len(json));
        json_object_put(json);
    } else {
        encode_scalar(r->s, m, value, AWS_TIME_RFC822, &text);
    }
    bool is_empty_list = shape->type == AWS_LIST && text.len == 0;
    bool ok = buffer_ok(&text) || error_set(err, ERROR_LIMIT, "header %s is too long", name);
    ok = ok && (is_empty_list || http_headers_add(&r->out->headers, name, buffer_text(&text), err));
    buffer_release(&text);
    return ok;
}

static bool write_header_map(struct rest *r, const struct aws_member *m, struct json_object *value,
                             struct error *err)
{
    const struct aws_shape *shape = aws_shape_of(r->s, m);
    json_object_object_foreach(value, key, item)
    {
        if (item == NULL)
            continue;
        char *name = memory_format("%s%s", aws_text(r->s, m->wire), key);
        bool ok = write_header(r, name, aws_shape_value(r->s, shape), item, err);
        free(name);
        if (!ok)
            return false;
    }
    return true;
}

/* Members that travel in the query and in headers. */
static bool write_members(struct rest *r, struct error *err)
{
    if (r->shape == NULL || r->input == NULL)
        return true;
    json_object_object_foreach(r->input, name, value)
    {
        const struct aws_member *m = aws_shape_member(r->s, r->shape, name);
        const char *wire = aws_text(r->s, m->wire);
        if (value == NULL)
            continue;
        if (m->location == AWS_QUERYSTRING)
            write_query_member(r, wire, m, value);
        else if (m->location == AWS_HEADER && !write_header(r, wire, m, value, err))
            return false;
        else if (m->location == AWS_HEADERS && !write_header_map(r, m, value, err))
            return false;
    }
    return true;
}

/* A body that is the member's own bytes: a string, or a blob out of its base64. */
static bool write_raw_payload(struct rest *r, const struct aws_member *m, struct json_object *value,
                              struct error *err)
{
    struct text t = { json_object_get_string(value), (size_t)json_object_get_string_len(value) };
    if (aws_shape_of(r->s, m)->type == AWS_STRING)
        buffer_append_text(&r->out->body, t);
    else if (!encode_base64_decode(&r->out->body, t))
        return error_set(err, ERROR_CONFIG, "input %s: expected base64", aws_text(r->s, m->name));
    return true;
}

static void write_structured(struct rest *r, const struct aws_member *m, struct json_object *value)
{
    if (r->s->protocol == AWS_REST_XML) {
        encode_xml(r->s, m, value, &r->out->body);
        return;
    }
    struct json_object *json = encode_json(r->s, m, value);
    buffer_append_string(&r->out->body,
                         json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(json);
}

static bool has_body_members(const struct rest *r, bool given)
{
    for (size_t i = 0; i < r->shape->count; i++) {
        const struct aws_member *m = &r->s->members[r->shape->first + i];
        if (m->location == AWS_BODY &&
            (!given || json_get(r->input, aws_text(r->s, m->name)) != NULL))
            return true;
    }
    return false;
}

/* The type of a body, unless a member has set it. */
static bool set_content_type(struct rest *r, const char *type, struct error *err)
{
    if (r->out->body.len == 0 || http_headers_get(&r->out->headers, "content-type") != NULL)
        return true;
    return http_headers_add(&r->out->headers, "Content-Type", text_of(type), err);
}

static bool write_body(struct rest *r, struct error *err)
{
    if (r->shape == NULL)
        return true;
    bool is_json = r->s->protocol == AWS_REST_JSON;
    const char *content_type = is_json ? "application/json" : "application/xml";
    if (r->shape->payload != AWS_NO_MEMBER) {
        const struct aws_member *m = &r->s->members[r->shape->first + r->shape->payload];
        struct json_object *value = json_get(r->input, aws_text(r->s, m->name));
        enum aws_type type = aws_shape_of(r->s, m)->type;
        bool is_raw = type == AWS_STRING || type == AWS_BLOB;
        if (value != NULL && is_raw && !write_raw_payload(r, m, value, err))
            return false;
        if (value != NULL && !is_raw)
            write_structured(r, m, value);
        else if (value == NULL && !is_raw && is_json)
            buffer_append_string(&r->out->body, "{}");
        if (is_raw)
            content_type = type == AWS_STRING ? "text/plain" : "application/octet-stream";
    } else if (has_body_members(r, true)) {
        write_structured(r, &r->op->input, r->input);
    } else if (is_json && has_body_members(r, false)) {
        buffer_append_string(&r->out->body, "{}");
    }
    return set_content_type(r, content_type, err);
}

/* Whether a bucket can be a label of a host name under AWS's certificates: no dots, no capitals. */
static bool fits_host(const char *bucket)
{
    size_t len = strlen(bucket);
    return len >= 3 && len <= 63 &&
           strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789-") == len && bucket[0] != '-' &&
           bucket[len - 1] != '-';
}

/* Moves a bucket from the front of the path into the host, where service, endpoint and name allow it. */
static void move_bucket(struct rest *r, const struct aws_endpoint *endpoint, struct text *template)
{
    const char *label = "/{Bucket}";
    const char *bucket = json_string(r->input, "Bucket");
    if (!r->s->bucket_in_host || endpoint->path_style || bucket == NULL || !fits_host(bucket) ||
        !text_starts_with(*template, label))
        return;
    char *host = memory_format("%s.%s", bucket, r->out->host);
    free(r->out->host);
    r->out->host = host;
    *template = (struct text){ template->data + strlen(label), template->len - strlen(label) };
    if (template->len == 0 || template->data[0] != '/')
        buffer_append_char(&r->path, '/');
}

bool encode_rest(const struct aws_operation *op, struct json_object *input,
                 const struct aws_endpoint *endpoint, struct http_request *out, struct error *err)
{
    struct rest r = { .op = op, .s = op->service, .input = input, .out = out };
    r.shape = op->has_input ? aws_shape_of(op->service, &op->input) : NULL;
    buffer_init(&r.path, URI_MAX);
    buffer_init(&r.query, URI_MAX);
    buffer_append_string(&r.path, endpoint->path);
    struct text query = text_of(op->uri);
    struct text template = text_cut(&query, '?');
    move_bucket(&r, endpoint, &template);
    buffer_append_text(&r.query, query);
    bool ok = write_path(&r, template, err) && write_members(&r, err) && write_body(&r, err);
    if (ok && (!buffer_ok(&r.path) || !buffer_ok(&r.query)))
        ok = error_set(err, ERROR_LIMIT, "path or query has more than %d bytes", URI_MAX);
    if (ok) {
        out->path = buffer_detach(&r.path);
        out->query = buffer_detach(&r.query);
    }
    buffer_release(&r.path);
    buffer_release(&r.query);
    return ok;
}
