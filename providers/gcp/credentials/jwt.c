#include "providers/gcp/credentials/jwt.h"

#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <inttypes.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#define TOKEN_MAX (64 * 1024) /* bytes; scopes make it long */
#define PEM_MAX (64 * 1024)   /* bytes of a key's text; one of the most bits has 13 KB */

struct gcp_jwt_key {
    EVP_PKEY *pkey;
};

/* ---- keys ---- */

/* OpenSSL asks for a password only where a key is encrypted. We have none to give. */
static int note_password(char *buffer, int size, int writing, void *ctx)
{
    (void)buffer;
    (void)size;
    (void)writing;
    *(bool *)ctx = true;
    return -1;
}

static EVP_PKEY *read_pem(struct text pem, bool *out_encrypted)
{
    EVP_PKEY *pkey = NULL;
    if (pem.len == 0 || pem.len > PEM_MAX)
        return NULL;
    BIO *in = BIO_new_mem_buf(pem.data, (int)pem.len);
    if (in != NULL)
        pkey = PEM_read_bio_PrivateKey(in, NULL, note_password, out_encrypted);
    BIO_free(in);
    ERR_clear_error(); /* or libcurl's next look at the queue would find our fault */
    return pkey;
}

static bool check_key(EVP_PKEY *pkey, struct error *err)
{
    int bits = EVP_PKEY_get_bits(pkey);
    if (!EVP_PKEY_is_a(pkey, "RSA"))
        return error_set(err, ERROR_CONFIG,
                         "the key is of kind %s: those of service accounts are RSA keys",
                         EVP_PKEY_get0_type_name(pkey));
    if (bits < GCP_JWT_KEY_BITS_MIN || bits > GCP_JWT_KEY_BITS_MAX)
        return error_set(err, ERROR_CONFIG, "an RSA key of %d bits: Google's have %d", bits,
                         GCP_JWT_KEY_BITS_MIN);
    return true;
}

struct gcp_jwt_key *gcp_jwt_key_read(struct text pem, struct error *err)
{
    bool encrypted = false;
    EVP_PKEY *pkey = read_pem(pem, &encrypted);
    if (pkey == NULL) {
        error_set(
            err, ERROR_CONFIG, "%s",
            encrypted
                ? "the key is encrypted: Google's are not, download it again"
                : "no private key in PEM: download the key again, it may have been cut or edited");
        return NULL;
    }
    if (!check_key(pkey, err)) {
        EVP_PKEY_free(pkey);
        return NULL;
    }
    struct gcp_jwt_key *key = memory_new(1, sizeof *key);
    key->pkey = pkey;
    return key;
}

void gcp_jwt_key_free(struct gcp_jwt_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* ---- tokens ---- */

/* RFC 4648, 5: two other letters and no padding. */
static void append_base64url(struct buffer *out, const void *bytes, size_t len)
{
    size_t from = out->len;
    encode_base64(out, bytes, len);
    while (out->len > from && out->data[out->len - 1] == '=')
        buffer_truncate(out, out->len - 1);
    for (size_t i = from; i < out->len; i++)
        if (out->data[i] == '+' || out->data[i] == '/')
            out->data[i] = out->data[i] == '+' ? '-' : '_';
}

static void append_member(struct buffer *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_append_format(out, ",\"%s\":", name);
    json_write_string(text_of(value), out);
}

static void append_header(struct buffer *out, const char *key_id)
{
    struct buffer json;
    buffer_init(&json, TOKEN_MAX);
    buffer_append_string(&json, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
    append_member(&json, "kid", key_id);
    buffer_append_char(&json, '}');
    append_base64url(out, json.data, json.len);
    buffer_release(&json);
}

static bool append_claims(struct buffer *out, const struct gcp_jwt_claims *c)
{
    struct buffer json;
    buffer_init(&json, TOKEN_MAX);
    buffer_append_format(&json, "{\"iat\":%" PRId64 ",\"exp\":%" PRId64, c->issued_unix_s,
                         c->issued_unix_s + GCP_JWT_LIFE_S);
    append_member(&json, "iss", c->issuer);
    append_member(&json, "sub", c->subject);
    append_member(&json, "aud", c->audience);
    append_member(&json, "scope", c->scope);
    buffer_append_char(&json, '}');
    bool ok = buffer_ok(&json);
    append_base64url(out, json.data, json.len);
    buffer_release(&json);
    return ok;
}

static bool append_signature(struct buffer *out, const struct gcp_jwt_key *key, struct text what)
{
    size_t len = (size_t)EVP_PKEY_get_size(key->pkey);
    unsigned char *signature = memory_new(len, 1);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx != NULL && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
              EVP_DigestSign(ctx, signature, &len, (const unsigned char *)what.data, what.len) == 1;
    EVP_MD_CTX_free(ctx);
    if (ok)
        append_base64url(out, signature, len);
    else
        ERR_clear_error();
    free(signature);
    return ok;
}

bool gcp_jwt_sign(const struct gcp_jwt_key *key, const char *key_id,
                  const struct gcp_jwt_claims *claims, struct secret *out, struct error *err)
{
    struct buffer token, signature;
    buffer_init(&token, TOKEN_MAX);
    buffer_init(&signature, TOKEN_MAX);
    append_header(&token, key_id);
    buffer_append_char(&token, '.');
    bool fits = append_claims(&token, claims) && buffer_ok(&token);
    bool ok = fits && append_signature(&signature, key, buffer_text(&token));
    buffer_append_char(&token, '.');
    buffer_append_text(&token, buffer_text(&signature));
    fits = fits && buffer_ok(&token);
    if (!fits)
        error_set(err, ERROR_LIMIT, "the token would have more than %d bytes: ask for fewer scopes",
                  TOKEN_MAX);
    else if (!ok)
        error_set(err, ERROR_INTERNAL, "openssl could not sign with the key");
    if (fits && ok)
        secret_set_text(out, buffer_text(&token));
    buffer_wipe(&token);
    buffer_release(&signature);
    return fits && ok;
}
