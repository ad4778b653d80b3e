#include "tests/fakecloud/offer.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/session.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { POLICY_MAX = 2048, DURATION_S = 3600, DURATION_LEAST_S = 900 };

static bool identity(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    if (!call_knows(c, known, fault))
        return false;
    *out = estate_json("{\"Account\":\"%s\",\"Arn\":\"%s\",\"UserId\":\"%s\"}", c->account, c->arn,
                       c->user_id);
    return true;
}

static bool read_duration(const struct call *c, int64_t *out_s, struct fault *fault)
{
    const char *asked = call_text(c, "DurationSeconds");
    *out_s = DURATION_S;
    if (asked == NULL || (text_to_int64(text_of(asked), out_s) && *out_s >= DURATION_LEAST_S &&
                          *out_s <= DURATION_S))
        return true;
    return fault_set(
        fault, FAULT_VALUE,
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
}

static bool check_policy(const struct call *c, struct fault *fault)
{
    const char *policy = call_text(c, "Policy");
    struct json_object *document = NULL;
    struct error err = ERROR_INIT;
    if (policy == NULL)
        return true;
    bool ok = strlen(policy) <= POLICY_MAX && json_parse(text_of(policy), &document, &err);
    json_object_put(document);
    return ok || fault_own(fault, 400, "MalformedPolicyDocument",
                           "The policy is not in the valid JSON format.");
}

/* arn:aws:iam::ACCOUNT:role/NAME, of an account that is there and has that role; all trust the first account
 * alone. */
static bool read_role(const struct call *c, const char *arn, char **out_account, char **out_role)
{
    struct text rest = text_of(arn), account = { NULL, 0 };
    for (int i = 0; i < 5; i++)
        account = text_cut(&rest, ':');
    if (rest.data == NULL || !text_starts_with(text_of(arn), "arn:aws:iam::") ||
        !text_starts_with(rest, "role/"))
        return false;
    text_cut(&rest, '/');
    *out_account = text_copy(account);
    *out_role = text_copy(rest);
    return strcmp(c->account, estate_account(c->estate, 0)) == 0 &&
           estate_item(c->estate, (struct place){ *out_account, ESTATE_GLOBAL }, "Roles",
                       "RoleName", *out_role) != NULL;
}

static struct json_object *answer_of(const struct session *s, const struct aws_credentials *k)
{
    char expires[TIMESTAMP_MAX];
    timestamp_iso(s->expires, expires);
    return estate_json(
        "{\"Credentials\":{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"SessionToken\":\"%s\",\"Expiration\":\"%s\"},"
        "\"AssumedRoleUser\":{\"AssumedRoleId\":\"AROA%s:%s\",\"Arn\":\"arn:aws:sts::%s:assumed-role/%s/%s\"}}",
        k->access_key_id, secret_reveal(&k->secret_access_key).data,
        secret_reveal(&k->session_token).data, expires, s->account, s->name, s->account, s->role,
        s->name);
}

static bool is_session_name(const char *name)
{
    size_t plain =
        name == NULL
            ? 0
            : strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=,.@-");
    return plain >= 2 && plain <= 64 && name[plain] == '\0';
}

static bool assume(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "RoleArn", "RoleSessionName", "DurationSeconds",
                                         "Policy",  "PolicyArns",      NULL };
    const char *arn = call_text(c, "RoleArn");
    char *account = NULL, *role = NULL;
    struct session s = { .name = call_text(c, "RoleSessionName") };
    int64_t duration = 0;
    if (!call_knows(c, known, fault) || !read_duration(c, &duration, fault) ||
        !check_policy(c, fault))
        return false;
    if (arn == NULL || !is_session_name(s.name))
        return fault_set(fault, FAULT_VALUE, "RoleArn and RoleSessionName are required");
    bool ok = read_role(c, arn, &account, &role) ||
              fault_set(fault, FAULT_DENIED,
                        "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
                        c->arn, arn);
    if (ok) {
        struct aws_credentials keys = AWS_CREDENTIALS_INIT;
        s.account = account;
        s.role = role;
        s.expires = c->now + duration;
        session_open(c->estate, &s, &keys);
        *out = answer_of(&s, &keys);
        aws_credentials_release(&keys);
    }
    free(role);
    free(account);
    return ok;
}

static const struct offer offers[] = {
    { .operation = "AssumeRole", .answer = assume, .fleeting = true },
    { .operation = "GetCallerIdentity", .answer = identity, .fleeting = true },
    { 0 },
};

const struct service service_sts = { .name = "sts", .global = true, .offers = offers };
