#include "core/http/http.h"

#include "core/base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ROOM_FIRST = 8 }; /* headers: as many as most requests and answers have, or half as many */

/* ---- headers ---- */

static void release_header(struct http_header *h)
{
    free(h->name);
    secret_free_string(h->value);
}

void http_headers_release(struct http_headers *h)
{
    for (size_t i = 0; i < h->count; i++)
        release_header(&h->items[i]);
    free(h->items);
    *h = (struct http_headers){ NULL, 0 };
}

/* A field name is a token of RFC 9110, 5.6.2: a colon or a space in it would start another field. */
static bool is_token(struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && (c == '\0' || strchr("!#$%&'*+.^_`|~", c) == NULL))
            return false;
    }
    return t.len > 0;
}

static bool is_field_value(struct text value)
{
    return text_find(value, '\r') == value.len && text_find(value, '\n') == value.len &&
           text_find(value, '\0') == value.len;
}

/* The messages leave the value out: it may be a token. */
static bool check_field(struct text name, struct text value, struct error *err)
{
    if (!is_token(name))
        return error_set(err, ERROR_DATA, "'%.*s' is no name of an HTTP header", (int)name.len,
                         name.len == 0 ? "" : name.data);
    if (!is_field_value(value))
        return error_set(err, ERROR_DATA, "the value of header %.*s holds a line break or a NUL",
                         (int)name.len, name.data);
    return true;
}

/* Full at nothing and at each power of two from ROOM_FIRST. */
static void make_room(struct http_headers *h)
{
    if (h->count == 0)
        h->items = memory_resize(h->items, ROOM_FIRST, sizeof *h->items);
    else if (h->count >= ROOM_FIRST && (h->count & (h->count - 1)) == 0)
        h->items = memory_resize(h->items, h->count * 2, sizeof *h->items);
}

bool http_headers_add_text(struct http_headers *h, struct text name, struct text value,
                           struct error *err)
{
    if (!check_field(name, value, err))
        return false;
    if (h->count >= HTTP_HEADERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d HTTP headers, at %.*s", HTTP_HEADERS_MAX,
                         (int)name.len, name.data);
    make_room(h);
    h->items[h->count++] = (struct http_header){ text_copy(name), text_copy(value) };
    return true;
}

bool http_headers_add(struct http_headers *h, const char *name, struct text value,
                      struct error *err)
{
    return http_headers_add_text(h, text_of(name), value, err);
}

bool http_headers_set(struct http_headers *h, const char *name, struct text value,
                      struct error *err)
{
    if (!check_field(text_of(name), value, err))
        return false;
    if (http_headers_get(h, name) == NULL)
        return http_headers_add(h, name, value, err);
    char *kept = text_copy(value); /* `value` may be a view of what is removed */
    http_headers_remove(h, name);
    bool ok = http_headers_add(h, name, text_of(kept), err);
    secret_free_string(kept);
    return ok;
}

void http_headers_remove(struct http_headers *h, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (strcasecmp(h->items[i].name, name) == 0)
            release_header(&h->items[i]);
        else
            h->items[kept++] = h->items[i];
    }
    h->count = kept;
}

const char *http_headers_get(const struct http_headers *h, const char *name)
{
    for (size_t i = 0; i < h->count; i++)
        if (strcasecmp(h->items[i].name, name) == 0)
            return h->items[i].value;
    return NULL;
}

/* ---- requests ---- */

void http_request_init(struct http_request *r)
{
    *r = (struct http_request){ 0 };
    buffer_init(&r->body, HTTP_BODY_MAX);
}

void http_request_release(struct http_request *r)
{
    free(r->method);
    free(r->scheme);
    free(r->host);
    free(r->path);
    secret_free_string(r->query); /* a presigned one holds a signature */
    http_headers_release(&r->headers);
    buffer_wipe(&r->body);
    free(r->limit.key);
    http_request_init(r);
}

static int default_port(const char *scheme)
{
    return strcmp(scheme, "https") == 0 ? 443 : 80;
}

/* Whether all bytes are visible ASCII and none is in `refused`: what may stand in a URL as it is. */
static bool is_visible(struct text t, const char *refused)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c <= 0x20 || c >= 0x7f || strchr(refused, c) != NULL)
            return false;
    }
    return true;
}

static bool is_ipv6_in_brackets(struct text host)
{
    char inner[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (host.len < 4 || host.data[0] != '[' || host.data[host.len - 1] != ']' ||
        host.len - 2 >= sizeof inner)
        return false;
    memcpy(inner, host.data + 1, host.len - 2);
    inner[host.len - 2] = '\0';
    return inet_pton(AF_INET6, inner, &address) == 1;
}

static bool is_host(struct text host)
{
    if (is_ipv6_in_brackets(host))
        return true;
    if (host.len == 0 || host.len > 253 || host.data[0] == '-' || host.data[0] == '.')
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '-' && c != '_')
            return false;
    }
    return true;
}

bool http_request_check(const struct http_request *r, struct error *err)
{
    struct text path = text_of(r->path), query = text_of(r->query);
    if (!is_token(text_of(r->method)))
        return error_set(err, ERROR_INTERNAL, "the request has no method");
    if (r->scheme == NULL || (strcmp(r->scheme, "https") != 0 && strcmp(r->scheme, "http") != 0))
        return error_set(err, ERROR_DATA, "scheme '%s' is neither http nor https",
                         r->scheme == NULL ? "" : r->scheme);
    if (!is_host(text_of(r->host)))
        return error_set(err, ERROR_DATA, "'%s' is no host name", r->host == NULL ? "" : r->host);
    if (r->port < 0 || r->port > 65535)
        return error_set(err, ERROR_DATA, "%s: port %d is out of range", r->host, r->port);
    if (path.len == 0 || path.data[0] != '/' || !is_visible(path, "?#"))
        return error_set(err, ERROR_DATA, "%s: the path does not begin with '/' or is not encoded",
                         r->host);
    if (!is_visible(query, "#"))
        return error_set(err, ERROR_DATA, "%s: the query is not encoded", r->host);
    if (path.len + query.len > HTTP_URL_MAX)
        return error_set(err, ERROR_LIMIT, "%s: a URL of more than %d bytes", r->host,
                         HTTP_URL_MAX);
    if (!buffer_ok(&r->body))
        return error_set(err, ERROR_LIMIT, "%s: a request body of more than %zu bytes", r->host,
                         r->body.max);
    if (http_headers_get(&r->headers, "host") != NULL)
        return error_set(err, ERROR_INTERNAL, "%s: Host is not to be among the headers", r->host);
    return true;
}

struct url_parts {
    const char *scheme;
    struct text host;
    int port;
    struct text path, query;
};

/* Reads "host[:port]"; the colons of an IPv6 address are inside its brackets. */
static bool split_authority(struct text authority, struct url_parts *out, struct error *err)
{
    size_t end = text_find(authority, ']');
    size_t skip = end < authority.len ? end + 1 : 0;
    struct text tail = { authority.data + skip, authority.len - skip };
    size_t colon = text_find(tail, ':');
    out->host = (struct text){ authority.data, skip + colon };
    out->port = 0;
    if (!is_host(out->host))
        return error_set(err, ERROR_DATA, "'%.*s' is no host name", (int)out->host.len,
                         out->host.data);
    if (colon == tail.len)
        return true;
    struct text digits = { tail.data + colon + 1, tail.len - colon - 1 };
    int64_t port = 0;
    if (!text_to_int64(digits, &port) || port < 1 || port > 65535)
        return error_set(err, ERROR_DATA, "'%.*s' is no port", (int)digits.len, digits.data);
    out->port = (int)port;
    return true;
}

static bool split_scheme(struct text *rest, struct url_parts *out, struct error *err)
{
    size_t colon = text_find(*rest, ':');
    struct text scheme = { rest->data, colon };
    struct text after = { rest->data + colon, rest->len - colon };
    out->scheme = text_equal_nocase(scheme, "https")  ? "https"
                  : text_equal_nocase(scheme, "http") ? "http"
                                                      : NULL;
    if (out->scheme == NULL || !text_starts_with(after, "://"))
        return error_set(err, ERROR_DATA, "a URL must begin with https:// or http://");
    *rest = (struct text){ after.data + 3, after.len - 3 };
    return true;
}

/* Messages never repeat the whole URL: a query or a userinfo may be secret. */
static bool split_url(struct text url, struct url_parts *out, struct error *err)
{
    struct text rest = url;
    if (url.len > HTTP_URL_MAX)
        return error_set(err, ERROR_LIMIT, "a URL of more than %d bytes", HTTP_URL_MAX);
    if (!split_scheme(&rest, out, err))
        return false;
    if (!is_visible(rest, ""))
        return error_set(err, ERROR_DATA, "a URL holds a space, a control byte or is not ASCII");
    if (text_find(rest, '#') < rest.len)
        return error_set(err, ERROR_DATA, "a URL with a fragment");
    size_t end = 0;
    while (end < rest.len && rest.data[end] != '/' && rest.data[end] != '?')
        end++;
    struct text authority = { rest.data, end };
    if (text_find(authority, '@') < authority.len)
        return error_set(err, ERROR_DATA, "a URL with a user name or password");
    struct text target = { rest.data + end, rest.len - end };
    out->path = text_cut(&target, '?');
    if (out->path.len == 0)
        out->path = TEXT_LITERAL("/");
    out->query = target;
    return split_authority(authority, out, err);
}

bool http_request_set_url(struct http_request *r, struct text url, struct error *err)
{
    struct url_parts parts = { 0 };
    if (!split_url(url, &parts, err))
        return false;
    /* Copied before the old ones go: `url` may be a view of them. */
    char *host = text_copy(parts.host), *path = text_copy(parts.path);
    char *query = parts.query.len == 0 ? NULL : text_copy(parts.query);
    free(r->scheme);
    free(r->host);
    free(r->path);
    secret_free_string(r->query);
    r->scheme = memory_string(parts.scheme);
    r->host = host;
    r->port = parts.port;
    r->path = path;
    r->query = query;
    return true;
}

char *http_request_host_header(const struct http_request *r)
{
    if (r->port == 0 || r->port == default_port(r->scheme))
        return memory_string(r->host);
    return memory_format("%s:%d", r->host, r->port);
}

char *http_request_url(const struct http_request *r, bool with_query)
{
    struct text host = text_of(r->host), path = text_of(r->path), query = text_of(r->query);
    struct buffer url;
    buffer_init(&url, SIZE_MAX - 1); /* as long as the request is */
    buffer_reserve(&url, sizeof "https://:65535?" + host.len + path.len + query.len);
    buffer_append_string(&url, r->scheme);
    buffer_append_string(&url, "://");
    buffer_append_text(&url, host);
    if (r->port != 0 && r->port != default_port(r->scheme))
        buffer_append_format(&url, ":%d", r->port);
    buffer_append_text(&url, path);
    if (with_query && query.len > 0) {
        buffer_append_char(&url, '?');
        buffer_append_text(&url, query);
    }
    return buffer_detach(&url);
}

static bool is_local_ipv4(const char *host)
{
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) != 1)
        return false;
    uint32_t ip = ntohl(address.s_addr);
    return ip >> 24 == 127 || ip >> 16 == 0xa9fe; /* 127.0.0.0/8, 169.254.0.0/16 */
}

static bool is_local_ipv6(struct text host)
{
    /* fd00:ec2::/32: where EC2 and EKS serve their metadata over IPv6, unique-local but never routed. */
    static const unsigned char metadata[4] = { 0xfd, 0x00, 0x0e, 0xc2 };
    char inner[INET6_ADDRSTRLEN];
    struct in6_addr a;
    bool brackets = is_ipv6_in_brackets(host);
    size_t skip = brackets ? 1 : 0, len = host.len - 2 * skip;
    if (len >= sizeof inner)
        return false;
    memcpy(inner, host.data + skip, len);
    inner[len] = '\0';
    if (inet_pton(AF_INET6, inner, &a) != 1)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&a) || IN6_IS_ADDR_LINKLOCAL(&a) ||
           memcmp(a.s6_addr, metadata, sizeof metadata) == 0;
}

bool http_host_is_local(const char *host)
{
    if (host == NULL)
        return false;
    return strcasecmp(host, "localhost") == 0 || is_local_ipv4(host) ||
           is_local_ipv6(text_of(host));
}

/* ---- responses ---- */

void http_response_init(struct http_response *r)
{
    *r = (struct http_response){ .transport = HTTP_TRANSPORT_OK };
    buffer_init(&r->body, HTTP_RESPONSE_MAX);
}

void http_response_release(struct http_response *r)
{
    http_headers_release(&r->headers);
    buffer_wipe(&r->body); /* credentials come in answers */
    http_response_init(r);
}
