#ifndef PROVIDERS_GCP_CALL_H
#define PROVIDERS_GCP_CALL_H

#include "providers/provider.h"

/*
 * One method through a door: built, given its token, its answer classified. providers/provider.h, the members of these
 * names. Of the arguments those that are the method's parameters go into path and query (lists as repeated
 * parameters, what is null is left out), all others into the body, which only POST reads have. Every request asks for
 * JSON without white space, and, where the method has it, for partial success: a place that is out of reach is told
 * (left_out.h) instead of costing the whole list.
 */
enum { GCP_CALL_ATTEMPTS = 8 }; /* a quota that was used up is refilled within a minute */

bool gcp_call_request(struct provider_door *d, const struct provider_call *call,
                      struct http_request *out, struct error *err);
enum http_verdict gcp_call_authorize(struct provider_door *d, const struct provider_call *call,
                                     int64_t now_unix_s, struct http_request *request,
                                     struct error *err);
void gcp_call_classify(struct provider_door *d, const struct provider_call *call,
                       int64_t now_unix_s, const struct http_response *response,
                       struct provider_reading *out);

#endif
