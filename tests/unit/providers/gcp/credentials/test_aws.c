/* An AWS identity as a subject token: where its parts come from, and what is signed. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#include "providers/aws/sigv4/sign.h"

#define AUDIENCE                                                                                   \
    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/aws"
#define IMDS "http://169.254.169.254/latest/"
#define VERIFY "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
#define FILE_WITH(environment, verify, more)                                                                   \
    "{\"type\":\"external_account\",\"audience\":\"" AUDIENCE "\",\"subject_token_type\":"                     \
    "\"urn:ietf:params:aws:token-type:aws4_request\",\"credential_source\":{\"environment_id\":\"" environment \
    "\",\"regional_cred_verification_url\":\"" verify "\"" more "}}"
#define URLS                                                                                       \
    ",\"region_url\":\"" IMDS "meta-data/placement/availability-zone\",\"url\":\"" IMDS            \
    "meta-data/iam/security-credentials\""
#define SESSION ",\"imdsv2_session_token_url\":\"" IMDS "api/token\""
#define KEYS                                                                                       \
    "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIAROLE\",\"SecretAccessKey\":\"" HUSH               \
    "1\",\"Token\":\"session\","                                                                   \
    "\"Expiration\":\"2026-11-21T09:00:00Z\"}"

static void set_keys(struct gcp_scene *s, const char *token)
{
    script_set(&s->script, "AWS_ACCESS_KEY_ID", "AKIAENV");
    script_set(&s->script, "AWS_SECRET_ACCESS_KEY", HUSH "1");
    if (token != NULL)
        script_set(&s->script, "AWS_SESSION_TOKEN", token);
}

/* The request inside the subject token; json_object_put(). */
static struct json_object *signed_request(struct gcp_scene *s)
{
    struct buffer plain;
    char *token = scene_field(s, "subject_token");
    assert_non_null(token);
    assert_null(strpbrk(token, "{}\" "));
    buffer_init(&plain, 100000);
    encode_uri_decode(&plain, text_of(token));
    assert_null(strchr(buffer_string(&plain), '\n'));
    assert_null(strstr(buffer_string(&plain), "\": "));
    struct json_object *o = json_tokener_parse(buffer_string(&plain));
    assert_non_null(o);
    buffer_release(&plain);
    free(token);
    return o;
}

static const char *header_of(struct json_object *request, const char *name)
{
    struct json_object *headers = json_object_object_get(request, "headers");
    for (size_t i = 0; i < json_object_array_length(headers); i++) {
        struct json_object *h = json_object_array_get_idx(headers, i);
        if (strcmp(member(h, "key"), name) == 0)
            return member(h, "value");
    }
    return NULL;
}

/* What AWS would work out: the same request signed anew, by what the token itself says. */
static void assert_signature(struct json_object *request, const char *region, const char *key_id,
                             const char *token)
{
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    int64_t at = 0;
    c.access_key_id = memory_string(key_id);
    secret_set_text(&c.secret_access_key, TEXT_LITERAL(HUSH "1"));
    secret_set_text(&c.session_token, text_of(token));
    http_request_init(&r);
    assert_true(timestamp_parse_basic(text_of(header_of(request, "x-amz-date")), &at));
    assert_int_equal(at, NOW);
    r.method = memory_string(member(request, "method"));
    assert_true(http_request_set_url(&r, text_of(member(request, "url")), &err));
    char *host = http_request_host_header(&r);
    assert_string_equal(header_of(request, "host"), host);
    free(host);
    assert_true(http_headers_set(&r.headers, "x-goog-cloud-target-resource",
                                 text_of(header_of(request, "x-goog-cloud-target-resource")),
                                 &err));
    struct sigv4_options o = sigv4_sign_options(&c, region, "sts", at);
    assert_true(sigv4_sign(&r, &o, &err));
    assert_string_equal(http_headers_get(&r.headers, "Authorization"),
                        header_of(request, "Authorization"));
    assert_non_null(strstr(header_of(request, "Authorization"), "x-goog-cloud-target-resource"));
    http_request_release(&r);
    aws_credentials_release(&c);
}

static void keys_of_the_environment_need_no_request(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, URLS SESSION));
    set_keys(&s, NULL);
    script_set(&s.script, "AWS_DEFAULT_REGION", "eu-west-1");
    scene_expect_request(&s, "POST", "https://sts.googleapis.com/v1/token");
    assert_field(&s, "subject_token_type", "urn:ietf:params:aws:token-type:aws4_request");
    assert_field(&s, "audience", AUDIENCE);
    struct json_object *request = signed_request(&s);
    assert_string_equal(member(request, "method"), "POST");
    assert_string_equal(
        member(request, "url"),
        "https://sts.eu-west-1.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15");
    assert_string_equal(header_of(request, "x-goog-cloud-target-resource"), AUDIENCE);
    assert_string_equal(header_of(request, "host"), "sts.eu-west-1.amazonaws.com");
    assert_null(header_of(request, "x-amz-security-token"));
    assert_signature(request, "eu-west-1", "AKIAENV", NULL);
    json_object_put(request);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    scene_end(&s);
}

static void aws_region_outranks_the_default_and_a_token_is_signed_too(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, ""));
    set_keys(&s, "session");
    script_set(&s.script, "AWS_REGION", "us-gov-west-1");
    script_set(&s.script, "AWS_DEFAULT_REGION", "eu-west-1");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    struct json_object *request = signed_request(&s);
    assert_string_equal(header_of(request, "x-amz-security-token"), "session");
    assert_signature(request, "us-gov-west-1", "AKIAENV", "session");
    json_object_put(request);
    scene_end(&s);
}

static void the_instance_tells_region_and_role(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, URLS SESSION));
    scene_expect_request(&s, "PUT", IMDS "api/token");
    assert_header(&s, "x-aws-ec2-metadata-token-ttl-seconds", "300");
    assert_true(s.request.direct);
    scene_accepts(&s, 200, "imds-token");
    scene_expect_request(&s, "GET", IMDS "meta-data/placement/availability-zone");
    assert_header(&s, "x-aws-ec2-metadata-token", "imds-token");
    scene_accepts(&s, 200, "us-west-2-lax-1a");
    scene_expect_request(&s, "GET", IMDS "meta-data/iam/security-credentials");
    assert_header(&s, "x-aws-ec2-metadata-token", "imds-token");
    scene_accepts(&s, 200, "walker-role\nanother\n");
    scene_expect_request(&s, "GET", IMDS "meta-data/iam/security-credentials/walker-role");
    assert_header(&s, "x-aws-ec2-metadata-token", "imds-token");
    scene_accepts(&s, 200, KEYS);
    scene_expect_request(&s, "POST", "https://sts.googleapis.com/v1/token");
    struct json_object *request = signed_request(&s);
    assert_signature(request, "us-west-2", "ASIAROLE", "session");
    json_object_put(request);
    scene_end(&s);
}

static void only_what_is_missing_is_asked_for(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, URLS));
    script_set(&s.script, "AWS_REGION", "eu-west-1");
    scene_expect_request(&s, "GET", IMDS "meta-data/iam/security-credentials");
    assert_header(&s, "x-aws-ec2-metadata-token", NULL);
    scene_end(&s);
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, URLS));
    set_keys(&s, NULL);
    scene_expect_request(&s, "GET", IMDS "meta-data/placement/availability-zone");
    scene_accepts(&s, 200, "eu-west-1b");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    struct json_object *request = signed_request(&s);
    assert_signature(request, "eu-west-1", "AKIAENV", NULL);
    json_object_put(request);
    scene_end(&s);
}

/* Answers that come in order until one is refused. */
static void expect_refusal(const char *const *answers, int status, const char *last,
                           enum error_kind kind, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, FILE_WITH("aws1", VERIFY, URLS SESSION));
    for (; *answers != NULL; answers++) {
        scene_expect(&s, GCP_CHAIN_REQUEST);
        scene_accepts(&s, 200, *answers);
    }
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, status, last));
    scene_fails(&s, kind, words);
    assert_says(&s, ADC ": aws source: ");
    scene_end(&s);
}

static void answers_that_cannot_be_are_refused_at_each_step(void **state)
{
    (void)state;
    static const char *const session[] = { NULL }, *const region[] = { HUSH "2", NULL };
    static const char *const role[] = { HUSH "2", "eu-west-1a", NULL };
    static const char *const keys[] = { HUSH "2", "eu-west-1a", "role", NULL };
    expect_refusal(session, 403, "", ERROR_DENIED, "imdsv2_session_token_url: HTTP 403");
    expect_refusal(session, 200, "", ERROR_DATA, "a session token of 0 bytes");
    expect_refusal(region, 500, HUSH, ERROR_NETWORK, "region_url: HTTP 500");
    expect_refusal(region, 200, "evil.example/#1a", ERROR_CONFIG, "no region's name");
    expect_refusal(region, 200, "", ERROR_CONFIG, "no region's name");
    expect_refusal(role, 404, "", ERROR_DENIED, "url: HTTP 404");
    expect_refusal(role, 200, "../../evil", ERROR_DATA, "no role's name");
    expect_refusal(role, 200, "<html>", ERROR_DATA, "no role's name");
    expect_refusal(keys, 200, "{\"Code\":\"Failed\",\"Message\":\"no\"}", ERROR_DENIED,
                   "Failed: no");
    expect_refusal(keys, 200, "{\"SecretAccessKey\":\"" HUSH, ERROR_DATA, "json byte");
    expect_refusal(keys, 200, "{\"SecretAccessKey\":\"" HUSH "\"}", ERROR_DATA,
                   "AccessKeyId is missing");
}

static void expect_bad(const char *file, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, file);
    scene_fails(&s, ERROR_CONFIG, words);
    scene_end(&s);
}

#define BAD_VERIFICATION                                                                           \
    "regional_cred_verification_url is no https URL of an AWS STS for Action=GetCallerIdentity"

static void files_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_bad(FILE_WITH("aws2", VERIFY, URLS), "environment_id is not aws1");
    expect_bad(FILE_WITH("azure1", VERIFY, URLS), "environment_id is not aws1");
    expect_bad(FILE_WITH("aws1", "", URLS), "regional_cred_verification_url is missing");
    expect_bad(FILE_WITH("aws1", VERIFY, ""), "no region: set AWS_REGION");
    expect_bad(FILE_WITH("aws1", VERIFY, ",\"region_url\":\"http://169.254.169.254/x\""),
               "no AWS credentials: set");
    expect_bad(
        FILE_WITH("aws1", VERIFY,
                  ",\"region_url\":\"http://evil.example/x\",\"url\":\"http://169.254.169.254/\""),
        "region_url: http://evil.example would carry credentials in the clear");
}

static void nothing_but_the_question_who_we_are_is_signed(void **state)
{
    (void)state;
    expect_bad(
        FILE_WITH("aws1", "https://sts.{region}.amazonaws.com?Action=AssumeRole&RoleArn=x", URLS),
        BAD_VERIFICATION);
    expect_bad(FILE_WITH("aws1", VERIFY "&Action=AssumeRole", URLS), BAD_VERIFICATION);
    expect_bad(FILE_WITH("aws1", VERIFY "&%41ction=AssumeRole", URLS), BAD_VERIFICATION);
    expect_bad(FILE_WITH("aws1", "https://iam.amazonaws.com?Action=GetCallerIdentity", URLS),
               BAD_VERIFICATION);
    expect_bad(
        FILE_WITH("aws1", "http://sts.{region}.amazonaws.com?Action=GetCallerIdentity", URLS),
        BAD_VERIFICATION);
    expect_bad(FILE_WITH("aws1", "https://sts.amazonaws.com", URLS), BAD_VERIFICATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_the_environment_need_no_request),
        cmocka_unit_test(aws_region_outranks_the_default_and_a_token_is_signed_too),
        cmocka_unit_test(the_instance_tells_region_and_role),
        cmocka_unit_test(only_what_is_missing_is_asked_for),
        cmocka_unit_test(answers_that_cannot_be_are_refused_at_each_step),
        cmocka_unit_test(files_that_cannot_be_are_refused),
        cmocka_unit_test(nothing_but_the_question_who_we_are_is_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
