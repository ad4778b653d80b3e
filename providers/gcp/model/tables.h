#ifndef PROVIDERS_GCP_MODEL_TABLES_H
#define PROVIDERS_GCP_MODEL_TABLES_H

#include "providers/gcp/model/model.h"
#include "providers/gcp/models/allow.h"

/* What the build writes from the files of models/ (cmake/Models.cmake). */
extern const struct gcp_service gcp_services[]; /* by name */
extern const size_t gcp_services_count;
extern const struct gcp_rules gcp_method_rules;

#endif
