#include "tests/fakecloud/google/signer.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BITS = 2048, PART_MAX = 16 * 1024 };

struct google_signer {
    EVP_PKEY *key;
};

struct google_signer *google_signer_new(struct error *err)
{
    struct google_signer *s = memory_new(1, sizeof *s);
    s->key = EVP_RSA_gen(KEY_BITS);
    if (s->key != NULL)
        return s;
    error_set(err, ERROR_INTERNAL, "OpenSSL makes no key");
    google_signer_free(s);
    return NULL;
}

void google_signer_free(struct google_signer *s)
{
    if (s == NULL)
        return;
    EVP_PKEY_free(s->key);
    free(s);
}

bool google_signer_pem(const struct google_signer *s, struct buffer *out, struct error *err)
{
    char *data = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok =
        bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, s->key, NULL, NULL, 0, NULL, NULL) == 1;
    size_t len = ok ? (size_t)BIO_get_mem_data(bio, &data) : 0;
    if (ok)
        buffer_append(out, data, len);
    BIO_free(bio);
    return ok || error_set(err, ERROR_INTERNAL, "OpenSSL writes no key");
}

/* Base64 of URLs, without padding (RFC 7515), to bytes. */
static bool decode(struct text part, struct buffer *out)
{
    struct buffer plain;
    buffer_init(&plain, PART_MAX);
    for (size_t i = 0; i < part.len; i++)
        buffer_append_char(&plain, part.data[i] == '-'   ? '+'
                                   : part.data[i] == '_' ? '/'
                                                         : part.data[i]);
    while (plain.len % 4 != 0)
        buffer_append_char(&plain, '=');
    bool ok = buffer_ok(&plain) && encode_base64_decode(out, buffer_text(&plain)) && buffer_ok(out);
    buffer_release(&plain);
    return ok;
}

static bool verify(const struct google_signer *s, struct text signed_part,
                   const struct buffer *signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, s->key) == 1 &&
              EVP_DigestVerify(ctx, (const unsigned char *)signature->data, signature->len,
                               (const unsigned char *)signed_part.data, signed_part.len) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

static bool parse_part(struct text part, struct json_object **out)
{
    struct buffer bytes;
    struct error err = ERROR_INIT;
    buffer_init(&bytes, PART_MAX);
    bool ok = decode(part, &bytes) && json_parse(buffer_text(&bytes), out, &err);
    buffer_release(&bytes);
    return ok;
}

bool google_signer_claims(const struct google_signer *s, struct text token,
                          struct json_object **out_claims)
{
    struct text rest = token, head = text_cut(&rest, '.'), claims = text_cut(&rest, '.');
    struct json_object *header = NULL, *read = NULL;
    struct buffer signature;
    buffer_init(&signature, PART_MAX);
    bool ok = claims.data != NULL && rest.data != NULL && decode(rest, &signature) &&
              verify(s, (struct text){ token.data, head.len + 1 + claims.len }, &signature) &&
              parse_part(head, &header) && parse_part(claims, &read);
    const char *algorithm = ok ? json_string(header, "alg") : NULL;
    ok = ok && algorithm != NULL && strcmp(algorithm, "RS256") == 0;
    buffer_release(&signature);
    json_object_put(header);
    if (!ok) {
        json_object_put(read);
        return false;
    }
    *out_claims = read;
    return true;
}
