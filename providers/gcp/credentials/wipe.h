#ifndef PROVIDERS_GCP_CREDENTIALS_WIPE_H
#define PROVIDERS_GCP_CREDENTIALS_WIPE_H

#include "core/base/error.h"
#include "core/base/secret.h"

#include <stddef.h>

struct json_object;

/* Gives a tree back with all its strings overwritten first; NULL is fine. Its caller must own it alone.
 * (What json-c's tokener held while it read is beyond us: that is freed as it is.) */
void gcp_wipe_json(struct json_object *root);

/* Takes secrets out of a line that quotes others. What begins as one of `secrets` (NULL skipped) for at
 * least GCP_WIPE_BEGIN bytes, since lines are cut, and every run of at least GCP_WIPE_RUN bytes of the
 * letters of tokens become "[...]". */
#define GCP_WIPE_BEGIN 8
#define GCP_WIPE_RUN 60 /* the host part of a service account's e-mail has up to 54 */
void gcp_wipe_line(struct error *err, const struct secret *const secrets[], size_t count);

#endif
