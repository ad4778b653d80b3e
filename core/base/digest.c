#include "core/base/digest.h"

#include "core/base/encode.h"
#include "core/base/memory.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

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

void digest_hmac(struct text key, struct text data, unsigned char out[DIGEST_BYTES])
{
    unsigned int len = 0;
    must(HMAC(EVP_sha256(), key.len == 0 ? "" : key.data, (int)key.len,
              (const unsigned char *)(data.len == 0 ? "" : data.data), data.len, out, &len) != NULL);
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
