#ifndef CORE_BASE_TIMESTAMP_H
#define CORE_BASE_TIMESTAMP_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Times as text, always UTC, years 1 to 9999. Seconds since 1970 unless a name says otherwise. */

#define TIMESTAMP_MAX 32 /* bytes that every writer below needs at most, NUL included */

void timestamp_iso(int64_t unix_s, char out[TIMESTAMP_MAX]);       /* 2026-11-21T03:00:00Z */
void timestamp_iso_ms(int64_t unix_ms, char out[TIMESTAMP_MAX]);   /* 2026-11-21T03:00:00.250Z */
void timestamp_basic(int64_t unix_s, char out[TIMESTAMP_MAX]);     /* 20261121T030000Z */
void timestamp_date(int64_t unix_s, char out[TIMESTAMP_MAX]);      /* 2026-11-21 */
void timestamp_http(int64_t unix_s, char out[TIMESTAMP_MAX]);      /* Sat, 21 Nov 2026 03:00:00 GMT */

/* ISO 8601 / RFC 3339: `2026-11-21`, `…T03:00:00`, a fraction of any length, `Z`, `+09:00` or nothing
 * (UTC). Gives milliseconds, the rest of the fraction cut. False on anything else. */
bool timestamp_parse_iso(struct text t, int64_t *out_unix_ms);

/* RFC 822 / 1123 as in HTTP headers: `Sat, 21 Nov 2026 03:00:00 GMT`, optional fraction of seconds. */
bool timestamp_parse_http(struct text t, int64_t *out_unix_ms);

/* `20261121T030000Z`. */
bool timestamp_parse_basic(struct text t, int64_t *out_unix_s);

#endif
