#ifndef PROVIDERS_AWS_LOGFILES_LOG_LAYOUT_H
#define PROVIDERS_AWS_LOGFILES_LOG_LAYOUT_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What names of folders and files have in common wherever AWS delivers logs to a bucket. */
enum { LOG_LAYOUT_ACCOUNT_MAX = 13, LOG_LAYOUT_REGION_MAX = 24 };

/* The name of the folder below `above`: what stands between it, `before` and the one slash at the end. */
bool log_layout_name(struct text folder, const char *above, const char *before, struct text *out);

/* Twelve digits; a region's letters, digits and hyphens. False for any other. */
bool log_layout_is_account(struct text name);
bool log_layout_account(struct text name, char out_account[LOG_LAYOUT_ACCOUNT_MAX]);
bool log_layout_region(struct text name, char out_region[LOG_LAYOUT_REGION_MAX]);

/* A folder of a day: "2026/11/21/"; free(). */
char *log_layout_day(const char *above, int64_t unix_s);

/* What stands behind the last slash. */
struct text log_layout_file(struct text key);

/* "20260921T0605Z": basic ISO 8601 without seconds. */
bool log_layout_minute(struct text t, int64_t *out_unix_s);

/* Whether it holds such bytes and no others, and at least one. */
bool log_layout_is_all(struct text t, const char *bytes);

#endif
