#include "checks/plugins/outbound_dns/outbound_dns_coverage.h"

#include "core/base/map.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

/* From the worst to the best: what stands in the way of seeing it. */
enum grade {
    GRADE_NONE,
    GRADE_STOPPED,
    GRADE_FAILED,
    GRADE_REJECTED_ONLY,
    GRADE_FIELDS,
    GRADE_ELSEWHERE,
    GRADE_NOT_NAMED,
    GRADE_PARQUET,
    GRADE_GOOD
};

static const char *const words[] = {
    [GRADE_NONE] = "there are interfaces without a flow log",
    [GRADE_STOPPED] = "there are interfaces whose flow log is not active",
    [GRADE_FAILED] = "there are interfaces whose flow log is not delivered",
    [GRADE_REJECTED_ONLY] = "there are interfaces whose flow log has only what was rejected",
    [GRADE_FIELDS] = "there are interfaces whose flow log does not say who was asked",
    [GRADE_ELSEWHERE] =
        "there are interfaces whose flow log goes neither to S3 nor to CloudWatch Logs, from where alone it is read",
    [GRADE_NOT_NAMED] =
        "there are interfaces whose flow log goes to a log group that is not read (logs: flow_log_groups)",
    [GRADE_PARQUET] =
        "there are interfaces whose flow log is Parquet, and Athena is not asked for it",
    [GRADE_GOOD] = NULL,
};

struct map *outbound_dns_coverage_new(void)
{
    return map_new(NULL);
}

static bool says(struct json_object *o, const char *path, const char *word)
{
    const char *value = path_string(o, path);
    return value != NULL && strcmp(value, word) == 0;
}

/* The default format has all that is asked for; a log that says no format is of that. */
static bool has_fields(struct json_object *o)
{
    const char *format = json_string(o, "LogFormat");
    if (format == NULL)
        return true;
    bool to = strstr(format, "${dstaddr}") != NULL || strstr(format, "${pkt-dstaddr}") != NULL;
    return to && strstr(format, "${dstport}") != NULL;
}

static bool fits(const struct json_object *named, const char *key, const char *value)
{
    const char *glob = json_string(named, key);
    return glob != NULL && value != NULL && text_glob(glob, value);
}

/* A log group of another account is not read, whatever its name. */
static bool is_named(const struct outbound_dns_coverage_log *log)
{
    const struct json_object *all = log->named;
    size_t count = json_object_is_type(all, json_type_array) ? json_object_array_length(all) : 0;
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        const struct json_object *named = json_object_array_get_idx(all, i);
        found = fits(named, "account", log->account) && fits(named, "region", log->region) &&
                fits(named, "name", json_string(log->config, "LogGroupName"));
    }
    return found && json_string(log->config, "DeliverCrossAccountRole") == NULL;
}

/* As of buckets: whether one holds just this log nobody knows, but how the region's logs were read tonight. */
static bool is_asked(const struct outbound_dns_coverage_log *log)
{
    return json_object_is_type(log->tables, json_type_array) &&
           json_object_array_length(log->tables) > 0;
}

static enum grade grade_of(const struct outbound_dns_coverage_log *log)
{
    struct json_object *o = log->config;
    if (!says(o, "FlowLogStatus", "ACTIVE"))
        return GRADE_STOPPED;
    if (says(o, "DeliverLogsStatus", "FAILED"))
        return GRADE_FAILED;
    if (says(o, "TrafficType", "REJECT"))
        return GRADE_REJECTED_ONLY;
    if (!has_fields(o))
        return GRADE_FIELDS;
    if (says(o, "LogDestinationType", "cloud-watch-logs"))
        return is_named(log) ? GRADE_GOOD : GRADE_NOT_NAMED;
    if (!says(o, "LogDestinationType", "s3"))
        return GRADE_ELSEWHERE;
    return says(o, "DestinationOptions.FileFormat", "parquet") && !is_asked(log) ? GRADE_PARQUET
                                                                                 : GRADE_GOOD;
}

void outbound_dns_coverage_note(struct map *coverage, const struct outbound_dns_coverage_log *log)
{
    const char *of = json_string(log->config, "ResourceId");
    if (of == NULL)
        return;
    uintptr_t before = (uintptr_t)map_get(coverage, of), now = (uintptr_t)grade_of(log);
    map_set(coverage, of, (void *)(now > before ? now : before));
}

const char *outbound_dns_coverage_blind(const struct map *coverage, const char *const *places,
                                        size_t count)
{
    uintptr_t best = GRADE_NONE;
    for (size_t i = 0; i < count; i++) {
        uintptr_t of = (uintptr_t)map_get(coverage, places[i]);
        best = of > best ? of : best;
    }
    return words[best];
}
