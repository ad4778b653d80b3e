#include "tests/fakecloud/http.h"

#include "core/base/file.h"
#include "core/base/list.h"
#include "core/base/memory.h"
#include "core/http/timers.h"
#include "tests/fakecloud/ledger.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    IDLE_S = 60,
    CONNECTION_BYTES = 32 * 1024, /* request line with up to some hundred parameters, headers, and the answer's headers */
    FILES_KEPT = 64,              /* for all that is no connection */
    ROUND_MS = 1000,
    HANG_LOOK_MS = 500, /* how often to see whether a caller who gets no answer has gone */
    BLOCK_BYTES = 16 * 1024,
    PEM_MAX = 64 * 1024,
};

struct http_door {
    struct MHD_Daemon *daemon;
    const struct server *s;
    struct http_door_options o;
    const struct clock *clock;
    struct timers waiting; /* arrivals whose answer has not left yet */
    struct list arrivals;  /* all: of what is too large for a connection libmicrohttpd never tells the end */
    struct buffer certificate, key;
    uint64_t requests;
};

/* A request: arrives, is answered, waits, leaves. */
struct arrival {
    struct list node; /* in the door's */
    struct http_door *door;
    struct MHD_Connection *connection;
    char *target; /* path and query as sent: the signature covers every byte */
    struct http_request request;
    struct reply reply;
    struct timer timer; /* set while the connection is suspended */
    bool too_large, begun, answered, gone;
};

static void *note_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    struct arrival *a = memory_new(1, sizeof *a);
    a->door = ctx;
    a->connection = connection;
    a->target = memory_string(target);
    http_request_init(&a->request);
    http_response_init(&a->reply.response);
    list_push_back(&a->door->arrivals, &a->node);
    ledger_begin(a->door->s->ledger);
    return a;
}

static void arrival_free(struct arrival *a)
{
    list_remove(&a->node);
    ledger_end(a->door->s->ledger);
    timers_cancel(&a->door->waiting, &a->timer);
    http_request_release(&a->request);
    http_response_release(&a->reply.response);
    free(a->target);
    free(a);
}

static void forget(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct arrival *a = *state;
    (void)ctx;
    (void)connection;
    (void)why;
    if (a != NULL)
        arrival_free(a);
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
static bool begin(struct arrival *a, const char *method)
{
    struct error err = ERROR_INIT;
    const char *host = MHD_lookup_connection_value(a->connection, MHD_HEADER_KIND, "Host");
    a->begun = true;
    char *url = memory_format("%s://%s%s", a->door->o.key == NULL ? "http" : "https",
                              host == NULL ? "" : host, a->target);
    bool ok = http_request_set_url(&a->request, text_of(url), &err);
    free(url);
    a->request.method = memory_string(method);
    MHD_get_connection_values(a->connection, MHD_HEADER_KIND, add_header, &a->request.headers);
    http_headers_remove(&a->request.headers, "Host");
    return ok;
}

/* ---- answers ---- */

/* What is left of an answer that will not be sent whole. */
struct piece {
    struct MHD_Connection *connection;
    char *data;
    size_t len;
};

static int socket_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static ssize_t read_piece(void *ctx, uint64_t at, char *out, size_t max)
{
    const struct piece *p = ctx;
    if (at >= p->len) {
        /* libmicrohttpd would close only when it next looks at the connection, which may be never. */
        (void)shutdown(socket_of(p->connection), SHUT_RDWR);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t len = p->len - (size_t)at < max ? p->len - (size_t)at : max;
    memcpy(out, p->data + at, len);
    return (ssize_t)len;
}

static void free_piece(void *ctx)
{
    struct piece *p = ctx;
    free(p->data);
    free(p);
}

static struct MHD_Response *cut(struct MHD_Connection *connection, struct reply *reply)
{
    struct piece *p = memory_new(1, sizeof *p);
    size_t whole = reply->response.body.len;
    p->connection = connection;
    p->len = reply->bytes < whole ? reply->bytes : whole;
    p->data = buffer_detach(&reply->response.body);
    return MHD_create_response_from_callback(whole, BLOCK_BYTES, read_piece, p, free_piece);
}

static enum MHD_Result leave(struct arrival *a)
{
    struct http_response *r = &a->reply.response;
    struct MHD_Response *answer = NULL;
    if (a->gone || a->reply.way == REPLY_CLOSE)
        return MHD_NO;
    if (a->reply.way == REPLY_CUT) {
        answer = cut(a->connection, &a->reply);
    } else {
        size_t len = r->body.len;
        answer =
            MHD_create_response_from_buffer(len, buffer_detach(&r->body), MHD_RESPMEM_MUST_FREE);
    }
    for (size_t i = 0; i < r->headers.count; i++)
        MHD_add_response_header(answer, r->headers.items[i].name, r->headers.items[i].value);
    enum MHD_Result queued = MHD_queue_response(a->connection, (unsigned)r->status, answer);
    MHD_destroy_response(answer);
    return queued;
}

/* An even draw from [0, most]: the request's number, mixed (splitmix64). */
static int64_t jitter(uint64_t number, int64_t most)
{
    uint64_t z = number * 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (int64_t)((z ^ (z >> 31)) % ((uint64_t)most + 1));
}

static enum MHD_Result answer(struct arrival *a)
{
    struct http_door *d = a->door;
    uint64_t number = ++d->requests;
    a->answered = true;
    if (a->too_large)
        a->reply.response.status = 413;
    else
        serve_request(d->s, &a->request, number, &a->reply);
    int64_t wait_ms = a->reply.way == REPLY_HANG ? HANG_LOOK_MS
                                                 : d->o.latency_ms + jitter(number, d->o.jitter_ms);
    if (wait_ms == 0)
        return leave(a);
    MHD_suspend_connection(a->connection);
    timers_set(&d->waiting, &a->timer, clock_mono_ms(d->clock) + wait_ms);
    return MHD_YES;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct arrival *a = *state;
    (void)ctx;
    (void)connection;
    (void)url;
    (void)version;
    if (!a->begun)
        return begin(a, method) ? MHD_YES : MHD_NO;
    if (a->answered)
        return leave(a);
    if (*size == 0)
        return answer(a);
    buffer_append(&a->request.body, data, *size);
    a->too_large = !buffer_ok(&a->request.body);
    *size = 0;
    return MHD_YES;
}

/* ---- rounds ---- */

static bool has_hung_up(const struct arrival *a)
{
    struct pollfd fd = { .fd = socket_of(a->connection), .events = POLLRDHUP };
    return poll(&fd, 1, 0) > 0;
}

static void wake(struct http_door *d)
{
    int64_t now_ms = clock_mono_ms(d->clock);
    for (struct timer *t = timers_due(&d->waiting, now_ms); t != NULL;
         t = timers_due(&d->waiting, now_ms)) {
        struct arrival *a = LIST_OWNER(t, struct arrival, timer);
        a->gone = a->reply.way == REPLY_HANG && has_hung_up(a);
        if (a->reply.way == REPLY_HANG && !a->gone)
            timers_set(&d->waiting, t, now_ms + HANG_LOOK_MS);
        else
            MHD_resume_connection(a->connection);
    }
}

static int wait_ms(const struct http_door *d)
{
    MHD_UNSIGNED_LONG_LONG of_daemon = ROUND_MS;
    int64_t next = timers_next(&d->waiting), left = ROUND_MS;
    if (MHD_get_timeout(d->daemon, &of_daemon) == MHD_YES && of_daemon < ROUND_MS)
        left = (int64_t)of_daemon;
    if (next != TIMERS_NEVER && next - clock_mono_ms(d->clock) < left)
        left = next - clock_mono_ms(d->clock);
    return left < 0 ? 0 : (int)left;
}

void http_door_round(struct http_door *d, const int *others, size_t count, bool *out_ready)
{
    struct pollfd fds[HTTP_DOOR_OTHERS_MAX + 1] = { { .events = POLLIN } };
    fds[0].fd = MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    for (size_t i = 0; i < count; i++)
        fds[i + 1] = (struct pollfd){ .fd = others[i], .events = POLLIN };
    (void)poll(fds, (nfds_t)(count + 1), wait_ms(d)); /* interrupted is as good as nothing */
    for (size_t i = 0; i < count; i++)
        out_ready[i] = fds[i + 1].revents != 0;
    wake(d);
    MHD_run(d->daemon);
}

/* ---- the door ---- */

static unsigned connections_allowed(void)
{
    struct rlimit files = { 0, 0 };
    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        (void)getrlimit(RLIMIT_NOFILE, &files);
    rlim_t left = files.rlim_cur > FILES_KEPT ? files.rlim_cur - FILES_KEPT : 1;
    return left < HTTP_DOOR_CONNECTIONS_MAX ? (unsigned)left : HTTP_DOOR_CONNECTIONS_MAX;
}

static bool start(struct http_door *d, int *out_port)
{
    struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons((uint16_t)d->o.port) };
    bool tls = d->o.key != NULL;
    struct MHD_OptionItem keys[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, d->certificate.data },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, d->key.data },
        { MHD_OPTION_END, 0, NULL },
    };
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    d->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
            (tls ? MHD_USE_TLS : 0U),
        (uint16_t)d->o.port, NULL, NULL, handle, d, MHD_OPTION_SOCK_ADDR, &where,
        MHD_OPTION_URI_LOG_CALLBACK, note_target, d, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
        MHD_OPTION_CONNECTION_LIMIT, connections_allowed(), MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)SOMAXCONN, MHD_OPTION_ARRAY,
        tls ? keys : &keys[2], MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        d->daemon == NULL ? NULL : MHD_get_daemon_info(d->daemon, MHD_DAEMON_INFO_BIND_PORT);
    if (info != NULL)
        *out_port = info->port;
    return info != NULL;
}

struct http_door *http_door_open(const struct server *s, const struct http_door_options *o,
                                 const struct clock *clock, int *out_port, struct error *err)
{
    struct http_door *d = memory_new(1, sizeof *d);
    d->s = s;
    d->o = *o;
    d->clock = clock;
    timers_init(&d->waiting);
    list_init(&d->arrivals);
    buffer_init(&d->certificate, PEM_MAX);
    buffer_init(&d->key, PEM_MAX);
    bool ok = o->key == NULL ||
              (file_read(o->certificate, &d->certificate, err) && file_read(o->key, &d->key, err));
    if (ok && !start(d, out_port))
        ok = error_set(err, ERROR_NETWORK, "cannot listen on port %d of the loopback%s", o->port,
                       o->key == NULL ? "" : ", or certificate and key are none");
    if (ok)
        return d;
    http_door_close(d);
    return NULL;
}

void http_door_close(struct http_door *d)
{
    if (d == NULL)
        return;
    for (struct timer *t = timers_due(&d->waiting, TIMERS_NEVER - 1); t != NULL;
         t = timers_due(&d->waiting, TIMERS_NEVER - 1)) {
        struct arrival *a = LIST_OWNER(t, struct arrival, timer);
        a->gone = true;
        MHD_resume_connection(a->connection);
    }
    if (d->daemon != NULL)
        MHD_stop_daemon(d->daemon);
    while (!list_is_empty(&d->arrivals))
        arrival_free(LIST_OWNER(d->arrivals.next, struct arrival, node));
    timers_release(&d->waiting);
    buffer_wipe(&d->key);
    buffer_release(&d->certificate);
    free(d);
}
