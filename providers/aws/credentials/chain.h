#ifndef PROVIDERS_AWS_CREDENTIALS_CHAIN_H
#define PROVIDERS_AWS_CREDENTIALS_CHAIN_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/aws/credentials/host.h"
#include "providers/aws/credentials/profile.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds credentials where AWS's tools look for them, and keeps them fresh. One state machine without
 * network and clock: it hands out requests and reads responses.
 *
 * The first source that is configured is used; its failure is an error, the next ones are not tried.
 * The order is botocore's (credentials.py):
 *   1. environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or AWS_SECURITY_TOKEN),
 *      AWS_CREDENTIAL_EXPIRATION, AWS_ACCOUNT_ID. Blank counts as unset. Not looked at when a profile
 *      is named in the options.
 *   2. the profile's role_arn with exactly one of source_profile and credential_source (Environment,
 *      Ec2InstanceMetadata, EcsContainer); role_session_name, external_id, duration_seconds. A source
 *      profile may itself have a role, eight in a row at most; one that has keys gives its keys; loops
 *      are refused, and so is mfa_serial: no one is awake to type the code.
 *   3. web identity: AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, each outranking
 *      the profile's web_identity_token_file, role_arn, role_session_name (the environment is left out
 *      when a profile is named). The file is read again at each refresh.
 *   4. the profile's IAM Identity Center sign-in (sso_account_id, sso_role_name): refused, it needs a
 *      browser.
 *   5. the profile's keys in the credentials file.
 *   6. what else needs a browser (sso_session, sso_start_url, login_session): refused, unless 7 or 8 is
 *      there too.
 *   7. credential_process: run without a shell, its words split as by one; 60 s.
 *   8. the profile's keys in the config file.
 *   9. container: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else …_FULL_URI (https, or http to this host,
 *      169.254.170.2, 169.254.170.23 and [fd00:ec2::23]); AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, read
 *      each time, else …_TOKEN.
 *  10. instance metadata, version 2; version 1 only where no token is given (403, 404, 405, time-out)
 *      and AWS_EC2_METADATA_V1_DISABLED is not true; off by AWS_EC2_METADATA_DISABLED;
 *      AWS_EC2_METADATA_SERVICE_ENDPOINT and _ENDPOINT_MODE, AWS_METADATA_SERVICE_TIMEOUT; all but the
 *      first also as the profile's keys ec2_metadata_….
 * A named profile that does not exist is an error. Left out: the two files of boto 2.
 *
 * Region: the options', AWS_REGION, AWS_DEFAULT_REGION, the profile's. STS is asked there; where there
 * is none, in the home region of the role's partition.
 *
 * Freshness: a refresh is due (stale) when 15 minutes are left and a must when 10 are; of lives under
 * 30 minutes when half and a third are left. A failed refresh is tried again after AWS_CHAIN_RETRY_S;
 * until the must the old ones stay in use. The instance's credentials stay in use even when it gives
 * expired ones or nothing (static stability, as the SDKs do): AWS prolongs them then. Environment and
 * files are read again at each refresh, so keys that something else rotates are picked up.
 */

#define AWS_CHAIN_RETRY_S 60 /* a refresh that failed is not tried again before */

struct aws_chain;

struct aws_chain_options {
    const struct aws_host *host; /* borrowed; outlives the chain */
    const char *profile;         /* NULL: the default one, after the environment */
    const char *region;          /* NULL: see above */
    const char *session_name;    /* of assumed roles, where the profile has none; NULL: "yomawari" */
    bool allow_http;             /* endpoints that are set may be plain http anywhere; else only on this
                                  * host and link-local addresses */
};

enum aws_chain_step {
    AWS_CHAIN_READY,   /* credentials can be used; a line in err tells of a refresh that failed */
    AWS_CHAIN_REQUEST, /* send the request, give its response to aws_chain_accept() */
    AWS_CHAIN_FAILED,  /* no usable credentials; err says what was tried and what to do */
};

/* Reads environment and files. NULL with ERROR_CONFIG for files or settings that are wrong; finding no
 * credentials is not found here but by aws_chain_next(). */
struct aws_chain *aws_chain_new(const struct aws_chain_options *options, struct error *err);
void aws_chain_free(struct aws_chain *c); /* NULL is fine; wipes */

/*
 * What to do now: call it before credentials are used; call it again after each accept. `out_request`
 * (initialised by the caller) is filled for REQUEST only. A request is signed for `now_unix_s` and says
 * itself how often and how long to try; calling again before accept gives the same request anew.
 * credential_process runs, and blocks, in here.
 */
enum aws_chain_step aws_chain_next(struct aws_chain *c, int64_t now_unix_s,
                                   struct http_request *out_request, struct error *err);

/* For the engine, of an answer to the request at hand: RETRY and THROTTLED for passing faults, else OK. */
enum http_verdict aws_chain_classify(const struct aws_chain *c, const struct http_response *response);

/* Takes the answer (any transport result). False when this attempt at new credentials has failed; old
 * ones may still be usable: aws_chain_next() gives them, or this error again for a while. */
bool aws_chain_accept(struct aws_chain *c, int64_t now_unix_s, const struct http_response *response,
                      struct error *err);

/* The credentials of the last READY; NULL before. Valid until the next call that changes the chain. */
const struct aws_credentials *aws_chain_credentials(const struct aws_chain *c);

/* True when aws_chain_next() should be called: there are none, or a refresh is due. */
bool aws_chain_stale(const struct aws_chain *c, int64_t now_unix_s);

/* True while there are credentials that may be used, also during a refresh that is due but no must. */
bool aws_chain_usable(const struct aws_chain *c, int64_t now_unix_s);

/* A service refused the credentials as expired. Ignored when they are not the ones in use any more
 * (many requests learn it at once); NULL: whatever is in use. Never loop on it: invalidate once, then
 * the account has failed. */
void aws_chain_invalidate(struct aws_chain *c, const char *access_key_id);

/* The four below are valid until the next aws_chain_next(). */
const char *aws_chain_region(const struct aws_chain *c);  /* NULL: nothing names one */
const char *aws_chain_profile(const struct aws_chain *c); /* the profile in force, existing or not */
const char *aws_chain_origin(const struct aws_chain *c);  /* "environment", "profile x", … for people */
const char *aws_chain_endpoint_url(const struct aws_chain *c, const char *service_id); /* profile.h */

#endif
