#ifndef PROVIDERS_GCP_CREDENTIALS_METADATA_H
#define PROVIDERS_GCP_CREDENTIALS_METADATA_H

#include "core/http/http.h"
#include "providers/gcp/credentials/host.h"
#include "providers/gcp/credentials/token.h"

#include <stdbool.h>

/*
 * The token of the service account that is attached to this machine (Compute Engine, GKE, Cloud Run),
 * from the metadata server ("About VM metadata" in Compute Engine's documentation). Three requests, the
 * first two once only:
 *   UNIVERSE  GET /computeMetadata/v1/universe/universe-domain  (404: googleapis.com)
 *   PROJECT   GET /computeMetadata/v1/project/project-id        (404: none)
 *   TOKEN     GET /computeMetadata/v1/instance/service-accounts/default/token
 * Each carries "Metadata-Flavor: Google", and an answer without it is not believed: not on Google's
 * machines anything may listen at that address.
 *
 * Where: GCE_METADATA_HOST (HOST[:PORT]), else GCE_METADATA_IP, else 169.254.169.254: no name has to be
 * resolved then, which off Google's machines would cost seconds or find a stranger. Plain http, so only
 * local addresses and metadata.google.internal unless the config allows it. NO_GCE_CHECK=true: not
 * looked for at all. GCE_METADATA_TIMEOUT: seconds.
 */
enum gcp_metadata_state { GCP_METADATA_UNIVERSE, GCP_METADATA_PROJECT, GCP_METADATA_TOKEN };

#define GCP_METADATA_TIMEOUT_S 3 /* as Google's libraries have it */
#define GCP_METADATA_TIMEOUT_MAX_S 60

struct gcp_metadata {
    enum gcp_metadata_state state;
    char *root; /* http://HOST[:PORT] */
    int64_t timeout_ms;
    char *universe, *project; /* project NULL: none told */
};

/* Whether NO_GCE_CHECK is true. */
bool gcp_metadata_is_off(const struct gcp_host *host);

/* ERROR_CONFIG names the variable that is wrong; nothing to release then. */
bool gcp_metadata_init(struct gcp_metadata *m, const struct gcp_host *host, bool allow_http,
                       struct error *err);
void gcp_metadata_release(struct gcp_metadata *m); /* fine on zeroed memory */

/* The request at hand. `scopes` (separated by blanks) only count on Cloud Run and the like. */
bool gcp_metadata_request(const struct gcp_metadata *m, const char *scopes, struct http_request *out,
                          struct error *err);

/* *out_done: the token is in `out`; else there is a next request. */
bool gcp_metadata_accept(struct gcp_metadata *m, int64_t now_unix_s, const struct http_response *response,
                         struct gcp_token *out, bool *out_done, struct error *err);

#endif
