#include "tests/fakecloud/http.h"

#include "core/base/memory.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MAX = 1000, IDLE_S = 60 };

struct http_door {
    struct MHD_Daemon *daemon;
    const struct serve_options *o;
    uint64_t requests; /* touched by the daemon's one thread alone */
};

/* A request while it arrives. */
struct arrival {
    char *target; /* path and query as sent: the signature covers every byte */
    struct http_request request;
    bool too_large;
    bool begun;
};

static void *note_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    struct arrival *a = memory_new(1, sizeof *a);
    (void)ctx;
    (void)connection;
    a->target = memory_string(target);
    http_request_init(&a->request);
    return a;
}

static void forget(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct arrival *a = *state;
    (void)ctx;
    (void)connection;
    (void)why;
    if (a == NULL)
        return;
    http_request_release(&a->request);
    free(a->target);
    free(a);
    *state = NULL;
}

static enum MHD_Result add_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct error err = ERROR_INIT;
    (void)kind;
    return http_headers_add(ctx, name, text_of(value), &err) ? MHD_YES : MHD_NO;
}

/* Method, headers and URL; false for what no client of AWS sends. */
static bool begin(struct arrival *a, struct MHD_Connection *connection, const char *method)
{
    struct error err = ERROR_INIT;
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    a->begun = true;
    char *url = memory_format("http://%s%s", host == NULL ? "" : host, a->target);
    bool ok = http_request_set_url(&a->request, text_of(url), &err);
    free(url);
    a->request.method = memory_string(method);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &a->request.headers);
    http_headers_remove(&a->request.headers, "Host");
    return ok;
}

static enum MHD_Result reply(struct MHD_Connection *connection, struct http_response *r)
{
    struct MHD_Response *answer = MHD_create_response_from_buffer(
        r->body.len, (void *)(uintptr_t)buffer_string(&r->body), MHD_RESPMEM_MUST_COPY);
    for (size_t i = 0; i < r->headers.count; i++)
        MHD_add_response_header(answer, r->headers.items[i].name, r->headers.items[i].value);
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)r->status, answer);
    MHD_destroy_response(answer);
    return queued;
}

static enum MHD_Result finish(struct http_door *d, struct MHD_Connection *connection,
                              const struct arrival *a)
{
    struct http_response r;
    http_response_init(&r);
    if (a->too_large)
        r.status = 413;
    else
        serve_request(d->o, &a->request, ++d->requests, &r);
    enum MHD_Result queued = reply(connection, &r);
    http_response_release(&r);
    return queued;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct arrival *a = *state;
    (void)url;
    (void)version;
    if (!a->begun)
        return begin(a, connection, method) ? MHD_YES : MHD_NO;
    if (*size == 0)
        return finish(ctx, connection, a);
    buffer_append(&a->request.body, data, *size);
    a->too_large = !buffer_ok(&a->request.body);
    *size = 0;
    return MHD_YES;
}

struct http_door *http_door_open(const struct serve_options *o, int port, int *out_port,
                                 struct error *err)
{
    struct http_door *d = memory_new(1, sizeof *d);
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    d->o = o;
    d->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUPPRESS_DATE_NO_CLOCK, (uint16_t)port, NULL, NULL,
        handle, d, MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_URI_LOG_CALLBACK, note_target, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        d->daemon == NULL ? NULL : MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info == NULL) {
        error_set(err, ERROR_NETWORK, "cannot listen on port %d of the loopback", port);
        http_door_close(d);
        return NULL;
    }
    *out_port = info->port;
    return d;
}

void http_door_close(struct http_door *d)
{
    if (d == NULL)
        return;
    if (d->daemon != NULL)
        MHD_stop_daemon(d->daemon);
    free(d);
}
