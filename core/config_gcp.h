#ifndef CORE_CONFIG_GCP_H
#define CORE_CONFIG_GCP_H

#include "core/config_reader.h"

/* The keys below `gcp:` of a target (config.h has them). */
void config_gcp_read(struct config_reader *r, const struct json_object *target,
                     struct config_gcp *out);

void config_gcp_release(struct config_gcp *gcp);

#endif
