#ifndef TESTS_FAKECLOUD_WIRE_H
#define TESTS_FAKECLOUD_WIRE_H

#include "core/base/buffer.h"
#include "tests/fakecloud/call.h"

#define WIRE_ANSWER_MAX (64 * 1024 * 1024) /* bytes of an answer's body */

/* The body of an answer in the form of its protocol, appended; `output` is the JSON of boto3, its names
 * held to the operation's shape. FAULT_INTERNAL for a member that the model does not know. */
bool wire_answer(const struct aws_operation *op, struct json_object *output, const char *request_id, struct buffer *out,
                 struct fault *fault);

/* The body of a refusal in the form of its protocol, appended; gives the HTTP status. `service` NULL: the
 * form of s3. */
int wire_fault(const struct aws_service *service, const struct fault *fault, const char *request_id, struct buffer *out);

/* The Content-Type of both. */
const char *wire_content_type(const struct aws_service *service);

/* Text as it stands in XML. */
void wire_escape(struct buffer *out, const char *text);

#endif
