#ifndef CORE_CONFIG_LOGS_ATHENA_H
#define CORE_CONFIG_LOGS_ATHENA_H

#include "core/config_reader.h"

/* Entries of `logs` that name a table of Athena's: core/config.h says what they hold. */
#define CONFIG_LOGS_ATHENA "athena_flow_logs"

void config_logs_athena_read(struct config_reader *r, struct json_object *entry);
void config_logs_athena_release(struct config *c);

#endif
