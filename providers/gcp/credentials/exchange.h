#ifndef PROVIDERS_GCP_CREDENTIALS_EXCHANGE_H
#define PROVIDERS_GCP_CREDENTIALS_EXCHANGE_H

#include "core/http/http.h"
#include "providers/gcp/credentials/place.h"
#include "providers/gcp/credentials/plan.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The POST to a token endpoint that brings the source's token:
 *   KEY            RFC 7523: an assertion signed with the key, good for an hour. Its audience is the
 *                  universe's https://oauth2.UNIVERSE/token as Google documents it; for a host that only
 *                  the config trusts it is that URL itself, so that it could not be used at Google
 *   USER           RFC 6749, 6: the refresh token, without scope: what the person agreed to
 *   EXTERNAL       RFC 8693: the subject token
 *   EXTERNAL_USER  RFC 6749, 6, with the client's secret in a header
 */
struct gcp_exchange {
    const struct gcp_source *source;
    const struct gcp_place *place;
    const char *scopes;                 /* separated by blanks */
    const struct secret *subject_token; /* EXTERNAL */
};

/* What a file of that kind calls its token endpoint: "token_uri" or "token_url". */
const char *gcp_exchange_field(enum gcp_source_kind kind);

bool gcp_exchange_request(const struct gcp_exchange *e, int64_t now_unix_s, struct http_request *out,
                          struct error *err);

#endif
