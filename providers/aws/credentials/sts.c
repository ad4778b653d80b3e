#include "providers/aws/credentials/sts.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/credentials/sts_answer.h"
#include "providers/aws/sigv4/sign.h"

#include <stdlib.h>
#include <string.h>

#define VERSION "2011-06-15"
#define ANSWER_MAX (256 * 1024) /* bytes; a real one has some 2 KB */
#define RATE_PER_S 600          /* of one account in one region (AWS: IAM and STS quotas) */
#define ARN_MIN 20
#define ARN_MAX 2048
#define TOKEN_MIN 4
#define TOKEN_MAX 20000

static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-";

/* ---- what goes out ---- */

static bool check_arn(const char *what, const char *arn, struct error *err)
{
    size_t len = strlen(arn);
    bool plain = true;
    for (size_t i = 0; i < len; i++)
        plain = plain && arn[i] > ' ' && arn[i] < 0x7f;
    if (!plain || len < ARN_MIN || len > ARN_MAX || strncmp(arn, "arn:", 4) != 0)
        return error_set(err, ERROR_CONFIG, "%s '%s' is no ARN of %d to %d characters", what, arn,
                         ARN_MIN, ARN_MAX);
    return true;
}

static bool check_session_name(const char *name, struct error *err)
{
    size_t len = strlen(name);
    if (len < 2 || len > 64 || strspn(name, word) != len)
        return error_set(err, ERROR_CONFIG,
                         "role session name '%s' is not 2 to 64 letters, digits and _+=,.@-", name);
    return true;
}

static bool check_duration(int64_t seconds, struct error *err)
{
    if (seconds != 0 && (seconds < STS_DURATION_MIN_S || seconds > STS_DURATION_MAX_S))
        return error_set(err, ERROR_CONFIG, "a session of %lld s: AWS allows %d to %d",
                         (long long)seconds, STS_DURATION_MIN_S, STS_DURATION_MAX_S);
    return true;
}

/* An external id is shared between two companies to tell customers apart, so it stays out of messages. */
static bool check_external_id(const char *id, struct error *err)
{
    size_t len = id == NULL ? 0 : strlen(id), plain = 0;
    while (plain < len && (strchr(word, id[plain]) != NULL || id[plain] == ':' || id[plain] == '/'))
        plain++;
    if (id != NULL && (len < 2 || len > 1224 || plain < len))
        return error_set(err, ERROR_CONFIG,
                         "the external id is not 2 to 1,224 letters, digits and _+=,.@:/-");
    return true;
}

static bool check_policies(const struct sts_assume_role_options *o, struct error *err)
{
    size_t total = o->policy_json == NULL ? 0 : strlen(o->policy_json);
    if (o->policy_arn_count > STS_POLICY_ARNS_MAX)
        return error_set(err, ERROR_CONFIG, "%zu session policy ARNs: AWS allows %d",
                         o->policy_arn_count, STS_POLICY_ARNS_MAX);
    for (size_t i = 0; i < o->policy_arn_count; i++) {
        if (!check_arn("session policy", o->policy_arns[i], err))
            return false;
        total += strlen(o->policy_arns[i]);
    }
    if (total > STS_POLICY_MAX)
        return error_set(err, ERROR_LIMIT,
                         "session policy and policy ARNs have %zu characters together: AWS allows %d",
                         total, STS_POLICY_MAX);
    return true;
}

static void add(struct http_request *r, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buffer_append_format(&r->body, "&%s=", name);
    encode_uri(&r->body, text_of(value), "");
}

static void add_number(struct http_request *r, const char *name, int64_t value)
{
    if (value != 0)
        buffer_append_format(&r->body, "&%s=%lld", name, (long long)value);
}

static bool begin(struct http_request *r, const struct sts_endpoint *endpoint, const char *action,
                  const struct aws_credentials *credentials, struct error *err)
{
    http_request_init(r);
    if (!sts_endpoint_apply(endpoint, r, err))
        return false;
    r->method = memory_string("POST");
    r->max_response_bytes = ANSWER_MAX;
    /* AWS counts per calling account; a key id stands for it. */
    r->limit.key = memory_format("sts/%s/%s", endpoint->region,
                                 credentials != NULL ? credentials->access_key_id : "");
    r->limit.rate_per_s = r->limit.burst = RATE_PER_S;
    buffer_append_format(&r->body, "Action=%s&Version=" VERSION, action);
    return http_headers_set(&r->headers, "Content-Type",
                            TEXT_LITERAL("application/x-www-form-urlencoded; charset=utf-8"), err);
}

/* Hands over what was built, or drops it. */
static bool end(struct http_request *built, bool ok, struct http_request *out)
{
    if (!ok) {
        http_request_release(built);
        return false;
    }
    http_request_release(out);
    *out = *built;
    return true;
}

static bool sign(struct http_request *r, const char *region,
                 const struct aws_credentials *credentials, int64_t now_unix_s, struct error *err)
{
    struct sigv4_options o = sigv4_sign_options(credentials, region, "sts", now_unix_s);
    return sigv4_sign(r, &o, err);
}

static void add_policies(struct http_request *r, const struct sts_assume_role_options *o)
{
    for (size_t i = 0; i < o->policy_arn_count; i++) {
        char *name = memory_format("PolicyArns.member.%zu.arn", i + 1);
        add(r, name, o->policy_arns[i]);
        free(name);
    }
    add(r, "Policy", o->policy_json);
}

bool sts_assume_role_request(const struct sts_assume_role_options *options,
                             const struct aws_credentials *credentials, int64_t now_unix_s,
                             struct http_request *out_request, struct error *err)
{
    struct http_request r;
    if (!check_arn("role", options->role_arn, err) ||
        !check_session_name(options->session_name, err) ||
        !check_external_id(options->external_id, err) ||
        !check_duration(options->duration_s, err) || !check_policies(options, err))
        return false;
    bool ok = begin(&r, &options->endpoint, "AssumeRole", credentials, err);
    if (ok) {
        add(&r, "RoleArn", options->role_arn);
        add(&r, "RoleSessionName", options->session_name);
        add_policies(&r, options);
        add_number(&r, "DurationSeconds", options->duration_s);
        add(&r, "ExternalId", options->external_id);
        ok = sign(&r, options->endpoint.region, credentials, now_unix_s, err);
    }
    return end(&r, ok, out_request);
}

bool sts_web_identity_request(const struct sts_web_identity_options *options, struct text token,
                              struct http_request *out_request, struct error *err)
{
    struct http_request r;
    if (!check_arn("role", options->role_arn, err) ||
        !check_session_name(options->session_name, err) || !check_duration(options->duration_s, err))
        return false;
    if (token.len < TOKEN_MIN || token.len > TOKEN_MAX)
        return error_set(err, ERROR_CONFIG, "a web identity token of %zu bytes: AWS takes %d to %d",
                         token.len, TOKEN_MIN, TOKEN_MAX);
    bool ok = begin(&r, &options->endpoint, "AssumeRoleWithWebIdentity", NULL, err);
    if (ok) {
        add(&r, "RoleArn", options->role_arn);
        add(&r, "RoleSessionName", options->session_name);
        add_number(&r, "DurationSeconds", options->duration_s);
        buffer_append_string(&r.body, "&WebIdentityToken=");
        encode_uri(&r.body, token, "");
    }
    return end(&r, ok, out_request);
}

bool sts_caller_identity_request(const struct sts_endpoint *endpoint,
                                 const struct aws_credentials *credentials, int64_t now_unix_s,
                                 struct http_request *out_request, struct error *err)
{
    struct http_request r;
    bool ok = begin(&r, endpoint, "GetCallerIdentity", credentials, err) &&
              sign(&r, endpoint->region, credentials, now_unix_s, err);
    return end(&r, ok, out_request);
}

/* ---- what comes back ---- */

/* The fifth field: arn:aws:sts::ACCOUNT:assumed-role/… */
static void set_account_of_arn(struct aws_credentials *c, const char *arn)
{
    struct text rest = text_of(arn), field = { NULL, 0 };
    for (int i = 0; i < 5; i++)
        field = text_cut(&rest, ':');
    char *account = text_copy(field);
    aws_credentials_set_account(c, account);
    free(account);
}

static bool read_credentials(const struct sts_answer *a, struct aws_credentials *out, struct error *err)
{
    static const enum sts_field needed[] = { STS_ACCESS_KEY_ID, STS_SECRET_ACCESS_KEY,
                                             STS_SESSION_TOKEN, STS_EXPIRATION };
    int64_t expires_ms = 0;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (sts_answer_get(a, needed[i]).len == 0)
            return error_set(err, ERROR_DATA, "the answer of sts lacks %s", sts_answer_name(needed[i]));
    if (!timestamp_parse_iso(sts_answer_get(a, STS_EXPIRATION), &expires_ms))
        return error_set(err, ERROR_DATA, "the answer of sts holds an Expiration that is no time");
    aws_credentials_release(out);
    out->access_key_id = text_copy(sts_answer_get(a, STS_ACCESS_KEY_ID));
    secret_set_text(&out->secret_access_key, sts_answer_get(a, STS_SECRET_ACCESS_KEY));
    secret_set_text(&out->session_token, sts_answer_get(a, STS_SESSION_TOKEN));
    out->expires_unix_s = expires_ms / 1000;
    char *arn = text_copy(sts_answer_get(a, STS_ARN));
    set_account_of_arn(out, arn);
    free(arn);
    return true;
}

bool sts_assume_role_accept(const struct http_response *response,
                            struct aws_credentials *out_credentials, struct error *err)
{
    struct sts_answer answer;
    bool ok = sts_answer_read(response, &answer, err) &&
              read_credentials(&answer, out_credentials, err);
    sts_answer_release(&answer);
    return ok;
}

void sts_identity_release(struct sts_identity *identity)
{
    free(identity->arn);
    *identity = (struct sts_identity){ { 0 }, NULL };
}

bool sts_caller_identity_accept(const struct http_response *response,
                                struct sts_identity *out_identity, struct error *err)
{
    struct sts_answer answer;
    struct aws_credentials holder = AWS_CREDENTIALS_INIT;
    bool ok = sts_answer_read(response, &answer, err);
    if (ok) {
        char *account = text_copy(sts_answer_get(&answer, STS_ACCOUNT));
        aws_credentials_set_account(&holder, account);
        free(account);
        ok = holder.account_id[0] != '\0' ||
             error_set(err, ERROR_DATA, "the answer of sts holds no account of 12 digits");
    }
    if (ok) {
        sts_identity_release(out_identity);
        memcpy(out_identity->account, holder.account_id, sizeof out_identity->account);
        out_identity->arn = text_copy(sts_answer_get(&answer, STS_ARN));
    }
    sts_answer_release(&answer);
    return ok;
}

enum http_verdict sts_classify(const struct http_response *response)
{
    static const char *const throttled[] = { "Throttling", "ThrottlingException",
                                             "RequestLimitExceeded", "TooManyRequestsException" };
    if (response->transport != HTTP_TRANSPORT_OK || response->status < 400)
        return HTTP_VERDICT_OK;
    struct sts_answer answer;
    struct error ignored = ERROR_INIT;
    sts_answer_read(response, &answer, &ignored);
    struct text code = sts_answer_get(&answer, STS_CODE);
    enum http_verdict verdict = response->status == 429   ? HTTP_VERDICT_THROTTLED
                                : response->status >= 500 ? HTTP_VERDICT_RETRY
                                                          : HTTP_VERDICT_OK;
    for (size_t i = 0; i < sizeof throttled / sizeof *throttled; i++)
        if (text_equal_string(code, throttled[i]))
            verdict = HTTP_VERDICT_THROTTLED;
    if (text_equal_string(code, "IDPCommunicationError"))
        verdict = HTTP_VERDICT_RETRY;
    sts_answer_release(&answer);
    return verdict;
}
