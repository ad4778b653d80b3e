#ifndef PROVIDERS_AWS_PROTOCOL_ENCODE_PARTS_H
#define PROVIDERS_AWS_PROTOCOL_ENCODE_PARTS_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/aws/protocol/model.h"

struct aws_endpoint;
struct http_request;
struct json_object;

/*
 * The inside of encode.c. encode_check() goes over the whole input first; what writes may then rely on
 * types and members being those of the model. A member that is null is absent to all of them.
 */
#define ENCODE_DEPTH_MAX 64 /* values within each other */

/* ERROR_CONFIG naming the place, as "Filters[0].Values". */
bool encode_check(const struct aws_service *s, const struct aws_member *m, struct json_object *value,
                  struct error *err);

/* A scalar as it stands in forms, XML, URIs and headers; times without a format of their own are written
 * in `times`. Lists, maps and structures write nothing. */
void encode_scalar(const struct aws_service *s, const struct aws_member *m, struct json_object *value,
                   enum aws_time_format times, struct buffer *out);

/* The form of ec2 and query: Action, Version, then the input's members. `input` NULL: none. */
void encode_form(const struct aws_operation *op, struct json_object *input, struct buffer *out);

/* A value as JSON in wire names; of a structure the members that travel in the body. */
struct json_object *encode_json(const struct aws_service *s, const struct aws_member *m,
                                struct json_object *value);

/* An element named as the reference says, and what is in it. */
void encode_xml(const struct aws_service *s, const struct aws_member *m, struct json_object *value,
                struct buffer *out);

/* Path, query, headers and body of rest-json and rest-xml. `host` may get the bucket in front. */
bool encode_rest(const struct aws_operation *op, struct json_object *input,
                 const struct aws_endpoint *endpoint, struct http_request *out, struct error *err);

#endif
