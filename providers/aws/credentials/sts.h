#ifndef PROVIDERS_AWS_CREDENTIALS_STS_H
#define PROVIDERS_AWS_CREDENTIALS_STS_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/sts_endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The three calls of AWS STS (API 2011-06-15, query protocol) that turn credentials into others and
 * tell whose they are. A *_request fills a form POST, signed with SigV4 for `now_unix_s` where the call
 * is signed; *_accept reads the answer. The request is the caller's to send and to release.
 */

#define STS_DURATION_MIN_S 900
#define STS_DURATION_MAX_S 43200
#define STS_POLICY_ARNS_MAX 10
#define STS_POLICY_MAX 2048 /* characters of the inline policy and the policy ARNs together */

struct sts_assume_role_options {
    struct sts_endpoint endpoint;
    const char *role_arn;           /* 20 to 2,048 characters */
    const char *session_name;       /* 2 to 64 of A-Z a-z 0-9 _ + = , . @ - */
    const char *external_id;        /* NULL: none; 2 to 1,224 of the same and / : */
    int64_t duration_s;             /* 0: not sent, AWS gives 3,600; more than the role allows is an
                                     * error there, it is not cut. Role chaining allows 3,600 at most */
    const char *const *policy_arns; /* narrow the session to what these and the role allow */
    size_t policy_arn_count;        /* at most STS_POLICY_ARNS_MAX */
    const char *policy_json;        /* NULL: none */
};

/* ERROR_CONFIG names the value that breaks a rule above. */
bool sts_assume_role_request(const struct sts_assume_role_options *options,
                             const struct aws_credentials *credentials, int64_t now_unix_s,
                             struct http_request *out_request, struct error *err);

struct sts_web_identity_options {
    struct sts_endpoint endpoint;
    const char *role_arn;
    const char *session_name;
    int64_t duration_s; /* 0: not sent */
};

/* Not signed: the token is the proof. 4 to 20,000 characters. */
bool sts_web_identity_request(const struct sts_web_identity_options *options, struct text token,
                              struct http_request *out_request, struct error *err);

/* Reads the answer of both calls above. On refusal ERROR_DENIED with STS's code and words and what to
 * look at; ERROR_NETWORK where no answer came or the service failed; ERROR_DATA for nonsense. */
bool sts_assume_role_accept(const struct http_response *response,
                            struct aws_credentials *out_credentials, struct error *err);

/* Needs no permission: the one call that tells for certain whose credentials these are. */
bool sts_caller_identity_request(const struct sts_endpoint *endpoint,
                                 const struct aws_credentials *credentials, int64_t now_unix_s,
                                 struct http_request *out_request, struct error *err);

struct sts_identity {
    char account[AWS_ACCOUNT_ID_MAX];
    char *arn; /* owned */
};

void sts_identity_release(struct sts_identity *identity);
bool sts_caller_identity_accept(const struct http_response *response,
                                struct sts_identity *out_identity, struct error *err);

/* For the engine: RETRY for passing faults (5xx, and the identity provider that STS could not reach),
 * THROTTLED for refusals by rate, else OK: an accept function above will tell. */
enum http_verdict sts_classify(const struct http_response *response);

#endif
