#ifndef TESTS_FAKECLOUD_WIRE_H
#define TESTS_FAKECLOUD_WIRE_H

#include "core/base/buffer.h"
#include "tests/fakecloud/call.h"

#define WIRE_ANSWER_MAX (64 * 1024 * 1024) /* bytes of an answer's body */

/*
 * Body and headers of an answer in the form of its protocol; `output` is the JSON of boto3 (times as text
 * or seconds, blobs as base64), its names held to the operation's shape: FAULT_INTERNAL for a member that
 * the model does not know. Members that begin with '_' are left out, wherever they stand. `out` is
 * an answer whose body buffer_init() made.
 */
bool wire_answer(const struct aws_operation *op, struct json_object *output, const char *request_id,
                 struct http_response *out, struct fault *fault);

/* The same for a refusal, with its status. `service` NULL: the form of s3. */
void wire_fault(const struct aws_service *service, const struct fault *fault, const char *request_id,
                struct http_response *out);

#endif
