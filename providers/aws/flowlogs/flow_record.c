#include "providers/aws/flowlogs/flow_record.h"

#include <string.h>

enum { DIGITS_MAX = 19 }; /* of a number that fits 64 bits for sure */

static bool is_none(struct text t)
{
    return t.len == 0 || (t.len == 1 && t.data[0] == '-');
}

/* Absent and "-" are 0. */
static bool number(struct text t, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;
    *out = 0;
    if (is_none(t))
        return true;
    if (t.len > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < t.len; i++) {
        if (t.data[i] < '0' || t.data[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(t.data[i] - '0');
    }
    *out = value;
    return value <= max;
}

static struct text word(struct text t)
{
    return is_none(t) ? (struct text){ "", 0 } : t;
}

static bool read_action(struct text t, enum flow_action *out)
{
    *out = FLOW_ACTION_UNKNOWN;
    if (text_equal_string(t, "ACCEPT"))
        *out = FLOW_ACTION_ACCEPT;
    else if (text_equal_string(t, "REJECT"))
        *out = FLOW_ACTION_REJECT;
    else
        return is_none(t);
    return true;
}

/* The packet's own source is the one behind a NAT gateway or an appliance. */
static bool read_source(const struct text *fields, struct flow_record *out)
{
    struct text inner = fields[FLOW_PKT_SRCADDR], outer = fields[FLOW_SRCADDR];
    out->has_source = !is_none(inner) || !is_none(outer);
    memset(&out->source, 0, sizeof out->source);
    return !out->has_source || flow_address_parse(is_none(inner) ? outer : inner, &out->source);
}

static bool read_numbers(const struct text *fields, struct flow_record *out)
{
    uint64_t protocol = 0, path = 0, start = 0, end = 0;
    bool ok = number(fields[FLOW_PROTOCOL], 255, &protocol) &&
              number(fields[FLOW_TRAFFIC_PATH], 255, &path) &&
              number(fields[FLOW_START], INT64_MAX, &start) &&
              number(fields[FLOW_END], INT64_MAX, &end) &&
              number(fields[FLOW_PACKETS], INT64_MAX, &out->packets) &&
              number(fields[FLOW_BYTES], INT64_MAX, &out->bytes);
    out->protocol = (uint8_t)protocol;
    out->path = (uint8_t)path;
    out->start = (int64_t)start;
    out->end = (int64_t)end;
    return ok;
}

static enum flow_line read_watched(const struct text *fields, struct flow_record *out)
{
    out->account = word(fields[FLOW_ACCOUNT_ID]);
    out->region = word(fields[FLOW_REGION]);
    out->vpc = word(fields[FLOW_VPC_ID]);
    out->subnet = word(fields[FLOW_SUBNET_ID]);
    out->interface_id = word(fields[FLOW_INTERFACE_ID]);
    out->instance = word(fields[FLOW_INSTANCE_ID]);
    out->cluster = word(fields[FLOW_ECS_CLUSTER]);
    out->service = word(fields[FLOW_ECS_SERVICE]);
    bool ok = read_source(fields, out) && read_numbers(fields, out) &&
              read_action(fields[FLOW_ACTION], &out->action);
    return ok ? FLOW_LINE_WATCHED : FLOW_LINE_MALFORMED;
}

/* NODATA and SKIPDATA; without that column a line of nothing but "-" is the first. */
static bool has_status(const struct text *fields, enum flow_line *out)
{
    struct text status = fields[FLOW_LOG_STATUS];
    if (text_equal_string(status, "SKIPDATA"))
        *out = FLOW_LINE_SKIPDATA;
    else if (text_equal_string(status, "NODATA") ||
             (is_none(fields[FLOW_DSTADDR]) && is_none(fields[FLOW_DSTPORT])))
        *out = FLOW_LINE_NODATA;
    else
        return false;
    return true;
}

/* Who asks does so from a high port, or, as old resolvers do, from 53 itself. */
bool flow_record_is_answer(uint16_t source_port, uint16_t port)
{
    enum { FIRST_HIGH_PORT = 1024, DNS = 53 };
    return source_port > 0 && source_port < FIRST_HIGH_PORT && (source_port != DNS || port != DNS);
}

static bool is_answer_or_ingress(const struct text *fields, uint16_t port, bool *out)
{
    uint64_t source_port = 0;
    if (!number(fields[FLOW_SRCPORT], UINT16_MAX, &source_port))
        return false;
    *out = text_equal_string(fields[FLOW_DIRECTION], "ingress") ||
           flow_record_is_answer((uint16_t)source_port, port);
    return true;
}

enum flow_line flow_record_of(const struct text *fields, const struct flow_watch *watch,
                              struct flow_record *out)
{
    enum flow_line status = FLOW_LINE_MALFORMED;
    uint64_t port = 0;
    if (has_status(fields, &status))
        return status;
    if (is_none(fields[FLOW_DSTPORT]) || !number(fields[FLOW_DSTPORT], UINT16_MAX, &port))
        return FLOW_LINE_MALFORMED;
    out->port = (uint16_t)port;
    if (!flow_watch_has_port(watch, out->port))
        return FLOW_LINE_PASSED;
    if (!flow_address_parse(fields[FLOW_DSTADDR], &out->destination))
        return FLOW_LINE_MALFORMED;
    out->is_egress = text_equal_string(fields[FLOW_DIRECTION], "egress");
    bool is_no_question = false;
    if (!is_answer_or_ingress(fields, out->port, &is_no_question))
        return FLOW_LINE_MALFORMED;
    if (is_no_question || !flow_watch_wants(watch, &out->destination, out->port))
        return FLOW_LINE_PASSED;
    return read_watched(fields, out);
}

enum flow_line flow_record_read(const struct flow_format *f, const struct flow_watch *watch,
                                struct text line, struct flow_record *out)
{
    struct text fields[FLOW_FIELDS + 1] = { { NULL, 0 } };
    return flow_format_split(f, line, fields) ? flow_record_of(fields, watch, out)
                                              : FLOW_LINE_MALFORMED;
}
