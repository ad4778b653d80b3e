#ifndef PROVIDERS_AWS_MODELS_WRITE_H
#define PROVIDERS_AWS_MODELS_WRITE_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/aws/models/allow.h"
#include "providers/aws/protocol/model.h"

/* C tables from models and partitions, for the build. Each appends to `out`; the caller asks buffer_ok(). */

struct aws_model;
struct json_object;

/* tables.h's content from models in order of name. ERROR_DATA for an operation that aws_allow() refuses. */
bool write_models(struct buffer *out, struct aws_model *const *models, size_t count,
                  const struct aws_refusal *refused, size_t refused_count, struct error *err);

/* partitions.h's content from partitions.json. */
bool write_partitions(struct buffer *out, struct json_object *json, struct error *err);

#endif
