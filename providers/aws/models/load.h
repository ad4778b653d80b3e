#ifndef PROVIDERS_AWS_MODELS_LOAD_H
#define PROVIDERS_AWS_MODELS_LOAD_H

#include "core/base/error.h"
#include "providers/aws/protocol/model.h"

struct json_object;

/*
 * A service model from JSON: for the build's table writer, and for tests that bring models of their own.
 * The format is botocore's service-2.json without prose (metadata, operations, shapes), where an operation
 * also has "pages", "errors" as codes, and "unsigned"; generate.py writes it. Nothing is refused here for
 * what it is named.
 */

#define LOAD_SHAPES_MAX 60000
#define LOAD_MEMBERS_MAX 1000000
#define LOAD_STRINGS_MAX (16 * 1024 * 1024)

struct aws_model;

/* Keeps a reference to `json`, and may write into it what goes without saying. ERROR_DATA naming shape and
 * member for what the format does not allow. */
struct aws_model *aws_load(struct json_object *json, struct error *err);
void aws_load_free(struct aws_model *m); /* NULL is fine */

/* Lives as long as the model. */
const struct aws_service *aws_load_service(const struct aws_model *m);

/* Bytes of the service's strings, for who copies them. */
size_t aws_load_strings_len(const struct aws_model *m);

#endif
