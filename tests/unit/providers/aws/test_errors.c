/* What answers that are no success say, and what is made of it. */
#include "providers/aws/errors.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/providers/aws/protocol/vectors.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static const struct aws_operation *operation(const char *service, const char *name)
{
    const struct aws_operation *op = aws_model_operation(aws_model_service(service), name);
    assert_non_null(op);
    return op;
}

/* A response; `headers` are names and values in turn, NULL-ended. */
static struct http_response respond(int status, const char *body, const char *const *headers)
{
    struct http_response r;
    struct error err = ERROR_INIT;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    for (; headers != NULL && headers[0] != NULL; headers += 2)
        assert_true(http_headers_add(&r.headers, headers[0], text_of(headers[1]), &err));
    return r;
}

static const struct {
    int status;
    const char *body, *headers[5], *code, *message, *request_id;
} forms[] = {
    { 403,
      "<?xml version=\"1.0\"?>\n<Response><Errors><Error>"
      "<Code>UnauthorizedOperation</Code><Message>no &lt;way&gt;</Message>"
      "</Error></Errors><RequestID>r1</RequestID></Response>",
      { NULL },
      "UnauthorizedOperation",
      "no <way>",
      "r1" },
    { 400,
      "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type>"
      "<Code>Throttling</Code><Message>Rate exceeded</Message></Error>"
      "<RequestId>r2</RequestId></ErrorResponse>",
      { NULL },
      "Throttling",
      "Rate exceeded",
      "r2" },
    { 404,
      "<Error><Code>NoSuchBucket</Code><Message>none</Message>"
      "<BucketName>b</BucketName><RequestId>r3</RequestId></Error>",
      { "x-amz-request-id", "r3" },
      "NoSuchBucket",
      "none",
      "r3" },
    { 400,
      "{\"__type\":\"com.amazonaws.x#AccessDeniedException:http://y\",\"Message\":\"no\"}",
      { "x-amzn-RequestId", "r4" },
      "AccessDeniedException",
      "no",
      "r4" },
    { 403,
      "{\"message\":\"no\"}",
      { "X-Amzn-ErrorType", "ns#AccessDeniedException:http://y/" },
      "AccessDeniedException",
      "no",
      "" },
    { 400, "{\"code\":\"FooError\"}", { NULL }, "FooError", "", "" },
    { 503,
      "<html><body><b>Http/1.1 Service Unavailable</b></body></html>",
      { NULL },
      "503",
      "",
      "" },
    { 502, "", { NULL }, "502", "", "" },
    { 500, "out of memory at 0x0", { NULL }, "500", "", "" },
    { 400, "{\"__type\":5,\"message\":[1]}", { NULL }, "400", "", "" },
    { 400, "{\"__type\":", { NULL }, "400", "", "" },
    { 400, "[]", { NULL }, "400", "", "" },
    { 403,
      "<Error><Code>AccessDenied</Code><Message>cut he",
      { NULL },
      "AccessDenied",
      "cut he",
      "" },
    { 400,
      "<Error><Detail><Code>Inner</Code></Detail><Code>Outer</Code></Error><Error><Code>Later</Code></Error>",
      { NULL },
      "Outer",
      "",
      "" },
};

static void errors_are_read_in_every_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct aws_error e;
        struct http_response r = respond(forms[i].status, forms[i].body, forms[i].headers);
        aws_error_read(operation("ec2", "DescribeVpcs"), &r, &e);
        assert_string_equal(e.code, forms[i].code);
        assert_string_equal(e.message, forms[i].message);
        assert_string_equal(e.request_id, forms[i].request_id);
        http_response_release(&r);
    }
}

static void long_and_hostile_errors_are_cut(void **state)
{
    (void)state;
    struct aws_error e;
    struct http_response r = respond(400, "<Error><Code>", NULL);
    for (int i = 0; i < 10000; i++)
        buffer_append_string(&r.body, "AAAAAAAAAA");
    buffer_append_string(&r.body, "</Code><Message>");
    for (int i = 0; i < 10000; i++)
        buffer_append_string(&r.body, "BBBBBBBBBB");
    aws_error_read(operation("ec2", "DescribeVpcs"), &r, &e);
    assert_int_equal(strlen(e.code), sizeof e.code - 1);
    assert_true(strlen(e.message) < sizeof e.message && e.message[0] == 'B');
    http_response_release(&r);
}

static bool check_vector(const struct vector_case *c)
{
    struct json_object *response = json_get(c->json, "response"),
                       *headers = json_get(response, "headers");
    const char *code = json_string(c->json, "errorCode"),
               *message = json_string(c->json, "errorMessage");
    const char *body = json_string(response, "body");
    struct error err = ERROR_INIT;
    struct aws_error e;
    if (json_get(c->json, "error") == NULL)
        return true;
    struct http_response r =
        respond((int)json_int(response, "status_code", 0), body == NULL ? "" : body, NULL);
    if (headers != NULL) {
        json_object_object_foreach(headers, name, value)
        {
            assert_true(
                http_headers_add(&r.headers, name, text_of(json_object_get_string(value)), &err));
        }
    }
    aws_error_read(c->op, &r, &e);
    http_response_release(&r);
    bool ok = strcmp(e.code, code) == 0 && (message == NULL || strcmp(e.message, message) == 0);
    if (!ok)
        printf("%s: got %s '%s', wanted %s '%s'\n", c->id, e.code, e.message, code,
               message == NULL ? "" : message);
    return ok;
}

static void errors_are_those_of_the_published_cases(void **state)
{
    size_t failed = 0, ran = 0;
    (void)state;
    if (!vector_are_there())
        skip();
    for (size_t i = 0; i < sizeof vector_protocols / sizeof vector_protocols[0]; i++)
        failed += vector_run("output", vector_protocols[i], check_vector, &ran);
    assert_true(ran > 250);
    assert_int_equal(failed, 0);
}

static const struct {
    const char *service, *operation;
    int status;
    const char *code, *message;
    enum http_verdict verdict;
} verdicts[] = {
    { "ec2", "DescribeVpcs", 200, "200", "", HTTP_VERDICT_OK },
    { "ec2", "DescribeVpcs", 503, "RequestLimitExceeded", "", HTTP_VERDICT_THROTTLED },
    { "iam", "ListUsers", 400, "Throttling", "Rate exceeded", HTTP_VERDICT_THROTTLED },
    { "s3", "ListBuckets", 503, "SlowDown", "", HTTP_VERDICT_THROTTLED },
    { "account", "ListRegions", 429, "429", "", HTTP_VERDICT_THROTTLED },
    { "organizations", "ListAccounts", 400, "TooManyRequestsException", "",
      HTTP_VERDICT_THROTTLED },
    { "cloudtrail", "LookupEvents", 400, "LimitExceededException", "", HTTP_VERDICT_THROTTLED },
    { "iam", "GenerateCredentialReport", 409, "LimitExceeded", "", HTTP_VERDICT_RETRY },
    { "iam", "GetCredentialReport", 404, "ReportInProgress", "", HTTP_VERDICT_RETRY },
    { "iam", "GetCredentialReport", 410, "ReportNotPresent", "", HTTP_VERDICT_ABSENT },
    { "iam", "GetCredentialReport", 410, "ReportExpired", "", HTTP_VERDICT_ABSENT },
    { "ec2", "DescribeVpcs", 500, "InternalError", "", HTTP_VERDICT_RETRY },
    { "ec2", "DescribeVpcs", 503, "503", "", HTTP_VERDICT_RETRY },
    { "s3", "ListBuckets", 400, "RequestTimeout", "", HTTP_VERDICT_RETRY },
    { "sts", "AssumeRoleWithWebIdentity", 400, "IDPCommunicationError", "", HTTP_VERDICT_RETRY },
    { "s3", "ListBuckets", 403, "RequestTimeTooSkewed", "", HTTP_VERDICT_RETRY },
    { "iam", "ListUsers", 403, "SignatureDoesNotMatch",
      "Signature expired: 20260101T000000Z is now earlier than …", HTTP_VERDICT_RETRY },
    { "iam", "ListUsers", 403, "SignatureDoesNotMatch", "The request signature we calculated …",
      HTTP_VERDICT_DENIED },
    { "sts", "GetCallerIdentity", 403, "ExpiredToken", "", HTTP_VERDICT_REFRESH },
    { "cloudtrail", "LookupEvents", 400, "ExpiredTokenException", "", HTTP_VERDICT_REFRESH },
    { "cloudtrail", "LookupEvents", 400, "UnrecognizedClientException", "", HTTP_VERDICT_REFRESH },
    { "ec2", "DescribeVpcs", 401, "AuthFailure",
      "AWS was not able to validate the provided access credentials", HTTP_VERDICT_REFRESH },
    { "ec2", "DescribeVpcs", 401, "AuthFailure", "Not authorized for images: [ami-1]",
      HTTP_VERDICT_DENIED },
    { "ec2", "DescribeVpcs", 403, "UnauthorizedOperation",
      "You are not authorized to perform this operation.", HTTP_VERDICT_DENIED },
    { "ec2", "DescribeVpcs", 403, "UnauthorizedOperation",
      "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: ec2:DescribeVpcs "
      "with an explicit deny in a service control policy: arn:aws:organizations::2:policy/p-1",
      HTTP_VERDICT_BLOCKED },
    { "iam", "ListUsers", 403, "AccessDenied",
      "… because no service control policy allows the iam:ListUsers action", HTTP_VERDICT_BLOCKED },
    { "iam", "ListUsers", 403, "AccessDenied",
      "… because no identity-based policy allows the iam:ListUsers action", HTTP_VERDICT_DENIED },
    { "cloudtrail", "LookupEvents", 400, "AccessDeniedException", "", HTTP_VERDICT_DENIED },
    { "s3", "ListBuckets", 403, "403", "", HTTP_VERDICT_DENIED },
    { "sts", "AssumeRole", 403, "RegionDisabledException", "", HTTP_VERDICT_BLOCKED },
    { "ec2", "DescribeVpcs", 403, "OptInRequired", "You are not subscribed to this service.",
      HTTP_VERDICT_DISABLED },
    { "ec2", "DescribeVpcs", 403, "OptInRequired", "The region is not opted in.",
      HTTP_VERDICT_BLOCKED },
    { "guardduty", "ListDetectors", 403, "SubscriptionRequiredException", "",
      HTTP_VERDICT_DISABLED },
    { "ec2", "DescribeVpcs", 400, "InvalidAction", "", HTTP_VERDICT_DISABLED },
    { "organizations", "ListAccounts", 400, "ConcurrentModificationException", "",
      HTTP_VERDICT_RETRY },
    { "organizations", "ListAccounts", 400, "AWSOrganizationsNotInUseException", "",
      HTTP_VERDICT_DISABLED },
    { "s3", "GetPublicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration", "",
      HTTP_VERDICT_FATAL },
    { "s3", "ListBuckets", 301, "PermanentRedirect", "", HTTP_VERDICT_FATAL },
    { "ec2", "DescribeVpcs", 400, "InvalidVpcID.NotFound", "", HTTP_VERDICT_FATAL },
};

static void every_kind_of_error_has_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        struct aws_error e = { .code = "" };
        snprintf(e.code, sizeof e.code, "%s", verdicts[i].code);
        snprintf(e.message, sizeof e.message, "%s", verdicts[i].message);
        enum http_verdict v = aws_error_classify(
            operation(verdicts[i].service, verdicts[i].operation), verdicts[i].status, &e);
        if (v != verdicts[i].verdict)
            fail_msg("%s %s '%s': %d, wanted %d", verdicts[i].operation, verdicts[i].code,
                     verdicts[i].message, (int)v, (int)verdicts[i].verdict);
    }
}

static void errors_that_the_model_calls_retryable_are(void **state)
{
    (void)state;
    static const struct aws_known_error known[] = { { "Busy", true, false },
                                                    { "TooFast", true, true },
                                                    { "Bad", false, false } };
    struct aws_operation op = *operation("ec2", "DescribeVpcs");
    op.errors = known;
    op.error_count = 3;
    assert_int_equal(aws_error_classify(&op, 400, &(struct aws_error){ .code = "Busy" }),
                     HTTP_VERDICT_RETRY);
    assert_int_equal(aws_error_classify(&op, 400, &(struct aws_error){ .code = "TooFast" }),
                     HTTP_VERDICT_THROTTLED);
    assert_int_equal(aws_error_classify(&op, 400, &(struct aws_error){ .code = "Bad" }),
                     HTTP_VERDICT_FATAL);
}

static void codes_are_looked_up_in_a_list(void **state)
{
    (void)state;
    char *codes[] = { (char[]){ "NoSuchBucketPolicy" }, (char[]){ "NoSuchBucket" } };
    assert_true(aws_error_is_any(&(struct aws_error){ .code = "NoSuchBucket" }, codes, 2));
    assert_false(aws_error_is_any(&(struct aws_error){ .code = "NoSuch" }, codes, 2));
    assert_false(aws_error_is_any(&(struct aws_error){ .code = "NoSuchBucket" }, codes, 0));
}

static void the_line_of_a_refusal_is_the_same_every_night(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_error e = { .code = "AccessDenied", .message = "no", .request_id = "r-1" };
    assert_false(aws_error_set(&e, 403, &err));
    assert_string_equal(err.message, "AccessDenied: no");
    assert_int_equal(err.kind, ERROR_DENIED);
    e = (struct aws_error){ .code = "UnauthorizedOperation",
                            .message =
                                "not authorized. Encoded authorization failure message: Xy7" };
    aws_error_set(&e, 403, &err);
    assert_string_equal(err.message, "UnauthorizedOperation: not authorized.");
    e = (struct aws_error){ .code = "SignatureDoesNotMatch",
                            .message = "wrong\nx-amz-security-token:secret" };
    aws_error_set(&e, 403, &err);
    assert_string_equal(err.message, "SignatureDoesNotMatch: wrong");
    e = (struct aws_error){ .code = "502" };
    aws_error_set(&e, 502, &err);
    assert_string_equal(err.message, "status 502");
    assert_int_equal(err.kind, ERROR_NETWORK);
}

static bool retry_after(const char *const *headers, int64_t *out)
{
    struct http_response r = respond(503, "", headers);
    bool found = aws_error_retry_after(&r.headers, out);
    http_response_release(&r);
    return found;
}

static void the_pause_that_is_asked_for_is_read(void **state)
{
    (void)state;
    int64_t ms = -1;
    assert_true(retry_after(
        (const char *const[]){ "x-amz-retry-after", "1500", "Retry-After", "9", NULL }, &ms));
    assert_int_equal(ms, 1500);
    assert_true(retry_after((const char *const[]){ "Retry-After", "3", NULL }, &ms));
    assert_int_equal(ms, 3000);
    assert_true(
        retry_after((const char *const[]){ "Date", "Sat, 21 Nov 2026 03:00:00 GMT", "Retry-After",
                                           "Sat, 21 Nov 2026 03:00:07 GMT", NULL },
                    &ms));
    assert_int_equal(ms, 7000);
    static const char *const none[][5] = { { NULL },
                                           { "Retry-After", "soon", NULL },
                                           { "Retry-After", "-1", NULL },
                                           { "Retry-After", "99999999999999999", NULL },
                                           { "x-amz-retry-after", "x", NULL } };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(retry_after(none[i], &ms));
    assert_int_equal(ms, 7000);
}

static void a_clock_that_is_off_is_measured(void **state)
{
    (void)state;
    static const char *const date[] = { "Date", "Sat, 21 Nov 2026 03:00:00 GMT", NULL };
    const int64_t server_ms = INT64_C(1795230000000);
    struct http_response r = respond(403, "", date);
    int64_t skew = 1;
    struct aws_error e = { .code = "RequestTimeTooSkewed" };
    assert_true(aws_error_clock_skew(&e, &r.headers, server_ms + 600000, &skew));
    assert_int_equal(skew, -600000);
    assert_true(aws_error_clock_skew(&e, &r.headers, server_ms - 600000, &skew));
    assert_int_equal(skew, 600000);
    assert_false(aws_error_clock_skew(&e, &r.headers, server_ms + 2000, &skew));
    e = (struct aws_error){ .code = "AccessDenied" };
    assert_false(aws_error_clock_skew(&e, &r.headers, server_ms - 600000, &skew));
    http_response_release(&r);
    r = respond(403, "", NULL);
    e = (struct aws_error){ .code = "SignatureDoesNotMatch" };
    assert_false(aws_error_clock_skew(&e, &r.headers, server_ms - 600000, &skew));
    http_response_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_read_in_every_form),
        cmocka_unit_test(long_and_hostile_errors_are_cut),
        cmocka_unit_test(every_kind_of_error_has_its_verdict),
        cmocka_unit_test(errors_that_the_model_calls_retryable_are),
        cmocka_unit_test(codes_are_looked_up_in_a_list),
        cmocka_unit_test(the_line_of_a_refusal_is_the_same_every_night),
        cmocka_unit_test(the_pause_that_is_asked_for_is_read),
        cmocka_unit_test(a_clock_that_is_off_is_measured),
        cmocka_unit_test(errors_are_those_of_the_published_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
