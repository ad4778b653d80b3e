#include "tests/fakecloud/offer.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "providers/aws/protocol/time.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/log_lines.h"

#include <json-c/json.h>
#include <string.h>

/* The value of a dimension, NULL when it was not asked for. */
static const char *dimension(const struct call *c, const char *name)
{
    struct json_object *all = json_get(c->params, "Dimensions");
    for (size_t i = 0; all != NULL && i < json_object_array_length(all); i++) {
        struct json_object *one = json_object_array_get_idx(all, i);
        const char *is = json_string(one, "Name");
        if (is != NULL && strcmp(is, name) == 0)
            return json_string(one, "Value");
    }
    return NULL;
}

/* The bucket's size, known in its own region: one value for the whole of the time asked for. */
static struct json_object *sizes(const struct call *c)
{
    struct place at = { c->account, ESTATE_GLOBAL };
    const char *bucket = dimension(c, "BucketName"), *metric = call_text(c, "MetricName");
    struct json_object *points = json_object_new_array(), *size = NULL, *home = NULL;
    if (bucket != NULL && metric != NULL && strcmp(metric, "BucketSizeBytes") == 0) {
        home = estate_item(c->estate, at, "Buckets", "Name", bucket);
        size = estate_item(c->estate, at, "BucketSizes", "_Bucket", bucket);
    }
    if (size == NULL || strcmp(json_string(home, "BucketRegion"), c->region) != 0)
        return points;
    struct json_object *point = json_object_new_object();
    json_object_object_add(point, "Timestamp", json_object_get(json_get(c->params, "StartTime")));
    json_object_object_add(point, "Maximum",
                           json_object_new_double((double)json_int(size, "_bytes", 0)));
    json_object_object_add(point, "Unit", json_object_new_string("Bytes"));
    json_object_array_add(points, point);
    return points;
}

/* What came into a log group, hour by hour. */
static struct json_object *incoming(const struct call *c)
{
    enum { HOUR_S = 3600, MICRO = 1000 * 1000 };
    const struct place at = { c->account, c->region };
    const char *group = dimension(c, "LogGroupName"), *metric = call_text(c, "MetricName");
    struct json_object *points = json_object_new_array();
    int64_t from = 0, to = 0; /* microseconds */
    bool is_known = group != NULL && metric != NULL && strcmp(metric, "IncomingBytes") == 0 &&
                    aws_time_read_json(json_get(c->params, "StartTime"), &from) &&
                    aws_time_read_json(json_get(c->params, "EndTime"), &to);
    for (int64_t hour = from / MICRO; is_known && hour < to / MICRO; hour += HOUR_S) {
        char date[TIMESTAMP_MAX];
        double bytes = log_lines_bytes(c->estate, at, group, hour, hour + HOUR_S);
        timestamp_iso(hour, date);
        if (bytes > 0)
            json_object_array_add(
                points,
                estate_json("{\"Timestamp\":\"%s\",\"Sum\":%.1f,\"Unit\":\"Bytes\"}", date, bytes));
    }
    return points;
}

static bool statistics(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "Namespace", "MetricName", "Dimensions", "StartTime",
                                         "EndTime",   "Period",     "Statistics", NULL };
    if (!call_knows(c, known, fault))
        return false;
    const char *namespace = call_text(c, "Namespace");
    bool is_logs = namespace != NULL && strcmp(namespace, "AWS/Logs") == 0;
    *out = json_object_new_object();
    json_object_object_add(*out, "Label", json_object_get(json_get(c->params, "MetricName")));
    json_object_object_add(*out, "Datapoints", is_logs ? incoming(c) : sizes(c));
    return true;
}

static const struct offer offers[] = {
    { .operation = "GetMetricStatistics", .answer = statistics },
    { 0 },
};

const struct service service_cloudwatch = { .name = "cloudwatch", .offers = offers };
