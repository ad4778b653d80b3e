/* What Google's refusals mean, in all forms of their bodies. */
#include "providers/gcp/errors.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#define NOW 1795230015 /* 15 s past the minute */
#define INFO(reason, metadata)                                                                     \
    "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" reason                 \
    "\",\"metadata\":{" metadata "}}"

static const struct gcp_error_place here = { "team-web", "walker@watch.iam.gserviceaccount.com",
                                             "compute", false };
static const struct gcp_error_place elsewhere = { "team-web", NULL, "compute", true };

struct reading {
    struct gcp_error error;
    enum http_verdict verdict;
    int64_t wait_ms;
    struct error line;
};

/* `header` "Name: value" or NULL. */
static struct reading read_at(const struct gcp_error_place *place, int status, const char *name,
                              const char *value, const char *body)
{
    struct reading r = { .line = ERROR_INIT };
    struct http_response response;
    http_response_init(&response);
    response.status = status;
    buffer_append_string(&response.body, body);
    if (name != NULL)
        assert_true(http_headers_add(&response.headers, name, text_of(value), &r.line));
    gcp_error_read(&response, &r.error);
    r.verdict = gcp_error_classify(status, &r.error, place);
    r.wait_ms = gcp_error_wait_ms(&response.headers, &r.error, r.verdict, NOW);
    assert_false(gcp_error_set(status, &r.error, place, &r.line));
    http_response_release(&response);
    return r;
}

static void means(int status, const char *body, const char *code, enum http_verdict verdict,
                  const char *line)
{
    struct reading r = read_at(&here, status, NULL, NULL, body);
    assert_string_equal(r.error.code, code);
    if (r.verdict != verdict)
        fail_msg("verdict %d, not %d: %s", (int)r.verdict, (int)verdict, body);
    assert_string_equal(r.line.message, line);
    assert_int_equal(r.line.kind, status == 401 || status == 403 ? ERROR_DENIED : ERROR_NETWORK);
}

static void a_refusal_names_the_permission(void **state)
{
    (void)state;
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Permission 'resourcemanager.projects.list' denied on resource "
        "'//cloudresourcemanager.googleapis.com/folders/1' (or it may not exist).\",\"status\":\"PERMISSION_DENIED\"}}",
        "PERMISSION_DENIED", HTTP_VERDICT_DENIED,
        "PERMISSION_DENIED: Permission 'resourcemanager.projects.list' denied on resource "
        "'//cloudresourcemanager.googleapis.com/folders/1' (or it may not exist)");
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"The caller does not have permission\",\"status\":\"PERMISSION_DENIED\","
        "\"details\":[" INFO("IAM_PERMISSION_DENIED", "\"permission\":\"iam.roles.list\"") "]}}",
        "IAM_PERMISSION_DENIED", HTTP_VERDICT_DENIED,
        "IAM_PERMISSION_DENIED: The caller does not have permission; needs iam.roles.list");
    /* Compute, Storage, SQL: the older form, without status. */
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Required 'compute.firewalls.list' permission for 'projects/p'\","
        "\"errors\":[{\"message\":\"Required\",\"domain\":\"global\",\"reason\":\"forbidden\"}]}}",
        "PERMISSION_DENIED", HTTP_VERDICT_DENIED,
        "PERMISSION_DENIED: Required 'compute.firewalls.list' permission for 'projects/p'");
    means(403,
          "{\"error\":{\"errors\":[{\"message\":\"said below\",\"reason\":\"notAuthorized\"}]}}",
          "PERMISSION_DENIED", HTTP_VERDICT_DENIED, "PERMISSION_DENIED: said below");
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Request had insufficient authentication scopes.\",\"details\":[" INFO(
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "\"service\":\"dns.googleapis.com\"") "]}}",
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT", HTTP_VERDICT_DENIED,
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT: Request had insufficient authentication scopes; give the credentials the "
        "scope cloud-platform");
}

static void quotas_are_no_refusals(void **state)
{
    (void)state;
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Rate Limit Exceeded\",\"errors\":[{\"domain\":\"usageLimits\","
        "\"reason\":\"rateLimitExceeded\"}]}}",
        "RATE_LIMIT_EXCEEDED", HTTP_VERDICT_THROTTLED, "RATE_LIMIT_EXCEEDED: Rate Limit Exceeded");
    means(403, "{\"error\":{\"code\":403,\"errors\":[{\"reason\":\"userRateLimitExceeded\"}]}}",
          "RATE_LIMIT_EXCEEDED", HTTP_VERDICT_THROTTLED, "RATE_LIMIT_EXCEEDED");
    means(403, "{\"error\":{\"code\":403,\"errors\":[{\"reason\":\"quotaExceeded\"}]}}",
          "RATE_LIMIT_EXCEEDED", HTTP_VERDICT_THROTTLED, "RATE_LIMIT_EXCEEDED");
    means(
        403,
        "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"Quota exceeded for quota metric 'List "
        "requests' of service 'compute.googleapis.com'\"}}",
        "PERMISSION_DENIED", HTTP_VERDICT_THROTTLED,
        "PERMISSION_DENIED: Quota exceeded for quota metric 'List requests' of service 'compute.googleapis.com'");
    means(
        429,
        "{\"error\":{\"code\":429,\"message\":\"Quota exceeded\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[" INFO(
            "RATE_LIMIT_EXCEEDED", "\"quota_limit_value\":\"60\"") "]}}",
        "RATE_LIMIT_EXCEEDED", HTTP_VERDICT_THROTTLED, "RATE_LIMIT_EXCEEDED: Quota exceeded");
    means(429, "", "429", HTTP_VERDICT_THROTTLED, "status 429, and no answer of the API's own");
}

#define DISABLED                                                                                                      \
    "{\"error\":{\"code\":403,\"message\":\"Cloud DNS API has not been used in project 77 before or it is disabled. " \
    "Enable it by visiting https://console.developers.google.com/apis/api/dns.googleapis.com/overview?project=77 "    \
    "then retry. If you enabled this API recently, wait a few minutes.\","

static void an_api_that_is_off_is_told_with_project_and_url(void **state)
{
    (void)state;
#define LINE                                                                                                      \
    "SERVICE_DISABLED: Cloud DNS API has not been used in project 77 before or it is disabled. Enable it by "     \
    "visiting https://console.developers.google.com/apis/api/dns.googleapis.com/overview?project=77 then retry. " \
    "If you enabled this API recently, wait a few minutes"
    means(403,
          DISABLED "\"status\":\"PERMISSION_DENIED\",\"details\":["
                   "{\"@type\":\"type.googleapis.com/google.rpc.Help\"}," INFO(
                       "SERVICE_DISABLED",
                       "\"consumer\":\"projects/77\",\"service\":\"dns.googleapis.com\"") "]}}",
          "SERVICE_DISABLED", HTTP_VERDICT_DISABLED, LINE);
    means(403, DISABLED "\"errors\":[{\"reason\":\"accessNotConfigured\"}]}}", "SERVICE_DISABLED",
          HTTP_VERDICT_DISABLED, LINE);
    means(403,
          "{\"error\":{\"code\":403,\"message\":\"It is off.\",\"details\":[" INFO(
              "SERVICE_DISABLED",
              "\"consumer\":\"projects/77\",\"activationUrl\":\"https://c.example/on\"") "]}}",
          "SERVICE_DISABLED", HTTP_VERDICT_DISABLED,
          "SERVICE_DISABLED: It is off; of projects/77; enable it at https://c.example/on");
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"This API method requires billing to be enabled.\",\"details\":[" INFO(
            "BILLING_DISABLED", "\"consumer\":\"projects/77\"") "]}}",
        "BILLING_DISABLED", HTTP_VERDICT_DISABLED,
        "BILLING_DISABLED: This API method requires billing to be enabled");
#undef LINE
}

static void an_api_that_is_off_where_the_quota_is_taken_from_is_our_own_fault(void **state)
{
    (void)state;
    struct reading r = read_at(&elsewhere, 403, NULL, NULL,
                               DISABLED "\"errors\":[{\"reason\":\"accessNotConfigured\"}]}}");
    assert_string_equal(r.error.consumer, "projects/77"); /* from the words */
    assert_int_equal(r.verdict, HTTP_VERDICT_DENIED);
    assert_non_null(
        strstr(r.line.message,
               "; that is the project whose quota is used, not team-web: enable it there"));
}

static void a_perimeter_blocks_and_says_the_same_every_night(void **state)
{
    (void)state;
#define PERIMETER(id)                                                                                          \
    "{\"error\":{\"code\":403,\"message\":\"Request is prohibited by organization's policy. "                  \
    "vpcServiceControlsUniqueIdentifier: " id "\",\"status\":\"PERMISSION_DENIED\",\"details\":["              \
    "{\"@type\":\"type.googleapis.com/google.rpc.PreconditionFailure\",\"violations\":[{\"description\":\"" id \
    "\"}]}," INFO("SECURITY_POLICY_VIOLATED",                                                                  \
                  "\"uid\":\"" id "\",\"service\":\"dns.googleapis.com\"") "]}}"
    static const char line[] =
        "SECURITY_POLICY_VIOLATED: Request is prohibited by organization's policy; VPC Service Controls protect "
        "dns.googleapis.com in team-web: ask for an ingress rule of its perimeter that lets "
        "walker@watch.iam.gserviceaccount.com read dns.googleapis.com";
    means(403, PERIMETER("eYhDkfYCu-dOCjuj8X4Am9"), "SECURITY_POLICY_VIOLATED",
          HTTP_VERDICT_BLOCKED, line);
    means(403, PERIMETER("other"), "SECURITY_POLICY_VIOLATED", HTTP_VERDICT_BLOCKED, line);
    struct reading r = read_at(
        &elsewhere, 403, NULL, NULL,
        "{\"error\":{\"code\":403,\"message\":\"Request is prohibited by organization's policy. "
        "vpcServiceControlsUniqueIdentifier: x\",\"errors\":[{\"reason\":\"forbidden\"}]}}");
    assert_int_equal(r.verdict, HTTP_VERDICT_BLOCKED);
    assert_string_equal(r.error.unique_id, "x");
    struct reading named = read_at(&here, 403, NULL, NULL, PERIMETER("eYhDkfYCu-dOCjuj8X4Am9"));
    assert_string_equal(named.error.unique_id, "eYhDkfYCu-dOCjuj8X4Am9");
    assert_string_equal(
        r.line.message,
        "PERMISSION_DENIED: Request is prohibited by organization's policy; VPC Service Controls protect "
        "compute in team-web: ask for an ingress rule of its perimeter that lets the scanner's identity "
        "read compute");
#undef PERIMETER
}

static void what_is_drawn_anew_for_each_request_is_not_said(void **state)
{
    (void)state;
#define SAYS(words)                                                                                \
    "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"" words "\"}}"
    means(403, SAYS("Denied. Help Token: AbC-12"), "PERMISSION_DENIED", HTTP_VERDICT_DENIED,
          "PERMISSION_DENIED: Denied");
    means(403, SAYS("Denied, see https://console.example/t;errorId=9 for more"),
          "PERMISSION_DENIED", HTTP_VERDICT_DENIED, "PERMISSION_DENIED: Denied, see");
    means(403, SAYS("First line\\nsecond, request ID 7"), "PERMISSION_DENIED", HTTP_VERDICT_DENIED,
          "PERMISSION_DENIED: First line");
    means(403, SAYS("trackingId 5"), "PERMISSION_DENIED", HTTP_VERDICT_DENIED, "PERMISSION_DENIED");
}

static void a_quota_project_that_may_not_be_used_says_what_to_grant(void **state)
{
    (void)state;
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Caller may not use project pay-me.\",\"details\":[" INFO(
            "USER_PROJECT_DENIED", "\"consumer\":\"projects/pay-me\"") "]}}",
        "USER_PROJECT_DENIED", HTTP_VERDICT_DENIED,
        "USER_PROJECT_DENIED: Caller may not use project pay-me; grant walker@watch.iam.gserviceaccount.com "
        "roles/serviceusage.serviceUsageConsumer on projects/pay-me");
    means(
        403,
        "{\"error\":{\"code\":403,\"message\":\"Grant the caller the roles/serviceusage.serviceUsageConsumer role.\","
        "\"details\":[" INFO("USER_PROJECT_DENIED", "") "]}}",
        "USER_PROJECT_DENIED", HTTP_VERDICT_DENIED,
        "USER_PROJECT_DENIED: Grant the caller the roles/serviceusage.serviceUsageConsumer role");
}

static void only_the_api_itself_can_say_that_something_is_not_there(void **state)
{
    (void)state;
    means(
        404,
        "{\"error\":{\"code\":404,\"message\":\"The resource 'projects/x' was not found\",\"errors\":[{\"reason\":"
        "\"notFound\"}]}}",
        "NOT_FOUND", HTTP_VERDICT_ABSENT, "NOT_FOUND: The resource 'projects/x' was not found");
    means(404, "[{\"error\":{\"code\":404,\"message\":\"Gone\",\"status\":\"NOT_FOUND\"}}]",
          "NOT_FOUND", HTTP_VERDICT_ABSENT, "NOT_FOUND: Gone");
    means(404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", "404", HTTP_VERDICT_FATAL,
          "status 404, and no answer of the API's own");
    means(404, "", "404", HTTP_VERDICT_FATAL, "status 404, and no answer of the API's own");
}

static void a_token_that_is_not_taken_is_renewed(void **state)
{
    (void)state;
    means(
        401,
        "{\"error\":{\"code\":401,\"message\":\"Request had invalid authentication credentials.\",\"status\":"
        "\"UNAUTHENTICATED\"}}",
        "UNAUTHENTICATED", HTTP_VERDICT_REFRESH,
        "UNAUTHENTICATED: Request had invalid authentication credentials");
    means(401, "{\"error\":\"invalid_token\",\"error_description\":\"expired\"}", "401",
          HTTP_VERDICT_REFRESH, "status 401: invalid_token: expired");
}

static void passing_faults_are_tried_again(void **state)
{
    (void)state;
    means(
        503,
        "{\"error\":{\"code\":503,\"message\":\"The service is currently unavailable.\",\"errors\":[{\"reason\":"
        "\"backendError\"}]}}",
        "UNAVAILABLE", HTTP_VERDICT_RETRY, "UNAVAILABLE: The service is currently unavailable");
    means(500, "<html>", "500", HTTP_VERDICT_RETRY, "status 500, and no answer of the API's own");
    means(409, "{\"error\":{\"code\":409,\"status\":\"ABORTED\"}}", "ABORTED", HTTP_VERDICT_RETRY,
          "ABORTED");
    means(504, "", "504", HTTP_VERDICT_RETRY, "status 504, and no answer of the API's own");
    means(
        400,
        "{\"error\":{\"code\":400,\"message\":\"Invalid value\",\"status\":\"INVALID_ARGUMENT\"}}",
        "INVALID_ARGUMENT", HTTP_VERDICT_FATAL, "INVALID_ARGUMENT: Invalid value");
    means(418, "{\"error\":{\"code\":418,\"message\":\"Teapot\"}}", "418", HTTP_VERDICT_FATAL,
          "status 418: Teapot");
}

static void bodies_that_are_nonsense_do_no_harm(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "null",
        "[]",
        "[null]",
        "{}",
        "{\"error\":null}",
        "{\"error\":7}",
        "{\"error\":[]}",
        "{\"error\":{}}",
        "{\"error\":{\"message\":5,\"status\":[],\"details\":{},\"errors\":7}}",
        ("{\"error\":{\"details\":[null,7,{\"@type\":7},{\"@type\":\"google.rpc.ErrorInfo\"},"
         "{\"@type\":\"google.rpc.RetryInfo\",\"retryDelay\":\"999999999999999999999s\"}]}}"),
        "{\"error\":{\"errors\":[null]}}",
        "{\"error\":{\"message\":\"cut",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct reading r = read_at(&here, 403, NULL, NULL, bodies[i]);
        assert_int_equal(r.verdict, HTTP_VERDICT_DENIED);
        assert_int_equal(r.wait_ms, 0);
        assert_true(strlen(r.line.message) > 0);
    }
    char *deep = malloc(100001);
    memset(deep, '[', 100000);
    deep[100000] = '\0';
    assert_int_equal(read_at(&here, 403, NULL, NULL, deep).verdict, HTTP_VERDICT_DENIED);
    free(deep);
    char *wide = malloc(200000);
    snprintf(wide, 200000,
             "{\"error\":{\"code\":403,\"message\":\"%0100000d\",\"status\":\"%0300d\"}}", 7, 7);
    struct reading r = read_at(&here, 403, NULL, NULL, wide);
    assert_true(strlen(r.error.message) < sizeof r.error.message &&
                strlen(r.error.code) < sizeof r.error.code);
    free(wide);
}

static int64_t wait_of(int status, const char *name, const char *value, const char *body)
{
    return read_at(&here, status, name, value, body).wait_ms;
}

static void the_pause_that_is_asked_for_is_kept(void **state)
{
    (void)state;
#define RETRY_INFO(delay)                                                                                                   \
    "{\"error\":{\"code\":429,\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" delay \
    "\"}]}}"
    assert_int_equal(wait_of(429, NULL, NULL, RETRY_INFO("3.5s")), 3500);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("2s")), 2000);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("0.0123456789s")), 12);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("1.x5s")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("s")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("86401s")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("-2s")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("2m")), 0);
    assert_int_equal(wait_of(503, NULL, NULL, RETRY_INFO("nans")), 0);
    assert_int_equal(wait_of(503, "Retry-After", "7", ""), 7000);
    assert_int_equal(wait_of(503, "Retry-After", "-7", ""), 0);
    assert_int_equal(wait_of(503, "Retry-After", "9223372036854775807", ""), 0);
    assert_int_equal(wait_of(503, "Retry-After", "soon", ""), 0);
    assert_int_equal(wait_of(503, NULL, NULL, ""), 0);
    assert_int_equal(wait_of(429, NULL, NULL, ""), 45000); /* until the minute is full */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_names_the_permission),
        cmocka_unit_test(quotas_are_no_refusals),
        cmocka_unit_test(an_api_that_is_off_is_told_with_project_and_url),
        cmocka_unit_test(an_api_that_is_off_where_the_quota_is_taken_from_is_our_own_fault),
        cmocka_unit_test(a_perimeter_blocks_and_says_the_same_every_night),
        cmocka_unit_test(what_is_drawn_anew_for_each_request_is_not_said),
        cmocka_unit_test(a_quota_project_that_may_not_be_used_says_what_to_grant),
        cmocka_unit_test(only_the_api_itself_can_say_that_something_is_not_there),
        cmocka_unit_test(a_token_that_is_not_taken_is_renewed),
        cmocka_unit_test(passing_faults_are_tried_again),
        cmocka_unit_test(bodies_that_are_nonsense_do_no_harm),
        cmocka_unit_test(the_pause_that_is_asked_for_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
