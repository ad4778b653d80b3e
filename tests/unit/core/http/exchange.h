#ifndef TESTS_UNIT_CORE_HTTP_EXCHANGE_H
#define TESTS_UNIT_CORE_HTTP_EXCHANGE_H

#include "core/http/transport_curl.h"
#include "tests/unit/core/http/loopback.h"

/* One exchange at a time over libcurl, with a server whose answers go by the path. */

/* ---- the server's answers, by path ---- */

static inline bool say_hello(int fd)
{
    return loopback_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
}

static inline bool say_gzip(int fd, size_t runs, bool truncated)
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

static inline bool say_large_error(int fd)
{
    char piece[1024];
    memset(piece, 'e', sizeof piece);
    bool ok = loopback_say(fd, "HTTP/1.1 500 Oh\r\nContent-Length: 1048576\r\n\r\n");
    for (int i = 0; ok && i < 1024; i++)
        ok = loopback_send(fd, piece, sizeof piece);
    return ok;
}

static inline bool say_many_headers(int fd, size_t line_len, int lines)
{
    char *line = memory_format("X: %0*d\r\n", (int)line_len, 0);
    bool ok = loopback_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; ok && i < lines; i++)
        ok = loopback_say(fd, line);
    free(line);
    return ok && loopback_say(fd, "\r\n");
}

/* One byte now and one then, for as long as somebody listens: the slow loris as a server. */
static inline bool drip(struct loopback *l, int fd, const char *head)
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
static inline bool stall(int fd, const char *head)
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

static inline bool exchange_serve(struct loopback *l, int fd, const struct loopback_request *r)
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

/* ---- the exchange ---- */

struct exchange {
    struct loopback *server;
    struct http_transport *transport;
    struct http_request request;
    struct http_exchange x;
};

static inline struct http_transport *exchange_transport_new(struct http_curl_options options)
{
    struct error err = ERROR_INIT;
    struct http_transport *t = http_transport_curl_new(&options, &err);
    if (t == NULL)
        fail_msg("%s", err.message);
    return t;
}

static inline void exchange_set_url(struct exchange *f, const char *format, int port,
                                    const char *target)
{
    struct error err = ERROR_INIT;
    char *url = memory_format(format, port, target);
    assert_true(http_request_set_url(&f->request, text_of(url), &err));
    free(url);
}

static inline void exchange_setup(struct exchange *f)
{
    *f = (struct exchange){ .server = loopback_new(exchange_serve) };
    f->transport = exchange_transport_new((struct http_curl_options){ 0 });
    http_request_init(&f->request);
    http_response_init(&f->x.response);
    f->request.method = memory_string("GET");
    f->x.request = &f->request;
    f->x.connect_timeout_ms = 5000;
    f->x.timeout_ms = 10000;
    f->x.max_response_bytes = 1024 * 1024;
}

static inline void exchange_teardown(struct exchange *f)
{
    http_response_release(&f->x.response);
    http_request_release(&f->request);
    http_transport_curl_free(f->transport);
    loopback_free(f->server);
}

static inline void exchange_run(struct exchange *f)
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

static inline void exchange_get(struct exchange *f, const char *target)
{
    exchange_set_url(f, "http://127.0.0.1:%d%s", f->server->port, target);
    exchange_run(f);
}

static inline const char *exchange_body_of(struct exchange *f)
{
    return buffer_string(&f->x.response.body);
}

#endif
