#ifndef CORE_CONFIG_TARGETS_H
#define CORE_CONFIG_TARGETS_H

#include "core/config_reader.h"

/* The section `targets`, with the accounts' files that it names (config.h has the keys). */
void config_targets_read(struct config_reader *r, const struct json_object *root);

void config_targets_release(struct config *c);

#endif
