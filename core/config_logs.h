#ifndef CORE_CONFIG_LOGS_H
#define CORE_CONFIG_LOGS_H

#include "core/config_reader.h"

/* The section `logs`: core/config.h says what it may hold. */
void config_logs_read(struct config_reader *r, const struct json_object *root);
void config_logs_release(struct config *c);

#endif
