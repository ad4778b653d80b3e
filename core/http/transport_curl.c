#include "core/http/transport_curl.h"

#include "core/base/clock.h"
#include "core/base/memory.h"
#include "core/http/curl_request.h"
#include "core/http/receive.h"

#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    CONNECTIONS_KEPT = 256,
    LOW_SPEED_S = 30,
    EVENTS_AT_ONCE = 64, /* sockets served in one turn; the rest in the next */
};

struct curl_transport {
    struct http_transport transport; /* ctx points back */
    CURLM *multi;
    int epoll; /* what libcurl waits for */
    struct clock clock;
    int64_t due_ms; /* when libcurl wants to be called whatever happens; -1: not at all */
    struct curl_request_settings settings;
    struct list running; /* struct transfer */
    struct list ended;   /* struct http_exchange, to be taken */
    struct list idle;    /* struct transfer: easy handles used again */
};

/* One easy handle, and while it runs its exchange. There are never more than exchanges at one time. */
struct transfer {
    struct list link; /* in running or idle */
    CURL *easy;
    struct http_exchange *x;
    struct receive receive;
    struct curl_slist *headers;
    char error[CURL_ERROR_SIZE];
};

/* ---- what arrives ---- */

static size_t on_head_line(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t len = size * count;
    return receive_head_line(&t->receive, (struct text){ data, len }) ? len : len + 1;
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t len = size * count;
    return receive_body(&t->receive, (struct text){ data, len }) ? len : CURL_WRITEFUNC_ERROR;
}

static void receive_with(struct transfer *t)
{
    bool ok = curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_head_line) == CURLE_OK &&
              curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == CURLE_OK &&
              curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
              curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
              curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK &&
              curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) == CURLE_OK;
    if (!ok)
        abort(); /* none of them can fail but for an option that libcurl does not know */
}

/* ---- life of a transfer ---- */

static struct transfer *transfer_new(void)
{
    struct transfer *t = memory_new(1, sizeof *t);
    list_init(&t->link);
    t->easy = curl_easy_init();
    if (t->easy == NULL)
        abort();
    return t;
}

static void transfer_free(struct transfer *t)
{
    curl_easy_cleanup(t->easy);
    free(t);
}

static void curl_start(void *ctx, struct http_exchange *x)
{
    struct curl_transport *c = ctx;
    struct list *idle = list_pop_front(&c->idle);
    struct transfer *t = idle == NULL ? transfer_new() : LIST_OWNER(idle, struct transfer, link);
    t->x = x;
    t->error[0] = '\0';
    x->transport_private = t;
    receive_init(&t->receive, x);
    t->headers = curl_request_apply(&c->settings, x, t->easy);
    receive_with(t);
    list_push_back(&c->running, &t->link);
    if (curl_multi_add_handle(c->multi, t->easy) != CURLM_OK)
        abort(); /* a handle of ours that runs nowhere: memory alone can be wanting */
}

/* Takes the handle out of libcurl and makes it ready for another exchange. */
static void retire(struct curl_transport *c, struct transfer *t)
{
    (void)curl_multi_remove_handle(c->multi, t->easy);
    curl_easy_reset(t->easy);
    curl_request_free_headers(t->headers);
    t->headers = NULL;
    t->x = NULL;
    list_remove(&t->link);
    list_push_back(&c->idle, &t->link);
}

static void curl_cancel(void *ctx, struct http_exchange *x)
{
    if (x->transport_private != NULL)
        retire(ctx, x->transport_private);
    else
        list_remove(&x->link); /* ended, not taken */
    x->transport_private = NULL;
}

/* ---- how it ended ---- */

static int64_t info_us(CURL *easy, CURLINFO what)
{
    curl_off_t us = 0;
    return curl_easy_getinfo(easy, what, &us) == CURLE_OK ? (int64_t)us : 0;
}

/* libcurl has one code for all time-outs; how far it came tells them apart. */
static enum http_transport_result timed_out(CURL *easy)
{
    if (info_us(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0)
        return HTTP_TRANSPORT_RESOLVE;
    if (info_us(easy, CURLINFO_PRETRANSFER_TIME_T) == 0)
        return HTTP_TRANSPORT_CONNECT;
    return HTTP_TRANSPORT_TIMEOUT;
}

static enum http_transport_result result_of(CURL *easy, CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return HTTP_TRANSPORT_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return HTTP_TRANSPORT_RESOLVE;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    /* A handshake that breaks off, before anything was sent; a bad certificate has its own code. */
    case CURLE_SSL_CONNECT_ERROR:
        return HTTP_TRANSPORT_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return timed_out(easy);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return HTTP_TRANSPORT_TLS;
    /* What libcurl 7.88 says of a header line beyond its 100 KB. */
    case CURLE_OUT_OF_MEMORY:
        return HTTP_TRANSPORT_TOO_LARGE;
    default: /* send, receive, half an answer, no HTTP, bad gzip */
        return HTTP_TRANSPORT_BROKEN;
    }
}

static void describe(struct transfer *t, CURLcode code)
{
    struct http_response *response = &t->x->response;
    /* libcurl's own line for a bad proxy repeats the proxy, with its password. */
    bool own = t->error[0] != '\0' && code != CURLE_COULDNT_RESOLVE_PROXY;
    const char *line = code == CURLE_OUT_OF_MEMORY ? "a header line of the answer is too long"
                       : own                       ? t->error
                                                   : curl_easy_strerror(code);
    (void)snprintf(response->message, sizeof response->message, "%s", line);
}

static void finish(struct curl_transport *c, struct transfer *t, CURLcode code)
{
    struct http_exchange *x = t->x;
    if (t->receive.state != RECEIVE_FAILED && t->receive.state != RECEIVE_CUT) {
        if (code == CURLE_OK && t->receive.state != RECEIVE_BODY)
            code = CURLE_GOT_NOTHING;
        x->response.transport = result_of(t->easy, code);
        if (code != CURLE_OK)
            describe(t, code);
    }
    x->response.elapsed_ms = info_us(t->easy, CURLINFO_TOTAL_TIME_T) / 1000;
    x->transport_private = NULL;
    retire(c, t);
    list_init(&x->link);
    list_push_back(&c->ended, &x->link);
}

static void collect(struct curl_transport *c)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(c->multi, &left)) != NULL) {
        char *owner = NULL;
        CURLcode code = message->data.result; /* `message` dies with the handle's removal */
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner) == CURLE_OK)
            finish(c, (struct transfer *)(void *)owner, code);
    }
}

/* ---- waiting ---- */

/* libcurl says what it waits for, so that only the exchanges for which something happened are looked at:
 * curl_multi_perform() would go through all of them each time. */
static int on_socket(CURL *easy, curl_socket_t socket, int what, void *ctx, void *known)
{
    struct curl_transport *c = ctx;
    struct epoll_event event = { .data.fd = socket };
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(c->epoll, EPOLL_CTL_DEL, socket, NULL); /* it may be closed already */
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    int first = known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    int second =
        known == NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD; /* a number that was closed and came again */
    if (epoll_ctl(c->epoll, first, socket, &event) != 0 &&
        epoll_ctl(c->epoll, second, socket, &event) != 0)
        return -1;
    (void)curl_multi_assign(c->multi, socket, c);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *ctx)
{
    struct curl_transport *c = ctx;
    (void)multi;
    c->due_ms = timeout_ms < 0 ? -1 : clock_mono_ms(&c->clock) + timeout_ms;
    return 0;
}

static void act(struct curl_transport *c, curl_socket_t socket, int what)
{
    int running = 0;
    if (curl_multi_socket_action(c->multi, socket, what, &running) != CURLM_OK)
        abort();
}

static int64_t wait_ms(const struct curl_transport *c, int64_t timeout_ms)
{
    int64_t left = c->due_ms < 0 ? timeout_ms : c->due_ms - clock_mono_ms(&c->clock);
    if (timeout_ms <= 0 || left <= 0 || !list_is_empty(&c->ended))
        return 0;
    return left < timeout_ms ? left : timeout_ms;
}

static int bits_of(uint32_t events)
{
    return (events & (EPOLLIN | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
           (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (events & EPOLLERR ? CURL_CSELECT_ERR : 0);
}

static void curl_poll(void *ctx, int64_t timeout_ms)
{
    struct curl_transport *c = ctx;
    struct epoll_event events[EVENTS_AT_ONCE];
    int ready =
        epoll_wait(c->epoll, events, EVENTS_AT_ONCE, (int)curl_request_ms(wait_ms(c, timeout_ms)));
    for (int i = 0; i < ready; i++)
        act(c, events[i].data.fd, bits_of(events[i].events));
    if (c->due_ms >= 0 && c->due_ms <= clock_mono_ms(&c->clock)) {
        c->due_ms = -1;
        act(c, CURL_SOCKET_TIMEOUT, 0);
    }
    collect(c);
}

static struct http_exchange *curl_take(void *ctx)
{
    struct curl_transport *c = ctx;
    struct list *first = list_pop_front(&c->ended);
    return first == NULL ? NULL : LIST_OWNER(first, struct http_exchange, link);
}

/* ---- life of the transport ---- */

static void ignore_sigpipe(void)
{
    struct sigaction now;
    if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL) {
        now.sa_handler = SIG_IGN;
        (void)sigaction(SIGPIPE, &now, NULL);
    }
}

/* The line leaves the proxy out: its URL may hold a password. */
static bool check_proxy(const char *proxy, struct error *err)
{
    CURLU *url = curl_url();
    if (url == NULL)
        abort();
    bool ok = curl_url_set(url, CURLUPART_URL, proxy,
                           CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    curl_url_cleanup(url);
    return ok || error_set(err, ERROR_CONFIG, "the proxy's address is no URL");
}

static bool check_options(const struct http_curl_options *o, struct error *err)
{
    if (o->ca_file != NULL && access(o->ca_file, R_OK) != 0)
        return error_set(err, ERROR_CONFIG, "%s: the file of trusted certificates cannot be read",
                         o->ca_file);
    return o->proxy == NULL || check_proxy(o->proxy, err);
}

static void fill_settings(struct curl_request_settings *s, const struct http_curl_options *o)
{
    s->user_agent =
        memory_string(o->user_agent != NULL ? o->user_agent : "yomawari/" YOMAWARI_VERSION);
    s->ca_file = memory_string(o->ca_file);
    s->proxy = memory_string(o->proxy);
    s->no_proxy = memory_string(o->no_proxy);
    s->proxy_from_environment = o->proxy_from_environment;
    s->low_speed_s = o->low_speed_s > 0 ? o->low_speed_s : LOW_SPEED_S;
}

static void release_settings(struct curl_request_settings *s)
{
    free(s->user_agent);
    free(s->ca_file);
    secret_free_string(s->proxy);
    free(s->no_proxy);
}

struct http_transport *http_transport_curl_new(const struct http_curl_options *options,
                                               struct error *err)
{
    if (!check_options(options, err))
        return NULL;
    struct curl_transport *c = memory_new(1, sizeof *c);
    c->multi = curl_multi_init();
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->clock = clock_system();
    c->due_ms = -1;
    if (c->multi == NULL || c->epoll < 0)
        abort();
    (void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
    (void)curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
    long kept =
        options->max_connections_kept > 0 ? options->max_connections_kept : CONNECTIONS_KEPT;
    (void)curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, kept);
    fill_settings(&c->settings, options);
    list_init(&c->running);
    list_init(&c->ended);
    list_init(&c->idle);
    c->transport = (struct http_transport){ curl_start, curl_poll, curl_take, curl_cancel, c };
    ignore_sigpipe();
    return &c->transport;
}

void http_transport_curl_free(struct http_transport *t)
{
    if (t == NULL)
        return;
    struct curl_transport *c = t->ctx;
    struct list *first;
    while (!list_is_empty(&c->running))
        retire(c, LIST_OWNER(c->running.next, struct transfer, link));
    while ((first = list_pop_front(&c->idle)) != NULL)
        transfer_free(LIST_OWNER(first, struct transfer, link));
    (void)curl_multi_cleanup(c->multi);
    (void)close(c->epoll);
    release_settings(&c->settings);
    free(c);
}
