/* Answers as the published cases read them, for the six wire shapes; fed whole and byte by byte. */
#include "core/http/http.h"
#include "providers/aws/protocol/decode.h"
#include "providers/aws/protocol/time.h"
#include "tests/unit/providers/aws/protocol/vectors.h"

#include <math.h>

/* The cases have times as seconds and blobs as they are; ours are text. Brings ours into their form. */
static struct json_object *as_case(const struct aws_service *s, const struct aws_member *m,
                                   struct json_object *value)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    if (value == NULL)
        return NULL;
    if (shape->type == AWS_TIMESTAMP) {
        int64_t us = 0;
        assert_true(aws_time_read_json(value, &us));
        return json_object_new_double((double)us / 1e6);
    }
    if (shape->type == AWS_BLOB) {
        struct buffer b;
        buffer_init(&b, 65536);
        assert_true(encode_base64_decode(&b, text_of(json_object_get_string(value))));
        struct json_object *plain = json_object_new_string_len(buffer_string(&b), (int)b.len);
        buffer_release(&b);
        return plain;
    }
    if (shape->type == AWS_LIST) {
        struct json_object *list = json_object_new_array();
        for (size_t i = 0; i < json_object_array_length(value); i++)
            json_object_array_add(
                list, as_case(s, aws_shape_element(s, shape), json_object_array_get_idx(value, i)));
        return list;
    }
    if (shape->type == AWS_STRUCTURE || shape->type == AWS_MAP) {
        struct json_object *object = json_object_new_object();
        json_object_object_foreach(value, key, item)
        {
            const struct aws_member *of = shape->type == AWS_MAP ? aws_shape_value(s, shape)
                                                                 : aws_shape_member(s, shape, key);
            json_object_object_add(object, key,
                                   of == NULL ? json_object_get(item) : as_case(s, of, item));
        }
        return object;
    }
    return json_object_get(value);
}

static void fill_headers(struct json_object *json, struct http_headers *out)
{
    struct error err = ERROR_INIT;
    if (json == NULL)
        return;
    json_object_object_foreach(json, name, value)
    {
        assert_true(http_headers_add(out, name, text_of(json_object_get_string(value)), &err));
    }
}

/* Decodes the case's response in pieces of `piece` bytes. */
static struct json_object *decode(const struct vector_case *c, const struct aws_operation *op,
                                  size_t piece, struct error *err)
{
    struct json_object *response = json_get(c->json, "response"), *rest = NULL;
    struct http_headers headers = { NULL, 0 };
    struct text body = text_of(json_string(response, "body"));
    fill_headers(json_get(response, "headers"), &headers);
    struct aws_decoder *d = aws_decoder_new(op, NULL, NULL, NULL, err);
    assert_non_null(d);
    bool ok = aws_decoder_begin(d, (int)json_int(response, "status_code", 0), &headers, err);
    for (size_t at = 0; ok && at < body.len; at += piece)
        ok = aws_decoder_write(d, body.data + at, body.len - at < piece ? body.len - at : piece,
                               err);
    if (ok)
        aws_decoder_finish(d, &rest, err);
    aws_decoder_free(d);
    http_headers_release(&headers);
    return rest;
}

static bool same(const char *what, struct json_object *got, struct json_object *wanted)
{
    if (got != NULL && json_equal(got, wanted))
        return true;
    printf("%s\ngot    %s\nwanted %s\n", what, json_object_to_json_string(got),
           json_object_to_json_string(wanted));
    return false;
}

static bool decodes_to(const struct vector_case *c, const struct aws_operation *op,
                       struct json_object *wanted)
{
    struct error err = ERROR_INIT, err_piece = ERROR_INIT;
    struct json_object *rest = decode(c, op, SIZE_MAX / 2, &err);
    struct json_object *by_byte = decode(c, op, 1, &err_piece);
    struct json_object *plain = rest == NULL || !op->has_output
                                    ? json_object_get(rest)
                                    : as_case(op->service, &op->output, rest);
    bool ok = same(err.message, plain, wanted) && same("byte by byte", by_byte, rest);
    json_object_put(plain);
    json_object_put(by_byte);
    json_object_put(rest);
    return ok;
}

/* The shape of the error that the answer names. */
static const char *error_shape(const struct vector_case *c)
{
    const char *code = json_string(c->json, "errorCode");
    struct json_object *shapes = json_get(c->suite, "shapes");
    json_object_object_foreach(shapes, name, shape)
    {
        const char *own = json_string(json_get(shape, "error"), "code");
        if (json_boolean(shape, "exception", false) && strcmp(own == NULL ? name : own, code) == 0)
            return name;
    }
    return NULL;
}

static bool run_error(const struct vector_case *c)
{
    const char *shape = error_shape(c);
    struct json_object *wanted = json_get(c->json, "error");
    bool ok = shape != NULL;
    if (ok && json_object_object_length(wanted) > 0) {
        struct aws_model *m = vector_model(c, shape);
        ok = decodes_to(c, &aws_load_service(m)->operations[0], wanted);
        aws_load_free(m);
    }
    return ok;
}

static bool run_case(const struct vector_case *c)
{
    if (json_get(c->json, "error") != NULL)
        return run_error(c);
    return decodes_to(c, c->op, json_get(c->json, "result"));
}

static void answers_are_those_of_the_published_cases(void **state)
{
    size_t failed = 0, ran = 0;
    (void)state;
    for (size_t i = 0; i < sizeof vector_protocols / sizeof vector_protocols[0]; i++)
        failed += vector_run("output", vector_protocols[i], run_case, &ran);
    printf("%zu cases\n", ran);
    assert_true(ran > 250);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_of_the_published_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
