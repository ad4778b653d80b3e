#include "providers/aws/credentials/credentials.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

void aws_credentials_release(struct aws_credentials *c)
{
    free(c->access_key_id);
    secret_release(&c->secret_access_key);
    secret_release(&c->session_token);
    *c = (struct aws_credentials)AWS_CREDENTIALS_INIT;
}

void aws_credentials_copy(struct aws_credentials *to, const struct aws_credentials *from)
{
    struct aws_credentials copy = *from;
    copy.access_key_id = memory_string(from->access_key_id);
    copy.secret_access_key = copy.session_token = (struct secret)SECRET_INIT;
    secret_set_text(&copy.secret_access_key, secret_reveal(&from->secret_access_key));
    secret_set_text(&copy.session_token, secret_reveal(&from->session_token));
    aws_credentials_move(to, &copy);
}

void aws_credentials_move(struct aws_credentials *to, struct aws_credentials *from)
{
    aws_credentials_release(to);
    *to = *from;
    *from = (struct aws_credentials)AWS_CREDENTIALS_INIT;
}

void aws_credentials_set_account(struct aws_credentials *c, const char *account_id)
{
    if (account_id == NULL || strlen(account_id) != AWS_ACCOUNT_ID_MAX - 1 ||
        strspn(account_id, "0123456789") != AWS_ACCOUNT_ID_MAX - 1)
        return;
    memcpy(c->account_id, account_id, AWS_ACCOUNT_ID_MAX);
}

/* A member that is a string without NUL inside; absent and null give NULL in *out. */
static bool read_string(const struct json_object *object, const char *name, bool required,
                        const char **out, struct error *err)
{
    struct json_object *value = json_object_object_get(object, name);
    if (value == NULL && !required) {
        *out = NULL;
        return true;
    }
    if (!json_object_is_type(value, json_type_string))
        return error_set(err, ERROR_DATA, "%s is %s", name, value == NULL ? "missing" : "no string");
    const char *s = json_object_get_string(value);
    if (strlen(s) != (size_t)json_object_get_string_len(value) || (required && *s == '\0'))
        return error_set(err, ERROR_DATA, "%s is empty or holds a NUL", name);
    *out = s;
    return true;
}

bool aws_credentials_read_json(const struct json_object *object, const char *token_name,
                               struct aws_credentials *out, struct error *err)
{
    const char *id = NULL, *secret = NULL, *token = NULL, *expiration = NULL, *account = NULL;
    int64_t expires_ms = 0;
    if (!json_object_is_type(object, json_type_object))
        return error_set(err, ERROR_DATA, "the credentials are no JSON object");
    if (!read_string(object, "AccessKeyId", true, &id, err) ||
        !read_string(object, "SecretAccessKey", true, &secret, err) ||
        !read_string(object, token_name, false, &token, err) ||
        !read_string(object, "Expiration", false, &expiration, err) ||
        !read_string(object, "AccountId", false, &account, err))
        return false;
    if (expiration != NULL && !timestamp_parse_iso(text_of(expiration), &expires_ms))
        return error_set(err, ERROR_DATA, "Expiration is no time: %s", expiration);
    aws_credentials_release(out);
    out->access_key_id = memory_string(id);
    secret_set_text(&out->secret_access_key, text_of(secret));
    secret_set_text(&out->session_token, text_of(token));
    out->expires_unix_s = expires_ms / 1000;
    aws_credentials_set_account(out, account);
    return true;
}
