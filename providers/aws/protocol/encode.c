#include "providers/aws/protocol/encode.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/http/http.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode_parts.h"
#include "providers/aws/protocol/time.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define HOST_MAX 253        /* DNS */
#define NAME_MAX_BYTES 1024 /* of an operation with its service's prefix: names of our own models */

void encode_scalar(const struct aws_service *s, const struct aws_member *m,
                   struct json_object *value, enum aws_time_format times, struct buffer *out)
{
    int64_t us = 0;
    char text[AWS_TIME_MAX];
    switch (aws_shape_of(s, m)->type) {
    case AWS_STRUCTURE:
    case AWS_LIST:
    case AWS_MAP:
        return;
    case AWS_TIMESTAMP:
        aws_time_read_json(value, &us);
        aws_time_write(us, m->time_format == AWS_TIME_DEFAULT ? times : m->time_format, text);
        buffer_append_string(out, text);
        return;
    case AWS_STRING:
    case AWS_BLOB:
        buffer_append(out, json_object_get_string(value),
                      (size_t)json_object_get_string_len(value));
        return;
    default:
        buffer_append_string(out, json_object_get_string(value));
    }
}

/* Appends the value of a host label; dots would be labels of their own, and botocore takes them. */
static bool write_host_label(const struct aws_operation *op, struct json_object *input,
                             struct text label, struct buffer *out, struct error *err)
{
    char *name = text_copy(label);
    const struct aws_member *m =
        op->has_input ? aws_shape_member(op->service, aws_shape_of(op->service, &op->input), name)
                      : NULL;
    const char *value = m == NULL ? NULL : json_string(input, name);
    bool ok =
        value != NULL && value[0] != '\0' &&
        value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
            '\0';
    if (ok)
        buffer_append_string(out, value);
    else
        error_set(err, ERROR_CONFIG,
                  "input %s: needed for the host name: letters, digits, '-' and '.'", name);
    free(name);
    return ok;
}

/* "{AccountId}." and the endpoint's host. The values are checked even where no prefix goes. */
static bool make_host(const struct aws_operation *op, struct json_object *input,
                      const struct aws_endpoint *endpoint, char **out_host, struct error *err)
{
    struct buffer host;
    buffer_init(&host, HOST_MAX);
    struct text rest = text_of(op->host_prefix);
    bool ok = true;
    while (ok && rest.len > 0) {
        size_t open = text_find(rest, '{'), close = text_find(rest, '}');
        buffer_append(&host, rest.data, open);
        if (open < rest.len && close > open)
            ok = write_host_label(
                op, input, (struct text){ rest.data + open + 1, close - open - 1 }, &host, err);
        size_t used = close < rest.len ? close + 1 : rest.len;
        rest = (struct text){ rest.data + used, rest.len - used };
    }
    if (endpoint->fixed_host)
        buffer_clear(&host);
    buffer_append_string(&host, endpoint->host);
    if (ok && !buffer_ok(&host))
        ok = error_set(err, ERROR_LIMIT, "a host name of more than %d bytes", HOST_MAX);
    if (ok)
        *out_host = buffer_detach(&host);
    buffer_release(&host);
    return ok;
}

static bool encode_rpc_form(const struct aws_operation *op, struct json_object *input,
                            struct http_request *out, struct error *err)
{
    encode_form(op, input, &out->body);
    return http_headers_add(&out->headers, "Content-Type",
                            TEXT_LITERAL("application/x-www-form-urlencoded; charset=utf-8"), err);
}

static bool encode_rpc_json(const struct aws_operation *op, struct json_object *input,
                            struct http_request *out, struct error *err)
{
    const struct aws_service *s = op->service;
    struct json_object *body = op->has_input && input != NULL ? encode_json(s, &op->input, input)
                                                              : json_object_new_object();
    buffer_append_string(&out->body,
                         json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN |
                                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(body);
    struct buffer target, type;
    buffer_init(&target, NAME_MAX_BYTES);
    buffer_init(&type, NAME_MAX_BYTES);
    buffer_append_joined(&target, (const char *const[]){ s->target_prefix, op->name }, 2, '.');
    buffer_append_string(&type, "application/x-amz-json-");
    buffer_append_string(&type, s->json_version);
    bool ok = http_headers_add(&out->headers, "X-Amz-Target", buffer_text(&target), err) &&
              http_headers_add(&out->headers, "Content-Type", buffer_text(&type), err) &&
              (!s->query_compatible ||
               http_headers_add(&out->headers, "x-amzn-query-mode", TEXT_LITERAL("true"), err));
    buffer_release(&target);
    buffer_release(&type);
    return ok;
}

static bool encode_request(const struct aws_operation *op, struct json_object *input,
                           const struct aws_endpoint *endpoint, struct http_request *out,
                           struct error *err)
{
    out->method = memory_string(op->method);
    out->scheme = memory_string(endpoint->scheme);
    out->port = endpoint->port;
    if (!make_host(op, input, endpoint, &out->host, err))
        return false;
    if (op->service->protocol == AWS_REST_JSON || op->service->protocol == AWS_REST_XML)
        return encode_rest(op, input, endpoint, out, err);
    out->path = endpoint->path[0] == '\0' ? memory_string("/") : memory_format("%s/", endpoint->path);
    return op->service->protocol == AWS_JSON ? encode_rpc_json(op, input, out, err)
                                             : encode_rpc_form(op, input, out, err);
}

/* What the caller has set and the encoder has no say in. */
static void keep_settings(struct http_request *made, struct http_request *out)
{
    made->limit = out->limit;
    made->connect_timeout_ms = out->connect_timeout_ms;
    made->timeout_ms = out->timeout_ms;
    made->max_response_bytes = out->max_response_bytes;
    made->max_attempts = out->max_attempts;
    made->direct = out->direct;
    out->limit.key = NULL;
}

bool aws_encode(const struct aws_operation *op, struct json_object *input,
                const struct aws_endpoint *endpoint, struct http_request *out, struct error *err)
{
    struct http_request made;
    struct json_object *given =
        input == NULL ? json_object_new_object() : json_object_get(input);
    http_request_init(&made);
    bool ok = true;
    if (op->has_input)
        ok = encode_check(op->service, &op->input, given, err);
    else if (json_object_object_length(given) > 0)
        ok = error_set(err, ERROR_CONFIG, "input: the operation takes none");
    ok = ok && encode_request(op, given, endpoint, &made, err);
    if (ok && !buffer_ok(&made.body))
        ok = error_set(err, ERROR_LIMIT, "a request body of more than %d bytes", HTTP_BODY_MAX);
    json_object_put(given);
    if (!ok) {
        http_request_release(&made);
        return error_prefix(err, "%s %s", op->service->name, op->name);
    }
    keep_settings(&made, out);
    http_request_release(out);
    *out = made;
    return true;
}
