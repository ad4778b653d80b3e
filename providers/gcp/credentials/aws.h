#ifndef PROVIDERS_GCP_CREDENTIALS_AWS_H
#define PROVIDERS_GCP_CREDENTIALS_AWS_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"
#include "providers/gcp/credentials/host.h"
#include "providers/gcp/credentials/place.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/*
 * An AWS identity as a subject token ("Workload identity federation with AWS"; AIP-4117): a
 * GetCallerIdentity request, signed by Signature Version 4 but never sent by us: Google's Security Token
 * Service sends it and learns who signed. x-goog-cloud-target-resource is signed too, so that the
 * request is of no use for another provider. The token is that request as compact JSON, {"url",
 * "method", "headers": [{"key", "value"}…]}, percent-encoded.
 *
 * Region: AWS_REGION, AWS_DEFAULT_REGION, else the zone at region_url without what follows the region.
 * Credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else the instance role's
 * at url. Up to four requests, in this order, those that are not needed left out:
 *   SESSION  PUT imdsv2_session_token_url (where the file names one)
 *   REGION   GET region_url
 *   ROLE     GET url             its answer is the role's name
 *   KEYS     GET url/ROLE
 */
enum gcp_aws_state { GCP_AWS_SESSION, GCP_AWS_REGION, GCP_AWS_ROLE, GCP_AWS_KEYS, GCP_AWS_DONE };

#define GCP_AWS_TIMEOUT_MS 3000
#define GCP_AWS_SESSION_S "300" /* the token is used at once */

/* All owned; all but the last or NULL. */
struct gcp_aws_plan {
    char *region_url, *url, *session_url;
    char *verification_url; /* with "{region}" in it */
};

/* Reads credential_source. environment_id must be aws1, and the verification URL must ask an STS for
 * GetCallerIdentity and nothing else: a signature for another action would be a gift. */
bool gcp_aws_plan_read(const struct json_object *source, struct gcp_aws_plan *out, struct error *err);
void gcp_aws_plan_release(struct gcp_aws_plan *p); /* fine on zeroed memory */

struct gcp_aws {
    const struct gcp_aws_plan *plan;
    enum gcp_aws_state state;
    struct secret session;
    char *region, *role;
    struct aws_credentials credentials;
};

/* Reads the environment. `a` is released or zeroed; `plan` is borrowed until gcp_aws_release(). */
bool gcp_aws_begin(struct gcp_aws *a, const struct gcp_aws_plan *plan, const struct gcp_host *host,
                   struct error *err);
void gcp_aws_release(struct gcp_aws *a); /* wipes; fine on zeroed memory */

/* The request at hand and its answer; not in DONE. */
bool gcp_aws_request(const struct gcp_aws *a, const struct gcp_place *place, struct http_request *out,
                     struct error *err);
bool gcp_aws_accept(struct gcp_aws *a, const struct http_response *response, struct error *err);

/* Once DONE makes the token, signed for `now_unix_s`, and says so; before, *out_done is false. */
bool gcp_aws_finish(const struct gcp_aws *a, const char *audience, int64_t now_unix_s, struct secret *out,
                    bool *out_done, struct error *err);

#endif
