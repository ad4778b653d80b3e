#ifndef SCANNER_LOGS_LOG_DOOR_H
#define SCANNER_LOGS_LOG_DOOR_H

#include "scanner/found.h"
#include "scanner/gate.h"

/*
 * Whose logs are asked for before the accounts are walked, and by which way in. It knows AWS alone, as all that asks for
 * logs so.
 */

/* Whether an account of this id is walked tonight; those that are not keep what they have for another night. */
bool log_door_is_walked(const struct found *found, const char *account);

/* Whether anybody is walked tonight of whom events of the type are read: else nothing is to be asked for. */
bool log_door_any_walked(const struct found *found, const char *type);

/* The regions that the config reads of it; NULL or empty: all that there are. Lives as long as `found`. */
const struct string_list *log_door_regions(const struct found *found, const char *account);

/* Opens a gate to an account for logs: by the role that the account is walked by, else by that of the config or the target.
 * `place` holds what of its logs may be asked for (log_bucket and the like) and nothing else; it is used up. There is a
 * target of AWS. False with a fault of the set-up. */
bool log_door_open(struct gate *gate, const struct found *found, const char *account, struct account_spec *place,
                   struct loop *loop, struct error *err);

#endif
