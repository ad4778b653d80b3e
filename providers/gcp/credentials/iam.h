#ifndef PROVIDERS_GCP_CREDENTIALS_IAM_H
#define PROVIDERS_GCP_CREDENTIALS_IAM_H

#include "core/http/http.h"
#include "providers/gcp/credentials/place.h"
#include "providers/gcp/credentials/token.h"

#include <stdbool.h>

/*
 * Becoming another service account: IAM Service Account Credentials API, generateAccessToken. The caller
 * needs roles/iam.serviceAccountTokenCreator on it, or on the first delegate, each delegate on the next
 * and the last on the account.
 */
#define GCP_IAM_SCOPE "https://www.googleapis.com/auth/iam" /* what the caller's own token needs */
#define GCP_IAM_DELEGATES_MAX 16
#define GCP_IAM_LIFE_S 3600        /* more needs the organization's leave */
#define GCP_IAM_LIFE_MIN_S 600
#define GCP_IAM_LIFE_MAX_S 43200

struct gcp_impersonation {
    char *email;     /* or the numeric id of the account */
    char *url;       /* as a credentials file has it; NULL: the universe's own */
    char *delegates[GCP_IAM_DELEGATES_MAX + 1]; /* emails, ended by NULL */
    int64_t life_s;
};

void gcp_iam_release(struct gcp_impersonation *i); /* fine on zeroed memory */

/* Whether it can name a service account. */
bool gcp_iam_is_account(const char *email);

/* Sets url and email from ".../v1/projects/-/serviceAccounts/EMAIL:generateAccessToken". */
bool gcp_iam_set_url(struct gcp_impersonation *i, const char *url, struct error *err);

/* Adds a delegate, given as e-mail or as projects/-/serviceAccounts/EMAIL. */
bool gcp_iam_add_delegate(struct gcp_impersonation *i, const char *name, struct error *err);

struct gcp_iam_setup {
    const struct gcp_impersonation *impersonation;
    const struct gcp_place *place;
    const char *endpoint;      /* "https://HOST[/...]" instead of the universe's iamcredentials, also where a
                                * file names that; or NULL */
    const char *scopes;        /* separated by blanks */
    const char *quota_project; /* whose quota the call counts on; NULL: the caller's own */
};

bool gcp_iam_request(const struct gcp_iam_setup *setup, const struct gcp_token *caller,
                     struct http_request *out, struct error *err);
bool gcp_iam_accept(const struct gcp_impersonation *i, int64_t now_unix_s,
                    const struct http_response *response, struct gcp_token *out, struct error *err);

#endif
