#ifndef CORE_HTTP_CURL_REQUEST_H
#define CORE_HTTP_CURL_REQUEST_H

#include "core/http/transport.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* Says to an easy handle what an exchange asks for: every option that concerns sending, and the limits.
 * What receives (callbacks and their data) is the transport's. */

struct curl_request_settings {
    char *user_agent;       /* never NULL */
    char *ca_file;          /* NULL: the system's */
    char *proxy, *no_proxy; /* NULL: none */
    bool proxy_from_environment;
    long low_speed_s;
};

/* Aborts when libcurl has no memory; nothing else can fail for a request that passed
 * http_request_check(). The headers (which hold tokens) must live until the handle is reset, then go to
 * curl_request_free_headers(). The request's body is borrowed as well. */
struct curl_slist *curl_request_apply(const struct curl_request_settings *settings,
                                      const struct http_exchange *x, CURL *easy);
void curl_request_free_headers(struct curl_slist *headers); /* wipes */

/* Milliseconds as libcurl takes them: no more than an int holds. */
long curl_request_ms(int64_t ms);

#endif
