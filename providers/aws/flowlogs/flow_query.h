#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_QUERY_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_QUERY_H

#include "core/base/error.h"
#include "core/model/resource_type.h"
#include "providers/aws/flowlogs/flow_file.h"

struct json_object;

/*
 * Flow logs in a log group, summed up where they lie: queries in the language of CloudWatch Logs Insights ("Logs Insights
 * QL", CloudWatch Logs guide), and their rows.
 *
 * Lines are cut by a regular expression of the flow log's own format, since fields are discovered for the default format
 * alone. A query leaves out most of what is not watched; flow_query_row() leaves out the rest by the same rules as lines
 * of files have. Lines of another format become rows of their own, so that they are counted, and so do those that say that
 * AWS left flows out (SKIPDATA).
 */
enum {
    FLOW_QUERY_TEXT_MAX = 10000, /* characters; StartQuery's own limit */
    FLOW_QUERIES_MAX = 8,        /* for what is watched; each reads the group once more */
    FLOW_QUERY_ROWS_MAX = 10000, /* of one query; with as many some may be missing */
};

/* Appends them to `out`, at least one. The rows of all are groups of different flows. ERROR_LIMIT when too many addresses
 * are watched for FLOW_QUERIES_MAX. */
bool flow_query_texts(const struct flow_format *format, const struct flow_watch *watch, struct string_list *out,
                      struct error *err);

struct flow_query_reading {
    const struct flow_watch *watch;
    const char *account, *region;        /* whose the log group is */
    int64_t since_unix_s, until_unix_s;  /* as flow_file_options */
};

/* Reads one row of the results, [{"field", "value"}…], and adds it to groups and counts; `lines` among these for those
 * that are in it alone. */
void flow_query_row(const struct flow_query_reading *r, struct json_object *row, struct flow_groups *groups,
                    struct flow_counts *counts);

#endif
