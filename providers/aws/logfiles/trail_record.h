#ifndef PROVIDERS_AWS_LOGFILES_TRAIL_RECORD_H
#define PROVIDERS_AWS_LOGFILES_TRAIL_RECORD_H

#include "core/base/text.h"

#include <stdbool.h>

struct json_object;

/* Records of a trail, as far as anybody asks: what root did itself (AWS CloudTrail guide, "CloudTrail record contents"). */

/* Whether the text of a record can be one of root's, at the price of a look: all that are hold "Root" as a string. */
bool trail_record_may_be(struct text record);

/* Whether it says of itself that it is a call that only reads, as far as a look tells. */
bool trail_record_reads(struct text record);

/*
 * Whether it is: its identity is of type Root, which sign-ins in vain and sessions of AssumeRoot are, too; and neither a
 * service acted on root's behalf (invokedBy) nor a service by itself, nor is it of Insights.
 */
bool trail_record_is_roots(struct json_object *record);

/*
 * A row of evidence (providers/aws/types/cloudtrail_trail.yaml says what each member is), under the id that LookupEvents
 * has for the event. `account` and `region` are those of the file, for a record that does not say whose it is. Takes the
 * record over; the row is a new reference. NULL, and the record is let go, where it lacks its id or time.
 */
struct json_object *trail_record_row(struct json_object *record, const char *account, const char *region);

/* The members that a row can have, as a tree for core/model/shape.h; a new reference. */
struct json_object *trail_record_fields(void);

#endif
