#ifndef TESTS_FAKECLOUD_GOOGLE_SIGNER_H
#define TESTS_FAKECLOUD_GOOGLE_SIGNER_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>

struct json_object;

/* An RSA key, new at every start: the fake cloud hands out the private half as a key file and keeps the public one. */
struct google_signer;

struct google_signer *google_signer_new(struct error *err); /* ERROR_INTERNAL */
void google_signer_free(struct google_signer *s);           /* NULL is fine */

/* The private half as PEM, PKCS #8. */
bool google_signer_pem(const struct google_signer *s, struct buffer *out, struct error *err);

/* The claims of a JSON Web Token that is signed with it by RS256; false for anything else. json_object_put(). */
bool google_signer_claims(const struct google_signer *s, struct text token, struct json_object **out_claims);

#endif
