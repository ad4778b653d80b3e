#ifndef PROVIDERS_AWS_CALL_H
#define PROVIDERS_AWS_CALL_H

#include "providers/provider.h"

/* One operation through a door: built, signed, its answer classified. providers/provider.h, the members
 * of these names. */
bool call_request(struct provider_door *d, const struct provider_call *call,
                  struct http_request *out, struct error *err);
enum http_verdict call_authorize(struct provider_door *d, const struct provider_call *call,
                                 int64_t now_unix_s, struct http_request *request,
                                 struct error *err);
void call_classify(struct provider_door *d, const struct provider_call *call, int64_t now_unix_s,
                   const struct http_response *response, struct provider_reading *out);

struct aws_operation;

/* Whether an operation hands out what is stored rather than how it is set up: no type may ask it, and of doors only one
 * to that very place (struct account_spec: log_bucket). */
bool call_is_data(const struct aws_operation *op);

/* The model of a call's operation; NULL with ERROR_CONFIG when there is none, or it is no read. */
const struct aws_operation *call_operation(const char *service, const char *operation,
                                           struct error *err);

#endif
