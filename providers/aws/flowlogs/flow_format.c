#include "providers/aws/flowlogs/flow_format.h"

#include <string.h>

static const char *const names[FLOW_FIELDS] = {
    [FLOW_ACCOUNT_ID] = "account-id",
    [FLOW_INTERFACE_ID] = "interface-id",
    [FLOW_SRCADDR] = "srcaddr",
    [FLOW_DSTADDR] = "dstaddr",
    [FLOW_SRCPORT] = "srcport",
    [FLOW_DSTPORT] = "dstport",
    [FLOW_PROTOCOL] = "protocol",
    [FLOW_PACKETS] = "packets",
    [FLOW_BYTES] = "bytes",
    [FLOW_START] = "start",
    [FLOW_END] = "end",
    [FLOW_ACTION] = "action",
    [FLOW_LOG_STATUS] = "log-status",
    [FLOW_VPC_ID] = "vpc-id",
    [FLOW_SUBNET_ID] = "subnet-id",
    [FLOW_INSTANCE_ID] = "instance-id",
    [FLOW_PKT_SRCADDR] = "pkt-srcaddr",
    [FLOW_REGION] = "region",
    [FLOW_DIRECTION] = "flow-direction",
    [FLOW_TRAFFIC_PATH] = "traffic-path",
    [FLOW_ECS_CLUSTER] = "ecs-cluster-name",
    [FLOW_ECS_SERVICE] = "ecs-service-name",
};

static enum flow_field field_of(struct text name)
{
    if (name.len > 3 && text_starts_with(name, "${") && name.data[name.len - 1] == '}')
        name = (struct text){ name.data + 2, name.len - 3 };
    for (int i = 0; i < FLOW_FIELDS; i++)
        if (text_equal_string(name, names[i]))
            return (enum flow_field)i;
    return FLOW_OTHER;
}

/* The next word; empty at the end. */
static struct text next_word(const char **at, const char *end)
{
    const char *p = *at;
    while (p < end && *p == ' ')
        p++;
    const char *start = p;
    while (p < end && *p != ' ')
        p++;
    *at = p;
    return (struct text){ start, (size_t)(p - start) };
}

bool flow_format_read(struct text line, struct flow_format *out)
{
    struct flow_format f = { 0 };
    const char *at = line.data, *end = line.data + line.len;
    struct text word;
    while ((word = next_word(&at, end)).len > 0) {
        enum flow_field field = field_of(word);
        if (f.columns == FLOW_COLUMNS_MAX || (field != FLOW_OTHER && f.has[field]))
            return false;
        f.field[f.columns++] = (unsigned char)field;
        if (field != FLOW_OTHER)
            f.has[field] = true;
    }
    if (!f.has[FLOW_DSTADDR] || !f.has[FLOW_DSTPORT])
        return false;
    *out = f;
    return true;
}

bool flow_format_split(const struct flow_format *f, struct text line, struct text *fields)
{
    const char *at = line.data, *end = line.data + line.len;
    size_t column = 0;
    struct text word;
    while ((word = next_word(&at, end)).len > 0) {
        if (column == f->columns)
            return false;
        fields[f->field[column++]] = word;
    }
    return column == f->columns;
}
