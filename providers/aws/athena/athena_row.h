#ifndef PROVIDERS_AWS_ATHENA_ATHENA_ROW_H
#define PROVIDERS_AWS_ATHENA_ATHENA_ROW_H

#include "core/base/error.h"
#include "providers/aws/flowlogs/flow_sum.h"
#include "providers/aws/flowlogs/flow_watch.h"

struct json_object;

/*
 * A row of the answer to athena_sql(). What a line of a flow log may say and what of it is watched is decided by the same
 * code that reads files (flow_record.h, flow_sum.h), so that a flow becomes the same group wherever it lies.
 */
enum athena_row_is {
    ATHENA_ROW_FLOWS,
    ATHENA_ROW_PASSED,
    ATHENA_ROW_NODATA,
    ATHENA_ROW_SKIPDATA,
    ATHENA_ROW_MALFORMED,
};

struct athena_row {
    enum athena_row_is is;
    char account[FLOW_WORD_MAX], region[FLOW_WORD_MAX]; /* whose log it is; "" : nobody can tell */
    uint64_t lines;
    int64_t last_unix_s;     /* the latest end of these lines; 0: not told */
    struct flow_group group; /* of FLOWS */
};

/* Whether it is the first row of all, which holds the columns' names. ERROR_DATA where these are others than were asked for. */
bool athena_row_is_head(struct json_object *row, struct error *err);

/* `row`: {"Data": [{"VarCharValue": …}…]}. ERROR_DATA for what no answer to the query can be. */
bool athena_row_read(struct json_object *row, const struct flow_watch *watch, int64_t since_unix_s, int64_t until_unix_s,
                     struct athena_row *out, struct error *err);

#endif
