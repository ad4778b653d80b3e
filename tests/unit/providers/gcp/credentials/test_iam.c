/* Becoming other service accounts, by the config's word or the file's, through delegates. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#define URL_OF(email)                                                                              \
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" email                   \
    ":generateAccessToken"
#define OTHER "other@x.iam.gserviceaccount.com"
#define IMPERSONATED_WITH(url, more)                                                               \
    "{\"type\":\"impersonated_service_account\"," more                                             \
    "\"service_account_impersonation_url\":\"" url "\","                                           \
    "\"source_credentials\":" USER_FILE "}"
#define BECAME(token) "{\"accessToken\":\"" token "\",\"expireTime\":\"2026-11-21T04:00:00Z\"}"

static void the_config_can_name_an_account_to_become(void **state)
{
    (void)state;
    static const char *const delegates[] = { "a@x.iam.gserviceaccount.com",
                                             "projects/-/serviceAccounts/12345", NULL };
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE_WITH("\"quota_project_id\":\"payer\","));
    s.options.impersonate = WALKER;
    s.options.delegates = delegates;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("mine"));
    scene_expect_request(&s, "POST", URL_OF(WALKER));
    assert_header(&s, "Authorization", "Bearer mine");
    assert_header(&s, "Content-Type", "application/json");
    assert_header(&s, "x-goog-user-project", "payer");
    assert_string_equal(
        buffer_string(&s.request.body),
        "{\"delegates\":[\"projects/-/serviceAccounts/a@x.iam.gserviceaccount.com\","
        "\"projects/-/serviceAccounts/12345\"],\"scope\":[\"" GCP_CHAIN_SCOPE "\"],"
        "\"lifetime\":\"3600s\"}");
    scene_accepts(&s, 200, BECAME("t1"));
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_account(s.chain), WALKER);
    assert_true(gcp_chain_stale(s.chain, NOW + 3600 - 225));
    scene_end(&s);
}

static void a_file_can_name_one_and_the_config_the_next(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(
        &s, IMPERSONATED_WITH(URL_OF(WALKER), "\"delegates\":[\"d@x.iam.gserviceaccount.com\"],"));
    s.options.impersonate = OTHER;
    scene_expect_request(&s, "POST", "https://oauth2.googleapis.com/token");
    scene_accepts(&s, 200, TOKEN_OF("mine"));
    scene_expect_request(&s, "POST", URL_OF(WALKER));
    assert_string_equal(
        buffer_string(&s.request.body),
        "{\"delegates\":[\"projects/-/serviceAccounts/d@x.iam.gserviceaccount.com\"],\"scope\":"
        "[\"https://www.googleapis.com/auth/iam\"],\"lifetime\":\"3600s\"}");
    scene_accepts(&s, 200, BECAME("walkers"));
    scene_expect_request(&s, "POST", URL_OF(OTHER));
    assert_header(&s, "Authorization", "Bearer walkers");
    scene_accepts(&s, 200, BECAME("t1"));
    scene_expect_token(&s, "t1");
    scene_end(&s);
}

static void expect_refusal(int status, const char *body, enum error_kind kind, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE);
    s.options.impersonate = WALKER;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF(HUSH));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, status, body));
    scene_fails(&s, kind, words);
    assert_says(&s, ADC ": cannot act as service account " WALKER);
    scene_end(&s);
}

static void refusals_say_what_to_grant(void **state)
{
    (void)state;
    expect_refusal(
        403,
        "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"Permission "
        "'iam.serviceAccounts.getAccessToken' denied, not " HUSH "\"}}",
        ERROR_DENIED, "grant the caller roles/iam.serviceAccountTokenCreator on that account");
    expect_refusal(
        403,
        "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"off\",\"details\":"
        "[{\"reason\":\"SERVICE_DISABLED\"}]}}",
        ERROR_DENIED, "enable iamcredentials.googleapis.com");
    expect_refusal(404, "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"message\":\"none\"}}",
                   ERROR_DENIED, "there is no such service account");
    expect_refusal(503, "oops", ERROR_NETWORK, "HTTP 503");
    expect_refusal(200, "<html>", ERROR_DATA, "a web page");
    expect_refusal(200, "{\"accessToken\":\"" HUSH "\"}", ERROR_DATA, "expireTime is missing");
    expect_refusal(200, "{\"accessToken\":\"" HUSH "\",\"expireTime\":\"soon\"}", ERROR_DATA,
                   "expireTime is missing");
    expect_refusal(200, "{\"accessToken\":\"" HUSH "\",\"expireTime\":\"2026-11-21T03:00:00Z\"}",
                   ERROR_DATA, "check this machine's clock");
    expect_refusal(200, "{\"accessToken\":7,\"expireTime\":\"2026-11-21T04:00:00Z\"}", ERROR_DATA,
                   "accessToken is missing");
}

static void expect_bad(const char *file, const char *impersonate, enum error_kind kind,
                       const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, file);
    s.options.impersonate = impersonate;
    scene_fails(&s, kind, words);
    scene_end(&s);
}

static void names_that_are_no_accounts_are_refused(void **state)
{
    (void)state;
    expect_bad(USER_FILE, "a/b@x", ERROR_CONFIG,
               "impersonate: 'a/b@x' is no service account's e-mail");
    expect_bad(USER_FILE, "", ERROR_CONFIG, "is no service account's e-mail");
    expect_bad(
        IMPERSONATED_WITH("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
                          "a?b:generateAccessToken",
                          ""),
        NULL, ERROR_CONFIG, "service_account_impersonation_url does not end in");
    expect_bad(IMPERSONATED_WITH(URL_OF(WALKER), "\"delegates\":[\"a b\"],"), NULL, ERROR_CONFIG,
               "the delegate 'a b' is no");
    expect_bad(IMPERSONATED_WITH(URL_OF(WALKER), "\"delegates\":[7],"), NULL, ERROR_CONFIG,
               "delegates[0] is no string");
    expect_bad(IMPERSONATED_WITH(URL_OF(WALKER), "\"delegates\":{},"), NULL, ERROR_CONFIG,
               "delegates is no list");
    expect_bad(IMPERSONATED_WITH(
                   URL_OF(WALKER),
                   "\"delegates\":[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\","
                   "\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"],"),
               NULL, ERROR_CONFIG, "more than 16 delegates");
}

static void a_token_goes_to_no_host_that_the_file_just_names(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s,
                     IMPERSONATED_WITH("https://evil.example/v1/projects/-/serviceAccounts/" WALKER
                                       ":generateAccessToken",
                                       ""));
    scene_fails(&s, ERROR_CONFIG, "evil.example does not belong to googleapis.com");
    scene_end(&s);
}

/* `file` NULL: the config names whom to become. */
static void moves_to(const char *file, const char *variable, const char *option, const char *url)
{
    struct gcp_scene s;
    scene_begin_with(&s, file != NULL ? file : USER_FILE);
    if (variable != NULL)
        script_set(&s.script, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS", variable);
    s.options.iam_endpoint = option;
    s.options.impersonate = file != NULL ? NULL : WALKER;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("mine"));
    scene_expect_request(&s, "POST", url);
    scene_end(&s);
}

static void the_config_can_move_the_service_and_the_environment_comes_first(void **state)
{
    (void)state;
#define CALL "/v1/projects/-/serviceAccounts/" WALKER ":generateAccessToken"
    moves_to(NULL, NULL, "https://elsewhere.example/iam", "https://elsewhere.example/iam" CALL);
    moves_to(NULL, "http://127.0.0.1:99/", "https://elsewhere.example", "http://127.0.0.1:99" CALL);
}

static void a_file_that_names_googles_own_place_follows_the_move_and_another_does_not(void **state)
{
    (void)state;
    static const char *const own = IMPERSONATED_WITH(URL_OF(WALKER), "");
    static const char *const other = IMPERSONATED_WITH("https://iam-x.p.googleapis.com" CALL, "");
    moves_to(own, NULL, NULL, URL_OF(WALKER));
    moves_to(own, NULL, "http://127.0.0.1:99/iam/", "http://127.0.0.1:99/iam" CALL);
    moves_to(other, NULL, "http://127.0.0.1:99/iam", "https://iam-x.p.googleapis.com" CALL);
#undef CALL
}

static void the_environment_can_move_the_service(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE);
    script_set(&s.script, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS",
               "http://127.0.0.1:99/iam/");
    s.options.impersonate = WALKER;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("mine"));
    scene_expect_request(&s, "POST",
                         "http://127.0.0.1:99/iam/v1/projects/-/serviceAccounts/" WALKER
                         ":generateAccessToken");
    scene_end(&s);
    scene_begin_with(&s, USER_FILE);
    script_set(&s.script, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS", "nonsense");
    scene_fails(&s, ERROR_CONFIG, "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: ");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_config_can_name_an_account_to_become),
        cmocka_unit_test(a_file_can_name_one_and_the_config_the_next),
        cmocka_unit_test(refusals_say_what_to_grant),
        cmocka_unit_test(names_that_are_no_accounts_are_refused),
        cmocka_unit_test(a_token_goes_to_no_host_that_the_file_just_names),
        cmocka_unit_test(the_environment_can_move_the_service),
        cmocka_unit_test(the_config_can_move_the_service_and_the_environment_comes_first),
        cmocka_unit_test(a_file_that_names_googles_own_place_follows_the_move_and_another_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
