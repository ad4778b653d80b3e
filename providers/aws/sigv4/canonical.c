#include "providers/aws/sigv4/canonical.h"

#include "core/base/digest.h"
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROOM_FIRST = 2048 }; /* bytes: most canonical requests fit, session token and all */

#define CONTENT_HASH "x-amz-content-sha256"
#define SESSION_TOKEN "x-amz-security-token"

/* Whatever stands between us and AWS may add, drop or rewrite these (botocore, auth.py). */
static const char *const never_signed[] = {
    "authorization", "connection", "expect",  "keep-alive",        "proxy-authenticate", "te",
    "trailer",       "upgrade",    "user-agent", "transfer-encoding", "proxy-authorization",
    "x-amzn-trace-id", "proxy-connection",
};

struct signed_header {
    const char *name; /* as it was written */
    const char *value;
    size_t place; /* among equal names */
};

struct signed_headers {
    struct signed_header items[HTTP_HEADERS_MAX + 1];
    size_t count;
    char *host; /* owned */
};

static bool is_signed(const char *name, const struct sigv4_options *options)
{
    for (size_t i = 0; i < sizeof never_signed / sizeof *never_signed; i++)
        if (never_signed[i][0] == text_lower(name[0]) && strcasecmp(name, never_signed[i]) == 0)
            return false;
    return !(options->omit_session_token && strcasecmp(name, SESSION_TOKEN) == 0);
}

static int by_name_then_place(const void *left, const void *right)
{
    const struct signed_header *a = left, *b = right;
    int order = strcasecmp(a->name, b->name); /* as of the names in lower case */
    return order != 0 ? order : (a->place > b->place) - (a->place < b->place);
}

static void collect_one(struct signed_headers *h, const char *name, const char *value,
                        const struct sigv4_options *options)
{
    /* The count cannot be reached: requests hold HTTP_HEADERS_MAX at most. */
    if (!is_signed(name, options) || h->count == sizeof h->items / sizeof *h->items)
        return;
    h->items[h->count] = (struct signed_header){ name, value, h->count };
    h->count++;
}

static void collect_headers(const struct http_request *r, const struct sigv4_options *options,
                            struct signed_headers *out)
{
    out->count = 0;
    out->host = http_request_host_header(r);
    collect_one(out, "host", out->host, options);
    for (size_t i = 0; i < r->headers.count; i++)
        collect_one(out, r->headers.items[i].name, r->headers.items[i].value, options);
    qsort(out->items, out->count, sizeof *out->items, by_name_then_place);
}

static void append_lower(struct buffer *out, const char *name)
{
    size_t from = out->len;
    buffer_append_string(out, name);
    for (size_t i = from; i < out->len; i++)
        out->data[i] = text_lower(out->data[i]);
}

static bool is_first_of_name(const struct signed_headers *h, size_t i)
{
    return i == 0 || strcasecmp(h->items[i].name, h->items[i - 1].name) != 0;
}

static void append_names(const struct signed_headers *h, struct buffer *out)
{
    for (size_t i = 0; i < h->count; i++) {
        if (!is_first_of_name(h, i))
            continue;
        if (i > 0)
            buffer_append_char(out, ';');
        append_lower(out, h->items[i].name);
    }
}

static void append_folded(struct buffer *out, struct text value)
{
    value = text_trim(value);
    size_t from = 0; /* of the run that is still to be appended */
    for (size_t i = 1; i < value.len; i++) {
        if (value.data[i] != ' ' || value.data[i - 1] != ' ')
            continue;
        buffer_append(out, value.data + from, i - from);
        from = i + 1;
    }
    buffer_append(out, value.data + from, value.len - from);
}

static void append_headers(const struct signed_headers *h, struct buffer *out)
{
    for (size_t i = 0; i < h->count; i++) {
        if (!is_first_of_name(h, i)) {
            buffer_append_char(out, ',');
        } else {
            if (i > 0)
                buffer_append_char(out, '\n');
            append_lower(out, h->items[i].name);
            buffer_append_char(out, ':');
        }
        append_folded(out, text_of(h->items[i].value));
    }
    buffer_append_char(out, '\n');
}

/* Empty and "." segments go, ".." takes the one before with it; a slash at the end stays. */
static void append_normalized(struct buffer *out, struct text path)
{
    size_t start = out->len;
    for (struct text rest = path; rest.data != NULL;) {
        struct text segment = text_cut(&rest, '/');
        if (segment.len == 0 || text_equal_string(segment, "."))
            continue;
        if (text_equal_string(segment, "..")) {
            while (out->len > start && out->data[out->len - 1] != '/')
                buffer_truncate(out, out->len - 1);
            if (out->len > start)
                buffer_truncate(out, out->len - 1);
            continue;
        }
        buffer_append_char(out, '/');
        buffer_append_text(out, segment);
    }
    if (out->len == start || text_ends_with(path, "/"))
        buffer_append_char(out, '/');
}

static void append_path(const char *path, const struct sigv4_options *options, struct buffer *out)
{
    struct buffer normalized;
    buffer_init(&normalized, SIGV4_CANONICAL_MAX);
    if (options->normalize_path)
        append_normalized(&normalized, text_of(path));
    else
        buffer_append_string(&normalized, path);
    if (options->double_encode)
        encode_uri(out, buffer_text(&normalized), "/");
    else
        buffer_append_text(out, buffer_text(&normalized));
    if (!buffer_ok(&normalized))
        out->overflowed = true;
    buffer_release(&normalized);
}

struct pair {
    char *name, *value; /* owned, encoded */
};

static int by_name_then_value(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->value, b->value);
}

static char *encode_again(struct text t)
{
    struct buffer plain, encoded;
    buffer_init(&plain, t.len);
    buffer_init(&encoded, 3 * t.len);
    encode_uri_decode(&plain, t);
    encode_uri(&encoded, buffer_text(&plain), "");
    buffer_wipe(&plain);
    return buffer_detach(&encoded);
}

/* How many pairs a query may hold: one more than it has separators. */
static size_t room_for(const char *query)
{
    size_t count = 1;
    for (const char *at = query; (at = strchr(at, '&')) != NULL; at++)
        count++;
    return count < SIGV4_QUERY_MAX ? count : SIGV4_QUERY_MAX;
}

static bool append_query(const char *query, struct buffer *out, struct error *err)
{
    if (query == NULL || query[0] == '\0')
        return true;
    struct pair *pairs = memory_new(room_for(query), sizeof *pairs);
    size_t count = 0;
    bool ok = true;
    for (struct text rest = text_of(query); ok && rest.data != NULL;) {
        struct text value = text_cut(&rest, '&'), name = text_cut(&value, '=');
        if (name.len == 0 && value.len == 0)
            continue;
        if (count == SIGV4_QUERY_MAX)
            ok = error_set(err, ERROR_LIMIT, "a query of more than %d values", SIGV4_QUERY_MAX);
        else
            pairs[count++] = (struct pair){ encode_again(name), encode_again(value) };
    }
    qsort(pairs, count, sizeof *pairs, by_name_then_value);
    for (size_t i = 0; i < count; i++) {
        buffer_append_format(out, "%s%s=", i > 0 ? "&" : "", pairs[i].name);
        buffer_append_string(out, pairs[i].value);
        free(pairs[i].name);
        secret_free_string(pairs[i].value);
    }
    free(pairs);
    return ok;
}

static void append_payload_hash(const struct http_request *r, const struct sigv4_options *options,
                                struct buffer *out)
{
    char hex[DIGEST_HEX_MAX];
    const char *sent = http_headers_get(&r->headers, CONTENT_HASH);
    if (sent == NULL)
        digest_sha256_hex_by(options->digest, buffer_text(&r->body), hex);
    buffer_append_string(out, sent != NULL ? sent : hex);
}

static bool fits(const struct buffer *out, struct error *err)
{
    return buffer_ok(out) ||
           error_set(err, ERROR_LIMIT, "a request of more than %zu bytes cannot be signed", out->max);
}

bool sigv4_canonical_header_names(const struct http_request *request,
                                  const struct sigv4_options *options, struct buffer *out,
                                  struct error *err)
{
    struct signed_headers headers;
    collect_headers(request, options, &headers);
    append_names(&headers, out);
    free(headers.host);
    return fits(out, err);
}

struct text sigv4_canonical_names(struct text canonical)
{
    size_t end = canonical.len;
    while (end > 0 && canonical.data[end - 1] != '\n')
        end--;
    size_t from = end > 0 ? --end : 0;
    while (from > 0 && canonical.data[from - 1] != '\n')
        from--;
    return (struct text){ canonical.data + from, end - from };
}

bool sigv4_canonical_request(const struct http_request *request, const struct sigv4_options *options,
                             struct buffer *out, struct error *err)
{
    struct signed_headers headers;
    buffer_reserve(out, ROOM_FIRST);
    buffer_append_string(out, request->method);
    buffer_append_char(out, '\n');
    append_path(request->path, options, out);
    buffer_append_char(out, '\n');
    if (!append_query(request->query, out, err))
        return false;
    buffer_append_char(out, '\n');
    collect_headers(request, options, &headers);
    append_headers(&headers, out);
    buffer_append_char(out, '\n');
    append_names(&headers, out);
    buffer_append_char(out, '\n');
    free(headers.host);
    append_payload_hash(request, options, out);
    return fits(out, err);
}
