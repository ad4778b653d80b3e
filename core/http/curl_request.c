#include "core/http/curl_request.h"

#include "core/base/memory.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <stdint.h>
#include <stdlib.h>

/* An option that libcurl knows and whose value is right can fail for want of memory alone. */
#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt((easy), (option), (value)) != CURLE_OK)                               \
            abort();                                                                               \
    } while (0)

enum { LINE_FIRST = 1000 }; /* bytes: most headers fit, session tokens too */

static void add_line(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);
    if (longer == NULL)
        abort();
    *headers = longer;
}

static void add_header(struct curl_slist **headers, const char *name, const char *value,
                       struct buffer *line)
{
    buffer_clear(line);
    buffer_append_string(line, name);
    /* libcurl takes "Name:" as "do not send it"; "Name;" sends it empty. */
    buffer_append_string(line, value[0] == '\0' ? ";" : ": ");
    buffer_append_string(line, value);
    add_line(headers, buffer_string(line));
}

static struct curl_slist *make_headers(const struct http_request *request)
{
    struct curl_slist *headers = NULL;
    struct buffer line;
    buffer_init(&line, SIZE_MAX - 1); /* as long as the longest header */
    buffer_reserve(&line, LINE_FIRST);
    char *host = http_request_host_header(request);
    add_header(&headers, "Host", host, &line);
    free(host);
    for (size_t i = 0; i < request->headers.count; i++)
        add_header(&headers, request->headers.items[i].name, request->headers.items[i].value,
                   &line);
    buffer_wipe(&line); /* tokens went through it */
    /* What libcurl would add by itself, and nobody asked for. */
    add_line(&headers, "Expect:");
    if (http_headers_get(&request->headers, "content-type") == NULL)
        add_line(&headers, "Content-Type:");
    return headers;
}

void curl_request_free_headers(struct curl_slist *headers)
{
    for (struct curl_slist *h = headers; h != NULL; h = h->next)
        OPENSSL_cleanse(h->data, strlen(h->data));
    curl_slist_free_all(headers);
}

static void set_method(const struct http_request *request, CURL *easy)
{
    bool get = strcmp(request->method, "GET") == 0, head = strcmp(request->method, "HEAD") == 0;
    if (request->body.len > 0 || (!get && !head)) {
        /* With a body even if it is empty: a POST without Content-Length is refused by some. */
        SET(easy, CURLOPT_POST, 1L);
        SET(easy, CURLOPT_POSTFIELDS, request->body.len > 0 ? request->body.data : "");
        SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    } else if (head) {
        SET(easy, CURLOPT_NOBODY, 1L);
    }
    SET(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

static void set_url(const struct http_request *request, CURL *easy)
{
    char *url = http_request_url(request, true);
    SET(easy, CURLOPT_URL, url);
    secret_free_string(url);
    SET(easy, CURLOPT_PATH_AS_IS, 1L);
    SET(easy, CURLOPT_PROTOCOLS_STR, request->scheme);
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

static void set_proxy(const struct curl_request_settings *s, const struct http_request *request,
                      CURL *easy)
{
    bool direct = request->direct || http_host_is_local(request->host);
    if (direct || (s->proxy == NULL && !s->proxy_from_environment)) {
        SET(easy, CURLOPT_PROXY, ""); /* nor the environment's */
        return;
    }
    if (s->proxy != NULL)
        SET(easy, CURLOPT_PROXY, s->proxy);
    if (s->no_proxy != NULL)
        SET(easy, CURLOPT_NOPROXY, s->no_proxy);
    SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

long curl_request_ms(int64_t ms)
{
    return ms > INT_MAX ? INT_MAX : (long)ms;
}

static void set_limits(const struct curl_request_settings *s, const struct http_exchange *x,
                       CURL *easy)
{
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS, curl_request_ms(x->connect_timeout_ms));
    SET(easy, CURLOPT_TIMEOUT_MS, curl_request_ms(x->timeout_ms));
    SET(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(easy, CURLOPT_LOW_SPEED_TIME, s->low_speed_s);
    SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    /* Else dropping a transfer waits for its look-up's thread, and everybody else waits with it. */
    SET(easy, CURLOPT_QUICK_EXIT, 1L);
}

static void set_tls(const struct curl_request_settings *s, CURL *easy)
{
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (s->ca_file != NULL) {
        SET(easy, CURLOPT_CAINFO, s->ca_file);
        SET(easy, CURLOPT_CAPATH, NULL); /* in place of the system's, not beside them */
    }
}

struct curl_slist *curl_request_apply(const struct curl_request_settings *settings,
                                      const struct http_exchange *x, CURL *easy)
{
    struct curl_slist *headers = make_headers(x->request);
    set_url(x->request, easy);
    set_method(x->request, easy);
    set_proxy(settings, x->request, easy);
    set_limits(settings, x, easy);
    set_tls(settings, easy);
    SET(easy, CURLOPT_HTTPHEADER, headers);
    SET(easy, CURLOPT_USERAGENT, settings->user_agent);
    SET(easy, CURLOPT_ACCEPT_ENCODING, "gzip"); /* "" would let in every decoder libcurl has */
    return headers;
}
