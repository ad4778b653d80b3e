#ifndef CORE_CONFIG_LOGS_H
#define CORE_CONFIG_LOGS_H

#include "core/config_reader.h"

/* The section `logs`: core/config.h says what it may hold. */
void config_logs_read(struct config_reader *r, const struct json_object *root);
void config_logs_release(struct config *c);

/* ---- for the readers of its kinds of entries ---- */

/* What stands at `kind`, the only key of `entry`; NULL where faulty. `keys` (NULL-ended) are its own, of which the first
 * `needed` must be there. */
struct json_object *config_logs_entry(struct config_reader *r, struct json_object *entry, const char *kind,
                                      const char *const *keys, size_t needed);

/* Whether one more fits; else a fault. */
bool config_logs_room(struct config_reader *r, const struct json_object *entry, const char *kind, size_t count,
                      size_t max);

#endif
