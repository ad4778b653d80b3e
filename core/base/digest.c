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

/* One pass of RFC 2104: the digest of the key's block, each byte changed by `pad`, and then of the data. */
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
    OPENSSL_cleanse(changed, sizeof changed);
}

/* Written out because OpenSSL 3's HMAC() looks up MAC and digest by name and makes four contexts each time:
 * three times the work, and a signature takes five of them. */
void digest_hmac(struct text key, struct text data, unsigned char out[DIGEST_BYTES])
{
    unsigned char block[BLOCK_BYTES] = { 0 }, inner[DIGEST_BYTES];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    must(ctx != NULL);
    if (key.len > BLOCK_BYTES)
        digest_sha256(key, block);
    else if (key.len > 0)
        memcpy(block, key.data, key.len);
    must(EVP_DigestInit_ex(ctx, EVP_sha256(), NULL));
    hash_keyed(ctx, block, 0x36, data, inner);
    must(EVP_DigestInit_ex(ctx, NULL, NULL)); /* the same digest anew */
    hash_keyed(ctx, block, 0x5c, (struct text){ (const char *)inner, sizeof inner }, out);
    EVP_MD_CTX_free(ctx); /* wipes */
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(inner, sizeof inner);
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
