#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_ROW_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_ROW_H

#include "providers/aws/flowlogs/flow_groups.h"

struct json_object;

/*
 * A group as a row of evidence (providers/aws/types/ec2_flow.yaml says what each member is). Its Id is a digest over
 * what makes the group, the hour among it: the same hour read again is the same rows.
 */
struct json_object *flow_row_json(const struct flow_group *group); /* a new reference */

/* The group that such a row was made of. False for what is none. */
bool flow_row_read(struct json_object *row, struct flow_group *out);

/* The members that a row can have, as a tree for core/model/shape.h; a new reference. */
struct json_object *flow_row_fields(void);

#endif
