/* The metadata server of Google's machines, and what only pretends to be it. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#define ROOT "http://169.254.169.254/computeMetadata/v1/"
#define TOKEN_URL                                                                                  \
    "instance/service-accounts/default/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform.read-only"

static const char *const flavor[] = { "Metadata-Flavor", "Google", NULL };

static void tells(struct gcp_scene *s, int status, const char *body)
{
    if (!scene_answer_with(s, status, flavor, body))
        fail_msg("%s", s->err.message);
}

static void the_token_of_the_machine_is_fetched(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    scene_expect_request(&s, "GET", ROOT "universe/universe-domain");
    assert_header(&s, "Metadata-Flavor", "Google");
    assert_true(s.request.direct);
    assert_true(s.request.timeout_ms > 0 && s.request.timeout_ms <= 5000);
    tells(&s, 404, "<html>not found");
    scene_expect_request(&s, "GET", ROOT "project/project-id");
    tells(&s, 200, "machine-project\n");
    scene_expect_request(&s, "GET", ROOT TOKEN_URL);
    assert_header(&s, "Metadata-Flavor", "Google");
    tells(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_project(s.chain), "machine-project");
    assert_string_equal(gcp_chain_universe(s.chain), "googleapis.com");
    assert_string_equal(gcp_chain_origin(s.chain), "metadata server");
    scene_end(&s);
}

static void a_refresh_asks_for_the_token_alone(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 200, "googleapis.com");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 404, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 200, TOKEN_OF("t1"));
    assert_null(gcp_chain_project(s.chain));
    s.now += 3500;
    scene_expect_request(&s, "GET", ROOT TOKEN_URL);
    tells(&s, 200, TOKEN_OF("t2"));
    scene_expect_token(&s, "t2");
    scene_end(&s);
}

static void the_universe_of_the_machine_counts(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    s.options.impersonate = "other@x.iam.cloud.example";
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 200, "cloud.example");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 404, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 200, TOKEN_OF("t1"));
    scene_expect_request(&s, "POST",
                         "https://iamcredentials.cloud.example/v1/projects/-/serviceAccounts/"
                         "other@x.iam.cloud.example:generateAccessToken");
    assert_header(&s, "Authorization", "Bearer t1");
    scene_end(&s);
}

static void a_universe_that_the_config_does_not_want_is_refused(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    s.options.universe = "cloud.example";
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, 404, flavor, ""));
    scene_fails(&s, ERROR_CONFIG, "of the universe googleapis.com, not of cloud.example");
    scene_end(&s);
}

static void what_does_not_say_that_it_is_google_is_not_believed(void **state)
{
    (void)state;
    static const char *const other[] = { "Metadata-Flavor", "Other", NULL };
    struct gcp_scene s;
    scene_begin(&s);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer(&s, 200, "googleapis.com"));
    scene_fails(&s, ERROR_DENIED, "is not Google's metadata server");
    assert_says(&s, "no Google Cloud credentials found");
    s.now += GCP_CHAIN_RETRY_S;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, 404, other, ""));
    scene_end(&s);
}

static void without_any_server_all_that_was_tried_is_told(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_CONNECT));
    scene_fails(&s, ERROR_DENIED,
                "no Google Cloud credentials found (GOOGLE_APPLICATION_CREDENTIALS is not set; " ADC
                ": no such file;");
    scene_end(&s);
}

static void a_machine_without_a_service_account_says_so(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 404, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    tells(&s, 200, "p");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, 404, flavor, ""));
    scene_fails(&s, ERROR_DENIED, "no service account is attached to this machine");
    scene_end(&s);
}

static void expect_told_nonsense(int answers, const char *body)
{
    struct gcp_scene s;
    scene_begin(&s);
    for (int i = 0; i < answers; i++) {
        scene_expect(&s, GCP_CHAIN_REQUEST);
        tells(&s, 404, "");
    }
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, 200, flavor, body));
    scene_expect(&s, GCP_CHAIN_FAILED);
    scene_end(&s);
}

static void nonsense_is_refused_at_each_step(void **state)
{
    (void)state;
    expect_told_nonsense(0, "evil/../example");
    expect_told_nonsense(0, "no-dot");
    expect_told_nonsense(1, "Not A Project");
    expect_told_nonsense(2, "{\"access_token\":\"" HUSH "\"");
    expect_told_nonsense(2, "{\"access_token\":\"" HUSH "\",\"expires_in\":-1}");
}

static void variables_move_the_server(void **state)
{
    (void)state;
    struct gcp_scene s;
    scene_begin(&s);
    script_set(&s.script, "GCE_METADATA_IP", "127.0.0.1:81");
    script_set(&s.script, "GCE_METADATA_TIMEOUT", "7");
    scene_expect_request(&s, "GET",
                         "http://127.0.0.1:81/computeMetadata/v1/universe/universe-domain");
    assert_int_equal(s.request.timeout_ms, 7000);
    scene_end(&s);
    scene_begin(&s);
    script_set(&s.script, "GCE_METADATA_IP", "127.0.0.1:81");
    script_set(&s.script, "GCE_METADATA_HOST", "metadata.google.internal");
    scene_expect_request(
        &s, "GET", "http://metadata.google.internal/computeMetadata/v1/universe/universe-domain");
    scene_end(&s);
}

static void variables_that_would_show_the_token_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "metadata.example", "a b", "127.0.0.1/x", "user@127.0.0.1" };
    struct gcp_scene s;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scene_begin(&s);
        script_set(&s.script, "GCE_METADATA_HOST", bad[i]);
        scene_fails(&s, ERROR_CONFIG, "GCE_METADATA_HOST: ");
        scene_end(&s);
    }
    scene_begin(&s);
    script_set(&s.script, "GCE_METADATA_TIMEOUT", "0");
    scene_fails(&s, ERROR_CONFIG, "GCE_METADATA_TIMEOUT: '0' is not 1 to 60 seconds");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_of_the_machine_is_fetched),
        cmocka_unit_test(a_refresh_asks_for_the_token_alone),
        cmocka_unit_test(the_universe_of_the_machine_counts),
        cmocka_unit_test(a_universe_that_the_config_does_not_want_is_refused),
        cmocka_unit_test(what_does_not_say_that_it_is_google_is_not_believed),
        cmocka_unit_test(without_any_server_all_that_was_tried_is_told),
        cmocka_unit_test(a_machine_without_a_service_account_says_so),
        cmocka_unit_test(nonsense_is_refused_at_each_step),
        cmocka_unit_test(variables_move_the_server),
        cmocka_unit_test(variables_that_would_show_the_token_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
