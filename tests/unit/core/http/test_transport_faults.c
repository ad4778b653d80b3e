/* Exchanges over libcurl with peers that answer wrongly, too much, too slowly or not at all. */
#include "tests/unit/core/http/exchange.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>

static void a_gzip_bomb_is_stopped_at_the_cap(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    exchange_get(&f, "/gzip-bomb");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    assert_int_equal(f.x.response.status, 200);
    assert_in_range(f.x.bytes_received, 1024 * 1024, 1024 * 1024 + 64 * 1024);
    assert_true(f.x.response.body.len <= 1024 * 1024);
    exchange_get(&f, "/hello"); /* nothing of it is left behind */
    assert_string_equal(exchange_body_of(&f), "hello");
    exchange_teardown(&f);
}

static void answers_that_are_cut_or_wrong_are_broken(void **state)
{
    (void)state;
    static const char *const paths[] = { "/truncated", "/half-chunk", "/bad-chunk",
                                         "/half-head", "/nothing",    "/garbage",
                                         "/binary",    "/gzip-half",  "/brotli" };
    struct exchange f;
    exchange_setup(&f);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        exchange_get(&f, paths[i]);
        if (f.x.response.transport != HTTP_TRANSPORT_BROKEN)
            fail_msg("%s: %d %s", paths[i], (int)f.x.response.transport, f.x.response.message);
        exchange_get(&f, "/hello");
        assert_string_equal(exchange_body_of(&f), "hello");
    }
    exchange_teardown(&f);
}

static void headers_beyond_the_cap_end_the_exchange(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    exchange_get(&f, "/many-headers");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    exchange_get(&f, "/long-header");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    exchange_teardown(&f);
}

static void a_large_error_is_cut_and_keeps_its_status(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    exchange_get(&f, "/large-error");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.status, 500);
    assert_int_equal(f.x.response.body.len, HTTP_ERROR_BODY_MAX);
    exchange_teardown(&f);
}

static void what_takes_too_long_times_out(void **state)
{
    (void)state;
    static const char *const paths[] = { "/drip-body", "/drip-head", "/endless", "/stall",
                                         "/stall-body" };
    struct exchange f;
    exchange_setup(&f);
    f.x.timeout_ms = 150;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        exchange_get(&f, paths[i]);
        if (f.x.response.transport != HTTP_TRANSPORT_TIMEOUT)
            fail_msg("%s: %d %s", paths[i], (int)f.x.response.transport, f.x.response.message);
        assert_in_range(f.x.response.elapsed_ms, 149, 5000);
    }
    exchange_teardown(&f);
}

static void a_silent_answer_ends_long_before_its_timeout(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    http_transport_curl_free(f.transport);
    f.transport = exchange_transport_new((struct http_curl_options){ .low_speed_s = 1 });
    f.x.timeout_ms = 60000;
    exchange_get(&f, "/stall");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TIMEOUT);
    assert_in_range(f.x.response.elapsed_ms, 900, 10000);
    exchange_teardown(&f);
}

static void a_refused_port_is_a_connect_failure(void **state)
{
    (void)state;
    struct exchange f;
    int port = 0;
    exchange_setup(&f);
    close(loopback_listen(1, &port));
    exchange_set_url(&f, "http://127.0.0.1:%d%s", port, "/");
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(f.x.response.status, 0);
    exchange_teardown(&f);
}

static void a_host_that_does_not_take_the_connection_is_a_connect_failure(void **state)
{
    (void)state;
    struct exchange f;
    int port = 0, waiting[4];
    exchange_setup(&f);
    int fd = loopback_listen(0, &port); /* the kernel's queue is soon full, and drops what comes */
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 4; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        assert_true(connect(waiting[i], (struct sockaddr *)&a, sizeof a) == 0 ||
                    errno == EINPROGRESS);
    }
    f.x.connect_timeout_ms = 150;
    exchange_set_url(&f, "http://127.0.0.1:%d%s", port, "/");
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    assert_in_range(f.x.response.elapsed_ms, 149, 5000);
    for (int i = 0; i < 4; i++)
        close(waiting[i]);
    close(fd);
    exchange_teardown(&f);
}

static void a_name_that_does_not_exist_is_a_resolve_failure(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    f.x.connect_timeout_ms = 300; /* where there is no resolver to say so */
    exchange_set_url(&f, "http://yomawari-test-%d.invalid%s", f.server->port, "/");
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    exchange_teardown(&f);
}

static void a_peer_that_speaks_no_tls_is_a_connect_failure(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    exchange_set_url(&f, "https://127.0.0.1:%d%s", f.server->port, "/");
    f.x.connect_timeout_ms = 500;
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    exchange_teardown(&f);
}

static void messages_hold_no_query_and_no_token(void **state)
{
    (void)state;
    static const char *const paths[] = { "/truncated", "/garbage", "/nothing", "/many-headers" };
    struct exchange f;
    struct error err = ERROR_INIT;
    exchange_setup(&f);
    assert_true(http_headers_add(&f.request.headers, "X-Token", TEXT_LITERAL("hunter2"), &err));
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        exchange_get(&f, paths[i]);
        assert_null(strstr(f.x.response.message, "hunter2"));
        char *target = memory_format("%s?sig=hunter2", paths[i]);
        exchange_get(&f, target);
        assert_null(strstr(f.x.response.message, "hunter2"));
        free(target);
    }
    exchange_teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gzip_bomb_is_stopped_at_the_cap),
        cmocka_unit_test(answers_that_are_cut_or_wrong_are_broken),
        cmocka_unit_test(headers_beyond_the_cap_end_the_exchange),
        cmocka_unit_test(a_large_error_is_cut_and_keeps_its_status),
        cmocka_unit_test(what_takes_too_long_times_out),
        cmocka_unit_test(a_silent_answer_ends_long_before_its_timeout),
        cmocka_unit_test(a_refused_port_is_a_connect_failure),
        cmocka_unit_test(a_host_that_does_not_take_the_connection_is_a_connect_failure),
        cmocka_unit_test(a_name_that_does_not_exist_is_a_resolve_failure),
        cmocka_unit_test(a_peer_that_speaks_no_tls_is_a_connect_failure),
        cmocka_unit_test(messages_hold_no_query_and_no_token),
    };
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
