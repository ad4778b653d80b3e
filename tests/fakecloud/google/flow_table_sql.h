#ifndef TESTS_FAKECLOUD_GOOGLE_FLOW_TABLE_SQL_H
#define TESTS_FAKECLOUD_GOOGLE_FLOW_TABLE_SQL_H

#include "tests/fakecloud/google/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct estate;
struct json_object;

/* The query over flow_table.h's tables, as it is understood; and what comes of it. */
struct google_flow_sql {
    int64_t since_s, until_s;
    bool https; /* 8.8.4.4, the one that is asked at port 443, is among the resolvers */
    bool odd, grown, huge;
};

bool google_flow_sql_read(const struct estate *e, const char *sql, struct google_flow_sql *out,
                          struct google_fault *fault);

/* How many flows of all projects are in the window. */
size_t google_flow_sql_flows(const struct estate *e, const struct google_flow_sql *q);

/* [{f: [{v: TEXT}…]}…], by group; json_object_put() it. */
struct json_object *google_flow_sql_rows(const struct estate *e, const struct google_flow_sql *q);

#endif
