/* Requests as the published cases want them, for the six wire shapes. */
#include "core/decode/xml.h"
#include "core/http/http.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode.h"
#include "tests/unit/providers/aws/protocol/vectors.h"

/* The cases give blobs as plain text; our input has base64. */
static void encode_blobs(const struct aws_service *s, const struct aws_member *m,
                         struct json_object **value)
{
    const struct aws_shape *shape = aws_shape_of(s, m);
    if (shape->type == AWS_BLOB) {
        struct buffer b;
        buffer_init(&b, 4096);
        encode_base64(&b, json_object_get_string(*value),
                      (size_t)json_object_get_string_len(*value));
        *value = json_object_new_string(buffer_string(&b));
        buffer_release(&b);
        return;
    }
    if (shape->type == AWS_LIST) {
        for (size_t i = 0; i < json_object_array_length(*value); i++) {
            struct json_object *old = json_object_array_get_idx(*value, i), *item = old;
            if (item != NULL)
                encode_blobs(s, aws_shape_element(s, shape), &item);
            if (item != old)
                json_object_array_put_idx(*value, i, item);
        }
    } else if (shape->type == AWS_STRUCTURE || shape->type == AWS_MAP) {
        json_object_object_foreach(*value, key, old)
        {
            struct json_object *item = old;
            const struct aws_member *of = shape->type == AWS_MAP ? aws_shape_value(s, shape)
                                                                 : aws_shape_member(s, shape, key);
            if (item != NULL && of != NULL)
                encode_blobs(s, of, &item);
            if (item != old)
                json_object_object_add(*value, key, item);
        }
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "a=1&b=2" with names and values decoded and in order of text, one a line. */
static char *sorted_pairs(struct text form)
{
    char *pairs[512];
    size_t count = 0;
    struct buffer out;
    buffer_init(&out, 1024 * 1024);
    while (form.data != NULL && form.len > 0 && count < 512) {
        struct buffer decoded;
        struct text pair = text_cut(&form, '&');
        buffer_init(&decoded, 65536);
        for (size_t i = 0; i < pair.len; i++) /* the cases write spaces as '+' in forms */
            buffer_append_char(&decoded, pair.data[i] == '+' ? ' ' : pair.data[i]);
        char *plain = buffer_detach(&decoded);
        encode_uri_decode(&decoded, text_of(plain));
        if (text_find(pair, '=') == pair.len)
            buffer_append_char(&decoded, '=');
        free(plain);
        pairs[count++] = buffer_detach(&decoded);
    }
    qsort(pairs, count, sizeof pairs[0], by_text);
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(&out, "%s\n", pairs[i]);
        free(pairs[i]);
    }
    return buffer_detach(&out);
}

static bool same_pairs(struct text a, struct text b)
{
    char *x = sorted_pairs(a), *y = sorted_pairs(b);
    bool same = strcmp(x, y) == 0;
    if (!same)
        printf("got\n%swanted\n%s", x, y);
    free(x);
    free(y);
    return same;
}

/* An XML document as lines: elements with attributes in order of name, text trimmed. */
struct outline {
    struct buffer out, text;
};

static void flush_text(struct outline *o)
{
    struct text t = text_trim(buffer_text(&o->text));
    if (t.len > 0)
        buffer_append_format(&o->out, "'%.*s'\n", (int)t.len, t.data);
    buffer_clear(&o->text);
}

static bool outline_start(void *ctx, const char *name, const struct xml_attribute *attributes,
                          size_t count, struct error *err)
{
    struct outline *o = ctx;
    char *lines[8];
    (void)err;
    flush_text(o);
    buffer_append_format(&o->out, "<%s>\n", name);
    assert_true(count <= 8);
    for (size_t i = 0; i < count; i++)
        lines[i] = memory_format(" %s=%s\n", attributes[i].name, attributes[i].value);
    qsort(lines, count, sizeof lines[0], by_text);
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(&o->out, lines[i]);
        free(lines[i]);
    }
    return true;
}

static bool outline_text(void *ctx, struct text t, struct error *err)
{
    (void)err;
    buffer_append_text(&((struct outline *)ctx)->text, t);
    return true;
}

static bool outline_end(void *ctx, const char *name, struct error *err)
{
    struct outline *o = ctx;
    (void)err;
    flush_text(o);
    buffer_append_format(&o->out, "</%s>\n", name);
    return true;
}

static char *outline_of(struct text xml)
{
    static const struct xml_handler handler = { outline_start, outline_text, outline_end };
    struct outline o;
    struct error err = ERROR_INIT;
    buffer_init(&o.out, 1024 * 1024);
    buffer_init(&o.text, 1024 * 1024);
    struct xml_reader *r = xml_reader_new(&handler, &o);
    if (!xml_reader_write(r, xml.data, xml.len, &err) || !xml_reader_finish(r, &err))
        buffer_append_format(&o.out, "not XML: %s\n", err.message);
    xml_reader_free(r);
    buffer_release(&o.text);
    return buffer_detach(&o.out);
}

static bool same_xml(struct text a, struct text b)
{
    char *x = outline_of(a), *y = outline_of(b);
    bool same = strcmp(x, y) == 0;
    if (!same)
        printf("got\n%swanted\n%s", x, y);
    free(x);
    free(y);
    return same;
}

static bool same_json(struct text a, struct text b)
{
    struct json_object *x = NULL, *y = NULL;
    struct error err = ERROR_INIT;
    bool same = json_parse(a, &x, &err) && json_parse(b, &y, &err) && json_equal(x, y);
    if (!same)
        printf("got\n%.*s\nwanted\n%.*s\n%s\n", (int)a.len, a.data, (int)b.len, b.data,
               err.message);
    json_object_put(x);
    json_object_put(y);
    return same;
}

static bool same_body(const struct vector_case *c, struct text body, struct text wanted)
{
    if (body.len == wanted.len &&
        memcmp(body.data == NULL ? "" : body.data, wanted.data, body.len) == 0)
        return true;
    if (c->op->service->protocol == AWS_EC2 || c->op->service->protocol == AWS_QUERY)
        return same_pairs(body, wanted);
    wanted = text_trim(wanted);
    if (wanted.len > 0 && wanted.data[0] == '<')
        return same_xml(body, wanted);
    return same_json(body, wanted);
}

static bool same_headers(const struct http_request *r, struct json_object *serialized)
{
    bool same = true;
    struct json_object *headers = json_get(serialized, "headers");
    if (headers != NULL) {
        json_object_object_foreach(headers, name, value)
        {
            const char *got = http_headers_get(&r->headers, name),
                       *wanted = json_object_get_string(value);
            /* A charset is no other type. */
            bool typed = got != NULL && strcasecmp(name, "content-type") == 0 &&
                         text_starts_with(text_of(got), wanted);
            if (got == NULL || (strcmp(got, wanted) != 0 && !typed)) {
                printf("header %s: got %s, wanted %s\n", name, got == NULL ? "none" : got, wanted);
                same = false;
            }
        }
    }
    struct json_object *forbidden = json_get(serialized, "forbidHeaders");
    for (size_t i = 0; forbidden != NULL && i < json_object_array_length(forbidden); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(forbidden, i));
        if (http_headers_get(&r->headers, name) != NULL) {
            printf("header %s is forbidden\n", name);
            same = false;
        }
    }
    return same;
}

static struct aws_endpoint endpoint_of(const char *url)
{
    struct aws_endpoint e = { .scheme = "https", .path_style = true };
    struct http_request r;
    struct error err = ERROR_INIT;
    http_request_init(&r);
    assert_true(http_request_set_url(&r, text_of(url), &err));
    snprintf(e.host, sizeof e.host, "%s", r.host);
    snprintf(e.path, sizeof e.path, "%s", strcmp(r.path, "/") == 0 ? "" : r.path);
    http_request_release(&r);
    return e;
}

static bool compare(const struct vector_case *c, const struct http_request *r)
{
    struct json_object *wanted = json_get(c->json, "serialized");
    struct text query = text_of(json_string(wanted, "uri"));
    struct text path = text_cut(&query, '?');
    const char *host = json_string(wanted, "host"), *body = json_string(wanted, "body");
    bool same = same_headers(r, wanted);
    if (strcmp(r->method, json_string(wanted, "method")) != 0 ||
        !text_equal_string(path, r->path)) {
        printf("got %s %s, wanted %.*s\n", r->method, r->path, (int)path.len, path.data);
        same = false;
    }
    if (host != NULL && strncmp(r->host, host, strcspn(host, "/")) != 0) {
        printf("got host %s, wanted %s\n", r->host, host);
        same = false;
    }
    same = same_pairs(text_of(r->query), query) && same;
    return (body == NULL || same_body(c, buffer_text(&r->body), text_of(body))) && same;
}

static bool run_case(const struct vector_case *c)
{
    struct http_request r;
    struct error err = ERROR_INIT;
    struct json_object *input = NULL;
    const char *url = json_string(c->suite, "clientEndpoint");
    struct aws_endpoint endpoint = endpoint_of(url == NULL ? "https://example.com" : url);
    if (json_get(c->json, "params") != NULL)
        json_object_deep_copy(json_get(c->json, "params"), &input, NULL);
    if (input != NULL && c->op->has_input)
        encode_blobs(c->op->service, &c->op->input, &input);
    http_request_init(&r);
    bool ok = aws_encode(c->op, input, &endpoint, &r, &err);
    if (!ok)
        printf("%s\n", err.message);
    ok = ok && compare(c, &r);
    http_request_release(&r);
    json_object_put(input);
    return ok;
}

static void requests_are_those_of_the_published_cases(void **state)
{
    size_t failed = 0, ran = 0;
    (void)state;
    for (size_t i = 0; i < sizeof vector_protocols / sizeof vector_protocols[0]; i++)
        failed += vector_run("input", vector_protocols[i], run_case, &ran);
    printf("%zu cases\n", ran);
    assert_true(ran > 300);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_those_of_the_published_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
