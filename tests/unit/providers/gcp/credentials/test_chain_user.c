/* People's sign-ins: gcloud's own and a workforce's. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#define EXTERNAL_USER                                                                                      \
    "{\"type\":\"external_account_authorized_user\",\"audience\":\"//iam.googleapis.com/locations/global/" \
    "workforcePools/p/providers/q\",\"client_id\":\"client1\",\"client_secret\":\"" HUSH "1\","            \
    "\"refresh_token\":\"" HUSH "2\",\"token_url\":\"https://sts.googleapis.com/v1/oauthtoken\"}"

static void a_sign_in_is_refreshed(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE_WITH("\"quota_project_id\":\"payer\","));
    scene_expect_request(&s, "POST", "https://oauth2.googleapis.com/token");
    assert_field(&s, "grant_type", "refresh_token");
    assert_field(&s, "client_id", "client1");
    assert_field(&s, "client_secret", HUSH "1");
    assert_field(&s, "refresh_token", HUSH "2");
    assert_field(&s, "scope", NULL);
    assert_header(&s, "Authorization", NULL);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_quota_project(s.chain), "payer");
    assert_null(gcp_chain_account(s.chain));
    scene_end(&s);
}

static void the_quota_project_goes_with_the_token(void **state)
{
    (void)state;
    struct gcp_scene s;
    struct http_request r;
    scene_begin_with(&s, USER_FILE_WITH("\"quota_project_id\":\"payer\","));
    s.options.quota_project = "config-payer";
    scene_expect(&s, GCP_CHAIN_REQUEST);
    http_request_init(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("https://dns.googleapis.com/"), &s.err));
    assert_false(gcp_chain_authorize(s.chain, &r, &s.err)); /* there is no token yet */
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    assert_true(gcp_chain_authorize(s.chain, &r, &s.err));
    assert_string_equal(http_headers_get(&r.headers, "x-goog-user-project"), "config-payer");
    http_request_release(&r);
    scene_end(&s);
}

static void expect_refusal(const char *file, const char *body, const char *words)
{
    struct gcp_scene s;
    scene_begin_with(&s, file);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, 400, body));
    scene_fails(&s, ERROR_DENIED, words);
    scene_end(&s);
}

static void a_sign_in_that_is_over_says_to_log_in_again(void **state)
{
    (void)state;
    expect_refusal(
        USER_FILE,
        "{\"error\":\"invalid_grant\",\"error_description\":\"Token has been expired or revoked.\"}",
        "the sign-in is over: gcloud auth application-default login");
    expect_refusal(USER_FILE,
                   "{\"error\":\"invalid_grant\",\"error_description\":\"reauth related error\","
                   "\"error_subtype\":\"invalid_rapt\"}",
                   "the organization wants people to sign in again");
    expect_refusal(EXTERNAL_USER, "{\"error\":\"invalid_grant\"}", "the sign-in is over");
    expect_refusal(USER_FILE,
                   "{\"error\":\"invalid_client\",\"error_description\":\"no " HUSH "1 here\"}",
                   "no [...] here: client_id and client_secret are not");
}

static void such_a_refusal_is_not_tried_again(void **state)
{
    (void)state;
    struct gcp_scene s;
    struct http_response r;
    scene_begin_with(&s, USER_FILE);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    http_response_init(&r);
    r.status = 400;
    buffer_append_string(&r.body,
                         "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}");
    assert_int_equal(gcp_chain_classify(s.chain, &r), HTTP_VERDICT_OK);
    http_response_release(&r);
    scene_end(&s);
}

static void a_workforce_sign_in_proves_its_client_in_a_header(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, EXTERNAL_USER);
    scene_expect_request(&s, "POST", "https://sts.googleapis.com/v1/oauthtoken");
    assert_field(&s, "grant_type", "refresh_token");
    assert_field(&s, "refresh_token", HUSH "2");
    assert_field(&s, "client_secret", NULL);
    assert_header(&s, "Authorization", "Basic Y2xpZW50MTpodXNoLWh1c2gtaHVzaDE=");
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    scene_end(&s);
}

static void a_refresh_token_goes_to_no_host_that_the_file_just_names(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE_WITH("\"token_uri\":\"https://evil.example/token\","));
    scene_fails(&s, ERROR_CONFIG, "token_uri: evil.example does not belong to googleapis.com");
    scene_end(&s);
}

static void the_universe_of_a_sign_in_has_its_own_endpoint(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin_with(&s, USER_FILE_WITH("\"universe_domain\":\"cloud.example\","));
    s.options.universe = "cloud.example";
    scene_expect_request(&s, "POST", "https://oauth2.cloud.example/token");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sign_in_is_refreshed),
        cmocka_unit_test(the_quota_project_goes_with_the_token),
        cmocka_unit_test(a_sign_in_that_is_over_says_to_log_in_again),
        cmocka_unit_test(such_a_refusal_is_not_tried_again),
        cmocka_unit_test(a_workforce_sign_in_proves_its_client_in_a_header),
        cmocka_unit_test(a_refresh_token_goes_to_no_host_that_the_file_just_names),
        cmocka_unit_test(the_universe_of_a_sign_in_has_its_own_endpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
