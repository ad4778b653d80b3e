#ifndef CORE_MODEL_EVENT_H
#define CORE_MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct resource_type;

/* When an event of a type of evidence happened: what is at its path `at`, ISO 8601 text or a number of seconds
 * since 1970, cut to the second. False where there is none, or none between 1970 and the year 9999. */
bool event_time(const struct resource_type *type, struct json_object *tree, int64_t *out_unix_s);

#endif
