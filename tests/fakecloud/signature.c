#include "tests/fakecloud/signature.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/sigv4/canonical.h"
#include "providers/aws/sigv4/sign.h"
#include "core/base/encode.h"
#include "tests/fakecloud/keyring.h"

#include <stdlib.h>
#include <string.h>

/* The parts of "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX". */
struct header {
    char *key, *region, *service;
    struct text signed_headers, signature;
};

static void header_release(struct header *h)
{
    free(h->key);
    free(h->region);
    free(h->service);
}

static bool cut_prefix(struct text *t, const char *prefix)
{
    *t = text_trim(*t);
    if (!text_starts_with(*t, prefix))
        return false;
    t->data += strlen(prefix);
    t->len -= strlen(prefix);
    return true;
}

static bool read_header(const char *value, struct header *out)
{
    struct text rest = text_of(value);
    if (value == NULL || !cut_prefix(&rest, "AWS4-HMAC-SHA256"))
        return false;
    struct text scope = text_cut(&rest, ','), names = text_cut(&rest, ','), signature = rest;
    if (!cut_prefix(&scope, "Credential=") || !cut_prefix(&names, "SignedHeaders=") ||
        !cut_prefix(&signature, "Signature="))
        return false;
    out->key = text_copy(text_cut(&scope, '/'));
    text_cut(&scope, '/'); /* the date; that of X-Amz-Date is what gets signed */
    out->region = text_copy(text_cut(&scope, '/'));
    out->service = text_copy(text_cut(&scope, '/'));
    out->signed_headers = names;
    out->signature = signature;
    return text_equal_string(scope, "aws4_request");
}

/* Of the request only what was signed: hops on the way add headers of their own. */
static bool copy_signed(const struct http_request *from, struct text names, struct http_request *to,
                        struct error *err)
{
    bool ok = true;
    to->method = memory_string(from->method);
    to->scheme = memory_string(from->scheme);
    to->host = memory_string(from->host);
    to->port = from->port;
    to->path = memory_string(from->path);
    to->query = memory_string(from->query);
    buffer_append_text(&to->body, buffer_text(&from->body));
    while (ok && names.data != NULL) {
        char *name = text_copy(text_cut(&names, ';'));
        const char *value = http_headers_get(&from->headers, name);
        if (value != NULL && strcmp(name, "host") != 0)
            ok = http_headers_add(&to->headers, name, text_of(value), err);
        free(name);
    }
    return ok;
}

static bool signature_of(const struct http_request *request, const struct sigv4_options *o,
                         struct text names, const unsigned char key[DIGEST_BYTES],
                         char out[DIGEST_HEX_MAX])
{
    struct http_request kept;
    struct buffer canonical, to_sign;
    struct error err = ERROR_INIT;
    unsigned char mac[DIGEST_BYTES];
    http_request_init(&kept);
    buffer_init(&canonical, SIGV4_CANONICAL_MAX);
    buffer_init(&to_sign, SIGV4_CANONICAL_MAX);
    bool ok = copy_signed(request, names, &kept, &err) &&
              sigv4_canonical_request(&kept, o, &canonical, &err);
    if (ok) {
        sigv4_sign_string(o, buffer_text(&canonical), &to_sign);
        digest_hmac((struct text){ (const char *)key, DIGEST_BYTES }, buffer_text(&to_sign), mac);
        encode_hex(mac, sizeof mac, out);
    }
    buffer_release(&to_sign);
    buffer_wipe(&canonical);
    http_request_release(&kept);
    return ok;
}

/* The first of those that sign by this name; request_read() knows which of them it is. */
static const struct aws_service *service_signing(const char *name)
{
    size_t count = 0;
    const struct aws_service *all = aws_model_services(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].signing_name, name) == 0)
            return &all[i];
    return NULL;
}

/* The same body as the hash says that was signed in its place (S3). */
static bool body_matches(const struct http_request *request)
{
    const char *told = http_headers_get(&request->headers, "x-amz-content-sha256");
    char hash[DIGEST_HEX_MAX];
    if (told == NULL || strcmp(told, "UNSIGNED-PAYLOAD") == 0)
        return true;
    digest_sha256_hex(buffer_text(&request->body), hash);
    return strcmp(told, hash) == 0;
}

static bool check(struct keyring *keys, struct call *c, const struct http_request *request,
                  const struct header *h, struct fault *fault)
{
    const char *date = http_headers_get(&request->headers, "X-Amz-Date");
    const struct key_scope scope = { h->key,
                                     http_headers_get(&request->headers, "X-Amz-Security-Token"),
                                     h->region, h->service };
    unsigned char key[DIGEST_BYTES];
    char right[DIGEST_HEX_MAX];
    c->service = service_signing(h->service);
    c->region = memory_string(h->region);
    if (c->service == NULL || date == NULL || !timestamp_parse_basic(text_of(date), &c->now))
        return fault_set(fault, FAULT_NO_SIGNATURE, "Request is missing Authentication Token");
    if (!keyring_find(keys, c, &scope, key, fault))
        return false;
    struct sigv4_options o = sigv4_sign_options(NULL, h->region, h->service, c->now);
    return (signature_of(request, &o, h->signed_headers, key, right) &&
            text_equal_string(h->signature, right) && body_matches(request)) ||
           fault_set(
               fault, FAULT_SIGNATURE,
               "The request signature we calculated does not match the signature you provided.");
}

bool signature_check(struct keyring *keys, struct call *c, const struct http_request *request,
                     struct fault *fault)
{
    struct header h = { 0 };
    bool ok = read_header(http_headers_get(&request->headers, "Authorization"), &h);
    if (!ok)
        fault_set(fault, FAULT_NO_SIGNATURE, "Request is missing Authentication Token");
    else
        ok = check(keys, c, request, &h, fault);
    header_release(&h);
    return ok;
}
