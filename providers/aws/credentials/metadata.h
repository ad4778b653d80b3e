#ifndef PROVIDERS_AWS_CREDENTIALS_METADATA_H
#define PROVIDERS_AWS_CREDENTIALS_METADATA_H

#include "core/http/http.h"
#include "providers/aws/credentials/credentials.h"

/* What the container agents and the instance metadata service have in common. */

#define AWS_METADATA_ANSWER_MAX (64 * 1024) /* bytes; a real one has some 2 KB */

/* A request that never goes through a proxy; the caller has set its URL. */
void aws_metadata_request(struct http_request *r, const char *method, int64_t timeout_ms, int attempts);

/* Reads the JSON of credentials. A Code that is not "Success" is ERROR_DENIED: a 200 can hold a refusal. */
bool aws_metadata_credentials(const struct http_response *response, struct aws_credentials *out,
                              struct error *err);

#endif
