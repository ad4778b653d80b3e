#ifndef TESTS_FAKECLOUD_ATHENA_ROWS_H
#define TESTS_FAKECLOUD_ATHENA_ROWS_H

#include "tests/fakecloud/athena_sql.h"
#include "tests/fakecloud/estate.h"

/*
 * The answer to a query over the flow logs that lie in the bucket (flow_bucket.h): table `plain` over those with the default
 * fields, `hive` over the others. The lines are read and summed up here, by what the query's slots say.
 * [{"Data": [{"VarCharValue"}…]}…] with the columns' names first; json_object_put().
 */
struct json_object *athena_rows(const struct estate *e, bool hive, const struct athena_slots *slots);

#endif
