#include "providers/aws/models/load.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/models/load_shapes.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const struct load_word protocol_words[] = {
    { "ec2", AWS_EC2 },           { "query", AWS_QUERY },
    { "json", AWS_JSON },         { "rest-json", AWS_REST_JSON },
    { "rest-xml", AWS_REST_XML }, { NULL, 0 },
};
static bool read_tokens(struct json_object *list, const char *out[AWS_TOKENS_MAX],
                        size_t *out_count, struct error *err)
{
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (count == 0 || count > AWS_TOKENS_MAX)
        return error_set(err, ERROR_DATA, "pages need 1 to %d tokens", AWS_TOKENS_MAX);
    for (size_t i = 0; i < count; i++) {
        out[i] = json_object_get_string(json_object_array_get_idx(list, i));
        if (out[i] == NULL)
            return error_set(err, ERROR_DATA, "a page token is no string");
    }
    *out_count = count;
    return true;
}

static bool read_pages(struct json_object *json, struct aws_pages *out, struct error *err)
{
    size_t outputs = 0;
    if (json == NULL)
        return true;
    if (!read_tokens(json_get(json, "input"), out->input_tokens, &out->count, err) ||
        !read_tokens(json_get(json, "output"), out->output_tokens, &outputs, err))
        return false;
    if (out->count != outputs)
        return error_set(err, ERROR_DATA, "pages give %zu tokens and take %zu", outputs,
                         out->count);
    out->more = json_string(json, "more");
    out->limit_key = json_string(json, "limit");
    return true;
}

static void read_errors(struct json_object *json, struct aws_operation *out)
{
    size_t count = json_object_is_type(json, json_type_array) ? json_object_array_length(json) : 0;
    struct aws_known_error *errors = memory_new(count, sizeof *errors);
    for (size_t i = 0; i < count; i++) {
        struct json_object *e = json_object_array_get_idx(json, i);
        if (json_string(e, "code") == NULL)
            continue;
        errors[out->error_count++] = (struct aws_known_error){
            json_string(e, "code"),
            json_boolean(e, "retryable", false),
            json_boolean(e, "throttling", false),
        };
    }
    out->errors = errors;
}

/* Query answers hold the output in <OperationResult>, whether the model says so or not. */
static const char *result_wrapper(struct aws_model *m, const char *name, struct json_object *output)
{
    if (m->service.protocol != AWS_QUERY || output == NULL)
        return NULL;
    if (json_string(output, "resultWrapper") == NULL) {
        char *made = memory_format("%sResult", name);
        json_object_object_add(output, "resultWrapper", json_object_new_string(made));
        free(made);
    }
    return json_string(output, "resultWrapper");
}

static bool read_side(struct aws_model *m, struct json_object *reference, struct aws_member *out,
                      bool *out_has, struct error *err)
{
    if (reference == NULL)
        return true;
    const char *shape = load_shapes_string(reference, "shape", "");
    if (!load_shapes_reference(m, reference, shape, out, err))
        return false;
    if (m->shapes[out->shape].type != AWS_STRUCTURE)
        return error_set(err, ERROR_DATA, "%s is no structure", shape);
    *out_has = true;
    return true;
}

static bool read_operation(struct aws_model *m, const char *name, struct json_object *json,
                           struct aws_operation *out, struct error *err)
{
    struct json_object *http = json_get(json, "http"), *output = json_get(json, "output");
    *out = (struct aws_operation){
        .service = &m->service,
        .name = name,
        .method = load_shapes_string(http, "method", "POST"),
        .uri = load_shapes_string(http, "requestUri", "/"),
        .host_prefix = json_string(json_get(json, "endpoint"), "hostPrefix"),
        .result_wrapper = result_wrapper(m, name, output),
        .is_unsigned = json_boolean(json, "unsigned", false),
    };
    read_errors(json_get(json, "errors"), out);
    return read_side(m, json_get(json, "input"), &out->input, &out->has_input, err) &&
           read_side(m, output, &out->output, &out->has_output, err) &&
           read_pages(json_get(json, "pages"), &out->pages, err);
}

static int by_name(const void *a, const void *b)
{
    const struct aws_operation *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static bool read_operations(struct aws_model *m, struct error *err)
{
    struct json_object *json = json_get(m->json, "operations");
    size_t count = json == NULL ? 0 : (size_t)json_object_object_length(json);
    m->operations = memory_new(count, sizeof *m->operations);
    if (count == 0)
        return true;
    json_object_object_foreach(json, name, operation)
    {
        if (!read_operation(m, name, operation, &m->operations[m->service.operation_count++], err))
            return error_prefix(err, "operation %s", name);
    }
    qsort(m->operations, count, sizeof *m->operations, by_name);
    return true;
}

static bool read_metadata(struct aws_model *m, struct error *err)
{
    struct json_object *json = json_get(m->json, "metadata");
    int protocol = 0;
    if (!load_shapes_word(protocol_words, json_string(json, "protocol"), &protocol))
        return error_set(err, ERROR_DATA, "unknown protocol '%s'",
                         load_shapes_string(json, "protocol", ""));
    m->service = (struct aws_service){
        .name = load_shapes_string(json, "name", ""),
        .id = load_shapes_string(json, "serviceId", ""),
        .protocol = (enum aws_protocol)protocol,
        .api_version = load_shapes_string(json, "apiVersion", ""),
        .target_prefix = load_shapes_string(json, "targetPrefix", ""),
        .json_version = load_shapes_string(json, "jsonVersion", ""),
        .signing_name = load_shapes_string(json, "signingName", ""),
        .endpoint_prefix = load_shapes_string(json, "endpointPrefix", ""),
        .query_compatible = json_boolean(json, "queryCompatible", false),
        .bucket_in_host = json_boolean(json, "bucketInHost", false),
    };
    return true;
}

struct aws_model *aws_load(struct json_object *json, struct error *err)
{
    struct aws_model *m = memory_new(1, sizeof *m);
    m->json = json_object_get(json);
    m->json_shapes = json_get(json, "shapes");
    m->string_offsets = map_new(NULL);
    m->shape_numbers = map_new(NULL);
    buffer_init(&m->strings, LOAD_STRINGS_MAX);
    buffer_append_char(&m->strings, '\0'); /* offset 0 is the empty text */
    if (!read_metadata(m, err) || !load_shapes_all(m, err) || !read_operations(m, err)) {
        aws_load_free(m);
        return NULL;
    }
    if (!buffer_ok(&m->strings)) {
        aws_load_free(m);
        error_set(err, ERROR_LIMIT, "more than %d bytes of names", LOAD_STRINGS_MAX);
        return NULL;
    }
    m->service.strings = buffer_string(&m->strings);
    m->service.shapes = m->shapes;
    m->service.members = m->members;
    m->service.operations = m->operations;
    return m;
}

void aws_load_free(struct aws_model *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->service.operation_count; i++)
        free((void *)(uintptr_t)m->operations[i].errors);
    free(m->operations);
    free(m->members);
    free(m->shapes);
    buffer_release(&m->strings);
    map_free(m->string_offsets);
    map_free(m->shape_numbers);
    json_object_put(m->json);
    free(m);
}

const struct aws_service *aws_load_service(const struct aws_model *m)
{
    return &m->service;
}

size_t aws_load_strings_len(const struct aws_model *m)
{
    return m->strings.len;
}
