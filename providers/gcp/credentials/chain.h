#ifndef PROVIDERS_GCP_CREDENTIALS_CHAIN_H
#define PROVIDERS_GCP_CREDENTIALS_CHAIN_H

#include "core/http/http.h"
#include "providers/gcp/credentials/host.h"
#include "providers/gcp/credentials/place.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Finds Google Cloud credentials where Google's tools look for them, and keeps an access token fresh. One
 * state machine without network and clock: it hands out requests and reads responses.
 *
 * The first source that is there is used; its failure is an error, the next ones are not tried
 * (Application Default Credentials, AIP-4110; App Engine's first generation left out):
 *   1. the options' file
 *   2. the file that GOOGLE_APPLICATION_CREDENTIALS names
 *   3. application_default_credentials.json in $CLOUDSDK_CONFIG, else in ~/.config/gcloud
 *   4. the metadata server, unless NO_GCE_CHECK is true (metadata.h)
 * file.h has the kinds of files, subject.h the ways of federation. On top the options may name a service
 * account to become (iam.h), after any that the file itself names.
 *
 * A key's assertion is exchanged at the token endpoint, which tells at once when the key is no good. With
 * `self_signed`, and always outside of googleapis.com (AIP-4111), a token signed with the key and
 * carrying the scopes is itself the access token.
 *
 * Secrets go to hosts of the credentials' universe and to trusted hosts only (place.h). A file's universe
 * must be the one that the options or GOOGLE_CLOUD_UNIVERSE_DOMAIN name, else googleapis.com, as Google's
 * client libraries hold it; the metadata server's is believed where neither names one.
 *
 * Quota project: the options', GOOGLE_CLOUD_QUOTA_PROJECT, the file's quota_project_id. Project:
 * GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT, the file's project_id, the metadata server's.
 * CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS, or else the options' endpoint, replaces
 * https://iamcredentials.UNIVERSE, and its host is trusted.
 *
 * Freshness, as Google's libraries have it: a refresh is due when 3 min 45 s are left, of lives under
 * 7 min 30 s when half is left; a must when 30 s, or a quarter, are left. A failed refresh is tried again
 * after GCP_CHAIN_RETRY_S. Environment and files are read again before each refresh.
 */
#define GCP_CHAIN_RETRY_S 60      /* a refresh that failed is not tried again before */
#define GCP_CHAIN_REFRESH_S 225   /* left when a refresh is due */
#define GCP_CHAIN_SCOPES_MAX 4096 /* bytes of the scopes together */
#define GCP_CHAIN_TRUSTED_MAX 64  /* hosts: one for each API that is asked */
#define GCP_CHAIN_UNIVERSE "GOOGLE_CLOUD_UNIVERSE_DOMAIN"

/* What is asked for where the options name no scopes: the roles limit it further. */
#define GCP_CHAIN_SCOPE "https://www.googleapis.com/auth/cloud-platform.read-only"

struct gcp_chain;

/* Copied, but for the host. Lists are ended by NULL; NULL: none. */
struct gcp_chain_options {
    const struct gcp_host *host;  /* borrowed; outlives the chain */
    const char *file;             /* NULL: see above */
    const char *impersonate;      /* e-mail; NULL: nobody */
    const char *const *delegates; /* on the way there, the first one trusts the caller */
    const char *const *scopes;
    const char *quota_project;
    const char *universe;             /* NULL: see above */
    const char *const *trusted_hosts; /* that the config names as endpoints */
    const char *iam_endpoint;         /* "https://HOST[/…]" of iamcredentials; NULL: see above */
    bool self_signed;
    bool allow_http;      /* to any trusted host; else only to local addresses */
    bool allow_open_file; /* a file with a secret may be readable by everybody */
};

enum gcp_chain_step {
    GCP_CHAIN_READY,   /* a token can be used; a line in err tells of a refresh that failed */
    GCP_CHAIN_REQUEST, /* send the request, give its response to gcp_chain_accept() */
    GCP_CHAIN_FAILED,  /* no usable token; err says what was tried and what to do */
};

/* Reads environment and files. NULL with ERROR_CONFIG or ERROR_LIMIT for what is wrong with them, also where
 * a file wants secrets sent to a host that they may not go to. That there are no credentials at all is told by
 * gcp_chain_next() alone. */
struct gcp_chain *gcp_chain_new(const struct gcp_chain_options *options, struct error *err);
void gcp_chain_free(struct gcp_chain *c); /* NULL is fine; wipes */

/*
 * What to do now: call it before the token is used, and again after each accept. `out_request`
 * (initialised by the caller) is filled for REQUEST only. An assertion in it is made for `now_unix_s`;
 * calling again before accept gives the same request anew. An executable runs, and blocks, in here.
 */
enum gcp_chain_step gcp_chain_next(struct gcp_chain *c, int64_t now_unix_s, struct http_request *out_request,
                                   struct error *err);

/* For the engine, of an answer to the request at hand: RETRY and THROTTLED for passing faults, else OK. */
enum http_verdict gcp_chain_classify(const struct gcp_chain *c, const struct http_response *response);

/* Takes the answer (any transport result). False when this attempt at a new token has failed; the old one
 * may still be usable: gcp_chain_next() gives it, or this error again for a while. */
bool gcp_chain_accept(struct gcp_chain *c, int64_t now_unix_s, const struct http_response *response,
                      struct error *err);

/* True when gcp_chain_next() should be called: there is no token, or a refresh is due. */
bool gcp_chain_stale(const struct gcp_chain *c, int64_t now_unix_s);

/* True while there is a token that may be used, also during a refresh that is due but no must. */
bool gcp_chain_usable(const struct gcp_chain *c, int64_t now_unix_s);

/* Puts the token of the last READY and the quota project into a request to a Google API, replacing those
 * of an earlier attempt. ERROR_CONFIG when its host is none that secrets may go to. */
bool gcp_chain_authorize(const struct gcp_chain *c, struct http_request *request, struct error *err);

/* Which token is in use: 0 before the first, then counted. */
uint64_t gcp_chain_issue(const struct gcp_chain *c);

/* A service answered 401. Ignored when the token of that issue is not the one in use any more (many
 * requests learn it at once). Never loop on it: invalidate once, then the account has failed. */
void gcp_chain_invalidate(struct gcp_chain *c, uint64_t issue);

/* Valid until the next gcp_chain_next() or gcp_chain_accept(). The metadata server's are known once READY. */
const char *gcp_chain_universe(const struct gcp_chain *c);
const char *gcp_chain_project(const struct gcp_chain *c);       /* NULL: nothing names one */
const char *gcp_chain_quota_project(const struct gcp_chain *c); /* NULL: nothing names one */
const char *gcp_chain_account(const struct gcp_chain *c);       /* e-mail of whose token it is; NULL: not told */
const char *gcp_chain_origin(const struct gcp_chain *c);        /* path of the file, …, for people */

#endif
