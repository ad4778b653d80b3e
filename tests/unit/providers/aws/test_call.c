/* One operation through a door: built, signed at each attempt, its answer classified. */
#include "providers/aws/call.h"
#include "tests/unit/providers/aws/doorway.h"

#include <json-c/json.h>

static struct provider_call call_of(const char *service, const char *operation, const char *region)
{
    return (struct provider_call){ service, operation, region, json_object_new_object(), NULL };
}

static void build(struct doorway *w, struct provider_door *d, const struct provider_call *call)
{
    if (!call_request(d, call, &w->request, &w->err))
        fail_msg("%s", w->err.message);
}

static enum http_verdict sign(struct doorway *w, struct provider_door *d,
                              const struct provider_call *call)
{
    error_clear(&w->err);
    return call_authorize(d, call, w->now, &w->request, &w->err);
}

static void a_call_is_built_for_its_region_with_its_limit(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call call = call_of("ec2", "DescribeVpcs", "ap-northeast-1");
    json_object_object_add(call.arguments, "MaxResults", json_object_new_int(1000));
    http_request_release(&w.request);
    build(&w, d, &call);
    assert_string_equal(w.request.host, "ec2.ap-northeast-1.amazonaws.com");
    assert_true(doorway_has(&w, "Action=DescribeVpcs&"));
    assert_true(doorway_has(&w, "MaxResults=1000"));
    assert_string_equal(w.request.limit.key, "aws/" OTHER "/ap-northeast-1/ec2/DescribeVpcs");
    assert_null(http_headers_get(&w.request.headers, "Authorization"));
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

static void a_global_call_is_asked_from_the_sessions_home(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call iam = call_of("iam", "ListUsers", "global");
    struct provider_call s3 = call_of("s3", "ListBuckets", "global");
    build(&w, d, &iam);
    assert_string_equal(w.request.host, "iam.amazonaws.com");
    assert_string_equal(w.request.limit.key, "aws/" OTHER "/iam");
    assert_int_equal(sign(&w, d, &iam), HTTP_VERDICT_OK);
    assert_true(doorway_signed_by(&w, "Credential=ASIAROLE/20261121/us-east-1/iam/"));
    build(&w, d, &s3);
    assert_string_equal(w.request.host, "s3.eu-west-1.amazonaws.com");
    json_object_put(iam.arguments);
    json_object_put(s3.arguments);
    door_close(d);
    doorway_end(&w);
}

static void an_endpoint_that_is_set_is_asked_instead(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    assert_int_equal(setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:5000", 1), 0);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call call = call_of("ec2", "DescribeVpcs", "ap-northeast-1");
    build(&w, d, &call);
    assert_string_equal(w.request.host, "127.0.0.1");
    assert_int_equal(w.request.port, 5000);
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_OK);
    assert_true(doorway_signed_by(&w, "/ap-northeast-1/ec2/"));
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

static void each_attempt_is_signed_anew(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call call = call_of("ec2", "DescribeVpcs", "eu-west-1");
    build(&w, d, &call);
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Date"), "20261121T030000Z");
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Security-Token"),
                        HUSH "-token");
    char *first = memory_string(http_headers_get(&w.request.headers, "Authorization"));
    size_t count = w.request.headers.count;
    w.now += 90;
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Date"), "20261121T030130Z");
    assert_string_not_equal(http_headers_get(&w.request.headers, "Authorization"), first);
    assert_int_equal(w.request.headers.count, count);
    free(first);
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

static void credentials_that_run_out_are_refreshed_first(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call call = call_of("ec2", "DescribeVpcs", "eu-west-1");
    build(&w, d, &call);
    w.now += HOUR - 300;
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_REFRESH);
    assert_int_equal(w.err.kind, ERROR_DENIED);
    assert_says(&w.err, OTHER);
    assert_null(strstr(w.err.message, HUSH));
    assert_null(http_headers_get(&w.request.headers, "Authorization"));
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

static void what_writes_or_is_unknown_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *service, *operation, *region, *words;
    } wrong[] = {
        { "nowhere", "ListThings", "eu-west-1", "nowhere" },
        { "ec2", "TerminateInstances", "eu-west-1", "TerminateInstances" },
        { "ec2", "describevpcs", "eu-west-1", "describevpcs" },
        { "ec2", "DescribeVpcs", "eu-west-1.evil.example", "evil" },
    };
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct provider_call call =
            call_of(wrong[i].service, wrong[i].operation, wrong[i].region);
        error_clear(&w.err);
        assert_false(call_request(d, &call, &w.request, &w.err));
        assert_int_equal(w.err.kind, ERROR_CONFIG);
        assert_says(&w.err, wrong[i].words);
        assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_FATAL);
        assert_says(&w.err, wrong[i].words);
        json_object_put(call.arguments);
    }
    struct provider_call call = call_of("ec2", "DescribeVpcs", "eu-west-1");
    json_object_object_add(call.arguments, "NoSuchMember", json_object_new_int(1));
    assert_false(call_request(d, &call, &w.request, &w.err));
    assert_says(&w.err, "NoSuchMember");
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

static bool asks_for_file(struct doorway *w, struct provider_door *d, const char *bucket, const char *key)
{
    struct provider_call call = call_of("s3", "GetObject", "eu-west-1");
    json_object_object_add(call.arguments, "Bucket", json_object_new_string(bucket));
    json_object_object_add(call.arguments, "Key", json_object_new_string(key));
    error_clear(&w->err);
    http_request_release(&w->request);
    bool ok = call_request(d, &call, &w->request, &w->err);
    json_object_put(call.arguments);
    return ok;
}

static void files_are_read_through_a_door_to_them_alone(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    assert_false(asks_for_file(&w, d, "central-logs", "AWSLogs/x.log.gz"));
    assert_says(&w.err, "hands out data");
    d->log_bucket = memory_string("central-logs");
    d->log_prefix = memory_string("AWSLogs/");
    assert_true(asks_for_file(&w, d, "central-logs", "AWSLogs/a=b/x.log.gz"));
    assert_string_equal(w.request.path, "/AWSLogs/a%3Db/x.log.gz");
    assert_false(asks_for_file(&w, d, "central-logs", "salaries/x.log.gz"));
    assert_false(asks_for_file(&w, d, "other", "AWSLogs/x.log.gz"));
    door_close(d);
    doorway_end(&w);
}

static bool asks_logs(struct doorway *w, struct provider_door *d, const char *operation, const char *arguments)
{
    struct provider_call call = call_of("logs", operation, "eu-west-1");
    json_object_put(call.arguments);
    call.arguments = json_tokener_parse(arguments);
    error_clear(&w->err);
    http_request_release(&w->request);
    bool ok = call_request(d, &call, &w->request, &w->err);
    json_object_put(call.arguments);
    return ok;
}

#define TIMES "\"startTime\":1,\"endTime\":2"
#define QUERY "\"queryString\":\"parse @message /x/\"," TIMES

static void what_is_logged_is_read_through_a_door_to_those_groups_alone(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    assert_false(asks_logs(&w, d, "FilterLogEvents", "{\"logGroupName\":\"/vpc/a\"}"));
    assert_says(&w.err, "hands out data");
    assert_false(asks_logs(&w, d, "GetQueryResults", "{\"queryId\":\"q\"}"));
    assert_false(asks_logs(&w, d, "StopQuery", "{\"queryId\":\"q\"}"));
    string_list_add(&d->log_groups, "/vpc/*");
    assert_true(asks_logs(&w, d, "FilterLogEvents", "{\"logGroupName\":\"/vpc/a\"}"));
    assert_true(asks_logs(&w, d, "StartQuery", "{\"logGroupNames\":[\"/vpc/a\",\"/vpc/b\"]," QUERY "}"));
    assert_true(asks_logs(&w, d, "GetQueryResults", "{\"queryId\":\"q\"}"));
    assert_true(asks_logs(&w, d, "StopQuery", "{\"queryId\":\"q\"}"));
    static const char *const refused[][2] = {
        { "FilterLogEvents", "{\"logGroupName\":\"/app/a\"}" },
        { "FilterLogEvents", "{\"logGroupIdentifier\":\"/vpc/a\"}" },
        { "FilterLogEvents", "{\"logGroupName\":\"/vpc/a\",\"logGroupIdentifier\":\"/app/a\"}" },
        { "StartQuery", "{" QUERY "}" },
        { "StartQuery", "{\"logGroupNames\":[]," QUERY "}" },
        { "StartQuery", "{\"logGroupNames\":[\"/vpc/a\",\"/app/b\"]," QUERY "}" },
        { "StartQuery", "{\"logGroupNames\":[\"/vpc/a\"],\"logGroupName\":\"/app/b\"," QUERY "}" },
        { "StartQuery", "{\"logGroupNames\":[\"/vpc/a\"],\"logGroupIdentifiers\":[\"/app/b\"]," QUERY "}" },
        { "StartQuery", "{\"logGroupNames\":[\"/vpc/a\"],\"queryString\":\"SOURCE logGroups() | limit 1\"," TIMES "}" },
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (asks_logs(&w, d, refused[i][0], refused[i][1]) || strstr(w.err.message, "hands out data") == NULL)
            fail_msg("%s %s: %s", refused[i][0], refused[i][1], w.err.message);
    door_close(d);
    doorway_end(&w);
}

static bool asks_athena(struct doorway *w, struct provider_door *d, const char *operation, const char *arguments)
{
    struct provider_call call = call_of("athena", operation, "eu-west-1");
    json_object_put(call.arguments);
    call.arguments = json_tokener_parse(arguments);
    error_clear(&w->err);
    http_request_release(&w->request);
    bool ok = call_request(d, &call, &w->request, &w->err);
    json_object_put(call.arguments);
    return ok;
}

#define SQL "\"QueryString\":\"WITH line AS (SELECT 1) SELECT 2\""
#define TOKEN ",\"ClientRequestToken\":\"0123456789012345678901234567890123456789\""

static void athena_is_asked_through_a_door_to_one_workgroup_and_in_one_form_alone(void **state)
{
    (void)state;
    static const char start[] = "{" SQL TOKEN ",\"WorkGroup\":\"logs\"}";
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    assert_false(asks_athena(&w, d, "StartQueryExecution", start));
    assert_says(&w.err, "hands out data");
    const struct log_table looking = { .workgroup = constant("logs") };
    d->log_table = log_table_copy(&looking);
    assert_true(asks_athena(&w, d, "GetWorkGroup", "{\"WorkGroup\":\"logs\"}"));
    assert_false(asks_athena(&w, d, "StartQueryExecution", start));
    d->log_table->output = memory_string("bucket/results/");
    assert_true(asks_athena(&w, d, "StartQueryExecution", start));
    assert_true(asks_athena(&w, d, "GetQueryExecution", "{\"QueryExecutionId\":\"q\"}"));
    assert_true(asks_athena(&w, d, "GetQueryResults", "{\"QueryExecutionId\":\"q\"}"));
    assert_true(asks_athena(&w, d, "StopQueryExecution", "{\"QueryExecutionId\":\"q\"}"));
    static const char *const refused[] = {
        "{" SQL TOKEN ",\"WorkGroup\":\"primary\"}",
        "{" SQL TOKEN "}",
        "{\"QueryString\":\"DROP TABLE x\",\"WorkGroup\":\"logs\"}",
        "{" SQL TOKEN ",\"WorkGroup\":\"logs\",\"ResultConfiguration\":{\"OutputLocation\":\"s3://x/\"}}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (asks_athena(&w, d, "StartQueryExecution", refused[i]) || strstr(w.err.message, "hands out data") == NULL)
            fail_msg("%s: %s", refused[i], w.err.message);
    door_close(d);
    doorway_end(&w);
}

/* An answer of EC2; `header` may be NULL. */
static struct provider_reading answer(struct doorway *w, struct provider_door *d, int status,
                                      const char *code, const char *header, const char *value)
{
    struct provider_call call = call_of("ec2", "DescribeVpcs", "eu-west-1");
    struct provider_reading reading;
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_format(&r.body,
                         "<Response><Errors><Error><Code>%s</Code><Message>words\n" HUSH
                         "</Message></Error></Errors><RequestID>7-7</RequestID></Response>",
                         code);
    if (header != NULL)
        assert_true(http_headers_add(&r.headers, header, text_of(value), &w->err));
    call_classify(d, &call, w->now, &r, &reading);
    http_response_release(&r);
    json_object_put(call.arguments);
    return reading;
}

static void answers_are_classified_by_their_code(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *code;
        enum http_verdict verdict;
        enum error_kind kind;
    } answers[] = {
        { 503, "RequestLimitExceeded", HTTP_VERDICT_THROTTLED, ERROR_NETWORK },
        { 503, "Unavailable", HTTP_VERDICT_RETRY, ERROR_NETWORK },
        { 403, "UnauthorizedOperation", HTTP_VERDICT_DENIED, ERROR_DENIED },
        { 401, "AuthFailure", HTTP_VERDICT_DENIED, ERROR_DENIED },
        { 400, "RequestExpired", HTTP_VERDICT_REFRESH, ERROR_NETWORK },
        { 401, "OptInRequired", HTTP_VERDICT_DISABLED, ERROR_DENIED },
        { 400, "InvalidParameterValue", HTTP_VERDICT_FATAL, ERROR_NETWORK },
        { 302, "Moved", HTTP_VERDICT_FATAL, ERROR_NETWORK },
    };
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct provider_reading got =
            answer(&w, d, answers[i].status, answers[i].code, NULL, NULL);
        assert_int_equal(got.verdict, answers[i].verdict);
        assert_string_equal(got.code, answers[i].code);
        assert_int_equal(got.error.kind, answers[i].kind);
        assert_says(&got.error, "words");
        assert_null(strstr(got.error.message, HUSH));
        assert_null(strstr(got.error.message, "7-7")); /* the same line every night */
        assert_int_equal(got.wait_ms, 0);
    }
    struct provider_reading fine = answer(&w, d, 200, "AccessDenied", NULL, NULL);
    assert_int_equal(fine.verdict, HTTP_VERDICT_OK);
    assert_string_equal(fine.code, "");
    door_close(d);
    doorway_end(&w);
}

static void a_pause_that_is_asked_for_is_told(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    assert_int_equal(answer(&w, d, 503, "SlowDown", "Retry-After", "3").wait_ms, 3000);
    assert_int_equal(answer(&w, d, 503, "SlowDown", "x-amz-retry-after", "1500").wait_ms, 1500);
    assert_int_equal(answer(&w, d, 503, "SlowDown", "Retry-After", "soon").wait_ms, 0);
    door_close(d);
    doorway_end(&w);
}

static void a_clock_that_is_off_is_corrected_for_calls_and_roles(void **state)
{
    (void)state;
    struct doorway w;
    char date[TIMESTAMP_MAX];
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    struct provider_call call = call_of("ec2", "DescribeVpcs", "eu-west-1");
    timestamp_http(NOW + 600, date);
    assert_int_equal(answer(&w, d, 403, "UnauthorizedOperation", "Date", date).verdict,
                     HTTP_VERDICT_DENIED);
    build(&w, d, &call);
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Date"), "20261121T030000Z");
    assert_int_equal(answer(&w, d, 403, "RequestTimeTooSkewed", "Date", date).verdict,
                     HTTP_VERDICT_RETRY);
    assert_int_equal(sign(&w, d, &call), HTTP_VERDICT_OK);
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Date"), "20261121T031000Z");
    door_expire(d);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_string_equal(http_headers_get(&w.request.headers, "X-Amz-Date"), "20261121T031000Z");
    json_object_put(call.arguments);
    door_close(d);
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_built_for_its_region_with_its_limit),
        cmocka_unit_test(a_global_call_is_asked_from_the_sessions_home),
        cmocka_unit_test(an_endpoint_that_is_set_is_asked_instead),
        cmocka_unit_test(each_attempt_is_signed_anew),
        cmocka_unit_test(credentials_that_run_out_are_refreshed_first),
        cmocka_unit_test(what_writes_or_is_unknown_is_refused),
        cmocka_unit_test(what_is_logged_is_read_through_a_door_to_those_groups_alone),
        cmocka_unit_test(athena_is_asked_through_a_door_to_one_workgroup_and_in_one_form_alone),
        cmocka_unit_test(files_are_read_through_a_door_to_them_alone),
        cmocka_unit_test(answers_are_classified_by_their_code),
        cmocka_unit_test(a_pause_that_is_asked_for_is_told),
        cmocka_unit_test(a_clock_that_is_off_is_corrected_for_calls_and_roles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
