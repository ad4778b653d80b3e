#ifndef PROVIDERS_GCP_MODELS_LOAD_H
#define PROVIDERS_GCP_MODELS_LOAD_H

#include "core/base/error.h"
#include "providers/gcp/model/model.h"

struct json_object;

/*
 * A service model from JSON: for the build's table writer, and for tests that bring models of their own.
 * generate.py writes the format and says what a shape looks like in it. Nothing is refused here for what it
 * is named.
 */

#define GCP_LOAD_SHAPES_MAX 60000
#define GCP_LOAD_MEMBERS_MAX 1000000
#define GCP_LOAD_STRINGS_MAX (16 * 1024 * 1024)
#define GCP_LOAD_DEPTH_MAX 32 /* shapes written within each other; references do not count */

struct gcp_model;

/* Keeps a reference to `json`. ERROR_DATA naming method or shape for what the format does not allow. */
struct gcp_model *gcp_load(struct json_object *json, struct error *err);
void gcp_load_free(struct gcp_model *m); /* NULL is fine */

/* Lives as long as the model. */
const struct gcp_service *gcp_load_service(const struct gcp_model *m);

/* Bytes of the service's strings, for who copies them. */
size_t gcp_load_strings_len(const struct gcp_model *m);

#endif
