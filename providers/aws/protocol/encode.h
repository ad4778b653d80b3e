#ifndef PROVIDERS_AWS_PROTOCOL_ENCODE_H
#define PROVIDERS_AWS_PROTOCOL_ENCODE_H

#include "core/base/error.h"

#include <stdbool.h>

struct aws_endpoint;
struct aws_operation;
struct http_request;
struct json_object;

/*
 * Writes the request of `op`: method, scheme, host, port, path, query, headers (content type,
 * X-Amz-Target, modelled ones) and body. Nothing is signed, and neither limits nor time-outs are set;
 * what `out` held of the members written is replaced.
 *
 * `input` (borrowed; NULL is {}) has the model's member names, as an AWS CLI --cli-input-json would:
 * times as ISO 8601 text or seconds since 1970, blobs as base64 text. A null member counts as absent.
 * Errors are ERROR_CONFIG and name the member: not in the model, required and absent, of another type,
 * or an empty value for a part of the path.
 *
 * An idempotency token is a member like any other: none is made here.
 */
bool aws_encode(const struct aws_operation *op, struct json_object *input, const struct aws_endpoint *endpoint,
                struct http_request *out, struct error *err);

#endif
