#ifndef CORE_HTTP_TRANSPORT_CURL_H
#define CORE_HTTP_TRANSPORT_CURL_H

#include "core/base/error.h"
#include "core/http/transport.h"

#include <stdbool.h>

/*
 * Exchanges over libcurl's multi interface, HTTP/1.1, in the caller's thread (look-ups of names run in
 * threads of libcurl's own). Connections, names and TLS sessions are kept and used again. Redirects are
 * not followed, .netrc is not read, TLS 1.2 is the least, certificates are always verified.
 *
 * An answer that is cut on the wire is BROKEN. One gap is libcurl's: gzip that the server itself cut
 * short, in a message of the right length, passes as whole (7.88 does not look for the end of the
 * stream); readers must know from the format whether they hold all of it.
 *
 * main() calls curl_global_init(CURL_GLOBAL_DEFAULT) before the first of these and
 * curl_global_cleanup() after the last.
 */
struct http_curl_options {
    const char *user_agent; /* NULL: yomawari/VERSION; a request's own User-Agent wins */
    const char *ca_file;    /* PEM; NULL: the system's. AWS_CA_BUNDLE is read by the caller */
    const char *proxy;      /* URL; NULL: none. Local hosts and `direct` requests never take it */
    const char *no_proxy;   /* hosts separated by commas that do not take `proxy` */
    bool proxy_from_environment; /* HTTPS_PROXY, NO_PROXY and so on count when `proxy` is NULL */
    long max_connections_kept;   /* open between exchanges; 0: 256 */
    long low_speed_s;            /* less than a byte a second for so long ends it, TIMEOUT; 0: 30 */
};

/* Options are copied. NULL with ERROR_CONFIG when the CA file cannot be read or the proxy is no URL.
 * Ignores SIGPIPE for the process, if it was at its default: a peer that hangs up must not end us. */
struct http_transport *http_transport_curl_new(const struct http_curl_options *options,
                                               struct error *err);
/* Exchanges still inside are dropped. NULL is fine. */
void http_transport_curl_free(struct http_transport *t);

#endif
