#include "tests/bench/bare.h"

#include "core/base/memory.h"
#include "tests/bench/parse.h"

#include <curl/curl.h>
#include <stdlib.h>

enum { WAIT_MS = 1000, TOKEN_PIECES = 40 };

struct bare {
    struct bare_options o;
    CURLM *multi;
    struct transfer *transfers;
    struct curl_slist *headers;
    size_t started, ended, wanted;
    uint64_t bytes, page_bytes;
};

struct transfer {
    struct bare *bare;
    CURL *easy;
    struct parse *parse;
    uint64_t bytes;
};

#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt((easy), (option), (value)) != CURLE_OK)                               \
            abort();                                                                               \
    } while (0)

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    t->bytes += size * count;
    if (t->parse != NULL && !parse_write(t->parse, data, size * count))
        return CURL_WRITEFUNC_ERROR;
    return size * count;
}

/* What a signed request carries, so that both send as much. */
static struct curl_slist *make_headers(void)
{
    struct curl_slist *headers = NULL;
    struct buffer token;
    buffer_init(&token, 4096);
    buffer_append_string(&token, "X-Amz-Security-Token: ");
    for (int i = 0; i < TOKEN_PIECES; i++)
        buffer_append_string(&token, "IQoJb3JpZ2luX2VjE");
    headers = curl_slist_append(headers, buffer_string(&token));
    headers = curl_slist_append(headers,
                                "Content-Type: application/x-www-form-urlencoded; charset=utf-8");
    headers = curl_slist_append(headers, "X-Amz-Date: 20260109T120000Z");
    headers = curl_slist_append(
        headers,
        "Authorization: AWS4-HMAC-SHA256 Credential=ASIA000000000000BENC/20260109/us-east-1/ec2/"
        "aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    buffer_release(&token);
    return headers;
}

static void set_up(struct bare *b, struct transfer *t)
{
    t->bare = b;
    t->easy = curl_easy_init();
    if (t->easy == NULL)
        abort();
    SET(t->easy, CURLOPT_URL, b->o.url);
    SET(t->easy, CURLOPT_CAINFO, b->o.ca_file);
    SET(t->easy, CURLOPT_PROXY, "");
    SET(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(t->easy, CURLOPT_HTTPHEADER, b->headers);
    SET(t->easy, CURLOPT_POSTFIELDS,
        "Action=DescribeSecurityGroups&MaxResults=1000&Version=2016-11-15");
    SET(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(t->easy, CURLOPT_WRITEDATA, t);
    SET(t->easy, CURLOPT_PRIVATE, t);
    SET(t->easy, CURLOPT_NOSIGNAL, 1L);
}

struct bare *bare_new(const struct bare_options *options)
{
    struct bare *b = memory_new(1, sizeof *b);
    b->o = *options;
    b->multi = curl_multi_init();
    b->headers = make_headers();
    b->transfers = memory_new(b->o.connections, sizeof *b->transfers);
    if (b->multi == NULL || b->headers == NULL)
        abort();
    for (size_t i = 0; i < b->o.connections; i++)
        set_up(b, &b->transfers[i]);
    return b;
}

void bare_free(struct bare *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->o.connections; i++) {
        (void)curl_multi_remove_handle(b->multi, b->transfers[i].easy);
        curl_easy_cleanup(b->transfers[i].easy);
        parse_free(b->transfers[i].parse);
    }
    (void)curl_multi_cleanup(b->multi);
    curl_slist_free_all(b->headers);
    free(b->transfers);
    free(b);
}

static void start(struct bare *b, struct transfer *t)
{
    if (b->started == b->wanted)
        return;
    b->started++;
    t->bytes = 0;
    t->parse = b->o.parse ? parse_new(b->o.kind->is_xml) : NULL;
    if (curl_multi_add_handle(b->multi, t->easy) != CURLM_OK)
        abort();
}

static bool finish(struct bare *b, struct transfer *t, CURLcode code, struct error *err)
{
    long status = 0;
    (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_multi_remove_handle(b->multi, t->easy);
    bool whole = t->parse == NULL || parse_finish(t->parse);
    parse_free(t->parse);
    t->parse = NULL;
    if (code != CURLE_OK || status != 200 || !whole)
        return error_set(err, ERROR_NETWORK, "%s: %s, status %ld", b->o.url,
                         curl_easy_strerror(code), status);
    if (b->page_bytes == 0)
        b->page_bytes = t->bytes;
    if (t->bytes != b->page_bytes)
        return error_set(err, ERROR_DATA, "%s: an answer of another size", b->o.url);
    b->ended++;
    b->bytes += t->bytes;
    start(b, t);
    return true;
}

static bool collect(struct bare *b, struct error *err)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(b->multi, &left)) != NULL) {
        char *owner = NULL;
        CURLcode code = message->data.result;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
        if (!finish(b, (struct transfer *)(void *)owner, code, err))
            return false;
    }
    return true;
}

bool bare_run(struct bare *b, size_t calls, struct error *err)
{
    int running = 0;
    b->started = b->ended = 0;
    b->bytes = 0;
    b->wanted = calls;
    for (size_t i = 0; i < b->o.connections; i++)
        start(b, &b->transfers[i]);
    while (b->ended < calls) {
        if (curl_multi_perform(b->multi, &running) != CURLM_OK)
            abort();
        if (!collect(b, err))
            return false;
        if (b->ended < calls)
            (void)curl_multi_poll(b->multi, NULL, 0, WAIT_MS, NULL);
    }
    return true;
}

uint64_t bare_bytes(const struct bare *b)
{
    return b->bytes;
}
