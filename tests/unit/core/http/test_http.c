/* Requests, headers and URLs as plain data. */
#include "core/base/memory.h"
#include "core/http/http.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static void header_names_are_compared_without_case(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_headers h = { NULL, 0 };
    assert_true(http_headers_add(&h, "X-One", TEXT_LITERAL("1"), &err));
    assert_true(http_headers_add(&h, "x-two", TEXT_LITERAL("2"), &err));
    assert_true(http_headers_add(&h, "X-ONE", TEXT_LITERAL("3"), &err));
    assert_string_equal(http_headers_get(&h, "x-one"), "1");
    assert_true(http_headers_set(&h, "x-oNe", text_of(http_headers_get(&h, "x-one")), &err));
    assert_int_equal(h.count, 2);
    assert_string_equal(http_headers_get(&h, "X-One"), "1");
    assert_string_equal(h.items[0].name, "x-two");
    http_headers_remove(&h, "X-Two");
    assert_null(http_headers_get(&h, "x-two"));
    http_headers_release(&h);
    assert_int_equal(h.count, 0);
    assert_null(http_headers_get(&h, "x-one"));
}

static void headers_that_would_start_another_line_are_refused(void **state)
{
    (void)state;
    struct http_headers h = { NULL, 0 };
    const struct text bad_values[] = { TEXT_LITERAL("a\r\nX: y"), TEXT_LITERAL("a\n"),
                                       TEXT_LITERAL("\r"), TEXT_LITERAL("a\0b") };
    const char *const bad_names[] = { "", "a b", "a:", "a\n", "Ж" };
    for (size_t i = 0; i < sizeof bad_values / sizeof bad_values[0]; i++) {
        struct error err = ERROR_INIT;
        assert_false(http_headers_add(&h, "X", bad_values[i], &err));
    assert_false(http_headers_add_text(&h, (struct text){ "X\0Y", 3 }, TEXT_LITERAL("1"), &err));
    assert_false(http_headers_add_text(&h, (struct text){ NULL, 0 }, TEXT_LITERAL("1"), &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_null(strstr(err.message, "y")); /* the value may be a token */
    }
    for (size_t i = 0; i < sizeof bad_names / sizeof bad_names[0]; i++) {
        struct error err = ERROR_INIT;
        assert_false(http_headers_set(&h, bad_names[i], TEXT_LITERAL("v"), &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
    assert_int_equal(h.count, 0);
}

static void headers_have_a_stated_maximum(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_headers h = { NULL, 0 };
    char name[32];
    for (int i = 0; i < HTTP_HEADERS_MAX; i++) {
        (void)snprintf(name, sizeof name, "X-%d", i);
        assert_true(http_headers_add(&h, name, TEXT_LITERAL("v"), &err));
    }
    assert_false(http_headers_add(&h, "X-more", TEXT_LITERAL("v"), &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_true(http_headers_set(&h, "x-5", TEXT_LITERAL("new"), &err));
    assert_int_equal(h.count, HTTP_HEADERS_MAX);
    assert_string_equal(http_headers_get(&h, "X-5"), "new");
    http_headers_release(&h);
}

static void urls_are_split_and_kept_byte_by_byte(void **state)
{
    (void)state;
    static const struct {
        const char *url, *scheme, *host;
        int port;
        const char *path, *query, *host_header;
    } cases[] = {
        { "https://ec2.eu-west-1.amazonaws.com", "https", "ec2.eu-west-1.amazonaws.com", 0, "/", "",
          "ec2.eu-west-1.amazonaws.com" },
        { "HTTPS://Host.example:443/", "https", "Host.example", 443, "/", "", "Host.example" },
        { "http://h:443/x", "http", "h", 443, "/x", "", "h:443" },
        { "http://h:80/a/../b//c%2F?x=%2f&y", "http", "h", 80, "/a/../b//c%2F", "x=%2f&y", "h" },
        { "https://h?acl", "https", "h", 0, "/", "acl", "h" },
        { "https://h/?a?b=/c", "https", "h", 0, "/", "a?b=/c", "h" },
        { "http://[fd00:ec2::254]/latest", "http", "[fd00:ec2::254]", 0, "/latest", "",
          "[fd00:ec2::254]" },
        { "http://[::1]:5000", "http", "[::1]", 5000, "/", "", "[::1]:5000" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = ERROR_INIT;
        struct http_request r;
        http_request_init(&r);
        assert_true(http_request_set_url(&r, text_of(cases[i].url), &err));
        assert_string_equal(r.scheme, cases[i].scheme);
        assert_string_equal(r.host, cases[i].host);
        assert_int_equal(r.port, cases[i].port);
        assert_string_equal(r.path, cases[i].path);
        assert_string_equal(r.query == NULL ? "" : r.query, cases[i].query);
        char *header = http_request_host_header(&r);
        assert_string_equal(header, cases[i].host_header);
        free(header);
        http_request_release(&r);
    }
}

static void urls_are_put_together_again(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    http_request_init(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("http://[::1]:81/a//b?c=d"), &err));
    char *url = http_request_url(&r, true), *plain = http_request_url(&r, false);
    assert_string_equal(url, "http://[::1]:81/a//b?c=d");
    assert_string_equal(plain, "http://[::1]:81/a//b");
    /* A view of the request's own strings may be set again. */
    assert_true(http_request_set_url(&r, text_of(url), &err));
    assert_string_equal(r.query, "c=d");
    free(url);
    free(plain);
    http_request_release(&r);
    assert_null(r.path);
    assert_int_equal(r.body.max, HTTP_BODY_MAX);
}

static void urls_that_mean_something_else_are_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",
        "ftp://h/",
        "h/path",
        "https:/h",
        "https://",
        "https:///p",
        "https://user@h/",
        "https://u:p@h/",
        "https://h/#f",
        "https://h?q#f",
        "https://h/a b",
        "https://h/\n",
        "https://h/\xc3\xa9",
        "https://h:/",
        "https://h:0/",
        "https://h:65536/",
        "https://h:8o/",
        "https://h:-1/",
        "https://[::1/",
        "https://[::g]/",
        "https://[fe80::1%25eth0]/",
        "https://h\\evil.example/",
        "https://-h/",
        "https://.h/",
        "https://a_very-ok.host:12:13/",
        "https://[::1]x/",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct error err = ERROR_INIT;
        struct http_request r;
        http_request_init(&r);
        if (http_request_set_url(&r, text_of(urls[i]), &err))
            fail_msg("taken: %s", urls[i]);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_null(r.host); /* untouched */
        assert_null(strstr(err.message, "u:p"));
        http_request_release(&r);
    }
}

static void a_huge_url_is_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    http_request_init(&r);
    char *url = memory_format("https://h/%0*d", HTTP_URL_MAX, 0);
    assert_false(http_request_set_url(&r, text_of(url), &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    free(url);
    http_request_release(&r);
}

struct fault {
    const char *name;
    void (*make)(struct http_request *r);
};

static void replace(char **member, const char *value)
{
    free(*member);
    *member = memory_string(value);
}

static void no_method(struct http_request *r)
{
    replace(&r->method, NULL);
}
static void odd_method(struct http_request *r)
{
    replace(&r->method, "GET /x");
}
static void no_path(struct http_request *r)
{
    replace(&r->path, NULL);
}
static void relative_path(struct http_request *r)
{
    replace(&r->path, "x");
}
static void path_with_query(struct http_request *r)
{
    replace(&r->path, "/x?y"); /* would be sent as a query that nobody signed */
}
static void path_with_fragment(struct http_request *r)
{
    replace(&r->path, "/x#y"); /* libcurl would cut it off */
}
static void query_with_line_break(struct http_request *r)
{
    replace(&r->query, "a\r\nX: y");
}
static void host_with_slash(struct http_request *r)
{
    replace(&r->host, "a/b");
}
static void odd_scheme(struct http_request *r)
{
    replace(&r->scheme, "file");
}
static void port_too_high(struct http_request *r)
{
    r->port = 70000;
}
static void body_too_large(struct http_request *r)
{
    char *large = memory_new(HTTP_BODY_MAX + 1, 1);
    buffer_append(&r->body, large, HTTP_BODY_MAX + 1);
    free(large);
}
static void own_host_header(struct http_request *r)
{
    struct error err = ERROR_INIT;
    assert_true(http_headers_add(&r->headers, "HOST", TEXT_LITERAL("x"), &err));
}

static void requests_that_cannot_be_sent_as_they_stand_are_found(void **state)
{
    (void)state;
    static const struct fault faults[] = {
        { "no method", no_method },
        { "odd method", odd_method },
        { "no path", no_path },
        { "relative path", relative_path },
        { "path with query", path_with_query },
        { "path with fragment", path_with_fragment },
        { "query with line break", query_with_line_break },
        { "host with slash", host_with_slash },
        { "odd scheme", odd_scheme },
        { "port too high", port_too_high },
        { "body too large", body_too_large },
        { "own host header", own_host_header },
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct error err = ERROR_INIT;
        struct http_request r;
        http_request_init(&r);
        r.method = memory_string("GET");
        assert_true(http_request_set_url(&r, TEXT_LITERAL("https://h/p?q"), &err));
        assert_true(http_request_check(&r, &err));
        faults[i].make(&r);
        if (http_request_check(&r, &err))
            fail_msg("sent: %s", faults[i].name);
        assert_int_not_equal(err.kind, ERROR_NONE);
        http_request_release(&r);
    }
}

static void local_hosts_are_told_by_their_literal_address(void **state)
{
    (void)state;
    static const char *const local[] = { "127.0.0.1",       "127.255.0.9",   "169.254.169.254",
                                         "169.254.170.2",   "localhost",     "LOCALHOST",
                                         "[::1]",           "::1",           "[fe80::1]",
                                         "[fd00:ec2::254]", "[fd00:ec2::23]" };
    static const char *const remote[] = { "",
                                          "128.0.0.1",
                                          "10.0.0.1",
                                          "169.253.1.1",
                                          "127.1",
                                          "127.0.0.1.evil.example",
                                          "localhost.evil.example",
                                          "[fd00:ec3::254]",
                                          "[::2]",
                                          "[::ffff:10.0.0.1]",
                                          "metadata.google.internal",
                                          "0x7f.0.0.1",
                                          "[" };
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (!http_host_is_local(local[i]))
            fail_msg("remote: %s", local[i]);
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
        if (http_host_is_local(remote[i]))
            fail_msg("local: %s", remote[i]);
    assert_false(http_host_is_local(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_names_are_compared_without_case),
        cmocka_unit_test(headers_that_would_start_another_line_are_refused),
        cmocka_unit_test(headers_have_a_stated_maximum),
        cmocka_unit_test(urls_are_split_and_kept_byte_by_byte),
        cmocka_unit_test(urls_are_put_together_again),
        cmocka_unit_test(urls_that_mean_something_else_are_refused),
        cmocka_unit_test(a_huge_url_is_refused),
        cmocka_unit_test(requests_that_cannot_be_sent_as_they_stand_are_found),
        cmocka_unit_test(local_hosts_are_told_by_their_literal_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
