/* Exchanges over libcurl with a server on the loopback address: what goes out, what comes in. */
#include "core/base/clock.h"
#include "core/http/engine.h"
#include "tests/unit/core/http/exchange.h"

#include <curl/curl.h>
#include <signal.h>

/* ---- what goes out ---- */

static void the_request_line_and_host_are_sent_as_they_stand(void **state)
{
    (void)state;
    struct exchange f;
    char host[64];
    exchange_setup(&f);
    exchange_get(&f, "/a/../b/./c//d%2F%2fe%C3%A9?x=%7E~&y=a+b&z");
    assert_int_equal(f.x.response.status, 200);
    const char *line = "GET /a/../b/./c//d%2F%2fe%C3%A9?x=%7E~&y=a+b&z HTTP/1.1\r\n";
    assert_int_equal(strncmp(f.server->last.head, line, strlen(line)), 0);
    (void)snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%d\r\n", f.server->port);
    assert_non_null(strstr(f.server->last.head, host));
    /* libcurl would write 127.0.0.1, and the signature would be of something else */
    exchange_set_url(&f, "http://127.1:%d%s", f.server->port, "/");
    exchange_run(&f);
    (void)snprintf(host, sizeof host, "\r\nHost: 127.1:%d\r\n", f.server->port);
    assert_non_null(strstr(f.server->last.head, host));
    exchange_teardown(&f);
}

static void nothing_is_added_that_was_not_asked_for(void **state)
{
    (void)state;
    struct exchange f;
    struct error err = ERROR_INIT;
    exchange_setup(&f);
    struct http_headers *h = &f.request.headers;
    assert_true(http_headers_add(h, "Authorization", TEXT_LITERAL("AWS4 x=y, z"), &err));
    assert_true(http_headers_add(h, "X-Empty", TEXT_LITERAL(""), &err));
    free(f.request.method);
    f.request.method = memory_string("POST");
    buffer_append(&f.request.body, "a=1\0&b\r\n2", 9);
    exchange_get(&f, "/hello");
    const char *head = f.server->last.head;
    assert_int_equal(strncmp(head, "POST /hello HTTP/1.1\r\n", 22), 0);
    assert_non_null(strstr(head, "\r\nAuthorization: AWS4 x=y, z\r\n"));
    assert_non_null(strstr(head, "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(head, "\r\nContent-Length: 9\r\n"));
    assert_non_null(strstr(head, "\r\nUser-Agent: yomawari/" YOMAWARI_VERSION "\r\n"));
    assert_non_null(strstr(head, "\r\nAccept-Encoding: gzip\r\n"));
    assert_null(strstr(head, "Expect"));
    assert_null(strstr(head, "Content-Type"));
    assert_int_equal(f.server->last.body_len, 9);
    assert_memory_equal(f.server->last.body, "a=1\0&b\r\n2", 9);
    exchange_teardown(&f);
}

static void methods_send_the_length_that_belongs_to_them(void **state)
{
    (void)state;
    static const struct {
        const char *method, *length;
    } cases[] = { { "GET", NULL },
                  { "HEAD", NULL },
                  { "GET", NULL }, /* the same handle: nothing of the last may stick to it */
                  { "PUT", "Content-Length: 0" },
                  { "POST", "Content-Length: 0" },
                  { "GET", NULL },
                  { "DELETE", "Content-Length: 0" } };
    struct exchange f;
    exchange_setup(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        free(f.request.method);
        f.request.method = memory_string(cases[i].method);
        exchange_get(&f, "/hello");
        assert_int_equal(f.x.response.status, 200);
        assert_string_equal(exchange_body_of(&f),
                            strcmp(cases[i].method, "HEAD") == 0 ? "" : "hello");
        assert_string_equal(f.server->last.method, cases[i].method);
        const char *length = strstr(f.server->last.head, "Content-Length");
        assert_true((length == NULL) == (cases[i].length == NULL));
        if (length != NULL)
            assert_int_equal(strncmp(length, cases[i].length, strlen(cases[i].length)), 0);
    }
    exchange_teardown(&f);
}

static void a_connection_is_used_again(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    for (int i = 0; i < 20; i++) {
        exchange_get(&f, i % 2 ? "/chunked" : "/forbidden");
        assert_string_equal(exchange_body_of(&f), i % 2 ? "one two" : "no!!");
    }
    assert_int_equal(f.server->requests, 20);
    assert_int_equal(f.server->accepted, 1);
    exchange_teardown(&f);
}

/* ---- what comes in ---- */

static void answers_come_whole(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
        const char *body;
    } cases[] = { { "/hello", 200, "hello" },          { "/chunked", 200, "one two" },
                  { "/interim", 200, "ok" },           { "/none", 204, "" },
                  { "/redirect", 301, "moved" },       { "/forbidden", 403, "no!!" },
                  { "/until-close", 200, "old style" } };
    struct exchange f;
    exchange_setup(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        exchange_get(&f, cases[i].path);
        assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
        assert_int_equal(f.x.response.status, cases[i].status);
        assert_string_equal(exchange_body_of(&f), cases[i].body);
        assert_null(http_headers_get(&f.x.response.headers, "x-trailer"));
    }
    exchange_get(&f, "/hello");
    assert_string_equal(http_headers_get(&f.x.response.headers, "x-a"), "b");
    exchange_get(&f, "/redirect"); /* not followed, and its target can be read */
    assert_string_equal(http_headers_get(&f.x.response.headers, "location"), "/hello");
    assert_string_equal(f.server->last.target, "/redirect");
    exchange_teardown(&f);
}

static void gzip_is_undone_and_counted_as_it_comes_out(void **state)
{
    (void)state;
    struct exchange f;
    exchange_setup(&f);
    exchange_get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.body.len, 258001);
    assert_int_equal(f.x.bytes_received, 258001);
    assert_int_equal(strspn(exchange_body_of(&f), "a"), 258001);
    f.x.max_response_bytes = 258000; /* the wire carries two thousand */
    exchange_get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    exchange_teardown(&f);
}

/* ---- sinks ---- */

struct counting_sink {
    int begun;
    size_t bytes, refuse_after;
};

static bool count_begin(void *ctx, int status, const struct http_headers *headers,
                        struct error *err)
{
    struct counting_sink *c = ctx;
    (void)status;
    (void)headers;
    (void)err;
    c->begun++;
    c->bytes = 0;
    return true;
}

static bool count_write(void *ctx, const char *data, size_t len, struct error *err)
{
    struct counting_sink *c = ctx;
    (void)data;
    c->bytes += len;
    return c->bytes <= c->refuse_after || error_set(err, ERROR_DATA, "byte %zu is odd", c->bytes);
}

static void a_sink_takes_2xx_and_nothing_else(void **state)
{
    (void)state;
    struct exchange f;
    struct counting_sink c = { 0, 0, 1024 * 1024 };
    struct http_sink sink = { count_begin, count_write, &c };
    exchange_setup(&f);
    f.x.sink = &sink;
    exchange_get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(c.bytes, 258001);
    assert_int_equal(f.x.response.body.len, 0);
    exchange_get(&f, "/forbidden");
    assert_int_equal(c.begun, 1);
    assert_string_equal(exchange_body_of(&f), "no!!");
    exchange_get(&f, "/none");
    assert_int_equal(c.begun, 2);
    c.refuse_after = 1000;
    exchange_get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_SINK);
    assert_non_null(strstr(f.x.response.message, "is odd"));
    c.refuse_after = 100 * 1024 * 1024;
    exchange_get(&f, "/gzip-bomb"); /* the cap holds for a sink as well */
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    assert_true(c.bytes <= 1024 * 1024);
    exchange_teardown(&f);
}

/* ---- proxies, options, signals ---- */

static void proxies_of_the_environment_do_not_count_unless_asked(void **state)
{
    (void)state;
    struct exchange f;
    char proxy[64];
    exchange_setup(&f);
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", f.server->port);
    assert_int_equal(setenv("http_proxy", proxy, 1), 0);
    f.x.connect_timeout_ms = 300;
    exchange_set_url(&f, "http://yomawari-test-%d.invalid%s", 1, "/secret");
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    assert_int_equal(f.server->requests, 0);
    http_transport_curl_free(f.transport);
    f.transport =
        exchange_transport_new((struct http_curl_options){ .proxy_from_environment = true });
    exchange_run(&f);
    assert_string_equal(f.server->last.target, "http://yomawari-test-1.invalid/secret");
    f.request.direct = true;
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    assert_int_equal(unsetenv("http_proxy"), 0);
    exchange_teardown(&f);
}

static void local_hosts_never_take_the_proxy(void **state)
{
    (void)state;
    struct exchange f;
    int dead_port = 0;
    char proxy[64];
    exchange_setup(&f);
    close(loopback_listen(1, &dead_port));
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", dead_port);
    http_transport_curl_free(f.transport);
    f.transport = exchange_transport_new((struct http_curl_options){ .proxy = proxy });
    exchange_get(&f, "/hello");
    assert_string_equal(f.server->last.target, "/hello");
    exchange_set_url(&f, "http://yomawari-test-%d.invalid%s", 1, "/");
    exchange_run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT); /* to the proxy */
    exchange_teardown(&f);
}

static void options_that_cannot_work_are_refused_without_their_secrets(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_curl_options no_file = { .ca_file = "/nonexistent/ca.pem" };
    assert_null(http_transport_curl_new(&no_file, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.message, "/nonexistent/ca.pem"));
    struct http_curl_options no_url = { .proxy = "http://user:hunter2@[::1/" };
    error_clear(&err);
    assert_null(http_transport_curl_new(&no_url, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_null(strstr(err.message, "hunter2"));
}

static void a_peer_that_hangs_up_does_not_end_the_process(void **state)
{
    (void)state;
    struct sigaction now;
    http_transport_curl_free(exchange_transport_new((struct http_curl_options){ 0 }));
    assert_int_equal(sigaction(SIGPIPE, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_IGN);
}

/* ---- several at a time ---- */

static void exchanges_run_side_by_side_and_can_be_dropped(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct exchange f;
    struct http_exchange x[MANY];
    struct http_request slow;
    struct error err = ERROR_INIT;
    int taken = 0;
    exchange_setup(&f);
    http_request_init(&slow);
    slow.method = memory_string("GET");
    exchange_set_url(&f, "http://127.0.0.1:%d%s", f.server->port, "/chunked");
    char *url = memory_format("http://127.0.0.1:%d/stall", f.server->port);
    assert_true(http_request_set_url(&slow, text_of(url), &err));
    for (int i = 0; i < MANY; i++) {
        x[i] = f.x;
        x[i].request = i % 4 == 0 ? &slow : &f.request;
        http_response_init(&x[i].response);
        f.transport->start(f.transport->ctx, &x[i]);
    }
    struct http_exchange *ended;
    while (taken < MANY - MANY / 4) {
        f.transport->poll(f.transport->ctx, 1000);
        while ((ended = f.transport->take(f.transport->ctx)) != NULL) {
            assert_ptr_equal(ended->request, &f.request);
            assert_string_equal(buffer_string(&ended->response.body), "one two");
            taken++;
        }
    }
    for (int i = 0; i < MANY / 2; i += 4) /* half of the stalled; the rest go with the transport */
        f.transport->cancel(f.transport->ctx, &x[i]);
    f.transport->poll(f.transport->ctx, 0);
    assert_null(f.transport->take(f.transport->ctx));
    http_transport_curl_free(f.transport);
    f.transport = NULL;
    for (int i = 0; i < MANY; i++)
        http_response_release(&x[i].response);
    free(url);
    http_request_release(&slow);
    exchange_teardown(&f);
}

struct counted_job {
    struct http_job job;
    int done, ok;
};

static void count_done(void *ctx, struct http_job *job, const struct http_result *result)
{
    struct counted_job *j = ctx;
    (void)job;
    j->done++;
    j->ok += result->verdict == HTTP_VERDICT_OK && result->response->body.len == 5;
}

static void the_engine_drives_it_to_the_end(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct exchange f;
    struct error err = ERROR_INIT;
    exchange_setup(&f);
    struct counted_job *jobs = memory_new(MANY, sizeof *jobs);
    struct http_engine_options options = { .transport = f.transport,
                                           .clock = clock_system(),
                                           .random = random_system(),
                                           .max_connections = 64 };
    struct http_engine *e = http_engine_new(&options);
    char *url = memory_format("http://127.0.0.1:%d/hello", f.server->port);
    for (int i = 0; i < MANY; i++) {
        struct http_request *r = &jobs[i].job.request;
        http_request_init(r);
        r->method = memory_string("GET");
        assert_true(http_request_set_url(r, text_of(url), &err));
        jobs[i].job.done = count_done;
        jobs[i].job.ctx = &jobs[i];
        assert_true(http_engine_submit(e, &jobs[i].job, &err));
    }
    while (http_engine_run(e, 1000) > 0)
        continue;
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(jobs[i].done, 1);
        assert_int_equal(jobs[i].ok, 1);
        http_request_release(&jobs[i].job.request);
    }
    assert_int_equal(f.server->requests, MANY);
    assert_in_range(f.server->accepted, 1, 8); /* an eighth of 64, and used again */
    free(url);
    free(jobs);
    http_engine_free(e);
    exchange_teardown(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_line_and_host_are_sent_as_they_stand),
        cmocka_unit_test(nothing_is_added_that_was_not_asked_for),
        cmocka_unit_test(methods_send_the_length_that_belongs_to_them),
        cmocka_unit_test(a_connection_is_used_again),
        cmocka_unit_test(answers_come_whole),
        cmocka_unit_test(gzip_is_undone_and_counted_as_it_comes_out),
        cmocka_unit_test(a_sink_takes_2xx_and_nothing_else),
        cmocka_unit_test(proxies_of_the_environment_do_not_count_unless_asked),
        cmocka_unit_test(local_hosts_never_take_the_proxy),
        cmocka_unit_test(options_that_cannot_work_are_refused_without_their_secrets),
        cmocka_unit_test(a_peer_that_hangs_up_does_not_end_the_process),
        cmocka_unit_test(exchanges_run_side_by_side_and_can_be_dropped),
        cmocka_unit_test(the_engine_drives_it_to_the_end),
    };
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
