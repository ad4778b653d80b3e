#ifndef PROVIDERS_GCP_CREDENTIALS_FETCH_H
#define PROVIDERS_GCP_CREDENTIALS_FETCH_H

#include "core/http/http.h"
#include "providers/gcp/credentials/metadata.h"
#include "providers/gcp/credentials/place.h"
#include "providers/gcp/credentials/plan.h"
#include "providers/gcp/credentials/token.h"

/* One attempt at the token of a plan.
 *   SUBJECT  federation: the other provider's token, by requests of its own
 *   BASE     the source's token, from a token endpoint or the metadata server
 *   STEP     generateAccessToken of plan->steps[step]
 *   DONE     `token` is there
 * A self-signed token needs no request: it is there after gcp_fetch_begin(). */
enum gcp_fetch_state { GCP_FETCH_SUBJECT, GCP_FETCH_BASE, GCP_FETCH_STEP, GCP_FETCH_DONE };

/* All borrowed until gcp_fetch_release(). */
struct gcp_fetch_setup {
    const struct gcp_host *host;
    const struct gcp_plan *plan;
    struct gcp_place place;        /* universe NULL: the metadata server's, else the default */
    struct gcp_metadata *metadata; /* what it told before is kept there */
    const char *scopes;            /* separated by blanks */
    const char *iam_endpoint;      /* or NULL */
    bool self_signed;              /* keys: no exchange */
};

struct gcp_fetch {
    struct gcp_fetch_setup setup;
    enum gcp_fetch_state state;
    size_t step;
    char *asked; /* host of the request at hand, for messages */
    struct gcp_subject subject;
    struct gcp_token token;
};

/* `f` is released or zeroed; to be released after a failure too. */
bool gcp_fetch_begin(struct gcp_fetch *f, const struct gcp_fetch_setup *setup, int64_t now_unix_s,
                     struct error *err);
void gcp_fetch_release(struct gcp_fetch *f); /* wipes; fine on zeroed memory */

/* The request at hand, an assertion in it made for `now_unix_s`; not in DONE. */
bool gcp_fetch_request(struct gcp_fetch *f, int64_t now_unix_s, struct http_request *out, struct error *err);
bool gcp_fetch_accept(struct gcp_fetch *f, int64_t now_unix_s, const struct http_response *response,
                      struct error *err);

#endif
