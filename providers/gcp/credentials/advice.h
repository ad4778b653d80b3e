#ifndef PROVIDERS_GCP_CREDENTIALS_ADVICE_H
#define PROVIDERS_GCP_CREDENTIALS_ADVICE_H

#include "providers/gcp/credentials/plan.h"
#include "providers/gcp/credentials/token.h"

#include <stdint.h>

/* Ends a line about a refusal with what to do about it, where that can be told from the server's code
 * and words. `skew_s` is how far this machine's clock is ahead of the server's, 0 for unknown. */
void gcp_advice_add(enum gcp_source_kind kind, const struct gcp_refusal *refusal, int64_t skew_s,
                    struct error *err);

#endif
