#ifndef PROVIDERS_AWS_AWS_TYPE_H
#define PROVIDERS_AWS_AWS_TYPE_H

#include "core/model/resource_type.h"

struct json_object;

/* Resource types against the models: providers/provider.h, check_type and fields. Arguments are checked as
 * they will be sent, with a value of the right kind in the place of each template. */
bool aws_type_check(const struct resource_type *type, struct error *err);
struct json_object *aws_type_fields(const struct resource_type *type);

#endif
