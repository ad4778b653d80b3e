#ifndef CORE_CONFIG_TABLES_H
#define CORE_CONFIG_TABLES_H

#include "core/config_reader.h"

/* The tables beside the config: owners, teams, exceptions, coverage_accepted (config.h has their columns).
 * `root` is the config's own mapping. */
void config_tables_read(struct config_reader *r, const struct json_object *root);

/* Whether `team` is one of teams.csv, or there is no such file. */
bool config_tables_has_team(const struct config *c, const char *team);

void config_tables_release(struct config *c);

#endif
