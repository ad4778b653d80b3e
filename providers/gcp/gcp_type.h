#ifndef PROVIDERS_GCP_GCP_TYPE_H
#define PROVIDERS_GCP_GCP_TYPE_H

#include "core/model/resource_type.h"

struct json_object;

/* Resource types against the models: providers/provider.h, check_type and fields. Google Cloud has no list of
 * regions to walk, so that every type is global or spread; its one level is "organization". */
#define GCP_TYPE_LEVEL "organization"

bool gcp_type_check(const struct resource_type *type, struct error *err);
struct json_object *gcp_type_fields(const struct resource_type *type);

/* Whether accounts of this kind have such things. What only an organization has says so by its list, which takes no
 * folder: organizations.get of organizations/1. */
bool gcp_type_in_account(const struct resource_type *type, const char *account);

#endif
