#ifndef CORE_CONFIG_SECTIONS_H
#define CORE_CONFIG_SECTIONS_H

#include "core/config_reader.h"

/* What else the config says: expected_public, checks, limits, inventory, csv, language, keep_days, quiet_days,
 * logs, probe, alerts (config.h has the keys). */
void config_sections_read(struct config_reader *r, const struct json_object *root);

#endif
