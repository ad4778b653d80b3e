#ifndef PROVIDERS_AWS_PROTOCOL_TABLES_H
#define PROVIDERS_AWS_PROTOCOL_TABLES_H

#include "providers/aws/models/allow.h"
#include "providers/aws/protocol/model.h"

/* What the build writes from the files of models/ (cmake/Models.cmake). */
extern const struct aws_service aws_services[]; /* by name */
extern const size_t aws_services_count;
extern const struct aws_refusal aws_refusals[];
extern const size_t aws_refusals_count;

#endif
