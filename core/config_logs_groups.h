#ifndef CORE_CONFIG_LOGS_GROUPS_H
#define CORE_CONFIG_LOGS_GROUPS_H

#include "core/config_reader.h"

/* Entries of `logs` that name log groups of CloudWatch Logs: core/config.h says what they hold. */
#define CONFIG_LOGS_GROUPS "flow_log_groups"

void config_logs_groups_read(struct config_reader *r, struct json_object *entry);
void config_logs_groups_release(struct config *c);

#endif
