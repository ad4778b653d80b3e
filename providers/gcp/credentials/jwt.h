#ifndef PROVIDERS_GCP_CREDENTIALS_JWT_H
#define PROVIDERS_GCP_CREDENTIALS_JWT_H

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * JSON Web Tokens (RFC 7519) signed with RS256 (RFC 7518), the only algorithm of Google's service
 * account keys. The time is the caller's.
 */
#define GCP_JWT_LIFE_S 3600       /* the longest that Google takes */
#define GCP_JWT_KEY_BITS_MIN 2048 /* RFC 7518, 3.3 */
#define GCP_JWT_KEY_BITS_MAX 16384

/* A private RSA key; OpenSSL wipes it when it is freed. */
struct gcp_jwt_key;

/* Reads PEM ("PRIVATE KEY" or "RSA PRIVATE KEY"). ERROR_CONFIG says what it is instead: not PEM,
 * encrypted, of another algorithm, too short. Nothing of the text gets into the line. */
struct gcp_jwt_key *gcp_jwt_key_read(struct text pem, struct error *err);
void gcp_jwt_key_free(struct gcp_jwt_key *key); /* NULL is fine */

/* NULL members are left out. */
struct gcp_jwt_claims {
    const char *issuer, *subject, *audience, *scope;
    int64_t issued_unix_s; /* expires GCP_JWT_LIFE_S later */
};

/* `key_id` NULL: the header names none. ERROR_INTERNAL when OpenSSL fails. */
bool gcp_jwt_sign(const struct gcp_jwt_key *key, const char *key_id, const struct gcp_jwt_claims *claims,
                  struct secret *out, struct error *err);

#endif
