#ifndef TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_EVENTS_H
#define TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_EVENTS_H

/* Events of root's and findings about them, put on the stage of the test that runs. */
#include "tests/unit/checks/plugins/root_activity/stage.h"

#define CHECK "aws_root_used"
#define EVENT "aws_cloudtrail_root_event"
#define NAMED "aws_cloudtrail_root_event_by_alias"
#define FINDING "aws_guardduty_finding"
#define KEY "AKIAIOSFODNN7EXAMPLE"
#define MACHINE "i-0abc"
#define NIGHT "2026-11-21T03:00:00Z"
#define ADDRESS "203.0.113.9"
#define NETWORK "203.0.113.0/24"
#define CLI "aws-cli/2.31.0 md/prompt#off"
#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)"

static struct stage *s;

static inline int set_up(void **state)
{
    (void)state;
    s = stage_new();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    stage_free(s);
    return 0;
}

/* An event of CloudTrail's: members of the record, and of its identity. */
static inline void event_of(const char *type, const char *id, const char *at, const char *identity,
                     const char *record)
{
    char *json = memory_format(
        "{\"EventId\":\"%s\",\"EventName\":\"X\",\"CloudTrailEvent\":{\"userIdentity\":{\"accountId\":"
        "\"123456789012\",%s},\"eventType\":\"AwsApiCall\",%s}}",
        id, identity, record);
    stage_put(s, type, id, at, json);
    free(json);
}

static inline void by_key(const char *id, const char *at, const char *name, const char *address)
{
    char *record = memory_format(
        "\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"%s\",\"sourceIPAddress\":\"%s\","
        "\"userAgent\":\"" CLI "\"",
        name, address);
    event_of(EVENT, id, at, "\"type\":\"Root\",\"accessKeyId\":\"" KEY "\"", record);
    free(record);
}

/* So many of them; their ids begin with `id`. */
static inline void by_key_often(const char *id, const char *name, int times)
{
    for (int i = 0; i < times; i++) {
        char *each = memory_format("%s-%s-%d", id, name, i);
        by_key(each, "2026-11-20T10:00:00Z", name, ADDRESS);
        free(each);
    }
}

/* With temporary credentials; mfa "" leaves it out. */
static inline void by_session(const char *id, const char *at, const char *name, const char *mfa,
                       const char *more)
{
    char *identity = memory_format(
        "\"type\":\"Root\",\"accessKeyId\":\"ASIA1\",\"sessionContext\":{\"attributes\":{%s%s%s}}",
        *mfa == '\0' ? "" : "\"mfaAuthenticated\":\"", mfa, *mfa == '\0' ? "" : "\"");
    char *record = memory_format(
        "\"eventSource\":\"iam.amazonaws.com\",\"eventName\":\"%s\",\"sourceIPAddress\":\"" ADDRESS
        "\",%s",
        name, more);
    event_of(EVENT, id, at, identity, record);
    free(record);
    free(identity);
}

static inline void by_console(const char *id, const char *name, const char *mfa)
{
    by_session(id, "2026-11-20T10:00:00Z", name, mfa, "\"userAgent\":\"" FIREFOX "\"");
}

static inline void by_task(const char *id, const char *source, const char *name)
{
    char *record = memory_format(
        "\"eventSource\":\"%s.amazonaws.com\",\"eventName\":\"%s\",\"sourceIPAddress\":\"" ADDRESS
        "\",\"userAgent\":\"" CLI "\"",
        source, name);
    event_of(
        EVENT, id, "2026-11-20T10:00:00Z",
        "\"type\":\"Root\",\"accessKeyId\":\"ASIA2\",\"sessionContext\":{\"assumedRoot\":\"true\"}",
        record);
    free(record);
}

static inline void sign_in(const char *id, const char *at, const char *name, const char *result,
                    const char *address)
{
    char *record = memory_format(
        "\"eventType\":\"AwsConsoleSignIn\",\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"%s\","
        "\"sourceIPAddress\":\"%s\",\"userAgent\":\"" FIREFOX
        "\",\"additionalEventData\":{\"MFAUsed\":\"Yes\"},"
        "\"responseElements\":{\"ConsoleLogin\":\"%s\"}",
        name, address, result);
    event_of(EVENT, id, at, "\"type\":\"Root\",\"accessKeyId\":\"\"", record);
    free(record);
}

static inline void finding(const char *id, const char *type, const char *key, const char *address,
                    const char *last)
{
    char *json = memory_format(
        "{\"Finding\":{\"Id\":\"%s\",\"Type\":\"Policy:IAMUser/%s\",\"Severity\":2,\"Resource\":{\"AccessKeyDetails\":{"
        "\"AccessKeyId\":\"%s\"}},\"Service\":{\"Archived\":true,\"Count\":3,\"EventFirstSeen\":"
        "\"2026-11-19T10:00:00Z\",\"EventLastSeen\":\"%s\",\"Action\":{\"AwsApiCallAction\":{\"Api\":"
        "\"DescribeInstances\",\"ServiceName\":\"ec2.amazonaws.com\",\"UserAgent\":\"" CLI
        "\",\"RemoteIpDetails\":{\"IpAddressV4\":\"%s\"}}}}}}",
        id, type, key, last, address);
    stage_put(s, FINDING, id, NIGHT, json);
    free(json);
}

#endif
