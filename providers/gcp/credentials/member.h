#ifndef PROVIDERS_GCP_CREDENTIALS_MEMBER_H
#define PROVIDERS_GCP_CREDENTIALS_MEMBER_H

#include "core/base/error.h"
#include "core/base/secret.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/* Members of a credentials file. Absent, null and empty are one; ERROR_CONFIG names a member that is
 * missing though required, or of the wrong kind, never its value. */
#define GCP_MEMBER_MAX (64 * 1024) /* bytes of one */

/* Copies it into *out (free()), which stays NULL where it is absent; what was there is freed. */
bool gcp_member_string(const struct json_object *o, const char *name, bool required, char **out,
                       struct error *err);
bool gcp_member_secret(const struct json_object *o, const char *name, bool required, struct secret *out,
                       struct error *err);
/* A whole number from `min` to `max`, as number or string of digits; *out stays where it is absent. */
bool gcp_member_number(const struct json_object *o, const char *name, int64_t min, int64_t max,
                       int64_t *out, struct error *err);

#endif
