#ifndef TESTS_FAKECLOUD_KEYRING_H
#define TESTS_FAKECLOUD_KEYRING_H

#include "core/base/digest.h"
#include "tests/fakecloud/call.h"

/*
 * Whose keys are, and what they sign with, remembered: working a session out from its token and deriving a
 * signing key cost more than all the rest of a small call.
 */
#define KEYRING_MAX 20000 /* kept; when there are more, all are forgotten */

struct keyring;
struct keyring *keyring_new(void);
void keyring_free(struct keyring *k); /* NULL is fine */

/* What a signature names, beside the call's own time. `token` may be NULL. */
struct key_scope {
    const char *key_id, *token, *region, *service;
};

/* Fills account, arn and user_id of the call and the key that signs on its day. False with FAULT_UNKNOWN_KEY
 * or FAULT_EXPIRED. */
bool keyring_find(struct keyring *k, struct call *c, const struct key_scope *scope, unsigned char out_key[DIGEST_BYTES],
                  struct fault *fault);

#endif
