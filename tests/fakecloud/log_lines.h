#ifndef TESTS_FAKECLOUD_LOG_LINES_H
#define TESTS_FAKECLOUD_LOG_LINES_H

#include "tests/fakecloud/estate.h"

/*
 * What lies in the log groups that flow logs are delivered to (things/network.yaml; some places have two of them): lines of
 * flow_talks.h, four hours apart, in the format of the flow log. It is the first machine that is logged in the bucket of
 * flow_bucket.h, too: half of these lines are what the bucket's files have, the other half is each group's own.
 *
 * In every second region these groups are said to hold LOG_LINES_BUSY bytes more in thirty hours than one can read of them:
 * too many to be read one by one.
 */
#define LOG_LINES_BUSY 25000000.0

/* All lines of a group so far, in order of time: [{"timestamp" (ms), "message", "logStreamName"…}]; json_object_put(). NULL: there is
 * no such group. */
struct json_object *log_lines(const struct estate *e, struct place at, const char *group);

/* What has come into a group between two times (seconds, `to` without), of an hour's size in every hour. */
double log_lines_bytes(const struct estate *e, struct place at, const char *group, int64_t from, int64_t to);

/* What whoever has read them knows, as flow_bucket_truth() has it, group by group: two may tell of the same hour. */
struct json_object *log_lines_truth(const struct estate *e);

#endif
