#ifndef TESTS_UNIT_PROVIDERS_GCP_CREDENTIALS_KEYS_H
#define TESTS_UNIT_PROVIDERS_GCP_CREDENTIALS_KEYS_H

/* Keys made for the test program that runs, and the verifier's side of a JSON Web Token. */
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

struct keys {
    EVP_PKEY *rsa;
    char *rsa_pem; /* PKCS#8 */
};

/* PEM of a private key, encrypted where there is a password; free(). */
static inline char *pem_of(EVP_PKEY *pkey, const char *password)
{
    char *data = NULL;
    BIO *out = BIO_new(BIO_s_mem());
    const EVP_CIPHER *cipher = password == NULL ? NULL : EVP_aes_128_cbc();
    int len = password == NULL ? 0 : (int)strlen(password);
    assert_int_equal(PEM_write_bio_PKCS8PrivateKey(out, pkey, cipher, password, len, NULL, NULL), 1);
    size_t size = (size_t)BIO_get_mem_data(out, &data);
    char *pem = memory_string_n(data, size);
    BIO_free(out);
    return pem;
}

static inline int keys_setup(void **state)
{
    struct keys *k = memory_new(1, sizeof *k);
    k->rsa = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    assert_non_null(k->rsa);
    k->rsa_pem = pem_of(k->rsa, NULL);
    *state = k;
    return 0;
}

static inline int keys_teardown(void **state)
{
    struct keys *k = *state;
    EVP_PKEY_free(k->rsa);
    free(k->rsa_pem);
    free(k);
    return 0;
}

/* The bytes of unpadded base64url. */
static inline void decode_url64(struct buffer *out, struct text t)
{
    struct buffer plain;
    buffer_init(&plain, 100000);
    for (size_t i = 0; i < t.len; i++) {
        assert_true(t.data[i] != '=' && t.data[i] != '+' && t.data[i] != '/');
        buffer_append_char(&plain, t.data[i] == '-' ? '+' : t.data[i] == '_' ? '/' : t.data[i]);
    }
    while (plain.len % 4 != 0)
        buffer_append_char(&plain, '=');
    assert_true(encode_base64_decode(out, buffer_text(&plain)));
    buffer_release(&plain);
}

static inline struct json_object *json_of_url64(struct text t)
{
    struct buffer b;
    buffer_init(&b, 100000);
    decode_url64(&b, t);
    struct json_object *o = json_tokener_parse(buffer_string(&b));
    assert_non_null(o);
    buffer_release(&b);
    return o;
}

/* The claims of a token that the key signed; its header is checked. json_object_put(). */
static inline struct json_object *verified_claims(const struct keys *k, struct text token, const char *key_id)
{
    struct text rest = token, head = text_cut(&rest, '.'), claims = text_cut(&rest, '.');
    struct text what = { token.data, head.len + 1 + claims.len };
    struct json_object *header = json_of_url64(head);
    assert_string_equal(json_object_get_string(json_object_object_get(header, "alg")), "RS256");
    assert_string_equal(json_object_get_string(json_object_object_get(header, "typ")), "JWT");
    if (key_id == NULL)
        assert_null(json_object_object_get(header, "kid"));
    else
        assert_string_equal(json_object_get_string(json_object_object_get(header, "kid")), key_id);
    json_object_put(header);
    struct buffer signature;
    buffer_init(&signature, 10000);
    decode_url64(&signature, rest);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, k->rsa), 1);
    assert_int_equal(EVP_DigestVerify(ctx, (const unsigned char *)signature.data, signature.len,
                                      (const unsigned char *)what.data, what.len),
                     1);
    EVP_MD_CTX_free(ctx);
    buffer_release(&signature);
    return json_of_url64(claims);
}

static inline const char *claim(const struct json_object *claims, const char *name)
{
    return json_object_get_string(json_object_object_get(claims, name));
}

/* "PEM" as it stands in JSON; free(). */
static inline char *json_quoted(const char *s)
{
    struct json_object *o = json_object_new_string(s);
    char *quoted = memory_string(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(o);
    return quoted;
}

/* A service account's key file; `more` are members with a comma at their end. free() */
static inline char *key_file(const struct keys *k, const char *more)
{
    char *quoted = json_quoted(k->rsa_pem);
    char *file = memory_format("{\"type\":\"service_account\",%s\"project_id\":\"watch\",\"private_key_id\":\"kid1\","
                               "\"client_email\":\"walker@watch.iam.gserviceaccount.com\",\"private_key\":%s}",
                               more, quoted);
    free(quoted);
    return file;
}

#endif
