#include "core/base/digest.h"

#include "core/base/encode.h"
#include "core/base/memory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct digest {
    EVP_MD_CTX *ctx;
};

/* OpenSSL's SHA-256 fails only where it is missing or memory ran out: neither is to be carried on. */
static void must(int ok)
{
    if (ok != 1)
        abort();
}

void digest_sha256(struct text data, unsigned char out[DIGEST_BYTES])
{
    unsigned int len = 0;
    must(EVP_Digest(data.len == 0 ? "" : data.data, data.len, out, &len, EVP_sha256(), NULL));
}

void digest_sha256_hex(struct text data, char out[DIGEST_HEX_MAX])
{
    unsigned char bytes[DIGEST_BYTES];
    digest_sha256(data, bytes);
    encode_hex(bytes, sizeof bytes, out);
}

enum { BLOCK_BYTES = 64 }; /* of SHA-256 */

/* One pass of RFC 2104: the digest of the key's block, each byte changed by `pad`, and then of the data; `ctx` is
 * as new after. */
static void hash_keyed(EVP_MD_CTX *ctx, const unsigned char block[BLOCK_BYTES], unsigned char pad,
                       struct text data, unsigned char out[DIGEST_BYTES])
{
    unsigned char changed[BLOCK_BYTES];
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        changed[i] = block[i] ^ pad;
    must(EVP_DigestUpdate(ctx, changed, BLOCK_BYTES));
    if (data.len > 0)
        must(EVP_DigestUpdate(ctx, data.data, data.len));
    must(EVP_DigestFinal_ex(ctx, out, NULL));
    must(EVP_DigestInit_ex(ctx, NULL, NULL)); /* the same digest anew */
    OPENSSL_cleanse(changed, sizeof changed);
}

/* Written out because OpenSSL 3's HMAC() looks up MAC and digest by name and makes four contexts each time:
 * three times the work, and a signature takes five of them. */
static void hmac(EVP_MD_CTX *ctx, struct text key, struct text data,
                 unsigned char out[DIGEST_BYTES])
{
    unsigned char block[BLOCK_BYTES] = { 0 }, inner[DIGEST_BYTES];
    if (key.len > BLOCK_BYTES)
        digest_sha256(key, block);
    else if (key.len > 0)
        memcpy(block, key.data, key.len);
    hash_keyed(ctx, block, 0x36, data, inner);
    hash_keyed(ctx, block, 0x5c, (struct text){ (const char *)inner, sizeof inner }, out);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(inner, sizeof inner);
}

void digest_hmac_by(struct digest *d, struct text key, struct text data,
                    unsigned char out[DIGEST_BYTES])
{
    struct digest *own = d == NULL ? digest_new() : NULL;
    hmac(d == NULL ? own->ctx : d->ctx, key, data, out);
    digest_free(own); /* wipes */
}

void digest_hmac(struct text key, struct text data, unsigned char out[DIGEST_BYTES])
{
    digest_hmac_by(NULL, key, data, out);
}

void digest_sha256_hex_by(struct digest *d, struct text data, char out[DIGEST_HEX_MAX])
{
    unsigned char bytes[DIGEST_BYTES];
    if (d == NULL) {
        digest_sha256_hex(data, out);
        return;
    }
    digest_add(d, data);
    digest_finish(d, bytes);
    must(EVP_DigestInit_ex(d->ctx, NULL, NULL));
    encode_hex(bytes, sizeof bytes, out);
}

struct digest *digest_new(void)
{
    struct digest *d = memory_new(1, sizeof *d);
    d->ctx = EVP_MD_CTX_new();
    must(d->ctx != NULL);
    must(EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL));
    return d;
}

void digest_add(struct digest *d, struct text data)
{
    if (data.len > 0)
        must(EVP_DigestUpdate(d->ctx, data.data, data.len));
}

void digest_finish(struct digest *d, unsigned char out[DIGEST_BYTES])
{
    must(EVP_DigestFinal_ex(d->ctx, out, NULL));
}

void digest_free(struct digest *d)
{
    if (d == NULL)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}
