/* Programs that print a subject token: allowed, started, timed and read. */
#include "tests/unit/providers/gcp/credentials/scene.h"

#include "providers/gcp/credentials/executable.h"

#define FILE_OF(executable, more)                                                                  \
    "{\"type\":\"external_account\",\"audience\":\"//iam/aud\",\"subject_token_type\":"            \
    "\"urn:ietf:params:oauth:token-type:id_token\"," more                                          \
    "\"credential_source\":{\"executable\":" executable "}}"
#define PLAIN FILE_OF("{\"command\":\"/bin/get-token --for 'a b'\"}", "")
#define JWT_TYPE "urn:ietf:params:oauth:token-type:jwt"
#define GOOD_UNTIL(token, until)                                                                   \
    "{\"version\":1,\"success\":true,\"token_type\":\"" JWT_TYPE "\",\"id_token\":\"" token "\","  \
    "\"expiration_time\":" until "}"
#define GOOD GOOD_UNTIL("printed", "1795233600")

static void begin(struct gcp_scene *s, const char *file, const char *output)
{
    scene_begin_with(s, file);
    script_set(&s->script, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
    s->process.output = output;
}

static void nothing_starts_unless_the_environment_allows_it(void **state)
{
    (void)state;
    static const char *const values[] = { NULL, "0", "true", "11" };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct gcp_scene s;
        scene_begin_with(&s, PLAIN);
        s.process.output = GOOD;
        if (values[i] != NULL)
            script_set(&s.script, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", values[i]);
        scene_fails(&s, ERROR_CONFIG,
                    "set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 if you trust that file");
        assert_int_equal(s.process.runs, 0);
        scene_end(&s);
    }
}

static void what_it_prints_is_exchanged(void **state)
{
    (void)state;
    struct gcp_scene s;
    begin(&s, PLAIN, GOOD);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_field(&s, "subject_token", "printed");
    assert_string_equal(
        buffer_string(&s.process.argv),
        "[env][GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE=//iam/aud]"
        "[GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE=urn:ietf:params:oauth:token-type:id_token]"
        "[GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE=0][GOOGLE_EXTERNAL_ACCOUNT_REVOKE=0]"
        "[/bin/get-token][--for][a b]");
    assert_int_equal(s.process.timeout_ms, 30000);
    scene_end(&s);
}

static void it_learns_whom_the_token_is_for(void **state)
{
    (void)state;
    struct gcp_scene s;
    begin(
        &s,
        FILE_OF(
            "{\"command\":\"x\",\"timeout_millis\":5000,\"output_file\":\"/run/kept\"}",
            "\"service_account_impersonation_url\":\"https://iamcredentials.googleapis.com/v1/projects/-/"
            "serviceAccounts/" WALKER ":generateAccessToken\","),
        GOOD);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_non_null(strstr(buffer_string(&s.process.argv),
                           "[GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL=" WALKER "]"));
    assert_non_null(
        strstr(buffer_string(&s.process.argv), "[GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE=/run/kept]"));
    assert_int_equal(s.process.timeout_ms, 5000);
    scene_end(&s);
}

static void saml_is_taken_from_its_own_member(void **state)
{
    (void)state;
    struct gcp_scene s;
    begin(
        &s, PLAIN,
        "{\"version\":1,\"success\":true,\"token_type\":\"urn:ietf:params:oauth:token-type:saml2\","
        "\"saml_response\":\"<saml>\"}");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_field(&s, "subject_token", "<saml>");
    scene_end(&s);
}

#define KEEPING FILE_OF("{\"command\":\"x\",\"output_file\":\"/run/kept\"}", "")

static void a_kept_token_is_used_while_it_is_good(void **state)
{
    (void)state;
    struct gcp_scene s;
    begin(&s, KEEPING, GOOD);
    script_file(&s.script, "/run/kept", GOOD_UNTIL("kept", "1795230001"));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_field(&s, "subject_token", "kept");
    assert_int_equal(s.process.runs, 0);
    scene_end(&s);
}

static void a_kept_token_that_may_be_over_is_not_used(void **state)
{
    (void)state;
    static const char *const kept[] = {
        GOOD_UNTIL("kept", "1795230000"),
        GOOD_UNTIL("kept", "null"),
        "",
        "{",
        "[]",
        "{\"version\":1,\"success\":false,\"code\":\"1\",\"message\":\"m\",\"expiration_time\":1795233600}",
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        struct gcp_scene s;
        begin(&s, KEEPING, GOOD);
        script_file(&s.script, "/run/kept", kept[i]);
        scene_expect(&s, GCP_CHAIN_REQUEST);
        assert_field(&s, "subject_token", "printed");
        assert_int_equal(s.process.runs, 1);
        scene_end(&s);
    }
}

static void where_it_prints_nothing_its_file_is_read(void **state)
{
    (void)state;
    struct gcp_scene s;
    begin(&s, KEEPING, "");
    s.process.writes = "/run/kept";
    s.process.content = GOOD_UNTIL("written", "1795233600");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_field(&s, "subject_token", "written");
    assert_int_equal(s.process.runs, 1);
    scene_end(&s);
}

static void expect_failure(const char *output, int status, enum error_kind kind, const char *words)
{
    struct gcp_scene s;
    begin(&s, PLAIN, output);
    s.process.status = status;
    s.process.errors = "out of luck\n";
    scene_fails(&s, kind, words);
    assert_says(&s, ADC ": executable: ");
    scene_end(&s);
}

static void what_goes_wrong_is_told_without_the_token(void **state)
{
    (void)state;
    expect_failure(NULL, 0, ERROR_IO, "cannot run");
    expect_failure(HUSH, 3, ERROR_DENIED, "/bin/get-token ended with status 3: out of luck");
    expect_failure("", 0, ERROR_DATA, "it printed nothing instead of JSON");
    expect_failure(HUSH, 0, ERROR_DATA, "it printed something else instead of JSON");
    expect_failure("{\"version\":2,\"success\":true}", 0, ERROR_DATA, "version is not 1");
    expect_failure("{\"version\":1}", 0, ERROR_DATA, "success is missing");
    expect_failure("{\"version\":1,\"success\":false,\"code\":\"401\",\"message\":\"who are you\"}",
                   0, ERROR_DENIED, "it says 401: who are you");
    expect_failure("{\"version\":1,\"success\":false}", 0, ERROR_DENIED,
                   "it says no code: no message");
    expect_failure("{\"version\":1,\"success\":true,\"token_type\":\"magic\"}", 0, ERROR_DATA,
                   "token_type is missing");
    expect_failure("{\"version\":1,\"success\":true,\"token_type\":\"" JWT_TYPE
                   "\",\"saml_response\":\"" HUSH "\"}",
                   0, ERROR_DATA, "id_token is missing");
    expect_failure(GOOD_UNTIL(HUSH, "1795230000"), 0, ERROR_DENIED, "its token has expired");
    expect_failure(GOOD_UNTIL(HUSH, "\"soon\""), 0, ERROR_DATA,
                   "expiration_time is no whole number");
}

static void expect_bad_file(const char *file, const char *words)
{
    struct gcp_scene s;
    begin(&s, file, GOOD);
    scene_fails(&s, ERROR_CONFIG, words);
    assert_int_equal(s.process.runs, 0);
    scene_end(&s);
}

static void settings_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_bad_file(FILE_OF("{}", ""), "executable: command is missing");
    expect_bad_file(FILE_OF("7", ""), "executable: command is missing");
    expect_bad_file(FILE_OF("{\"command\":\"x\",\"timeout_millis\":4999}", ""),
                    "timeout_millis is not 5000 to 120000");
    expect_bad_file(FILE_OF("{\"command\":\"x\",\"timeout_millis\":120001}", ""),
                    "timeout_millis is not");
    expect_bad_file(FILE_OF("{\"command\":\"x\",\"timeout_millis\":\"long\"}", ""),
                    "timeout_millis is not");
    expect_bad_file(FILE_OF("{\"command\":\"x 'y\"}", ""), "its command is not 1 to 64 words");
    expect_bad_file(FILE_OF("{\"command\":\"  \"}", ""), "its command is not 1 to 64 words");
    expect_bad_file(FILE_OF("{\"command\":\"LD_PRELOAD=x y\"}", ""), "the first without '='");
}

/* The machine's own processes: no shell in between, and the variables arrive. */
static void a_real_program_gets_its_variables(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct secret token = SECRET_INIT;
    struct gcp_host host = gcp_host_system();
    struct gcp_executable e = {
        .command =
            "sh -c 'printf \"{\\\"version\\\":1,\\\"success\\\":true,\\\"token_type\\\":\\\"" JWT_TYPE
            "\\\",\\\"id_token\\\":\\\"$GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE,$0\\\"}\"' '$HOME;x'",
        .timeout_ms = 30000,
    };
    const struct gcp_executable_setup setup = {
        .host = &host, .executable = &e, .audience = "aud", .token_type = "t"
    };
    assert_int_equal(setenv("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1", 1), 0);
    if (!gcp_executable_run(&setup, NOW, &token, &err))
        fail_msg("%s", err.message);
    assert_true(text_equal_string(secret_reveal(&token), "aud,$HOME;x"));
    secret_release(&token);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_starts_unless_the_environment_allows_it),
        cmocka_unit_test(what_it_prints_is_exchanged),
        cmocka_unit_test(it_learns_whom_the_token_is_for),
        cmocka_unit_test(saml_is_taken_from_its_own_member),
        cmocka_unit_test(a_kept_token_is_used_while_it_is_good),
        cmocka_unit_test(a_kept_token_that_may_be_over_is_not_used),
        cmocka_unit_test(where_it_prints_nothing_its_file_is_read),
        cmocka_unit_test(what_goes_wrong_is_told_without_the_token),
        cmocka_unit_test(settings_that_cannot_be_are_refused),
        cmocka_unit_test(a_real_program_gets_its_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
