#include "providers/aws/athena/athena_row.h"

#include "core/decode/json.h"
#include "providers/aws/athena/athena_sql.h"

#include <json-c/json.h>
#include <string.h>

/* NULL is a member that is missing: empty then, as of a field that there is not. */
static bool cut(struct json_object *row, struct text cells[ATHENA_COLUMNS], struct error *err)
{
    struct json_object *data = json_get(row, "Data");
    size_t count = json_object_is_type(data, json_type_array) ? json_object_array_length(data) : 0;
    if (count != ATHENA_COLUMNS)
        return error_set(err, ERROR_DATA, "a row of %zu columns, where %d were asked for", count,
                         (int)ATHENA_COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const char *value = json_string(json_object_array_get_idx(data, i), "VarCharValue");
        cells[i] = text_of(value == NULL ? "" : value);
    }
    return true;
}

bool athena_row_is_head(struct json_object *row, struct error *err)
{
    struct text cells[ATHENA_COLUMNS];
    if (!cut(row, cells, err))
        return false;
    for (int i = 0; i < ATHENA_COLUMNS; i++) {
        const char *name = athena_sql_column((enum athena_column_of_answer)i);
        if (!text_equal_string(cells[i], name))
            return error_set(err, ERROR_DATA, "its column %d is not called %s", i + 1, name);
    }
    return true;
}

static bool read_kind(struct text t, enum athena_row_is *out)
{
    static const char *const names[] = { "flow", "passed", "nodata", "skipdata", "malformed" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal_string(t, names[i])) {
            *out = (enum athena_row_is)i;
            return true;
        }
    return false;
}

static bool read_count(struct text t, int64_t *out)
{
    *out = 0;
    return t.len == 0 || (text_to_int64(t, out) && *out >= 0);
}

static void fields_of(const struct text cells[ATHENA_COLUMNS], struct text fields[FLOW_FIELDS + 1])
{
    static const struct {
        enum athena_column_of_answer from;
        enum flow_field to;
    } all[] = {
        { ATHENA_ACCOUNT, FLOW_ACCOUNT_ID }, { ATHENA_REGION, FLOW_REGION },
        { ATHENA_VPC, FLOW_VPC_ID },         { ATHENA_INTERFACE, FLOW_INTERFACE_ID },
        { ATHENA_SOURCE, FLOW_SRCADDR },     { ATHENA_DESTINATION, FLOW_DSTADDR },
        { ATHENA_PORT, FLOW_DSTPORT },       { ATHENA_PROTOCOL, FLOW_PROTOCOL },
        { ATHENA_ACTION, FLOW_ACTION },      { ATHENA_DIRECTION, FLOW_DIRECTION },
        { ATHENA_SUBNET, FLOW_SUBNET_ID },   { ATHENA_INSTANCE, FLOW_INSTANCE_ID },
        { ATHENA_PATH, FLOW_TRAFFIC_PATH },  { ATHENA_PACKETS, FLOW_PACKETS },
        { ATHENA_BYTES, FLOW_BYTES },        { ATHENA_FIRST, FLOW_START },
        { ATHENA_LAST, FLOW_END },
    };
    struct text service = cells[ATHENA_SERVICE];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        fields[all[i].to] = cells[all[i].from];
    if (service.len > 0) { /* no cluster's name has a slash */
        fields[FLOW_ECS_CLUSTER] = text_cut(&service, '/');
        fields[FLOW_ECS_SERVICE] = service;
    }
}

/* What the query took for watched, and is not, or cannot be read. */
static enum athena_row_is sum_up(const struct text cells[ATHENA_COLUMNS],
                                 const struct flow_watch *watch, const struct flow_sum *sum,
                                 struct athena_row *row)
{
    struct text fields[FLOW_FIELDS + 1] = { { NULL, 0 } };
    struct flow_record r;
    fields_of(cells, fields);
    enum flow_line line = flow_record_of(fields, watch, &r);
    if (line != FLOW_LINE_WATCHED)
        return line == FLOW_LINE_PASSED ? ATHENA_ROW_PASSED : ATHENA_ROW_MALFORMED;
    enum flow_sum_is is = flow_sum_group(sum, &r, &row->group);
    row->group.flows = row->lines;
    return is == FLOW_SUM_COUNTS       ? ATHENA_ROW_FLOWS
           : is == FLOW_SUM_OTHER_TIME ? ATHENA_ROW_PASSED
                                       : ATHENA_ROW_MALFORMED;
}

bool athena_row_read(struct json_object *row, const struct flow_watch *watch, int64_t since_unix_s,
                     int64_t until_unix_s, struct athena_row *out, struct error *err)
{
    struct text cells[ATHENA_COLUMNS];
    struct athena_row r = { .is = ATHENA_ROW_PASSED };
    int64_t lines = 0;
    if (!cut(row, cells, err))
        return false;
    if (!read_kind(cells[ATHENA_KIND], &r.is) || !read_count(cells[ATHENA_LINES], &lines) ||
        lines == 0 || !read_count(cells[ATHENA_LAST], &r.last_unix_s))
        return error_set(err, ERROR_DATA, "a row without kind, number of lines or time");
    r.lines = (uint64_t)lines;
    if (!flow_sum_word(cells[ATHENA_LOG_ACCOUNT], r.account) ||
        !flow_sum_word(cells[ATHENA_LOG_REGION], r.region))
        return error_set(err, ERROR_DATA, "a row of an account or region that is none");
    const struct flow_sum sum = { r.account, r.region, since_unix_s, until_unix_s, r.last_unix_s };
    if (r.is == ATHENA_ROW_FLOWS)
        r.is = sum_up(cells, watch, &sum, &r);
    *out = r;
    return true;
}
