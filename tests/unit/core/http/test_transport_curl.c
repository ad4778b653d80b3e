/* Exchanges over libcurl against a server on the loopback address that answers rightly and wrongly. */
#include "core/base/clock.h"
#include "core/http/engine.h"
#include "core/http/transport_curl.h"
#include "tests/unit/core/http/loopback.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

/* ---- the server's answers, by path ---- */

static bool say_hello(int fd)
{
    return loopback_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
}

static bool say_gzip(int fd, size_t runs, bool truncated)
{
    struct buffer body;
    char head[128];
    buffer_init(&body, 1024 * 1024);
    loopback_gzip(&body, runs);
    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                   body.len);
    bool ok =
        loopback_say(fd, head) && loopback_send(fd, body.data, truncated ? body.len / 2 : body.len);
    buffer_release(&body);
    return ok && !truncated;
}

static bool say_large_error(int fd)
{
    char piece[1024];
    memset(piece, 'e', sizeof piece);
    bool ok = loopback_say(fd, "HTTP/1.1 500 Oh\r\nContent-Length: 1048576\r\n\r\n");
    for (int i = 0; ok && i < 1024; i++)
        ok = loopback_send(fd, piece, sizeof piece);
    return ok;
}

static bool say_many_headers(int fd, size_t line_len, int lines)
{
    char *line = memory_new(line_len + 8, 1);
    memset(line, 'h', line_len);
    memcpy(line, "X: ", 3);
    memcpy(line + line_len, "\r\n", 3);
    bool ok = loopback_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; ok && i < lines; i++)
        ok = loopback_say(fd, line);
    free(line);
    return ok && loopback_say(fd, "\r\n");
}

/* One byte now and one then, for as long as somebody listens: the slow loris as a server. */
static bool drip(struct loopback *l, int fd, const char *head)
{
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    bool ok = loopback_say(fd, head);
    while (ok && !loopback_stopping(l)) {
        nanosleep(&pause, NULL);
        ok = loopback_say(fd, "x");
    }
    return false;
}

/* Says nothing more until the client goes. */
static bool stall(int fd, const char *head)
{
    char byte;
    if (loopback_say(fd, head))
        (void)recv(fd, &byte, 1, 0);
    return false;
}

struct canned {
    const char *path, *answer;
    bool keeps;
};

static bool serve(struct loopback *l, int fd, const struct loopback_request *r)
{
    static const struct canned canned[] = {
        { "/chunked",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n"
          "X-Trailer: 1\r\n\r\n",
          true },
        { "/interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
          true },
        { "/none", "HTTP/1.1 204 No Content\r\n\r\n", true },
        { "/redirect", "HTTP/1.1 301 Moved\r\nLocation: /hello\r\nContent-Length: 5\r\n\r\nmoved",
          true },
        { "/truncated", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", false },
        { "/half-chunk",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n40\r\nha", false },
        { "/bad-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
          false },
        { "/half-head", "HTTP/1.1 200 OK\r\nContent-Le", false },
        { "/nothing", "", false },
        { "/garbage", "220 smtp.example ESMTP ready\r\n250 what?\r\n", false },
        { "/binary", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", false },
        { "/brotli",
          "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\n\x8b\x02\x80",
          true },
        { "/until-close", "HTTP/1.0 200 OK\r\n\r\nold style", false },
        { "/forbidden", "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!!", true },
    };
    for (size_t i = 0; i < sizeof canned / sizeof canned[0]; i++)
        if (strcmp(r->target, canned[i].path) == 0)
            return loopback_say(fd, canned[i].answer) && canned[i].keeps;
    if (strcmp(r->target, "/gzip") == 0)
        return say_gzip(fd, 1000, false);
    if (strcmp(r->target, "/gzip-bomb") == 0)
        return say_gzip(fd, 100 * 1000, false); /* 160 kilobytes to 26 megabytes */
    if (strcmp(r->target, "/gzip-half") == 0)
        return say_gzip(fd, 1000, true);
    if (strcmp(r->target, "/large-error") == 0)
        return say_large_error(fd);
    if (strcmp(r->target, "/many-headers") == 0)
        return say_many_headers(fd, 1000, 200);
    if (strcmp(r->target, "/long-header") == 0)
        return say_many_headers(fd, 200 * 1000, 1);
    if (strcmp(r->target, "/drip-body") == 0)
        return drip(l, fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    if (strcmp(r->target, "/drip-head") == 0)
        return drip(l, fd, "HTTP/1.1 200 OK\r\nX: ");
    if (strcmp(r->target, "/endless") == 0)
        return drip(l, fd, "HTTP/1.1 200 OK\r\n\r\n");
    if (strcmp(r->target, "/stall") == 0)
        return stall(fd, "");
    if (strcmp(r->target, "/stall-body") == 0)
        return stall(fd, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    if (strcmp(r->method, "HEAD") == 0)
        return loopback_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    return say_hello(fd);
}

/* ---- one exchange at a time ---- */

struct fixture {
    struct loopback *server;
    struct http_transport *transport;
    struct http_request request;
    struct http_exchange x;
};

static struct http_transport *transport_new(struct http_curl_options options)
{
    struct error err = ERROR_INIT;
    struct http_transport *t = http_transport_curl_new(&options, &err);
    if (t == NULL)
        fail_msg("%s", err.message);
    return t;
}

static void set_url(struct fixture *f, const char *format, int port, const char *target)
{
    struct error err = ERROR_INIT;
    char *url = memory_format(format, port, target);
    assert_true(http_request_set_url(&f->request, text_of(url), &err));
    free(url);
}

static void setup(struct fixture *f)
{
    *f = (struct fixture){ .server = loopback_new(serve) };
    f->transport = transport_new((struct http_curl_options){ 0 });
    http_request_init(&f->request);
    http_response_init(&f->x.response);
    f->request.method = memory_string("GET");
    f->x.request = &f->request;
    f->x.connect_timeout_ms = 5000;
    f->x.timeout_ms = 10000;
    f->x.max_response_bytes = 1024 * 1024;
}

static void teardown(struct fixture *f)
{
    http_response_release(&f->x.response);
    http_request_release(&f->request);
    http_transport_curl_free(f->transport);
    loopback_free(f->server);
}

static void run(struct fixture *f)
{
    struct error err = ERROR_INIT;
    struct http_exchange *ended = NULL;
    assert_true(http_request_check(&f->request, &err));
    http_response_release(&f->x.response);
    f->transport->start(f->transport->ctx, &f->x);
    for (int i = 0; i < 10000 && ended == NULL; i++) {
        f->transport->poll(f->transport->ctx, 1000);
        ended = f->transport->take(f->transport->ctx);
    }
    assert_ptr_equal(ended, &f->x);
    assert_null(f->transport->take(f->transport->ctx));
    bool ok = f->x.response.transport == HTTP_TRANSPORT_OK;
    assert_true(ok == (f->x.response.message[0] == '\0'));
}

static void get(struct fixture *f, const char *target)
{
    set_url(f, "http://127.0.0.1:%d%s", f->server->port, target);
    run(f);
}

static const char *body_of(struct fixture *f)
{
    return buffer_string(&f->x.response.body);
}

/* ---- what goes out ---- */

static void the_request_line_and_host_are_sent_as_they_stand(void **state)
{
    (void)state;
    struct fixture f;
    char host[64];
    setup(&f);
    get(&f, "/a/../b/./c//d%2F%2fe%C3%A9?x=%7E~&y=a+b&z");
    assert_int_equal(f.x.response.status, 200);
    const char *line = "GET /a/../b/./c//d%2F%2fe%C3%A9?x=%7E~&y=a+b&z HTTP/1.1\r\n";
    assert_int_equal(strncmp(f.server->last.head, line, strlen(line)), 0);
    (void)snprintf(host, sizeof host, "\r\nHost: 127.0.0.1:%d\r\n", f.server->port);
    assert_non_null(strstr(f.server->last.head, host));
    /* libcurl would write 127.0.0.1, and the signature would be of something else */
    set_url(&f, "http://127.1:%d%s", f.server->port, "/");
    run(&f);
    (void)snprintf(host, sizeof host, "\r\nHost: 127.1:%d\r\n", f.server->port);
    assert_non_null(strstr(f.server->last.head, host));
    teardown(&f);
}

static void nothing_is_added_that_was_not_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    struct error err = ERROR_INIT;
    setup(&f);
    struct http_headers *h = &f.request.headers;
    assert_true(http_headers_add(h, "Authorization", TEXT_LITERAL("AWS4 x=y, z"), &err));
    assert_true(http_headers_add(h, "X-Empty", TEXT_LITERAL(""), &err));
    free(f.request.method);
    f.request.method = memory_string("POST");
    buffer_append(&f.request.body, "a=1\0&b\r\n2", 9);
    get(&f, "/hello");
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
    teardown(&f);
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
    struct fixture f;
    setup(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        free(f.request.method);
        f.request.method = memory_string(cases[i].method);
        get(&f, "/hello");
        assert_int_equal(f.x.response.status, 200);
        assert_string_equal(body_of(&f), strcmp(cases[i].method, "HEAD") == 0 ? "" : "hello");
        assert_string_equal(f.server->last.method, cases[i].method);
        const char *length = strstr(f.server->last.head, "Content-Length");
        assert_true((length == NULL) == (cases[i].length == NULL));
        if (length != NULL)
            assert_int_equal(strncmp(length, cases[i].length, strlen(cases[i].length)), 0);
    }
    teardown(&f);
}

static void a_connection_is_used_again(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    for (int i = 0; i < 20; i++) {
        get(&f, i % 2 ? "/chunked" : "/forbidden");
        assert_string_equal(body_of(&f), i % 2 ? "one two" : "no!!");
    }
    assert_int_equal(f.server->requests, 20);
    assert_int_equal(f.server->accepted, 1);
    teardown(&f);
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
    struct fixture f;
    setup(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        get(&f, cases[i].path);
        assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
        assert_int_equal(f.x.response.status, cases[i].status);
        assert_string_equal(body_of(&f), cases[i].body);
        assert_null(http_headers_get(&f.x.response.headers, "x-trailer"));
    }
    get(&f, "/hello");
    assert_string_equal(http_headers_get(&f.x.response.headers, "x-a"), "b");
    get(&f, "/redirect"); /* not followed, and its target can be read */
    assert_string_equal(http_headers_get(&f.x.response.headers, "location"), "/hello");
    assert_string_equal(f.server->last.target, "/redirect");
    teardown(&f);
}

static void gzip_is_undone_and_counted_as_it_comes_out(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.body.len, 258001);
    assert_int_equal(f.x.bytes_received, 258001);
    assert_int_equal(strspn(body_of(&f), "a"), 258001);
    f.x.max_response_bytes = 258000; /* the wire carries two thousand */
    get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    teardown(&f);
}

static void a_gzip_bomb_is_stopped_at_the_cap(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    get(&f, "/gzip-bomb");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    assert_int_equal(f.x.response.status, 200);
    assert_in_range(f.x.bytes_received, 1024 * 1024, 1024 * 1024 + 64 * 1024);
    assert_true(f.x.response.body.len <= 1024 * 1024);
    get(&f, "/hello"); /* nothing of it is left behind */
    assert_string_equal(body_of(&f), "hello");
    teardown(&f);
}

static void answers_that_are_cut_or_wrong_are_broken(void **state)
{
    (void)state;
    static const char *const paths[] = { "/truncated", "/half-chunk", "/bad-chunk",
                                         "/half-head", "/nothing",    "/garbage",
                                         "/binary",    "/gzip-half",  "/brotli" };
    struct fixture f;
    setup(&f);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        get(&f, paths[i]);
        if (f.x.response.transport != HTTP_TRANSPORT_BROKEN)
            fail_msg("%s: %d %s", paths[i], (int)f.x.response.transport, f.x.response.message);
        get(&f, "/hello");
        assert_string_equal(body_of(&f), "hello");
    }
    teardown(&f);
}

static void headers_beyond_the_cap_end_the_exchange(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    get(&f, "/many-headers");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    get(&f, "/long-header");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    teardown(&f);
}

static void a_large_error_is_cut_and_keeps_its_status(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    get(&f, "/large-error");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(f.x.response.status, 500);
    assert_int_equal(f.x.response.body.len, HTTP_ERROR_BODY_MAX);
    teardown(&f);
}

/* ---- time-outs, refusals ---- */

static void what_takes_too_long_times_out(void **state)
{
    (void)state;
    static const char *const paths[] = { "/drip-body", "/drip-head", "/endless", "/stall",
                                         "/stall-body" };
    struct fixture f;
    setup(&f);
    f.x.timeout_ms = 150;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        get(&f, paths[i]);
        if (f.x.response.transport != HTTP_TRANSPORT_TIMEOUT)
            fail_msg("%s: %d %s", paths[i], (int)f.x.response.transport, f.x.response.message);
        assert_in_range(f.x.response.elapsed_ms, 149, 5000);
    }
    teardown(&f);
}

static void a_silent_answer_ends_long_before_its_timeout(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    http_transport_curl_free(f.transport);
    f.transport = transport_new((struct http_curl_options){ .low_speed_s = 1 });
    f.x.timeout_ms = 60000;
    get(&f, "/stall-body");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TIMEOUT);
    assert_in_range(f.x.response.elapsed_ms, 900, 10000);
    teardown(&f);
}

static void a_refused_port_is_a_connect_failure(void **state)
{
    (void)state;
    struct fixture f;
    int port = 0;
    setup(&f);
    close(loopback_listen(1, &port));
    set_url(&f, "http://127.0.0.1:%d%s", port, "/");
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(f.x.response.status, 0);
    teardown(&f);
}

static void a_host_that_does_not_take_the_connection_is_a_connect_failure(void **state)
{
    (void)state;
    struct fixture f;
    int port = 0, waiting[4];
    setup(&f);
    int fd = loopback_listen(0, &port); /* the kernel's queue is soon full, and drops what comes */
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 4; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        assert_true(connect(waiting[i], (struct sockaddr *)&a, sizeof a) == 0 ||
                    errno == EINPROGRESS);
    }
    f.x.connect_timeout_ms = 150;
    set_url(&f, "http://127.0.0.1:%d%s", port, "/");
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    assert_in_range(f.x.response.elapsed_ms, 149, 5000);
    for (int i = 0; i < 4; i++)
        close(waiting[i]);
    close(fd);
    teardown(&f);
}

static void a_name_that_does_not_exist_is_a_resolve_failure(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    f.x.connect_timeout_ms = 1000; /* where there is no resolver to say so */
    set_url(&f, "http://yomawari-test-%d.invalid%s", f.server->port, "/");
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    teardown(&f);
}

static void a_peer_that_speaks_no_tls_is_a_connect_failure(void **state)
{
    (void)state;
    struct fixture f;
    setup(&f);
    set_url(&f, "https://127.0.0.1:%d%s", f.server->port, "/");
    f.x.connect_timeout_ms = 500;
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT);
    teardown(&f);
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
    struct fixture f;
    struct counting_sink c = { 0, 0, 1024 * 1024 };
    struct http_sink sink = { count_begin, count_write, &c };
    setup(&f);
    f.x.sink = &sink;
    get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_OK);
    assert_int_equal(c.bytes, 258001);
    assert_int_equal(f.x.response.body.len, 0);
    get(&f, "/forbidden");
    assert_int_equal(c.begun, 1);
    assert_string_equal(body_of(&f), "no!!");
    get(&f, "/none");
    assert_int_equal(c.begun, 2);
    c.refuse_after = 1000;
    get(&f, "/gzip");
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_SINK);
    assert_non_null(strstr(f.x.response.message, "is odd"));
    c.refuse_after = 100 * 1024 * 1024;
    get(&f, "/gzip-bomb"); /* the cap holds for a sink as well */
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_TOO_LARGE);
    assert_true(c.bytes <= 1024 * 1024);
    teardown(&f);
}

/* ---- proxies, options, signals ---- */

static void proxies_of_the_environment_do_not_count_unless_asked(void **state)
{
    (void)state;
    struct fixture f;
    char proxy[64];
    setup(&f);
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", f.server->port);
    assert_int_equal(setenv("http_proxy", proxy, 1), 0);
    f.x.connect_timeout_ms = 1000;
    set_url(&f, "http://yomawari-test-%d.invalid%s", 1, "/secret");
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    assert_int_equal(f.server->requests, 0);
    http_transport_curl_free(f.transport);
    f.transport = transport_new((struct http_curl_options){ .proxy_from_environment = true });
    run(&f);
    assert_string_equal(f.server->last.target, "http://yomawari-test-1.invalid/secret");
    f.request.direct = true;
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_RESOLVE);
    assert_int_equal(unsetenv("http_proxy"), 0);
    teardown(&f);
}

static void local_hosts_never_take_the_proxy(void **state)
{
    (void)state;
    struct fixture f;
    int dead_port = 0;
    char proxy[64];
    setup(&f);
    close(loopback_listen(1, &dead_port));
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", dead_port);
    http_transport_curl_free(f.transport);
    f.transport = transport_new((struct http_curl_options){ .proxy = proxy });
    get(&f, "/hello");
    assert_string_equal(f.server->last.target, "/hello");
    set_url(&f, "http://yomawari-test-%d.invalid%s", 1, "/");
    run(&f);
    assert_int_equal(f.x.response.transport, HTTP_TRANSPORT_CONNECT); /* to the proxy */
    teardown(&f);
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
    http_transport_curl_free(transport_new((struct http_curl_options){ 0 }));
    assert_int_equal(sigaction(SIGPIPE, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_IGN);
}

static void messages_hold_no_query_and_no_token(void **state)
{
    (void)state;
    static const char *const paths[] = { "/truncated", "/garbage", "/nothing", "/many-headers" };
    struct fixture f;
    struct error err = ERROR_INIT;
    setup(&f);
    assert_true(http_headers_add(&f.request.headers, "X-Token", TEXT_LITERAL("hunter2"), &err));
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        get(&f, paths[i]);
        assert_null(strstr(f.x.response.message, "hunter2"));
        char *target = memory_format("%s?sig=hunter2", paths[i]);
        get(&f, target);
        assert_null(strstr(f.x.response.message, "hunter2"));
        free(target);
    }
    teardown(&f);
}

/* ---- several at a time ---- */

static void exchanges_run_side_by_side_and_can_be_dropped(void **state)
{
    (void)state;
    enum { MANY = 40 };
    struct fixture f;
    struct http_exchange x[MANY];
    struct http_request slow;
    struct error err = ERROR_INIT;
    int taken = 0;
    setup(&f);
    http_request_init(&slow);
    slow.method = memory_string("GET");
    set_url(&f, "http://127.0.0.1:%d%s", f.server->port, "/chunked");
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
    teardown(&f);
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
    struct fixture f;
    struct error err = ERROR_INIT;
    setup(&f);
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
    teardown(&f);
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
        cmocka_unit_test(a_sink_takes_2xx_and_nothing_else),
        cmocka_unit_test(proxies_of_the_environment_do_not_count_unless_asked),
        cmocka_unit_test(local_hosts_never_take_the_proxy),
        cmocka_unit_test(options_that_cannot_work_are_refused_without_their_secrets),
        cmocka_unit_test(a_peer_that_hangs_up_does_not_end_the_process),
        cmocka_unit_test(messages_hold_no_query_and_no_token),
        cmocka_unit_test(exchanges_run_side_by_side_and_can_be_dropped),
        cmocka_unit_test(the_engine_drives_it_to_the_end),
    };
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
