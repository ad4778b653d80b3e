#ifndef CORE_CONFIG_LOGS_GCP_H
#define CORE_CONFIG_LOGS_GCP_H

#include "core/config_reader.h"

/* Entries of `logs` that are Google Cloud's: core/config.h says what they hold. */
#define CONFIG_LOGS_GCP_VIEW "log_view"
#define CONFIG_LOGS_GCP_TABLE "bigquery_flow_logs"

void config_logs_gcp_read_view(struct config_reader *r, struct json_object *entry);
void config_logs_gcp_read_table(struct config_reader *r, struct json_object *entry);
void config_logs_gcp_release(struct config *c);

#endif
