#include "providers/aws/sigv4/sign.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/sigv4/canonical.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DATE_LENGTH 8 /* of 20261121T030000Z */
#define SCOPE_MAX 1024
#define AUTHORIZATION_MAX (16 * 1024) /* HTTP_HEADERS_MAX names of sane length */
#define EXPIRES_MAX_S 604800
enum { ROOM_FIRST = 512 }; /* bytes: most strings to sign and authorizations fit */

struct sigv4_options sigv4_sign_options(const struct aws_credentials *credentials,
                                        const char *region, const char *service, int64_t unix_s)
{
    bool s3 = strcmp(service, "s3") == 0;
    return (struct sigv4_options){
        .credentials = credentials,
        .region = region,
        .service = service,
        .unix_s = unix_s,
        .double_encode = !s3,
        .normalize_path = !s3,
        .sign_body = s3,
    };
}

static void append_scope(const struct sigv4_options *o, struct buffer *out)
{
    char date[TIMESTAMP_MAX];
    timestamp_basic(o->unix_s, date);
    date[DATE_LENGTH] = '\0';
    buffer_append_joined(out, (const char *const[]){ date, o->region, o->service, "aws4_request" }, 4, '/');
}

void sigv4_sign_string(const struct sigv4_options *options, struct text canonical_request,
                       struct buffer *out)
{
    char date[TIMESTAMP_MAX], hash[DIGEST_HEX_MAX];
    timestamp_basic(options->unix_s, date);
    digest_sha256_hex_by(options->digest, canonical_request, hash);
    buffer_append_joined(out, (const char *const[]){ ALGORITHM, date, "" }, 3, '\n');
    append_scope(options, out);
    buffer_append_joined(out, (const char *const[]){ "", hash }, 2, '\n');
}

/* The key is derived in steps, so that what is held for a day, a region and a service opens no other. */
static void derive_key(const struct sigv4_options *o, unsigned char key[DIGEST_BYTES])
{
    struct text secret = secret_reveal(&o->credentials->secret_access_key);
    char date[TIMESTAMP_MAX];
    timestamp_basic(o->unix_s, date);
    const struct text steps[] = {
        { date, DATE_LENGTH }, text_of(o->region), text_of(o->service), TEXT_LITERAL("aws4_request")
    };
    struct buffer first;
    buffer_init(&first, secret.len + 4);
    buffer_append_string(&first, "AWS4");
    buffer_append_text(&first, secret);
    digest_hmac_by(o->digest, buffer_text(&first), steps[0], key);
    buffer_wipe(&first);
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        unsigned char next[DIGEST_BYTES];
        digest_hmac_by(o->digest, (struct text){ (const char *)key, DIGEST_BYTES }, steps[i], next);
        memcpy(key, next, DIGEST_BYTES);
        OPENSSL_cleanse(next, sizeof next);
    }
}

static bool scope_of_key(const struct sigv4_options *o, char out[SIGV4_KEY_SCOPE_MAX])
{
    char date[TIMESTAMP_MAX];
    timestamp_basic(o->unix_s, date);
    int len = snprintf(out, SIGV4_KEY_SCOPE_MAX, "%s/%.*s/%s/%s", o->credentials->access_key_id,
                       DATE_LENGTH, date, o->region, o->service);
    return len > 0 && len < SIGV4_KEY_SCOPE_MAX;
}

/* The kept key, where it is for this scope; a new one is kept in its place. */
static void find_key(const struct sigv4_options *o, unsigned char key[DIGEST_BYTES])
{
    char scope[SIGV4_KEY_SCOPE_MAX];
    bool keeps = o->kept != NULL && scope_of_key(o, scope);
    if (keeps && strcmp(scope, o->kept->scope) == 0) {
        memcpy(key, o->kept->bytes, DIGEST_BYTES);
        return;
    }
    derive_key(o, key);
    if (!keeps)
        return;
    memcpy(o->kept->scope, scope, sizeof scope);
    memcpy(o->kept->bytes, key, DIGEST_BYTES);
}

void sigv4_sign_signature(const struct sigv4_options *options, struct text string_to_sign,
                          char out[DIGEST_HEX_MAX])
{
    unsigned char key[DIGEST_BYTES], mac[DIGEST_BYTES];
    find_key(options, key);
    digest_hmac_by(options->digest, (struct text){ (const char *)key, sizeof key }, string_to_sign, mac);
    OPENSSL_cleanse(key, sizeof key);
    encode_hex(mac, sizeof mac, out);
}

/* All three stages over the request as it stands; the names that are signed are appended to `names`. */
static bool sign_request(const struct http_request *r, const struct sigv4_options *o,
                         struct buffer *names, char out[DIGEST_HEX_MAX], struct error *err)
{
    struct buffer canonical, to_sign;
    buffer_init(&canonical, SIGV4_CANONICAL_MAX);
    buffer_init(&to_sign, SCOPE_MAX);
    buffer_reserve(&to_sign, ROOM_FIRST);
    bool ok = sigv4_canonical_request(r, o, &canonical, err);
    if (ok) {
        buffer_append_text(names, sigv4_canonical_names(buffer_text(&canonical)));
        sigv4_sign_string(o, buffer_text(&canonical), &to_sign);
        ok = buffer_ok(&to_sign) ||
             error_set(err, ERROR_LIMIT, "region and service of more than %d bytes", SCOPE_MAX);
    }
    if (ok)
        sigv4_sign_signature(o, buffer_text(&to_sign), out);
    buffer_wipe(&canonical); /* the session token is in it */
    buffer_release(&to_sign);
    return ok;
}

static bool set_signing_headers(struct http_request *r, const struct sigv4_options *o,
                                struct error *err)
{
    char date[TIMESTAMP_MAX], hash[DIGEST_HEX_MAX];
    struct text token = secret_reveal(&o->credentials->session_token);
    http_headers_remove(&r->headers, "Authorization");
    http_headers_remove(&r->headers, "X-Amz-Security-Token");
    if (token.len > 0 && !http_headers_set(&r->headers, "X-Amz-Security-Token", token, err))
        return false;
    timestamp_basic(o->unix_s, date);
    if (!http_headers_set(&r->headers, "X-Amz-Date", text_of(date), err))
        return false;
    if (!o->sign_body)
        return true;
    digest_sha256_hex_by(o->digest, buffer_text(&r->body), hash);
    return http_headers_set(&r->headers, "x-amz-content-sha256", text_of(hash), err);
}

bool sigv4_sign(struct http_request *request, const struct sigv4_options *options,
                struct error *err)
{
    struct buffer value;
    char signature[DIGEST_HEX_MAX] = "";
    if (!set_signing_headers(request, options, err))
        return false;
    buffer_init(&value, AUTHORIZATION_MAX);
    buffer_reserve(&value, ROOM_FIRST);
    buffer_append_string(&value, ALGORITHM " Credential=");
    buffer_append_string(&value, options->credentials->access_key_id);
    buffer_append_char(&value, '/');
    append_scope(options, &value);
    buffer_append_string(&value, ", SignedHeaders=");
    bool ok = sign_request(request, options, &value, signature, err);
    buffer_append_string(&value, ", Signature=");
    buffer_append_string(&value, signature);
    if (ok && !buffer_ok(&value))
        ok = error_set(err, ERROR_LIMIT, "an Authorization of more than %d bytes",
                       AUTHORIZATION_MAX);
    if (ok)
        ok = http_headers_set(&request->headers, "Authorization", buffer_text(&value), err);
    buffer_release(&value);
    return ok;
}

static bool append_signing_query(const struct http_request *r, const struct sigv4_options *o,
                                 int64_t expires_s, struct buffer *q, struct error *err)
{
    struct buffer plain;
    char date[TIMESTAMP_MAX];
    timestamp_basic(o->unix_s, date);
    buffer_init(&plain, AUTHORIZATION_MAX);
    if (r->query != NULL && *r->query != '\0')
        buffer_append_format(q, "%s&", r->query);
    buffer_append_format(&plain, "%s/", o->credentials->access_key_id);
    append_scope(o, &plain);
    buffer_append_string(q, "X-Amz-Algorithm=" ALGORITHM "&X-Amz-Credential=");
    encode_uri(q, buffer_text(&plain), "");
    buffer_append_format(q, "&X-Amz-Date=%s&X-Amz-SignedHeaders=", date);
    buffer_clear(&plain);
    bool ok = sigv4_canonical_header_names(r, o, &plain, err);
    encode_uri(q, buffer_text(&plain), "");
    buffer_append_format(q, "&X-Amz-Expires=%lld", (long long)expires_s);
    buffer_release(&plain);
    return ok;
}

/* Takes over what was built as the request's query. */
static bool set_query(struct http_request *r, struct buffer *q, struct error *err)
{
    if (!buffer_ok(q))
        return error_set(err, ERROR_LIMIT, "a signed query of more than %zu bytes", q->max);
    secret_free_string(r->query);
    r->query = memory_string(buffer_string(q));
    return true;
}

bool sigv4_sign_query(struct http_request *request, const struct sigv4_options *options,
                      int64_t expires_s, struct error *err)
{
    char signature[DIGEST_HEX_MAX];
    struct text token = secret_reveal(&options->credentials->session_token);
    struct buffer query, token_part, names;
    if (expires_s < 1 || expires_s > EXPIRES_MAX_S)
        return error_set(err, ERROR_INTERNAL, "a signed URL cannot last %lld s",
                         (long long)expires_s);
    buffer_init(&query, SIGV4_CANONICAL_MAX);
    buffer_init(&token_part, 3 * token.len + 32);
    if (token.len > 0) {
        buffer_append_string(&token_part, "&X-Amz-Security-Token=");
        encode_uri(&token_part, token, "");
    }
    bool ok = append_signing_query(request, options, expires_s, &query, err);
    if (!options->omit_session_token)
        buffer_append_text(&query, buffer_text(&token_part));
    buffer_init(&names, AUTHORIZATION_MAX);
    ok = ok && set_query(request, &query, err) &&
         sign_request(request, options, &names, signature, err);
    buffer_release(&names);
    if (ok) {
        if (options->omit_session_token)
            buffer_append_text(&query, buffer_text(&token_part));
        buffer_append_format(&query, "&X-Amz-Signature=%s", signature);
        ok = set_query(request, &query, err);
    }
    buffer_wipe(&query);
    buffer_wipe(&token_part);
    return ok;
}
