#ifndef PROVIDERS_AWS_CREDENTIALS_SETTINGS_H
#define PROVIDERS_AWS_CREDENTIALS_SETTINGS_H

#include "providers/aws/credentials/host.h"
#include "providers/aws/credentials/profile.h"

#include <stdbool.h>

/* A setting as AWS's tools look it up: the environment, then the profile. Empty and all-blank values
 * count as unset. */

/* The variable; NULL when unset. Valid until the next look-up. */
const char *aws_settings_variable(const struct aws_host *host, const char *name);

/* The profile's key; NULL when unset or there is no such profile. */
const char *aws_settings_profile(const struct aws_section *profile, const char *key);

/* The first of the two; `variable` or `key` may be NULL. */
const char *aws_settings_get(const struct aws_host *host, const char *variable,
                             const struct aws_section *profile, const char *key);

/* Whether that says "true", whatever the case. */
bool aws_settings_is_true(const struct aws_host *host, const char *variable,
                          const struct aws_section *profile, const char *key);

#endif
