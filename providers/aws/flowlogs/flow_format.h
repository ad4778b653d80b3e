#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_FORMAT_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_FORMAT_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which column of a flow log is what ("Flow log records", Amazon VPC guide, versions 2 to 10). A file in S3 begins
 * with a line of its fields' names; DescribeFlowLogs has the same as LogFormat, each in ${}. Fields that are not
 * listed here are passed over, whatever their names.
 */
enum flow_field {
    FLOW_ACCOUNT_ID,
    FLOW_INTERFACE_ID,
    FLOW_SRCADDR,
    FLOW_DSTADDR,
    FLOW_SRCPORT,
    FLOW_DSTPORT,
    FLOW_PROTOCOL,
    FLOW_PACKETS,
    FLOW_BYTES,
    FLOW_START,
    FLOW_END,
    FLOW_ACTION,
    FLOW_LOG_STATUS,
    FLOW_VPC_ID,
    FLOW_SUBNET_ID,
    FLOW_INSTANCE_ID,
    FLOW_PKT_SRCADDR,
    FLOW_REGION,
    FLOW_DIRECTION,
    FLOW_TRAFFIC_PATH,
    FLOW_ECS_CLUSTER,
    FLOW_ECS_SERVICE,
    FLOW_FIELDS,
    FLOW_OTHER = FLOW_FIELDS, /* a column that nobody asks for */
};

enum { FLOW_COLUMNS_MAX = 128 }; /* version 10 has 42 of a VPC's and some 40 of a transit gateway's */

struct flow_format {
    size_t columns;
    unsigned char field[FLOW_COLUMNS_MAX]; /* of each column: enum flow_field */
    bool has[FLOW_FIELDS];
};

/* Reads a line of names. False for one that lacks dstaddr or dstport, names a field twice, or has too many: what
 * follows could not be read by it. */
bool flow_format_read(struct text line, struct flow_format *out);

/* Cuts a line: `fields` has FLOW_FIELDS + 1 places, those without a column stay as they are. Runs of blanks count
 * as one. False when it has another number of columns. */
bool flow_format_split(const struct flow_format *f, struct text line, struct text *fields);

#endif
