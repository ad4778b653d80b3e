#ifndef PROVIDERS_AWS_CREDENTIALS_CREDENTIALS_H
#define PROVIDERS_AWS_CREDENTIALS_CREDENTIALS_H

#include "core/base/error.h"
#include "core/base/secret.h"

#include <stdint.h>

struct json_object;

#define AWS_ACCOUNT_ID_MAX 13 /* 12 digits and the NUL */

/* One set of AWS credentials. The key id is no secret: it stands in every request and in CloudTrail. */
struct aws_credentials {
    char *access_key_id;             /* owned; NULL: these credentials are empty */
    struct secret secret_access_key;
    struct secret session_token;     /* empty for long-term keys */
    int64_t expires_unix_s;          /* 0: never, or not known */
    char account_id[AWS_ACCOUNT_ID_MAX]; /* as the source said; "" when it did not. A hint: only
                                          * GetCallerIdentity proves an account */
};

#define AWS_CREDENTIALS_INIT { NULL, SECRET_INIT, SECRET_INIT, 0, { 0 } }

/* Wipes and frees; empty and usable after. */
void aws_credentials_release(struct aws_credentials *c);

/* Replaces `to` by a copy of `from`. */
void aws_credentials_copy(struct aws_credentials *to, const struct aws_credentials *from);

/* Replaces `to` by `from`, which is empty after. */
void aws_credentials_move(struct aws_credentials *to, struct aws_credentials *from);

/* Takes over an account id when it is 12 digits; anything else (NULL too) leaves what was there. */
void aws_credentials_set_account(struct aws_credentials *c, const char *account_id);

/*
 * Reads the JSON object that credential processes, containers and instances answer with: AccessKeyId,
 * SecretAccessKey, the token under `token_name` ("SessionToken" or "Token"), Expiration, AccountId; the
 * last three may be missing or null. ERROR_DATA names the member that is wrong, never its value. (json-c
 * keeps no wiped memory: the tree itself is the caller's to free soon.)
 */
bool aws_credentials_read_json(const struct json_object *object, const char *token_name,
                               struct aws_credentials *out, struct error *err);

#endif
