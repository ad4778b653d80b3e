/* Requests of the built-in operations, and inputs that are none. */
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/http/http.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/encode.h"
#include "providers/aws/protocol/model.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static const struct aws_endpoint plain_s3 = { .scheme = "https",
                                              .host = "s3.eu-west-1.amazonaws.com" };
static const struct aws_endpoint local = { .scheme = "http",
                                           .host = "127.0.0.1",
                                           .port = 5000,
                                           .path = "/aws",
                                           .path_style = true,
                                           .fixed_host = true };

static const struct aws_operation *operation(const char *service, const char *name)
{
    const struct aws_operation *op = aws_model_operation(aws_model_service(service), name);
    assert_non_null(op);
    return op;
}

static bool encode(const struct aws_operation *op, const char *input,
                   const struct aws_endpoint *endpoint, struct http_request *out, struct error *err)
{
    struct json_object *json = NULL;
    if (input != NULL)
        assert_true(json_parse(text_of(input), &json, err));
    bool ok = aws_encode(op, json, endpoint, out, err);
    json_object_put(json);
    return ok;
}

static void assert_body(struct http_request *r, const char *wanted)
{
    assert_string_equal(buffer_string(&r->body), wanted);
}

static void ec2_asks_by_a_form(void **state)
{
    (void)state;
    struct http_request r;
    struct error err = ERROR_INIT;
    struct aws_endpoint e = { .scheme = "https", .host = "ec2.us-east-1.amazonaws.com" };
    http_request_init(&r);
    assert_true(encode(
        operation("ec2", "DescribeSecurityGroups"),
        "{\"MaxResults\":1000,\"Filters\":[{\"Name\":\"vpc id\",\"Values\":[\"a\",\"b\"]}],\"GroupIds\":[],"
        "\"DryRun\":false,\"NextToken\":null}",
        &e, &r, &err));
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.path, "/");
    assert_string_equal(r.host, "ec2.us-east-1.amazonaws.com");
    assert_body(
        &r,
        "Action=DescribeSecurityGroups&Version=2016-11-15&MaxResults=1000&Filter.1.Name=vpc%20id"
        "&Filter.1.Value.1=a&Filter.1.Value.2=b&DryRun=false");
    assert_string_equal(http_headers_get(&r.headers, "content-type"),
                        "application/x-www-form-urlencoded; charset=utf-8");
    http_request_release(&r);
}

static void json_names_its_target(void **state)
{
    (void)state;
    struct http_request r;
    struct error err = ERROR_INIT;
    struct aws_endpoint e = { .scheme = "https", .host = "h" };
    http_request_init(&r);
    assert_true(encode(operation("cloudtrail", "LookupEvents"),
                       "{\"StartTime\":\"2026-11-20T21:00:00Z\",\"MaxResults\":50}", &e, &r, &err));
    assert_string_equal(http_headers_get(&r.headers, "x-amz-target"),
                        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents");
    assert_body(&r, "{\"StartTime\":1795208400,\"MaxResults\":50}");
    assert_true(encode(operation("organizations", "DescribeOrganization"), NULL, &e, &r, &err));
    assert_body(&r, "{}");
    assert_string_equal(http_headers_get(&r.headers, "content-type"), "application/x-amz-json-1.1");
    http_request_release(&r);
}

static void a_bucket_goes_into_the_host_where_it_can(void **state)
{
    (void)state;
    static const struct {
        const char *bucket, *host, *path;
    } cases[] = {
        { "my-logs", "my-logs.s3.eu-west-1.amazonaws.com", "/" },
        { "with.dots", "s3.eu-west-1.amazonaws.com", "/with.dots" },
        { "Old_Name", "s3.eu-west-1.amazonaws.com", "/Old_Name" },
        { "a/../b?c", "s3.eu-west-1.amazonaws.com", "/a%2F..%2Fb%3Fc" },
        { "-x-", "s3.eu-west-1.amazonaws.com", "/-x-" },
    };
    struct http_request r;
    struct error err = ERROR_INIT;
    http_request_init(&r);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char input[128];
        snprintf(input, sizeof input,
                 "{\"Bucket\":\"%s\",\"ExpectedBucketOwner\":\"012345678901\"}", cases[i].bucket);
        assert_true(encode(operation("s3", "GetPublicAccessBlock"), input, &plain_s3, &r, &err));
        assert_string_equal(r.host, cases[i].host);
        assert_string_equal(r.path, cases[i].path);
        assert_string_equal(r.query, "publicAccessBlock");
        assert_string_equal(http_headers_get(&r.headers, "x-amz-expected-bucket-owner"),
                            "012345678901");
        assert_int_equal(r.body.len, 0);
    }
    assert_true(encode(operation("s3", "GetPublicAccessBlock"), "{\"Bucket\":\"my-logs\"}", &local,
                       &r, &err));
    assert_string_equal(r.host, "127.0.0.1");
    assert_string_equal(r.path, "/aws/my-logs");
    assert_int_equal(r.port, 5000);
    assert_string_equal(r.scheme, "http");
    assert_true(encode(operation("s3", "ListBuckets"), "{\"MaxBuckets\":10,\"Prefix\":\"a b\"}",
                       &plain_s3, &r, &err));
    assert_string_equal(r.query, "max-buckets=10&prefix=a%20b");
    assert_string_equal(r.method, "GET");
    http_request_release(&r);
}

static void an_account_goes_before_the_host_and_stays_in_its_header(void **state)
{
    (void)state;
    struct http_request r;
    struct error err = ERROR_INIT;
    struct aws_endpoint e = { .scheme = "https", .host = "s3-control.us-east-1.amazonaws.com" };
    const struct aws_operation *op = operation("s3control", "GetPublicAccessBlock");
    http_request_init(&r);
    assert_true(encode(op, "{\"AccountId\":\"012345678901\"}", &e, &r, &err));
    assert_string_equal(r.host, "012345678901.s3-control.us-east-1.amazonaws.com");
    assert_string_equal(http_headers_get(&r.headers, "x-amz-account-id"), "012345678901");
    assert_true(encode(op, "{\"AccountId\":\"012345678901\"}", &local, &r, &err));
    assert_string_equal(r.host, "127.0.0.1");
    assert_false(encode(op, "{\"AccountId\":\"evil.example/\"}", &e, &r, &err));
    assert_false(encode(op, "{\"AccountId\":\"\"}", &e, &r, &err));
    http_request_release(&r);
}

static void what_the_caller_set_stays_and_what_was_written_goes(void **state)
{
    (void)state;
    struct http_request r;
    struct error err = ERROR_INIT;
    http_request_init(&r);
    assert_true(http_headers_add(&r.headers, "Authorization", text_of("old"), &err));
    r.timeout_ms = 7;
    r.limit.rate_per_s = 2.5;
    assert_true(encode(operation("s3", "ListBuckets"), NULL, &plain_s3, &r, &err));
    assert_null(http_headers_get(&r.headers, "authorization"));
    assert_int_equal(r.timeout_ms, 7);
    assert_true(r.limit.rate_per_s > 2);
    char *host = r.host;
    assert_false(encode(operation("s3", "ListBuckets"), "{\"Nope\":1}", &plain_s3, &r, &err));
    assert_ptr_equal(r.host, host); /* untouched on failure */
    http_request_release(&r);
}

static void inputs_that_do_not_fit_the_model_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *service, *operation, *input, *words;
    } cases[] = {
        { "ec2", "DescribeVpcs", "{\"MaxResult\":1}",
          "ec2 DescribeVpcs: input: no member of the model is called MaxResult" },
        { "ec2", "DescribeVpcs", "{\"Filters\":[{\"Name\":\"a\",\"Values\":[1]}]}",
          "input Filters[0].Values[0]: expected a string" },
        { "ec2", "DescribeVpcs", "{\"Filters\":{}}", "input Filters: expected a list" },
        { "ec2", "DescribeVpcs", "{\"MaxResults\":\"5\"}",
          "input MaxResults: expected an integer" },
        { "ec2", "DescribeVpcs", "[]", "input: expected a structure" },
        { "sts", "AssumeRole", "{\"RoleArn\":\"arn\"}", "required and missing: RoleSessionName" },
        { "s3", "GetBucketLocation", "{}", "required and missing: Bucket" },
        { "s3", "GetBucketLocation", "{\"Bucket\":\"\"}", "input Bucket: needed for the path" },
        { "s3", "GetBucketLocation", "{\"Bucket\":\"b\",\"ExpectedBucketOwner\":\"1\\r\\nX: y\"}",
          "line break" },
        { "cloudtrail", "LookupEvents", "{\"StartTime\":\"soon\"}",
          "input StartTime: expected a time" },
        { "iam", "GetAccountSummary", "{\"A\":1}", "the operation takes none" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_request r;
        struct error err = ERROR_INIT;
        http_request_init(&r);
        assert_false(encode(operation(cases[i].service, cases[i].operation), cases[i].input,
                            &plain_s3, &r, &err));
        if (strstr(err.message, cases[i].words) == NULL)
            fail_msg("'%s', expected '%s'", err.message, cases[i].words);
        http_request_release(&r);
    }
}

static void requests_have_a_maximum(void **state)
{
    (void)state;
    struct http_request r;
    struct error err = ERROR_INIT;
    struct json_object *input = json_object_new_object(), *ids = json_object_new_array();
    for (int i = 0; i < 40000; i++)
        json_object_array_add(ids, json_object_new_string("vpc-0123456789abcdef0"));
    json_object_object_add(input, "VpcIds", ids);
    http_request_init(&r);
    assert_false(aws_encode(operation("ec2", "DescribeVpcs"), input, &plain_s3, &r, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    json_object_put(input);
    char *mega = memory_new(HTTP_BODY_MAX + 2, 1);
    memset(mega, 'x', HTTP_BODY_MAX + 1);
    input = json_object_new_object();
    json_object_object_add(input, "NextToken", json_object_new_string(mega));
    err = (struct error)ERROR_INIT;
    assert_false(aws_encode(operation("ec2", "DescribeVpcs"), input, &plain_s3, &r, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    free(mega);
    http_request_release(&r);
    json_object_put(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ec2_asks_by_a_form),
        cmocka_unit_test(json_names_its_target),
        cmocka_unit_test(a_bucket_goes_into_the_host_where_it_can),
        cmocka_unit_test(an_account_goes_before_the_host_and_stays_in_its_header),
        cmocka_unit_test(what_the_caller_set_stays_and_what_was_written_goes),
        cmocka_unit_test(inputs_that_do_not_fit_the_model_are_named),
        cmocka_unit_test(requests_have_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
