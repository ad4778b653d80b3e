#ifndef CORE_CONFIG_ACCOUNTS_H
#define CORE_CONFIG_ACCOUNTS_H

#include "core/config_reader.h"

struct map;

/* The accounts' file of an AWS target, whose role and regions are read already. `seen` holds the accounts
 * of earlier targets ("FILE:LINE" by id) and gains these: no account may stand twice. */
void config_accounts_read(struct config_reader *r, const struct json_object *aws, struct map *seen,
                          struct config_aws *out);

void config_accounts_release(struct config_aws *aws);

#endif
