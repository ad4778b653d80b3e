#ifndef PROVIDERS_GCP_MODELS_WRITE_H
#define PROVIDERS_GCP_MODELS_WRITE_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "providers/gcp/models/allow.h"

struct gcp_model;

/* model/tables.h's content from models in order of name, for the build. Appends to `out`; the caller asks
 * buffer_ok(). ERROR_DATA for a method that the rules refuse. */
bool gcp_write_models(struct buffer *out, struct gcp_model *const *models, size_t count,
                      const struct gcp_rules *rules, struct error *err);

#endif
