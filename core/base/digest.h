#ifndef CORE_BASE_DIGEST_H
#define CORE_BASE_DIGEST_H

#include "core/base/text.h"

#include <stddef.h>

#define DIGEST_BYTES 32   /* SHA-256 */
#define DIGEST_HEX_MAX 65 /* as lower-case hex, NUL included */

void digest_sha256(struct text data, unsigned char out[DIGEST_BYTES]);
void digest_sha256_hex(struct text data, char out[DIGEST_HEX_MAX]);

/* HMAC-SHA-256. The caller wipes `out` where it is a key. */
void digest_hmac(struct text key, struct text data, unsigned char out[DIGEST_BYTES]);

/* SHA-256 over pieces, for what is too large or too scattered for one view. */
struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *d, struct text data);
void digest_finish(struct digest *d, unsigned char out[DIGEST_BYTES]); /* then only digest_free() */
void digest_free(struct digest *d);

/* The same as above over one digest that is new, and is as new after, again and again: each new one makes OpenSSL look up
 * its algorithm by name. NULL: one is made for this once. */
void digest_sha256_hex_by(struct digest *d, struct text data, char out[DIGEST_HEX_MAX]);
void digest_hmac_by(struct digest *d, struct text key, struct text data,
                    unsigned char out[DIGEST_BYTES]);

#endif
