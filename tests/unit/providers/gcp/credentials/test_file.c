/* Credentials files: their kinds, and what is wrong with bad ones. */
#include "providers/gcp/credentials/file.h"
#include "tests/unit/providers/gcp/credentials/keys.h"
#include "tests/unit/providers/gcp/credentials/scene.h"

static bool read(struct text content, struct gcp_plan *plan, struct error *err)
{
    *plan = (struct gcp_plan){ .step_count = 0 };
    error_clear(err);
    bool ok = gcp_file_read(content, plan, err);
    assert_true(ok == (err->kind == ERROR_NONE));
    assert_true(ok || err->kind == ERROR_CONFIG);
    if (strstr(err->message, "hush") != NULL || strstr(err->message, "BEGIN") != NULL)
        fail_msg("a secret is in '%s'", err->message);
    return ok;
}

static void expect_bad(const char *content, const char *words)
{
    struct error err = ERROR_INIT;
    struct gcp_plan plan;
    assert_false(read(text_of(content), &plan, &err));
    gcp_plan_release(&plan);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
}

static void a_key_file_is_read(void **state)
{
    struct error err = ERROR_INIT;
    struct gcp_plan p;
    char *file = key_file(
        *state, "\"token_uri\":\"https://oauth2.googleapis.com/token\",\"universe_domain\":"
                "\"googleapis.com\",\"unknown\":{\"x\":1},");
    if (!read(text_of(file), &p, &err))
        fail_msg("%s", err.message);
    assert_int_equal(p.source.kind, GCP_SOURCE_KEY);
    assert_string_equal(p.source.email, WALKER);
    assert_string_equal(p.source.key_id, "kid1");
    assert_string_equal(p.source.token_url, "https://oauth2.googleapis.com/token");
    assert_string_equal(p.project, "watch");
    assert_string_equal(p.universe, "googleapis.com");
    assert_non_null(p.source.key);
    assert_true(p.holds_secret);
    gcp_plan_release(&p);
    free(file);
}

static void a_member_that_is_missing_is_named(void **state)
{
    const struct keys *k = *state;
    char *pem = json_quoted(k->rsa_pem);
    char *no_email = memory_format("{\"type\":\"service_account\",\"private_key\":%s}", pem);
    expect_bad(no_email, "client_email is missing");
    expect_bad("{\"type\":\"service_account\",\"client_email\":\"a@b\"}", "private_key is missing");
    expect_bad("{\"type\":\"service_account\",\"client_email\":7}", "client_email is no string");
    expect_bad("{\"type\":\"authorized_user\",\"client_secret\":\"" HUSH "\"}",
               "client_id is missing");
    expect_bad("{\"type\":\"authorized_user\",\"client_id\":\"a\"}", "client_secret is missing");
    expect_bad("{\"type\":\"authorized_user\",\"client_id\":\"a\",\"client_secret\":\"" HUSH "\"}",
               "refresh_token is missing");
    expect_bad(
        "{\"type\":\"external_account_authorized_user\",\"client_id\":\"a\",\"client_secret\":\"b\","
        "\"refresh_token\":\"\"}",
        "refresh_token is missing");
    expect_bad("{\"type\":\"external_account\"}", "audience is missing");
    expect_bad("{\"type\":\"external_account\",\"audience\":\"a\"}",
               "subject_token_type is missing");
    expect_bad("{\"type\":\"impersonated_service_account\"}", "source_credentials: is missing");
    expect_bad("{\"type\":\"impersonated_service_account\",\"source_credentials\":" USER_FILE "}",
               "service_account_impersonation_url is missing");
    expect_bad("{\"client_email\":\"a@b\"}", "type is missing");
    free(no_email);
    free(pem);
}

static void expect_bad_key(EVP_PKEY *pkey, const char *password, const char *words)
{
    char *pem = pem_of(pkey, password), *quoted = json_quoted(pem);
    char *file = memory_format(
        "{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":%s}", quoted);
    expect_bad(file, words);
    EVP_PKEY_free(pkey);
    free(pem);
    free(quoted);
    free(file);
}

static void keys_that_cannot_sign_are_refused(void **state)
{
    (void)state;
    expect_bad_key(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), NULL,
                   "private_key: the key is of kind EC");
    expect_bad_key(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), "x",
                   "private_key: the key is encrypted");
    expect_bad("{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"" HUSH
               "\"}",
               "private_key: no private key in PEM");
    expect_bad("{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"" HUSH
               "\\u0000\"}",
               "private_key is too long or holds a NUL");
}

static void kinds_that_are_not_served_are_refused_by_name(void **state)
{
    (void)state;
    expect_bad("{\"type\":\"gdch_service_account\"}",
               "gdch_service_account is for Google Distributed Cloud");
    expect_bad("{\"type\":\"api_key\"}", "type 'api_key' is no kind");
    expect_bad("{\"type\":[]}", "type is missing");
    expect_bad("{\"installed\":{\"client_secret\":\"" HUSH "\"}}",
               "an OAuth client, no credentials");
    expect_bad("{\"web\":{}}", "an OAuth client, no credentials");
}

static void what_is_no_json_object_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "null",
                                       "[]",
                                       "7",
                                       "\"" HUSH "\"",
                                       "-----BEGIN PRIVATE KEY-----\n" HUSH,
                                       "{\"private_key\":\"" HUSH "\",}",
                                       "{\"type\":\"service_account\"" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_bad(bad[i], "");
    expect_bad(HUSH, "no credentials file: json byte");
}

static void a_file_that_was_cut_is_refused_wherever(void **state)
{
    struct error err = ERROR_INIT;
    struct gcp_plan plan;
    char *file = key_file(*state, "");
    for (size_t len = 0; len < strlen(file); len += 17) {
        assert_false(read((struct text){ file, len }, &plan, &err));
        gcp_plan_release(&plan);
    }
    free(file);
}

static void credentials_within_each_other_end_somewhere(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 100000);
    for (int i = 0; i < 10; i++)
        buffer_append_string(
            &b, "{\"type\":\"impersonated_service_account\",\"service_account_impersonation_url\":"
                "\"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" WALKER
                ":generateAccessToken\",\"source_credentials\":");
    buffer_append_string(&b, USER_FILE "}}}}}}}}}}");
    expect_bad(buffer_string(&b), "more than 4 credentials within each other");
    buffer_release(&b);
    struct buffer deep;
    buffer_init(&deep, 1000000);
    for (int i = 0; i < 100000; i++)
        buffer_append_char(&deep, '[');
    expect_bad(buffer_string(&deep), "no credentials file");
    buffer_release(&deep);
}

static void a_universe_is_one_domain(void **state)
{
    (void)state;
    expect_bad(USER_FILE_WITH("\"universe_domain\":\"https://x.example\","),
               "universe_domain is no domain");
    expect_bad(USER_FILE_WITH("\"universe_domain\":7,"), "universe_domain is no string");
    expect_bad(
        "{\"type\":\"impersonated_service_account\",\"universe_domain\":\"a.example\","
        "\"service_account_impersonation_url\":\"https://i.a.example/v1/projects/-/serviceAccounts/" WALKER
        ":generateAccessToken\",\"source_credentials\":" USER_FILE_WITH(
            "\"universe_domain\":\"b.example\",") "}",
        "universe_domain is a.example here and b.example within source_credentials");
}

static void the_outer_quota_project_counts(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_plan p;
#define OUTER(more)                                                                                \
    "{\"type\":\"impersonated_service_account\"," more "\"service_account_impersonation_url\":"    \
    "\"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" WALKER                \
    ":generateAccessToken\","                                                                      \
    "\"source_credentials\":" USER_FILE_WITH("\"quota_project_id\":\"inner\",") "}"
    assert_true(read(TEXT_LITERAL(OUTER("\"quota_project_id\":\"outer\",")), &p, &err));
    assert_string_equal(p.file_quota_project, "outer");
    gcp_plan_release(&p);
    assert_true(read(TEXT_LITERAL(OUTER("")), &p, &err));
    assert_string_equal(p.file_quota_project, "inner");
    gcp_plan_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_file_is_read),
        cmocka_unit_test(a_member_that_is_missing_is_named),
        cmocka_unit_test(keys_that_cannot_sign_are_refused),
        cmocka_unit_test(kinds_that_are_not_served_are_refused_by_name),
        cmocka_unit_test(what_is_no_json_object_is_refused),
        cmocka_unit_test(a_file_that_was_cut_is_refused_wherever),
        cmocka_unit_test(credentials_within_each_other_end_somewhere),
        cmocka_unit_test(a_universe_is_one_domain),
        cmocka_unit_test(the_outer_quota_project_counts),
    };
    return cmocka_run_group_tests(tests, keys_setup, keys_teardown);
}
