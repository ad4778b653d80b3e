/* Workload identity federation: where the subject token comes from, its exchange, and on to a service account. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#define AUDIENCE                                                                                   \
    "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q"
#define WORKFORCE "//iam.googleapis.com/locations/global/workforcePools/p/providers/q"
#define EXTERNAL_OF(audience, source, more)                                                        \
    "{\"type\":\"external_account\",\"audience\":\"" audience "\",\"subject_token_type\":"         \
    "\"urn:ietf:params:oauth:token-type:jwt\"," more "\"credential_source\":" source "}"
#define EXTERNAL(source, more) EXTERNAL_OF(AUDIENCE, source, more)
#define FROM_FILE "{\"file\":\"/run/token\"}"
#define STS "https://sts.googleapis.com/v1/token"
#define IMPERSONATE                                                                                \
    "\"service_account_impersonation_url\":\"https://iamcredentials.googleapis.com/v1/projects/-/" \
    "serviceAccounts/" WALKER ":generateAccessToken\","

static void a_token_in_a_file_is_exchanged(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL(FROM_FILE, "\"token_url\":\"" STS "\","));
    script_file(&s.script, "/run/token", HUSH "3 \n");
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    assert_field(&s, "audience", AUDIENCE);
    assert_field(&s, "scope", GCP_CHAIN_SCOPE);
    assert_field(&s, "requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
    assert_field(&s, "subject_token", HUSH "3");
    assert_field(&s, "subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
    assert_field(&s, "options", NULL);
    assert_header(&s, "Authorization", NULL);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    scene_end(&s);
}

static void the_file_is_read_again_at_each_refresh(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL("{\"file\":\"/run/token\",\"format\":{\"type\":\"json\","
                                  "\"subject_token_field_name\":\"jwt\"}}",
                                  ""));
    script_file(&s.script, "/run/token", "{\"jwt\":\"first\"}");
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "subject_token", "first");
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    script_file(&s.script, "/run/token", "{\"jwt\":\"second\"}");
    s.now += 3500;
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "subject_token", "second");
    scene_end(&s);
}

static void expect_bad_content(const char *format, const char *content, enum error_kind kind,
                               const char *words)
{
    struct gcp_scene s;
    char *file = memory_format(EXTERNAL("{\"file\":\"/run/token\"%s}", ""), format);
    scene_begin_with(&s, file);
    if (content != NULL)
        script_file(&s.script, "/run/token", content);
    scene_fails(&s, kind, words);
    assert_says(&s, ADC);
    assert_says(&s, "/run/token");
    free(file);
    scene_end(&s);
}

static void a_file_without_a_token_is_told(void **state)
{
    (void)state;
    static const char json[] =
        ",\"format\":{\"type\":\"json\",\"subject_token_field_name\":\"jwt\"}";
    char *huge = memory_new(300001, 1);
    memset(huge, 'x', 300000);
    expect_bad_content("", NULL, ERROR_IO, "no such file");
    expect_bad_content("", " \n", ERROR_DATA, "is empty");
    expect_bad_content("", huge, ERROR_LIMIT, "larger than");
    expect_bad_content(json, HUSH, ERROR_DATA, "holds no JSON");
    expect_bad_content(json, "{\"jwt\":[\"" HUSH "\"]}", ERROR_DATA, "holds no token in jwt");
    expect_bad_content(json, "[]", ERROR_DATA, "holds no token in jwt");
    free(huge);
}

static void a_token_is_fetched_from_a_url(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(
        &s, EXTERNAL("{\"url\":\"http://169.254.169.254/metadata/identity?resource=x\",\"headers\":"
                     "{\"Metadata\":\"True\",\"X-Key\":\"" HUSH "\"},\"format\":{\"type\":\"json\","
                     "\"subject_token_field_name\":\"access_token\"}}",
                     ""));
    scene_expect_request(&s, "GET", "http://169.254.169.254/metadata/identity?resource=x");
    assert_header(&s, "Metadata", "True");
    assert_header(&s, "X-Key", HUSH);
    assert_true(s.request.direct);
    scene_accepts(&s, 200, "{\"access_token\":\"theirs\"}");
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "subject_token", "theirs");
    scene_end(&s);
}

static void expect_bad_answer(int status, const char *body, enum error_kind kind, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s,
                     EXTERNAL("{\"url\":\"https://idp.example/t\",\"format\":{\"type\":\"json\","
                              "\"subject_token_field_name\":\"jwt\"}}",
                              ""));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, status, body));
    scene_fails(&s, kind, words);
    assert_says(&s, "credential_source.url");
    scene_end(&s);
}

static void a_url_without_a_token_is_told(void **state)
{
    (void)state;
    expect_bad_answer(403, HUSH, ERROR_DENIED, "HTTP 403");
    expect_bad_answer(502, HUSH, ERROR_NETWORK, "HTTP 502");
    expect_bad_answer(200, "<html>" HUSH, ERROR_DATA, "holds no JSON");
    expect_bad_answer(200, "{}", ERROR_DATA, "holds no token in jwt");
}

static void a_token_is_not_fetched_in_the_clear(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL("{\"url\":\"http://idp.example/t\"}", ""));
    scene_fails(&s, ERROR_CONFIG, "http://idp.example would carry credentials in the clear");
    scene_end(&s);
}

static void a_subject_token_goes_to_no_host_that_the_file_just_names(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL(FROM_FILE, "\"token_url\":\"https://evil.example/v1/token\","));
    script_file(&s.script, "/run/token", HUSH);
    scene_fails(&s, ERROR_CONFIG, "token_url: evil.example does not belong to googleapis.com");
    scene_end(&s);
}

static void the_token_becomes_a_service_account(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL(FROM_FILE, IMPERSONATE "\"service_account_impersonation\":"
                                                         "{\"token_lifetime_seconds\":1800},"));
    script_file(&s.script, "/run/token", HUSH);
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "scope", "https://www.googleapis.com/auth/iam");
    scene_accepts(&s, 200, TOKEN_OF("federated"));
    scene_expect_request(
        &s, "POST",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" WALKER
        ":generateAccessToken");
    assert_header(&s, "Authorization", "Bearer federated");
    assert_string_equal(buffer_string(&s.request.body),
                        "{\"delegates\":[],\"scope\":[\"" GCP_CHAIN_SCOPE
                        "\"],\"lifetime\":\"1800s\"}");
    scene_accepts(&s, 200, "{\"accessToken\":\"t1\",\"expireTime\":\"2026-11-21T03:30:00Z\"}");
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_account(s.chain), WALKER);
    scene_end(&s);
}

static void a_workforce_says_whose_quota_it_uses(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(
        &s, EXTERNAL_OF(WORKFORCE, FROM_FILE, "\"workforce_pool_user_project\":\"payer\","));
    script_file(&s.script, "/run/token", "x");
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "options", "%7B%22userProject%22%3A%22payer%22%7D");
    scene_end(&s);
    scene_begin_with(
        &s, EXTERNAL_OF(WORKFORCE, FROM_FILE,
                        "\"client_id\":\"me\",\"workforce_pool_user_project\":\"payer\","));
    script_file(&s.script, "/run/token", "x");
    scene_expect_request(&s, "POST", STS);
    assert_field(&s, "options", NULL);
    assert_header(&s, "Authorization", "Basic bWU6");
    scene_end(&s);
    scene_begin_with(&s, EXTERNAL(FROM_FILE, "\"workforce_pool_user_project\":\"payer\","));
    scene_fails(&s, ERROR_CONFIG, "workforce_pool_user_project goes with");
    scene_end(&s);
}

static void refusals_of_the_exchange_say_what_to_look_at(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL(FROM_FILE, ""));
    script_file(&s.script, "/run/token", HUSH HUSH);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(
        &s, 400, "{\"error\":\"invalid_target\",\"error_description\":\"no " HUSH HUSH "\"}"));
    scene_fails(&s, ERROR_DENIED, "invalid_target: no [...]: audience names no provider of a pool");
    s.now += GCP_CHAIN_RETRY_S;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, 401, "{\"error\":\"unauthorized_client\"}"));
    assert_says(&s, "issuer, allowed audiences, mapping and condition");
    scene_end(&s);
}

static void expect_bad_file(const char *file, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, file);
    scene_fails(&s, ERROR_CONFIG, words);
    scene_end(&s);
}

static void sources_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_bad_file(EXTERNAL("{\"certificate\":{\"use_default_certificate_config\":true}}", ""),
                    "certificate is not supported");
    expect_bad_file(EXTERNAL("{}", ""), "wants one of file, url");
    expect_bad_file(EXTERNAL("null", ""), "credential_source: is missing");
    expect_bad_file(EXTERNAL("[]", ""), "credential_source: is missing");
    expect_bad_file(EXTERNAL("{\"file\":\"a\",\"url\":\"https://b\"}", ""),
                    "wants one of file, url");
    expect_bad_file(EXTERNAL("{\"file\":[1]}", ""), "file is no string");
    expect_bad_file(EXTERNAL("{\"file\":\"a\",\"format\":{\"type\":\"xml\"}}", ""),
                    "neither text nor json");
    expect_bad_file(EXTERNAL("{\"file\":\"a\",\"format\":{\"type\":\"json\"}}", ""),
                    "subject_token_field_name is missing");
    expect_bad_file(EXTERNAL("{\"url\":\"https://b\",\"headers\":[]}", ""), "headers is no object");
    expect_bad_file(EXTERNAL("{\"url\":\"https://b\",\"headers\":{\"A\":1}}", ""),
                    "headers.A is no string");
    expect_bad_file(EXTERNAL("{\"url\":\"https://b\",\"headers\":{\"A\":\"x\\r\\nB: y\"}}", ""),
                    "headers: ");
    expect_bad_file(EXTERNAL(FROM_FILE, IMPERSONATE "\"service_account_impersonation\":"
                                                    "{\"token_lifetime_seconds\":99999},"),
                    "token_lifetime_seconds is not 600 to 43200");
    expect_bad_file(EXTERNAL(FROM_FILE, "\"service_account_impersonation_url\":\"https://x/y\","),
                    "service_account_impersonation_url does not end in");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_in_a_file_is_exchanged),
        cmocka_unit_test(the_file_is_read_again_at_each_refresh),
        cmocka_unit_test(a_file_without_a_token_is_told),
        cmocka_unit_test(a_token_is_fetched_from_a_url),
        cmocka_unit_test(a_url_without_a_token_is_told),
        cmocka_unit_test(a_token_is_not_fetched_in_the_clear),
        cmocka_unit_test(a_subject_token_goes_to_no_host_that_the_file_just_names),
        cmocka_unit_test(the_token_becomes_a_service_account),
        cmocka_unit_test(a_workforce_says_whose_quota_it_uses),
        cmocka_unit_test(refusals_of_the_exchange_say_what_to_look_at),
        cmocka_unit_test(sources_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
