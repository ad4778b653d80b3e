#ifndef TESTS_FAKECLOUD_WIRE_PARTS_H
#define TESTS_FAKECLOUD_WIRE_PARTS_H

#include "core/base/buffer.h"
#include "providers/aws/protocol/time.h"
#include "tests/fakecloud/call.h"

/* The inside of wire.c. */
struct writer {
    const struct aws_service *s;
    struct buffer *out;
    struct fault *fault;
};

/* Calls `each` for the members of `o` that are there and travel in the body, in the model's order. False
 * when `each` says so, or for a member that the model does not know (FAULT_INTERNAL). */
bool wire_members(struct writer *w, const struct aws_shape *shape, struct json_object *o,
                  bool (*each)(struct writer *w, const struct aws_member *m, struct json_object *value));

/* A time in the member's form, else in `usual`; what is no time as it stands. */
void wire_time(const struct aws_member *m, struct json_object *value, enum aws_time_format usual, char out[AWS_TIME_MAX]);

/* What is within the element of `m`, and the element itself with its attributes. */
bool wire_xml_value(struct writer *w, const struct aws_member *m, struct json_object *value);
bool wire_xml_element(struct writer *w, const char *name, const struct aws_member *m, struct json_object *value);

/* A value as JSON text. */
bool wire_json_value(struct writer *w, const struct aws_member *m, struct json_object *value);

/* Text as it stands in XML. */
void wire_escape(struct buffer *out, struct text text);

#endif
