#include "providers/aws/flowlogs/flow_query.h"

#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "providers/aws/flowlogs/flow_query_terms.h"
#include "providers/aws/flowlogs/flow_sum.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ours, so that none is called like a field that is discovered. Letters alone: they name groups of a regular
 * expression. */
static const struct column {
    const char *name;
    enum flow_field field;
    bool is_key; /* part of what flows are summed up by */
} columns[] = {
    { "yaccount", FLOW_ACCOUNT_ID, true },
    { "yregion", FLOW_REGION, true },
    { "yvpc", FLOW_VPC_ID, true },
    { "ysubnet", FLOW_SUBNET_ID, true },
    { "yinterface", FLOW_INTERFACE_ID, true },
    { "yinstance", FLOW_INSTANCE_ID, true },
    { "ysrc", FLOW_SRCADDR, true },
    { "ypktsrc", FLOW_PKT_SRCADDR, true },
    { "ysrcport", FLOW_SRCPORT, false },
    { "ydst", FLOW_DSTADDR, true },
    { "yport", FLOW_DSTPORT, true },
    { "yprotocol", FLOW_PROTOCOL, true },
    { "yaction", FLOW_ACTION, true },
    { "ydirection", FLOW_DIRECTION, true },
    { "ypath", FLOW_TRAFFIC_PATH, true },
    { "ycluster", FLOW_ECS_CLUSTER, true },
    { "yservice", FLOW_ECS_SERVICE, true },
    { "ystatus", FLOW_LOG_STATUS, true },
    { "ypackets", FLOW_PACKETS, false },
    { "ybytes", FLOW_BYTES, false },
    { "ystart", FLOW_START, false },
    { "yend", FLOW_END, false },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* What the query works out, by the field that it stands for. */
static const struct {
    enum flow_field field;
    const char *name;
} sums[] = {
    { FLOW_PACKETS, "ysumpackets" },
    { FLOW_BYTES, "ysumbytes" },
    { FLOW_START, "yfirst" },
    { FLOW_END, "ylast" },
};
enum { SUMS = sizeof sums / sizeof *sums };
#define FLOWS "yflows"
#define HOUR "yhour"

static const char *name_of(unsigned char field)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].field == field)
            return columns[i].name;
    return NULL;
}

/* ---- what is watched ---- */

/* Private destinations, as far as a pattern tells: nothing that is watched is among them. */
#define INSIDE                                                                                          \
    "/(?i)^((0|10|127|22[4-9]|2[3-5][0-9])\\.|192\\.168\\.|169\\.254\\.|172\\.(1[6-9]|2[0-9]|3[01])\\." \
    "|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)/"

/* flow_record_is_answer() */
#define ANSWER "/^([1-9][0-9]{0,2}|10[01][0-9]|102[0-3])$/"

/* ---- the text ---- */

static void add_parse(struct buffer *out, const struct flow_format *f)
{
    buffer_append_string(out, "parse @message /^ *");
    for (size_t i = 0; i < f->columns; i++) {
        const char *name = f->field[i] == FLOW_OTHER ? NULL : name_of(f->field[i]);
        buffer_append_string(out, i > 0 ? " +" : "");
        if (name != NULL)
            buffer_append_format(out, "(?<%s>\\S+)", name);
        else
            buffer_append_string(out, "\\S+");
    }
    buffer_append_string(out, " *$/");
}

/* The first query also has what is watched wherever it goes, the lines that cannot be read, and those that say what AWS
 * left out. */
static void add_filter(struct buffer *out, const struct flow_format *f,
                       const struct flow_query_terms *t, size_t from, size_t end)
{
    bool with_ports = from == 0 && t->ports.len > 0;
    buffer_append_string(out, " | filter ");
    if (from == 0)
        buffer_append_string(out, "not ispresent(yport) or yport not like /^([0-9]+|-)$/ or ");
    if (from == 0 && f->has[FLOW_LOG_STATUS])
        buffer_append_string(out, "ystatus like /^SKIPDATA$/ or ");
    buffer_append_char(out, '(');
    if (f->has[FLOW_DIRECTION])
        buffer_append_string(out, "ydirection not like /^ingress$/ and ");
    if (f->has[FLOW_SRCPORT])
        buffer_append_string(out, "(ysrcport not like " ANSWER
                                  " or (ysrcport like /^53$/ and yport like /^53$/)) and ");
    buffer_append_char(out, '(');
    if (with_ports)
        buffer_append_format(out, "(yport like /^(%.*s)$/ and ydst not like " INSIDE ")",
                             (int)t->ports.len, t->ports.data);
    flow_query_terms_add(t, from, end, !with_ports, out);
    buffer_append_string(out, "))");
}

static void add_sums(struct buffer *out, const struct flow_format *f)
{
    const char *begun = f->has[FLOW_START] ? "ystart"
                        : f->has[FLOW_END] ? "yend"
                                           : "toMillis(@timestamp) / 1000";
    buffer_append_format(out, " | fields floor(%s / 3600) as " HOUR " | stats count(*) as " FLOWS,
                         begun);
    if (f->has[FLOW_PACKETS])
        buffer_append_string(out, ", sum(ypackets) as ysumpackets");
    if (f->has[FLOW_BYTES])
        buffer_append_string(out, ", sum(ybytes) as ysumbytes");
    buffer_append_format(out, ", min(%s) as yfirst, max(%s) as ylast by " HOUR, begun,
                         f->has[FLOW_END] ? "yend" : begun);
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].is_key && f->has[columns[i].field])
            buffer_append_format(out, ", %s", columns[i].name);
    buffer_append_format(out, " | limit %d", FLOW_QUERY_ROWS_MAX);
}

static bool write_text(struct buffer *out, const struct flow_format *f,
                       const struct flow_query_terms *t, size_t from, size_t end)
{
    buffer_clear(out);
    add_parse(out, f);
    add_filter(out, f, t, from, end);
    add_sums(out, f);
    return buffer_ok(out);
}

/* The most terms that fit, by halving what may be the end. `from` alone may not, where the format is long. */
static size_t last_that_fits(struct buffer *out, const struct flow_format *f,
                             const struct flow_query_terms *t, size_t from)
{
    size_t fits = from, above = t->count + 1;
    while (above - fits > 1) {
        size_t middle = fits + (above - fits) / 2;
        if (write_text(out, f, t, from, middle))
            fits = middle;
        else
            above = middle;
    }
    return fits;
}

static bool write_texts(const struct flow_format *f, const struct flow_query_terms *t,
                        struct string_list *out, struct error *err)
{
    struct buffer text;
    size_t from = 0, count = 0;
    bool ok = true;
    buffer_init(&text, FLOW_QUERY_TEXT_MAX);
    do {
        size_t end = last_that_fits(&text, f, t, from);
        ok = count++ < FLOW_QUERIES_MAX && (end > from || t->count == 0) &&
             write_text(&text, f, t, from, end);
        if (ok)
            string_list_add(out, buffer_string(&text));
        from = end;
    } while (ok && from < t->count);
    buffer_release(&text);
    return ok || error_set(err, ERROR_LIMIT, "too many addresses are watched for %d queries",
                           FLOW_QUERIES_MAX);
}

bool flow_query_texts(const struct flow_format *format, const struct flow_watch *watch,
                      struct string_list *out, struct error *err)
{
    struct flow_query_terms t;
    flow_query_terms_init(&t, watch);
    bool ok = write_texts(format, &t, out, err);
    flow_query_terms_release(&t);
    return ok;
}

/* ---- rows ---- */

enum { NUMBER_MAX = 32 };

/* Sums may come as "1.5E9" or "12.0"; what is no number stays as it is, and is refused as such. */
static struct text whole(struct text value, char room[NUMBER_MAX])
{
    char *end = NULL;
    double number = value.len == 0 ? 0 : strtod(value.data, &end);
    bool is_number =
        value.len > 0 && *end == '\0' && strspn(value.data, "0123456789.eE+") == value.len;
    if (!is_number || strspn(value.data, "0123456789") == value.len || !isfinite(number) ||
        number >= (double)INT64_MAX)
        return value;
    snprintf(room, NUMBER_MAX, "%.0f", number);
    return text_of(room);
}

static struct text value_of(struct json_object *row, const char *name)
{
    size_t count = json_object_is_type(row, json_type_array) ? json_object_array_length(row) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *cell = json_object_array_get_idx(row, i);
        const char *is = json_string(cell, "field");
        if (is != NULL && strcmp(is, name) == 0)
            return text_of(json_string(cell, "value"));
    }
    return (struct text){ NULL, 0 };
}

static int64_t flows_in(struct json_object *row)
{
    char room[NUMBER_MAX];
    int64_t flows = 0;
    struct text t = whole(value_of(row, FLOWS), room);
    return text_to_int64(t, &flows) && flows > 0 ? flows : 1;
}

static enum flow_line read_row(const struct flow_query_reading *r, struct json_object *row,
                               uint64_t flows, struct flow_groups *groups)
{
    struct text fields[FLOW_FIELDS + 1] = { { NULL, 0 } };
    char room[SUMS][NUMBER_MAX];
    struct flow_record record;
    struct flow_group group;
    for (size_t i = 0; i < COLUMNS; i++)
        if (columns[i].is_key)
            fields[columns[i].field] = value_of(row, columns[i].name);
    for (size_t i = 0; i < SUMS; i++)
        fields[sums[i].field] = whole(value_of(row, sums[i].name), room[i]);
    if (fields[FLOW_DSTPORT].len == 0 || fields[FLOW_START].len == 0)
        return FLOW_LINE_MALFORMED;
    enum flow_line is = flow_record_of(fields, r->watch, &record);
    if (is != FLOW_LINE_WATCHED)
        return is;
    const struct flow_sum sum = { r->account, r->region, r->since_unix_s, r->until_unix_s, 0 };
    enum flow_sum_is counts = flow_sum_group(&sum, &record, &group);
    if (counts != FLOW_SUM_COUNTS)
        return counts == FLOW_SUM_OTHER_TIME ? FLOW_LINE_PASSED : FLOW_LINE_MALFORMED;
    group.flows = flows;
    (void)flow_groups_add(groups, &group); /* what does not fit is counted there */
    return FLOW_LINE_WATCHED;
}

void flow_query_row(const struct flow_query_reading *r, struct json_object *row,
                    struct flow_groups *groups, struct flow_counts *counts)
{
    uint64_t flows = (uint64_t)flows_in(row);
    counts->lines += flows;
    switch (read_row(r, row, flows, groups)) {
    case FLOW_LINE_WATCHED:
        counts->watched += flows;
        break;
    case FLOW_LINE_PASSED:
        counts->passed += flows;
        break;
    case FLOW_LINE_NODATA:
        counts->nodata += flows;
        break;
    case FLOW_LINE_SKIPDATA:
        counts->skipdata += flows;
        break;
    case FLOW_LINE_MALFORMED:
        counts->malformed += flows;
        break;
    }
}
