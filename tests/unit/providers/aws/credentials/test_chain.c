/* The chain's life: roles on roles, freshness, failures that pass and that stay. */
#include "tests/unit/providers/aws/credentials/chain_script.h"

#define STS_URL "https://sts.eu-west-1.amazonaws.com/"
#define REFUSED "<E><Error><Code>AccessDenied</Code><Message>no</Message></Error></E>"

static void a_role_on_a_role_is_assumed_from_the_inside_out(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config",
                "[default]\nrole_arn = arn:aws-cn:iam::012345678901:role/outer\nsource_profile = middle\n"
                "[profile middle]\nrole_arn = arn:aws-cn:iam::012345678901:role/inner\n"
                "role_session_name = middle-man\nexternal_id = ext\nduration_seconds = 1800\n"
                "source_profile = base\n[profile base]\n" STATIC_KEYS);
    scene_expect_url(&s, "https://sts.cn-northwest-1.amazonaws.com.cn/");
    const char *body = buffer_string(&s.request.body);
    assert_non_null(strstr(body, "role%2Finner&RoleSessionName=middle-man&DurationSeconds=1800&ExternalId=ext"));
    assert_non_null(strstr(http_headers_get(&s.request.headers, "Authorization"),
                           "Credential=AKIABASE/20261121/cn-northwest-1/sts/"));
    scene_assumed(&s, "ASIAINNER", NOW + 60 * MINUTE);
    scene_expect(&s, AWS_CHAIN_REQUEST);
    assert_non_null(strstr(buffer_string(&s.request.body), "role%2Fouter&RoleSessionName=yomawari"));
    assert_non_null(strstr(http_headers_get(&s.request.headers, "Authorization"), "Credential=ASIAINNER/"));
    assert_null(aws_chain_credentials(s.chain));
    scene_assumed(&s, "ASIAOUTER", NOW + 60 * MINUTE);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "ASIAOUTER");
    assert_string_equal(aws_chain_credentials(s.chain)->account_id, "012345678901");
    assert_string_equal(aws_chain_origin(s.chain),
                        "role arn:aws-cn:iam::012345678901:role/outer, from profile base "
                        "(/home/.aws/config:11)");
    scene_end(&s);
}

static void begin_with_role(struct scene *s, int64_t lifetime_s)
{
    scene_begin(s);
    script_file(&s->script, "/home/.aws/config", ROLE_ON_KEYS);
    scene_expect_url(s, STS_URL);
    scene_assumed(s, "ASIA1", NOW + lifetime_s);
    scene_expect(s, AWS_CHAIN_READY);
}

static void a_refresh_is_due_at_fifteen_minutes_and_a_must_at_ten(void **state)
{
    (void)state;
    struct scene s;
    begin_with_role(&s, 60 * MINUTE);
    assert_false(aws_chain_stale(s.chain, NOW + 45 * MINUTE - 1));
    assert_true(aws_chain_stale(s.chain, NOW + 45 * MINUTE));
    assert_true(aws_chain_usable(s.chain, NOW + 50 * MINUTE - 1));
    assert_false(aws_chain_usable(s.chain, NOW + 50 * MINUTE));
    s.now = NOW + 45 * MINUTE;
    scene_expect_url(&s, STS_URL);
    assert_key(&s, "ASIA1");
    scene_assumed(&s, "ASIA2", s.now + 60 * MINUTE);
    assert_key(&s, "ASIA2");
    scene_expect(&s, AWS_CHAIN_READY);
    assert_string_equal(s.err.message, "");
    scene_end(&s);
}

static void sessions_of_fifteen_minutes_are_not_refreshed_all_the_time(void **state)
{
    (void)state;
    struct scene s;
    begin_with_role(&s, 15 * MINUTE);
    assert_false(aws_chain_stale(s.chain, NOW));
    assert_false(aws_chain_stale(s.chain, NOW + 7 * MINUTE));
    assert_true(aws_chain_stale(s.chain, NOW + 8 * MINUTE));
    assert_true(aws_chain_usable(s.chain, NOW + 9 * MINUTE));
    assert_false(aws_chain_usable(s.chain, NOW + 10 * MINUTE));
    scene_end(&s);
}

static void a_failed_refresh_keeps_what_is_still_good_and_is_tried_again_later(void **state)
{
    (void)state;
    struct scene s;
    begin_with_role(&s, 60 * MINUTE);
    s.now = NOW + 45 * MINUTE;
    scene_expect_url(&s, STS_URL);
    assert_false(scene_answer(&s, 403, REFUSED));
    assert_says(&s, "/home/.aws/config:3: assume role " ROLE ": sts refused: AccessDenied: no (a role that");
    assert_false(aws_chain_stale(s.chain, s.now));
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "ASIA1");
    s.now += AWS_CHAIN_RETRY_S;
    scene_expect_url(&s, STS_URL);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_CONNECT));
    s.now = NOW + 50 * MINUTE;
    scene_expect_url(&s, STS_URL);
    assert_false(scene_answer(&s, 403, REFUSED));
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "sts refused: AccessDenied");
    scene_end(&s);
}

static void a_failure_is_told_to_all_who_ask_without_asking_again(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config", ROLE_ON_KEYS);
    scene_expect_url(&s, STS_URL);
    assert_false(scene_answer(&s, 403, REFUSED));
    for (int i = 0; i < 100; i++)
        scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "sts refused: AccessDenied");
    s.now += AWS_CHAIN_RETRY_S - 1;
    scene_expect(&s, AWS_CHAIN_FAILED);
    s.now = NOW - 3600; /* the clock was set back: that does not make the pause longer */
    scene_expect(&s, AWS_CHAIN_REQUEST);
    scene_end(&s);
}

static void asking_again_before_the_answer_gives_the_same_request(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config", ROLE_ON_KEYS);
    scene_expect_url(&s, STS_URL);
    char *body = memory_string(buffer_string(&s.request.body));
    scene_expect_url(&s, STS_URL);
    assert_string_equal(buffer_string(&s.request.body), body);
    scene_assumed(&s, "ASIA1", NOW + 60 * MINUTE);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_false(scene_answer(&s, 200, ""));
    assert_int_equal(s.err.kind, ERROR_INTERNAL);
    assert_key(&s, "ASIA1");
    free(body);
    scene_end(&s);
}

static void credentials_that_a_service_refused_are_fetched_once_more(void **state)
{
    (void)state;
    struct scene s;
    begin_with_role(&s, 60 * MINUTE);
    aws_chain_invalidate(s.chain, "ASIA0"); /* somebody's late news of older ones */
    scene_expect(&s, AWS_CHAIN_READY);
    aws_chain_invalidate(s.chain, "ASIA1");
    assert_false(aws_chain_usable(s.chain, s.now));
    scene_expect_url(&s, STS_URL);
    aws_chain_invalidate(s.chain, "ASIA1");
    assert_false(scene_answer(&s, 403, REFUSED));
    aws_chain_invalidate(s.chain, "ASIA1"); /* is no reason to ask sts for each that learns it */
    scene_expect(&s, AWS_CHAIN_FAILED);
    s.now += AWS_CHAIN_RETRY_S;
    scene_expect_url(&s, STS_URL);
    scene_assumed(&s, "ASIA2", s.now + 60 * MINUTE);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "ASIA2");
    scene_end(&s);
}

static void keys_that_something_rotates_in_the_files_are_picked_up(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/credentials", "[default]\n" STATIC_KEYS);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "AKIABASE");
    assert_false(aws_chain_stale(s.chain, INT64_MAX - 1));
    script_file(&s.script, "/home/.aws/credentials",
                "[default]\naws_access_key_id = AKIANEXT\naws_secret_access_key = hush\n");
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "AKIABASE");
    aws_chain_invalidate(s.chain, NULL);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "AKIANEXT");
    script_file(&s.script, "/home/.aws/credentials", "[default\n");
    aws_chain_invalidate(s.chain, NULL);
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "/home/.aws/credentials:1: profile definition must end with ']'");
    scene_end(&s);
}

static void a_web_identity_token_is_read_again_each_time(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    script_set(&s.script, "AWS_ROLE_ARN", ROLE);
    script_set(&s.script, "AWS_DEFAULT_REGION", "eu-west-1");
    script_file(&s.script, "/token", "hush-first\n");
    scene_expect_url(&s, STS_URL);
    assert_non_null(strstr(buffer_string(&s.request.body), "&WebIdentityToken=hush-first"));
    assert_null(http_headers_get(&s.request.headers, "Authorization"));
    scene_assumed(&s, "ASIA1", NOW + 60 * MINUTE);
    script_file(&s.script, "/token", "hush-second");
    s.now = NOW + 46 * MINUTE;
    scene_expect_url(&s, STS_URL);
    assert_non_null(strstr(buffer_string(&s.request.body), "&WebIdentityToken=hush-second"));
    assert_false(scene_answer(&s, 400, "<E><Code>InvalidIdentityToken</Code><Message>bad</Message></E>"));
    assert_says(&s, "web identity (AWS_WEB_IDENTITY_TOKEN_FILE): assume role " ROLE ": sts refused: "
                    "InvalidIdentityToken: bad");
    json_object_object_del(s.script.files, "/token");
    s.now = NOW + 51 * MINUTE;
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "/token: no such file or directory");
    scene_end(&s);
}

static void a_process_runs_again_when_its_credentials_end(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config",
                "[default]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"P\","
                "\"SecretAccessKey\":\"hush\",\"Expiration\":\"2026-11-21T04:00:00Z\"}'\n");
    scene_expect(&s, AWS_CHAIN_READY);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_int_equal(s.script.processes, 1);
    s.now = NOW + 45 * MINUTE;
    scene_expect(&s, AWS_CHAIN_READY);
    assert_int_equal(s.script.processes, 2);
    s.now = NOW + 61 * MINUTE;
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "profile default (/home/.aws/config:2) gave credentials that expired at "
                    "2026-11-21T04:00:00Z");
    scene_end(&s);
}

static void environment_keys_with_an_end_say_so_when_it_has_come(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_ACCESS_KEY_ID", "ASIAENV");
    script_set(&s.script, "AWS_SECRET_ACCESS_KEY", "hush");
    script_set(&s.script, "AWS_SESSION_TOKEN", "hush");
    script_set(&s.script, "AWS_CREDENTIAL_EXPIRATION", "2026-11-21T03:30:00Z");
    scene_expect(&s, AWS_CHAIN_READY);
    s.now = NOW + 31 * MINUTE;
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "environment gave credentials that expired at 2026-11-21T03:30:00Z");
    scene_end(&s);
}

static void what_is_in_force_can_be_told(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_PROFILE", "night");
    script_file(&s.script, "/home/.aws/config",
                "[profile night]\nregion = ap-northeast-1\nendpoint_url = http://localhost:5000\n" STATIC_KEYS);
    scene_expect(&s, AWS_CHAIN_READY);
    assert_string_equal(aws_chain_profile(s.chain), "night");
    assert_string_equal(aws_chain_region(s.chain), "ap-northeast-1");
    assert_string_equal(aws_chain_origin(s.chain), "profile night (/home/.aws/config:4)");
    assert_string_equal(aws_chain_endpoint_url(s.chain, "EC2"), "http://localhost:5000");
    aws_chain_free(s.chain);
    s.chain = NULL;
    script_set(&s.script, "AWS_REGION", "eu-west-1");
    scene_expect(&s, AWS_CHAIN_READY);
    assert_string_equal(aws_chain_region(s.chain), "eu-west-1");
    aws_chain_free(s.chain);
    s.chain = NULL;
    s.options.region = "us-west-2";
    scene_expect(&s, AWS_CHAIN_READY);
    assert_string_equal(aws_chain_region(s.chain), "us-west-2");
    scene_end(&s);
}

static void a_profile_that_does_not_exist_is_no_reason_to_take_another(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config", "[default]\n" STATIC_KEYS);
    s.options.profile = "nigth";
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_int_equal(s.err.kind, ERROR_CONFIG);
    assert_says(&s, "there is no profile 'nigth' in /home/.aws/config and /home/.aws/credentials");
    assert_null(s.chain);
    scene_end(&s);
}

static void wrong_settings_of_a_role_are_told_with_their_line(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config",
                "[default]\nrole_arn = " ROLE "\nexternal_id = hush id\nsource_profile = base\n"
                "[profile base]\n" STATIC_KEYS);
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "/home/.aws/config:2: the external id is not 2 to 1,224");
    assert_null(strstr(s.err.message, "hush"));
    scene_end(&s);
}

static void a_remote_sts_in_the_clear_must_be_allowed(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_file(&s.script, "/home/.aws/config", ROLE_ON_KEYS);
    script_set(&s.script, "AWS_ENDPOINT_URL_STS", "http://sts.example");
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "would carry credentials in the clear");
    aws_chain_free(s.chain);
    s.chain = NULL;
    s.options.allow_http = true;
    scene_expect_url(&s, "http://sts.example/");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_on_a_role_is_assumed_from_the_inside_out),
        cmocka_unit_test(a_refresh_is_due_at_fifteen_minutes_and_a_must_at_ten),
        cmocka_unit_test(sessions_of_fifteen_minutes_are_not_refreshed_all_the_time),
        cmocka_unit_test(a_failed_refresh_keeps_what_is_still_good_and_is_tried_again_later),
        cmocka_unit_test(a_failure_is_told_to_all_who_ask_without_asking_again),
        cmocka_unit_test(asking_again_before_the_answer_gives_the_same_request),
        cmocka_unit_test(credentials_that_a_service_refused_are_fetched_once_more),
        cmocka_unit_test(keys_that_something_rotates_in_the_files_are_picked_up),
        cmocka_unit_test(a_web_identity_token_is_read_again_each_time),
        cmocka_unit_test(a_process_runs_again_when_its_credentials_end),
        cmocka_unit_test(environment_keys_with_an_end_say_so_when_it_has_come),
        cmocka_unit_test(what_is_in_force_can_be_told),
        cmocka_unit_test(a_profile_that_does_not_exist_is_no_reason_to_take_another),
        cmocka_unit_test(wrong_settings_of_a_role_are_told_with_their_line),
        cmocka_unit_test(a_remote_sts_in_the_clear_must_be_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
