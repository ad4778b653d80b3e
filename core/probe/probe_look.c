#include "core/probe/probe_look.h"

#include "core/base/memory.h"
#include "core/probe/probe.h"

#include <stdlib.h>
#include <string.h>

/* An option that libcurl knows and whose value is right can fail for want of memory alone. */
#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt((easy), (option), (value)) != CURLE_OK)                               \
            abort();                                                                               \
    } while (0)

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct probe_look *l = ctx;
    size_t len = size * count, room = PROBE_BODY_MAX - l->page.len;
    buffer_append(&l->page, data, len < room ? len : room);
    return len <= room ? len : CURL_WRITEFUNC_ERROR; /* the rest is not needed */
}

static size_t on_head(char *data, size_t size, size_t count, void *ctx)
{
    static const char server[] = "server:";
    struct probe_look *l = ctx;
    struct text line = { data, size * count };
    if (line.len >= sizeof server &&
        text_equal_nocase((struct text){ data, sizeof server - 1 }, server))
        probe_answer_server(l->answer, text_trim((struct text){ data + sizeof server - 1,
                                                                line.len - sizeof server + 1 }));
    return line.len;
}

static void set_url(struct probe_look *l, const struct probe_question *q, bool tls)
{
    bool v6 = strchr(q->address, ':') != NULL;
    char *url = memory_format("%s://%s%s%s:%d/", tls ? "https" : "http", v6 ? "[" : "", q->address,
                              v6 ? "]" : "", q->port);
    SET(l->easy, CURLOPT_URL, url);
    free(url);
}

static void set_limits(CURL *easy)
{
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)PROBE_LOOK_MS);
    SET(easy, CURLOPT_TIMEOUT_MS, (long)PROBE_LOOK_MS);
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    SET(easy, CURLOPT_FRESH_CONNECT, 1L);
    SET(easy, CURLOPT_FORBID_REUSE, 1L);
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    SET(easy, CURLOPT_PROXY, "");
    SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

/* Old servers are worth hearing of, too. */
static void set_tls(CURL *easy)
{
    SET(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_0);
    SET(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    SET(easy, CURLOPT_CERTINFO, 1L);
}

void probe_look_begin(struct probe_look *l, const struct probe_question *q, bool tls,
                      const char *user_agent, struct probe_answer *answer, void *owner)
{
    l->easy = curl_easy_init();
    if (l->easy == NULL)
        abort();
    l->answer = answer;
    buffer_init(&l->page, PROBE_BODY_MAX);
    set_url(l, q, tls);
    set_limits(l->easy);
    set_tls(l->easy);
    SET(l->easy, CURLOPT_USERAGENT, user_agent);
    SET(l->easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(l->easy, CURLOPT_WRITEDATA, l);
    SET(l->easy, CURLOPT_HEADERFUNCTION, on_head);
    SET(l->easy, CURLOPT_HEADERDATA, l);
    SET(l->easy, CURLOPT_PRIVATE, owner);
}

/* The first certificate is the server's own. */
static bool take_certificate(struct probe_look *l)
{
    struct curl_certinfo *info = NULL;
    if (curl_easy_getinfo(l->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL ||
        info->num_of_certs == 0)
        return false;
    for (const struct curl_slist *line = info->certinfo[0]; line != NULL; line = line->next)
        probe_answer_certificate(l->answer, text_of(line->data));
    probe_answer_settle(l->answer);
    return true;
}

bool probe_look_end(struct probe_look *l, bool tls, CURLcode code)
{
    long status = 0;
    bool certificate = tls && take_certificate(l);
    (void)curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &status);
    bool http =
        status > 0 && (code == CURLE_OK || l->page.len > 0 || code == CURLE_OPERATION_TIMEDOUT);
    if (http) {
        l->answer->status = (int)status;
        l->answer->protocol = tls ? "https" : "http";
        probe_answer_page(l->answer, buffer_text(&l->page));
    } else if (certificate) {
        l->answer->protocol = "tls";
    }
    probe_look_drop(l);
    return http || certificate;
}

void probe_look_drop(struct probe_look *l)
{
    if (l->easy != NULL)
        curl_easy_cleanup(l->easy);
    l->easy = NULL;
    buffer_release(&l->page);
}
