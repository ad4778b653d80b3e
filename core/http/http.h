#ifndef CORE_HTTP_HTTP_H
#define CORE_HTTP_HTTP_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One exchange over HTTP as plain data. Providers build requests and read responses; only the engine
 * (engine.h) sends anything.
 */

#define HTTP_HEADERS_MAX 64                  /* headers of a request, or kept of a response */
#define HTTP_BODY_MAX (1024 * 1024)          /* bytes of a request's body */
#define HTTP_URL_MAX (32 * 1024)             /* bytes of a URL */
#define HTTP_ERROR_BODY_MAX (256 * 1024)     /* bytes kept of an answer that is not 2xx */
#define HTTP_RESPONSE_MAX (64 * 1024 * 1024) /* default cap of an answer, as decompressed */

struct http_header {
    char *name;  /* as written; compared without case */
    char *value; /* wiped when freed: it may be a token */
};

struct http_headers {
    struct http_header *items;
    size_t count;
};

void http_headers_release(struct http_headers *h);
/* Adds, or with `set` replaces all of that name. False when full (ERROR_LIMIT), when the value holds CR,
 * LF or NUL, or when the name is not a token of RFC 9110 (ERROR_DATA); nothing is changed then. */
bool http_headers_add(struct http_headers *h, const char *name, struct text value,
                      struct error *err);
bool http_headers_set(struct http_headers *h, const char *name, struct text value,
                      struct error *err);
/* As http_headers_add(), for a name that is a view. */
bool http_headers_add_text(struct http_headers *h, struct text name, struct text value,
                           struct error *err);
void http_headers_remove(struct http_headers *h, const char *name);
/* First value of that name, without case; NULL when absent. */
const char *http_headers_get(const struct http_headers *h, const char *name);

/* A rate that requests share. The engine knows nothing of a key but that equal keys share a bucket. */
struct http_limit {
    char *key;         /* NULL: no limit */
    double rate_per_s; /* documented rate; the engine applies share_of_quota */
    double burst;      /* documented bucket size */
};

/*
 * url = scheme "://" host [":" port] path ["?" query]. `path` and `query` are kept apart and exactly
 * as they go on the wire (already percent-encoded), since a signature covers them byte by byte; libcurl
 * is told not to touch them (CURLOPT_PATH_AS_IS).
 */
struct http_request {
    char *method;                /* "GET", "POST", "PUT" */
    char *scheme;                /* "https", or "http" where allowed */
    char *host;                  /* no port; IPv6 in brackets */
    int port;                    /* 0: the scheme's own */
    char *path;                  /* begins with '/' */
    char *query;                 /* without '?'; NULL or "": none */
    struct http_headers headers; /* Host is not among them */
    struct buffer body;          /* empty for none; wiped when freed */
    struct http_limit limit;
    int64_t connect_timeout_ms; /* 0: the engine's default */
    int64_t timeout_ms;         /* whole exchange; 0: the engine's default */
    size_t max_response_bytes;  /* 0: HTTP_RESPONSE_MAX */
    int max_attempts;           /* 0: the engine's default (3) */
    bool direct;                /* link-local metadata services: never through a proxy */
};

void http_request_init(struct http_request *r);
void http_request_release(struct http_request *r); /* wipes headers and body; usable again */

/* Fills scheme, host, port, path and query from an absolute http(s) URL; userinfo and fragments are
 * refused. An empty path becomes "/". */
bool http_request_set_url(struct http_request *r, struct text url, struct error *err);
/* Whether the request can be sent as it stands: scheme, host, path, sizes. The engine asks before each
 * attempt; what it refuses ends as FATAL. */
bool http_request_check(const struct http_request *r, struct error *err);
/* The URL as it goes to libcurl; free(). For messages leave the query out. Needs scheme, host, path. */
char *http_request_url(const struct http_request *r, bool with_query);
/* "host" or "host:port" where the port is not the scheme's own: the Host header as signed; free(). */
char *http_request_host_header(const struct http_request *r);
/* Whether `host` is loopback or link-local by its literal address (with or without the brackets of
 * IPv6), the name "localhost", or in fd00:ec2::/32, AWS's metadata services over IPv6. */
bool http_host_is_local(const char *host);

/* How an exchange ended below HTTP. */
enum http_transport_result {
    HTTP_TRANSPORT_OK,
    HTTP_TRANSPORT_RESOLVE, /* no such host */
    HTTP_TRANSPORT_CONNECT, /* refused, unreachable, connect time-out */
    HTTP_TRANSPORT_TLS,
    HTTP_TRANSPORT_TIMEOUT,   /* connected, but no whole answer in time */
    HTTP_TRANSPORT_BROKEN,    /* connection lost, answer truncated, not HTTP */
    HTTP_TRANSPORT_TOO_LARGE, /* the cap on the answer was reached */
    HTTP_TRANSPORT_SINK, /* the sink refused: bytes are not what their format says; see message */
    HTTP_TRANSPORT_CANCELLED,
};

struct http_response {
    enum http_transport_result transport;
    char message[256];           /* what went wrong below HTTP, for people; else empty */
    int status;                  /* 0 when no status line came */
    struct http_headers headers; /* of the final answer */
    /* Of a 2xx answer everything, or nothing where a sink takes it; of any other answer what fits into
     * HTTP_ERROR_BODY_MAX. */
    struct buffer body;
    int64_t elapsed_ms;
};

void http_response_init(struct http_response *r);
void http_response_release(struct http_response *r);

/*
 * Takes the body of a 2xx answer as it arrives. `begin` is called at the start of every attempt whose
 * status is 2xx, with the headers, and must forget what an earlier attempt brought; it may
 * be NULL. Errors end the attempt with HTTP_TRANSPORT_SINK. Both are called from within
 * http_engine_run(), in the middle of a transfer: they may not run or free the engine.
 */
struct http_sink {
    bool (*begin)(void *ctx, int status, const struct http_headers *headers, struct error *err);
    bool (*write)(void *ctx, const char *data, size_t len, struct error *err);
    void *ctx;
};

/* What a provider says of an answer; the engine retries RETRY and THROTTLED by itself. */
enum http_verdict {
    HTTP_VERDICT_OK,
    HTTP_VERDICT_RETRY,     /* a passing fault: try again with back-off */
    HTTP_VERDICT_THROTTLED, /* try again, and slow this limit key down */
    HTTP_VERDICT_REFRESH,   /* credentials have expired */
    HTTP_VERDICT_DENIED,
    HTTP_VERDICT_BLOCKED,  /* by the organization's own policy */
    HTTP_VERDICT_DISABLED, /* API or service off */
    HTTP_VERDICT_ABSENT,   /* the thing asked for does not exist */
    HTTP_VERDICT_FATAL,    /* anything else */
};

#endif
