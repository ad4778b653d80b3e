/*
 * How many answers a second the fake cloud gives: connections that ask the same signed question again and
 * again, and the processor time that the server spent on it. The question is signed once, so that hardly
 * any time goes into asking; the server verifies it every time.
 *
 *   load PORT PID SECONDS CONNECTIONS SERVICE OPERATION [INPUT]
 */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/sigv4/sign.h"

#include <arpa/inet.h>
#include <errno.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1000, ANSWER_MAX = 16 * 1024 * 1024, EVENTS = 64, ROUND_MS = 100 };
#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define REGION "us-east-1"

struct connection {
    int fd;
    struct buffer in; /* of the answer under way */
};

struct load {
    struct buffer question;
    struct connection *connections;
    size_t count;
    int epoll;
    uint64_t answers, failures, bytes;
};

static bool write_question(const struct http_request *r, struct buffer *out)
{
    buffer_append_format(out, "%s %s%s%s HTTP/1.1\r\nHost: %s:%d\r\nContent-Length: %zu\r\n",
                         r->method, r->path, r->query == NULL || *r->query == '\0' ? "" : "?",
                         r->query == NULL ? "" : r->query, r->host, r->port, r->body.len);
    for (size_t i = 0; i < r->headers.count; i++)
        buffer_append_format(out, "%s: %s\r\n", r->headers.items[i].name, r->headers.items[i].value);
    buffer_append_string(out, "\r\n");
    buffer_append_text(out, buffer_text(&r->body));
    return buffer_ok(out);
}

/* The question as bytes. */
static bool make_question(int port, char **words, struct buffer *out, struct error *err)
{
    const struct aws_service *s = aws_model_service(words[0]);
    const struct aws_operation *op = s == NULL ? NULL : aws_model_operation(s, words[1]);
    struct aws_endpoint endpoint = { .scheme = "http", .host = "127.0.0.1", .port = port, .path = "", .fixed_host = true };
    struct aws_credentials keys = AWS_CREDENTIALS_INIT;
    struct json_object *input = NULL;
    struct http_request r;
    if (op == NULL)
        return error_set(err, ERROR_USAGE, "no operation %s %s", words[0], words[1]);
    if (words[2] != NULL && !json_parse(text_of(words[2]), &input, err))
        return false;
    http_request_init(&r);
    keys.access_key_id = memory_string(KEY_ID);
    secret_set_text(&keys.secret_access_key, TEXT_LITERAL(SECRET));
    struct clock clock = clock_system();
    struct sigv4_options o =
        sigv4_sign_options(&keys, REGION, s->signing_name, clock_wall_s(&clock));
    bool ok = aws_encode(op, input, &endpoint, &r, err) && sigv4_sign(&r, &o, err) &&
              write_question(&r, out);
    aws_credentials_release(&keys);
    http_request_release(&r);
    json_object_put(input);
    return ok;
}

static bool ask(struct load *l, struct connection *c)
{
    ssize_t sent = send(c->fd, l->question.data, l->question.len, MSG_NOSIGNAL);
    return sent == (ssize_t)l->question.len;
}

static bool open_connection(struct load *l, struct connection *c, int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct epoll_event event = { .events = EPOLLIN, .data = { .ptr = c } };
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    buffer_init(&c->in, ANSWER_MAX);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return c->fd >= 0 && connect(c->fd, (const struct sockaddr *)&to, sizeof to) == 0 &&
           setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0 &&
           epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) == 0 && ask(l, c);
}

/* Bytes of the whole answer; 0 while they are not known. */
static size_t answer_length(struct buffer *in)
{
    static const char word[] = "Content-Length: ";
    const char *end = strstr(buffer_string(in), "\r\n\r\n"), *length = strstr(in->data, word);
    if (end == NULL || length == NULL || length > end)
        return 0;
    return (size_t)(end + 4 - in->data) + strtoul(length + sizeof word - 1, NULL, 10);
}

static bool receive(struct load *l, struct connection *c)
{
    char piece[64 * 1024];
    ssize_t got = recv(c->fd, piece, sizeof piece, MSG_DONTWAIT);
    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    buffer_append(&c->in, piece, (size_t)got);
    size_t whole = answer_length(&c->in);
    if (whole == 0 || c->in.len < whole)
        return buffer_ok(&c->in);
    l->answers++;
    l->bytes += whole;
    l->failures += strncmp(c->in.data, "HTTP/1.1 200", 12) != 0;
    buffer_clear(&c->in);
    return ask(l, c);
}

/* Processor time of a process in seconds; user and kernel (proc(5), fields 14 and 15 of stat). */
static double processor_s(const char *pid)
{
    char *path = memory_format("/proc/%s/stat", pid), line[1024] = "";
    FILE *f = fopen(path, "r");
    size_t len = f == NULL ? 0 : fread(line, 1, sizeof line - 1, f);
    line[len] = '\0';
    if (f != NULL)
        fclose(f);
    free(path);
    char *at = strrchr(line, ')');
    for (int field = 2; at != NULL && field < 14; field++)
        at = strchr(at + 1, ' ');
    if (at == NULL)
        return 0;
    unsigned long user = strtoul(at, &at, 10), kernel = strtoul(at, NULL, 10);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static bool run(struct load *l, int64_t seconds, struct error *err)
{
    struct clock clock = clock_system();
    struct epoll_event events[EVENTS];
    int64_t end_ms = clock_mono_ms(&clock) + seconds * 1000;
    while (clock_mono_ms(&clock) < end_ms) {
        int count = epoll_wait(l->epoll, events, EVENTS, ROUND_MS);
        for (int i = 0; i < count; i++)
            if (!receive(l, events[i].data.ptr))
                return error_set(err, ERROR_NETWORK, "a connection broke");
    }
    return true;
}

static bool measure(struct load *l, int port, const char *pid, int64_t seconds, struct error *err)
{
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < l->count; i++)
        if (!open_connection(l, &l->connections[i], port))
            return error_set(err, ERROR_NETWORK, "cannot connect to port %d", port);
    double before = processor_s(pid);
    if (!run(l, seconds, err))
        return false;
    double spent = processor_s(pid) - before;
    printf("%.0f answers/s of %llu bytes, %.0f answers a second of the server's processor time, %llu refused\n",
           (double)l->answers / (double)seconds,
           (unsigned long long)(l->answers == 0 ? 0 : l->bytes / l->answers),
           spent > 0 ? (double)l->answers / spent : 0, (unsigned long long)l->failures);
    return l->answers > 0 || error_set(err, ERROR_NETWORK, "no answer at all");
}

static void release(struct load *l)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->connections[i].fd > 0)
            close(l->connections[i].fd);
        buffer_release(&l->connections[i].in);
    }
    if (l->epoll > 0)
        close(l->epoll);
    free(l->connections);
    buffer_release(&l->question);
}

int main(int argc, char **argv)
{
    struct load l = { 0 };
    struct error err = ERROR_INIT;
    int64_t port = 0, seconds = 0, count = 0;
    if (argc < 7 || argc > 8 || !text_to_int64(text_of(argv[1]), &port) ||
        !text_to_int64(text_of(argv[3]), &seconds) || !text_to_int64(text_of(argv[4]), &count) ||
        port < 1 || port > UINT16_MAX || seconds < 1 || count < 1 || count > CONNECTIONS_MAX) {
        fputs("usage: load PORT PID SECONDS CONNECTIONS SERVICE OPERATION [INPUT]\n", stderr);
        return 2;
    }
    buffer_init(&l.question, HTTP_BODY_MAX);
    l.count = (size_t)count;
    l.connections = memory_new(l.count, sizeof *l.connections);
    bool ok = make_question((int)port, argv + 5, &l.question, &err) &&
              measure(&l, (int)port, argv[2], seconds, &err);
    if (!ok)
        fprintf(stderr, "load: %s\n", err.message);
    release(&l);
    return ok ? 0 : 1;
}
