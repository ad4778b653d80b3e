/* What arrives becomes a response, within the caps. */
#include "core/base/memory.h"
#include "core/http/receive.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

struct fixture {
    struct http_exchange x;
    struct receive r;
    struct http_sink sink;
    int begun;
    char begun_type[32];
    size_t written;
    bool refuse_begin;
    size_t refuse_after;
};

static bool sink_begin(void *ctx, int status, const struct http_headers *headers, struct error *err)
{
    struct fixture *f = ctx;
    const char *type = http_headers_get(headers, "content-type");
    assert_in_range(status, 200, 299);
    f->begun++;
    f->written = 0;
    (void)snprintf(f->begun_type, sizeof f->begun_type, "%s", type == NULL ? "" : type);
    return !f->refuse_begin || error_set(err, ERROR_DATA, "not a type we read");
}

static bool sink_write(void *ctx, const char *data, size_t len, struct error *err)
{
    struct fixture *f = ctx;
    assert_non_null(data);
    f->written += len;
    if (f->refuse_after != 0 && f->written > f->refuse_after)
        return error_set(err, ERROR_DATA, "line 3: not JSON");
    return true;
}

static void setup(struct fixture *f, size_t max, bool with_sink)
{
    *f = (struct fixture){ .x = { .max_response_bytes = max } };
    f->sink = (struct http_sink){ sink_begin, sink_write, f };
    f->x.sink = with_sink ? &f->sink : NULL;
    http_response_init(&f->x.response);
    receive_init(&f->r, &f->x);
}

static void teardown(struct fixture *f)
{
    http_response_release(&f->x.response);
}

/* Feeds a head, its lines separated by '|'. */
static bool head(struct fixture *f, const char *lines)
{
    struct text rest = text_of(lines);
    bool ok = true;
    while (ok && rest.data != NULL)
        ok = receive_head_line(&f->r, text_cut(&rest, '|'));
    return ok;
}

static void a_head_and_a_body_make_a_response(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 100, false);
    assert_true(head(&f, "HTTP/1.1 200 OK\r\n|Content-Type:  a/b \r\n|X-Empty:\r\n|\r\n"));
    assert_true(receive_body(&f.r, TEXT_LITERAL("one ")));
    assert_true(receive_body(&f.r, TEXT_LITERAL("two")));
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.status, 200);
    assert_string_equal(http_headers_get(&f.x.response.headers, "content-type"), "a/b");
    assert_string_equal(http_headers_get(&f.x.response.headers, "x-empty"), "");
    assert_string_equal(buffer_string(&f.x.response.body), "one two");
    assert_int_equal(f.x.bytes_received, 7);
    teardown(&f);
}

static void interim_answers_and_trailers_are_ignored(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 100, true);
    assert_true(head(&f, "HTTP/1.1 100 Continue|X-Interim: 1|\r\n"));
    assert_int_equal(f.begun, 0);
    assert_true(head(&f, "HTTP/1.1 204 No Content|Content-Type: t|\r\n"));
    assert_int_equal(f.begun, 1); /* though no body will come */
    assert_string_equal(f.begun_type, "t");
    assert_null(http_headers_get(&f.x.response.headers, "x-interim"));
    assert_true(receive_body(&f.r, TEXT_LITERAL("x")));
    assert_true(head(&f, "X-Trailer: 1|\r\n"));
    assert_null(http_headers_get(&f.x.response.headers, "x-trailer"));
    assert_int_equal(f.begun, 1);
    teardown(&f);
}

static void a_status_line_without_a_status_is_broken(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "HTTP/1.1",        "HTTP/1.1 ", "HTTP/1.1 abc",
        "HTTP/1.1 -200 x", "",          "HTTP/1.1 99999999999999999999 x",
        "HTTP/1.1 20"
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct fixture f;
        setup(&f, 100, false);
        assert_false(head(&f, lines[i]));
        assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_BROKEN);
        assert_false(receive_body(&f.r, TEXT_LITERAL("x")));
        teardown(&f);
    }
}

static void a_body_at_the_cap_passes_and_one_byte_more_does_not(void **state)
{
    (void)state;
    for (int with_sink = 0; with_sink < 2; with_sink++) {
        struct fixture f;
        setup(&f, 8, with_sink);
        assert_true(head(&f, "HTTP/1.1 200 OK|\r\n"));
        assert_true(receive_body(&f.r, TEXT_LITERAL("12345678")));
        assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
        assert_false(receive_body(&f.r, TEXT_LITERAL("9")));
        assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
        assert_false(receive_body(&f.r, TEXT_LITERAL("")));
        assert_int_equal(with_sink ? f.written : f.x.response.body.len, 8);
        teardown(&f);
    }
}

static void an_error_is_kept_beside_the_sink_and_cut_not_failed(void **state)
{
    (void)state;
    struct fixture f;
    char *large = memory_new(HTTP_ERROR_BODY_MAX + 10, 1);
    memset(large, 'e', HTTP_ERROR_BODY_MAX + 9);
    setup(&f, HTTP_RESPONSE_MAX, true);
    assert_true(head(&f, "HTTP/1.1 403 Forbidden|\r\n"));
    assert_true(receive_body(&f.r, TEXT_LITERAL("first")));
    assert_false(receive_body(&f.r, text_of(large)));
    assert_int_equal(f.r.state, RECEIVE_CUT);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.body.len, HTTP_ERROR_BODY_MAX);
    assert_true(buffer_ok(&f.x.response.body));
    assert_int_equal(f.begun, 0);
    free(large);
    teardown(&f);
}

static void a_sink_may_refuse_at_its_beginning_or_later(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 100, true);
    f.refuse_begin = true;
    assert_false(head(&f, "HTTP/1.1 200 OK|\r\n"));
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_SINK);
    assert_string_equal(f.x.response.message, "not a type we read");
    teardown(&f);
    setup(&f, 100, true);
    f.refuse_after = 3;
    assert_true(head(&f, "HTTP/1.1 200 OK|\r\n"));
    assert_true(receive_body(&f.r, TEXT_LITERAL("abc")));
    assert_false(receive_body(&f.r, TEXT_LITERAL("d")));
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_SINK);
    assert_string_equal(f.x.response.message, "line 3: not JSON");
    assert_false(receive_body(&f.r, TEXT_LITERAL("e")));
    assert_int_equal(f.written, 4);
    teardown(&f);
}

static void an_encoding_that_was_not_asked_for_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *encoding;
        bool ok;
    } cases[] = { { "gzip", true },        { "GZIP", true },     { "x-gzip", true },
                  { "identity", true },    { "", true },         { "br", false },
                  { "gzip, gzip", false }, { "deflate", false }, { "zstd", false },
                  { "aws-chunked", false } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        char line[64];
        setup(&f, 100, true);
        (void)snprintf(line, sizeof line, "HTTP/1.1 200 OK|Content-Encoding: %s|\r\n",
                       cases[i].encoding);
        assert_true(head(&f, line) == cases[i].ok);
        assert_int_equal(f.begun, cases[i].ok);
        assert_int_equal(f.x.response.transport,
                         cases[i].ok ? HTTP_TRANSPORT_OK : HTTP_TRANSPORT_BROKEN);
        teardown(&f);
    }
}

static void headers_are_capped_in_number_and_in_bytes(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f, 100, false);
    assert_true(head(&f, "HTTP/1.1 200 OK|X-First: 1|no colon here|bad name: x| folded: y"));
    for (int i = 0; i < 200; i++)
        assert_true(head(&f, "X-Same: 1"));
    assert_true(head(&f, "\r\n"));
    assert_int_equal(f.x.response.headers.count, HTTP_HEADERS_MAX);
    assert_string_equal(http_headers_get(&f.x.response.headers, "x-first"), "1");
    assert_null(http_headers_get(&f.x.response.headers, "folded"));
    teardown(&f);

    int lines = 0;
    setup(&f, 100, false);
    assert_true(head(&f, "HTTP/1.1 200 OK"));
    while (lines < 100000 && head(&f, "X: 0123456789012345678901234567890123456789"))
        lines++;
    assert_in_range(lines, 1000, RECEIVE_HEAD_MAX / 40);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_and_a_body_make_a_response),
        cmocka_unit_test(interim_answers_and_trailers_are_ignored),
        cmocka_unit_test(a_status_line_without_a_status_is_broken),
        cmocka_unit_test(a_body_at_the_cap_passes_and_one_byte_more_does_not),
        cmocka_unit_test(an_error_is_kept_beside_the_sink_and_cut_not_failed),
        cmocka_unit_test(a_sink_may_refuse_at_its_beginning_or_later),
        cmocka_unit_test(an_encoding_that_was_not_asked_for_is_refused),
        cmocka_unit_test(headers_are_capped_in_number_and_in_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
