#ifndef PROVIDERS_AWS_PROTOCOL_TIME_H
#define PROVIDERS_AWS_PROTOCOL_TIME_H

#include "core/base/text.h"
#include "providers/aws/protocol/model.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/* Times as AWS writes them, in microseconds since 1970 UTC: what Python's datetime keeps, and so what
 * boto3 shows. Years 1 to 9999. */

#define AWS_TIME_MAX 48 /* bytes that the writers need, NUL included */

/* Any of the forms, whatever the model says (as botocore reads them): ISO 8601, RFC 822, or seconds since
 * 1970 with a fraction. What is finer than a microsecond is cut. */
bool aws_time_read(struct text t, int64_t *out_us);
/* The same from a JSON string or number. */
bool aws_time_read_json(struct json_object *value, int64_t *out_us);

/* For requests; AWS_TIME_DEFAULT is ISO 8601. A fraction appears where it is not zero; RFC 822 has none. */
void aws_time_write(int64_t us, enum aws_time_format format, char out[AWS_TIME_MAX]);

/* For people and stores, as Python's isoformat() in UTC: "2026-11-21T03:00:00.250000+00:00". */
void aws_time_show(int64_t us, char out[AWS_TIME_MAX]);

#endif
