/* Instance metadata and containers: fall-backs, refusals, static stability, hostile answers. */
#include "tests/unit/providers/aws/credentials/chain_script.h"

#define IMDS "http://169.254.169.254/latest/"
#define TOKEN_URL IMDS "api/token"
#define ROLES_URL IMDS "meta-data/iam/security-credentials/"

#define BAD_EXPIRATION "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hush\",\"Expiration\":\"never\"}"

static void answer_whole_instance(struct scene *s, const char *access_key_id, int64_t expires_unix_s)
{
    scene_expect_url(s, TOKEN_URL);
    assert_true(scene_answer(s, 200, "hush-token"));
    scene_expect_url(s, ROLES_URL);
    assert_true(scene_answer(s, 200, "night-role\nanother\n"));
    scene_expect_url(s, ROLES_URL "night-role");
    assert_string_equal(http_headers_get(&s->request.headers, "x-aws-ec2-metadata-token"), "hush-token");
    scene_metadata(s, access_key_id, expires_unix_s);
}

static void metadata_is_asked_for_a_short_time_and_past_every_proxy(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_string_equal(s.request.method, "PUT");
    assert_true(s.request.direct);
    assert_int_equal(s.request.max_attempts, 1);
    assert_int_equal(s.request.connect_timeout_ms, 1000);
    aws_chain_free(s.chain);
    s.chain = NULL;
    script_set(&s.script, "AWS_METADATA_SERVICE_TIMEOUT", "5");
    scene_expect_url(&s, TOKEN_URL);
    assert_int_equal(s.request.timeout_ms, 5000);
    aws_chain_free(s.chain);
    s.chain = NULL;
    script_set(&s.script, "AWS_METADATA_SERVICE_TIMEOUT", "a while");
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "metadata_service_timeout: 'a while' is not 1 to 60 seconds");
    scene_end(&s);
}

static void version_one_is_asked_where_no_token_comes(void **state)
{
    (void)state;
    static const int withheld[] = { 0, 403, 404, 405 };
    for (size_t i = 0; i < sizeof withheld / sizeof *withheld; i++) {
        struct scene s;
        scene_begin(&s);
        scene_expect_url(&s, TOKEN_URL);
        assert_true(withheld[i] == 0 ? scene_no_answer(&s, HTTP_TRANSPORT_TIMEOUT)
                                     : scene_answer(&s, withheld[i], ""));
        scene_expect_url(&s, ROLES_URL);
        assert_null(http_headers_get(&s.request.headers, "x-aws-ec2-metadata-token"));
        assert_true(scene_answer(&s, 200, "night-role"));
        scene_expect_url(&s, ROLES_URL "night-role");
        scene_metadata(&s, "ASIA1", NOW + 360 * MINUTE);
        scene_expect(&s, AWS_CHAIN_READY);
        assert_key(&s, "ASIA1");
        scene_end(&s);
    }
}

static void version_one_can_be_ruled_out(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_EC2_METADATA_V1_DISABLED", "true");
    scene_expect_url(&s, TOKEN_URL);
    assert_false(scene_answer(&s, 403, ""));
    assert_says(&s, "instance metadata: no token (HTTP 403), and version 1 is ruled out");
    scene_end(&s);
}

static void a_wrong_request_for_a_token_is_not_tried_another_way(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_false(scene_answer(&s, 400, ""));
    assert_says(&s, "instance metadata: no token: HTTP 400");
    scene_end(&s);
}

static void a_machine_without_any_credentials_hears_all_that_was_tried(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_CONNECT));
    assert_int_equal(s.err.kind, ERROR_DENIED);
    assert_string_equal(s.err.message,
                        "no AWS credentials found (no AWS_ACCESS_KEY_ID; profile `default` does not exist; no "
                        "AWS_CONTAINER_CREDENTIALS_ variables; instance metadata: nothing answers at "
                        "http://169.254.169.254: nobody there): name a profile, set AWS_ACCESS_KEY_ID and "
                        "AWS_SECRET_ACCESS_KEY, or run where a role is attached");
    scene_end(&s);
}

static void a_token_that_ran_out_is_renewed_once(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 200, "hush-1"));
    scene_expect_url(&s, ROLES_URL);
    assert_true(scene_answer(&s, 401, ""));
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 200, "hush-2"));
    scene_expect_url(&s, ROLES_URL);
    assert_string_equal(http_headers_get(&s.request.headers, "x-aws-ec2-metadata-token"), "hush-2");
    assert_false(scene_answer(&s, 401, ""));
    assert_null(strstr(s.err.message, "hush"));
    scene_end(&s);
}

static void a_hop_limit_of_one_is_explained(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_no_answer(&s, HTTP_TRANSPORT_TIMEOUT));
    scene_expect_url(&s, ROLES_URL);
    assert_false(scene_answer(&s, 401, ""));
    assert_says(&s, "raise the instance's metadata hop limit to 2");
    scene_end(&s);
}

static void a_200_can_hold_a_refusal(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 200, "hush"));
    scene_expect_url(&s, ROLES_URL);
    assert_true(scene_answer(&s, 200, "night-role"));
    scene_expect_url(&s, ROLES_URL "night-role");
    assert_false(scene_answer(&s, 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot "
                                       "assume the role\",\"SecretAccessKey\":\"hush\"}"));
    assert_says(&s, "instance metadata: role night-role: AssumeRoleUnauthorizedAccess: EC2 cannot assume");
    assert_null(strstr(s.err.message, "hush"));
    scene_end(&s);
}

static void passing_faults_are_asked_three_times(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 503, ""));
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 503, ""));
    scene_expect_url(&s, TOKEN_URL);
    assert_false(scene_answer(&s, 503, ""));
    assert_says(&s, "HTTP 503");
    scene_end(&s);
}

static void an_ailing_service_does_not_take_the_instances_credentials_away(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    answer_whole_instance(&s, "ASIA1", NOW + 360 * MINUTE);
    scene_expect(&s, AWS_CHAIN_READY);
    s.now = NOW + 365 * MINUTE; /* five minutes after their end */
    scene_expect_url(&s, TOKEN_URL);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_CONNECT));
    assert_says(&s, "instance metadata: nothing answers");
    assert_null(strstr(s.err.message, "no AWS credentials found"));
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "ASIA1");
    s.now += AWS_CHAIN_RETRY_S;
    answer_whole_instance(&s, "ASIA1", NOW + 360 * MINUTE); /* the same, expired */
    scene_expect(&s, AWS_CHAIN_READY);
    assert_key(&s, "ASIA1");
    assert_false(aws_chain_stale(s.chain, s.now + 19 * MINUTE));
    assert_true(aws_chain_stale(s.chain, s.now + 20 * MINUTE));
    scene_end(&s);
}

static void hostile_answers_are_refused(void **state)
{
    (void)state;
    static const char *const roles[] = { "../../user-data", "a b", "role?x=1",
                                         "a23456789012345678901234567890123456789012345678901234567890abcde" };
    struct scene s;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        scene_begin(&s);
        scene_expect_url(&s, TOKEN_URL);
        assert_true(scene_answer(&s, 200, "hush"));
        scene_expect_url(&s, ROLES_URL);
        assert_false(scene_answer(&s, 200, roles[i]));
        assert_says(&s, "is no role's name");
        scene_end(&s);
    }
    scene_begin(&s);
    scene_expect_url(&s, TOKEN_URL);
    assert_true(scene_answer(&s, 200, "a\r\nX-Evil: hush")); /* to be found out where it would be sent */
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_null(strstr(s.err.message, "hush"));
    scene_end(&s);
    static const char *const bodies[] = { "", "[]", "<html>hush</html>", "{\"AccessKeyId\":\"A\"}", "{\"hush",
                                          "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":[\"hush\"]}",
                                          BAD_EXPIRATION };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        scene_begin(&s);
        script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/keys");
        scene_expect_url(&s, "http://169.254.170.2/keys");
        assert_false(scene_answer(&s, 200, bodies[i]));
        assert_says(&s, "the container's credentials agent");
        assert_null(strstr(s.err.message, "hush"));
        scene_expect(&s, AWS_CHAIN_FAILED);
        scene_end(&s);
    }
}

/* ---- containers ---- */

static void the_token_file_is_read_each_time_and_outranks_the_variable(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials");
    script_set(&s.script, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-variable");
    scene_expect_url(&s, "http://169.254.170.23/v1/credentials");
    assert_string_equal(http_headers_get(&s.request.headers, "Authorization"), "hush-variable");
    assert_int_equal(s.request.max_attempts, 3);
    script_set(&s.script, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token");
    script_file(&s.script, "/token", "hush-file");
    scene_expect(&s, AWS_CHAIN_REQUEST);
    assert_string_equal(http_headers_get(&s.request.headers, "Authorization"), "hush-file");
    scene_metadata(&s, "ASIA1", NOW + 60 * MINUTE);
    script_file(&s.script, "/token", "hush-rotated");
    s.now = NOW + 45 * MINUTE;
    scene_expect(&s, AWS_CHAIN_REQUEST);
    assert_string_equal(http_headers_get(&s.request.headers, "Authorization"), "hush-rotated");
    scene_end(&s);
}

static void a_token_that_would_break_a_header_is_refused(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x");
    script_set(&s.script, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush\r\nX-Evil: 1");
    scene_expect(&s, AWS_CHAIN_FAILED);
    assert_says(&s, "the container's authorization token");
    assert_null(strstr(s.err.message, "hush"));
    scene_end(&s);
}

static void plain_http_stays_on_the_machine(void **state)
{
    (void)state;
    static const char *const refused[] = { "http://example.com/x", "http://10.0.0.1/x", "http://169.254.170.3/x",
                                           "http://127.0.0.1.example.com/x", "http://[fd00:ec2::24]/x" };
    static const char *const taken[] = { "http://127.1.2.3:8080/x", "http://[::1]:8080/x",
                                         "https://example.com/x" };
    struct scene s;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        scene_begin(&s);
        script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_FULL_URI", refused[i]);
        scene_expect(&s, AWS_CHAIN_FAILED);
        assert_says(&s, "http is for this machine and the agents' addresses");
        scene_end(&s);
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        scene_begin(&s);
        script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_FULL_URI", taken[i]);
        scene_expect_url(&s, taken[i]);
        scene_end(&s);
    }
}

static void an_agent_that_gives_expired_credentials_is_not_believed(void **state)
{
    (void)state;
    struct scene s;
    scene_begin(&s);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/keys");
    scene_expect_url(&s, "http://169.254.170.2/keys");
    char *body = metadata("ASIA1", NOW);
    assert_false(scene_answer(&s, 200, body));
    assert_says(&s, "container gave credentials that expired at 2026-11-21T03:00:00Z");
    free(body);
    scene_end(&s);
}

static void an_agents_passing_faults_are_for_the_engine_to_try_again(void **state)
{
    (void)state;
    struct scene s;
    struct http_response r;
    scene_begin(&s);
    script_set(&s.script, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/keys");
    scene_expect_url(&s, "http://169.254.170.2/keys");
    http_response_init(&r);
    r.status = 500;
    assert_int_equal(aws_chain_classify(s.chain, &r), HTTP_VERDICT_RETRY);
    r.status = 429;
    assert_int_equal(aws_chain_classify(s.chain, &r), HTTP_VERDICT_THROTTLED);
    r.status = 403;
    assert_int_equal(aws_chain_classify(s.chain, &r), HTTP_VERDICT_OK);
    assert_false(scene_answer(&s, 403, "hush"));
    assert_says(&s, "the container's credentials agent answered HTTP 403");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_is_asked_for_a_short_time_and_past_every_proxy),
        cmocka_unit_test(version_one_is_asked_where_no_token_comes),
        cmocka_unit_test(version_one_can_be_ruled_out),
        cmocka_unit_test(a_wrong_request_for_a_token_is_not_tried_another_way),
        cmocka_unit_test(a_machine_without_any_credentials_hears_all_that_was_tried),
        cmocka_unit_test(a_token_that_ran_out_is_renewed_once),
        cmocka_unit_test(a_hop_limit_of_one_is_explained),
        cmocka_unit_test(a_200_can_hold_a_refusal),
        cmocka_unit_test(passing_faults_are_asked_three_times),
        cmocka_unit_test(an_ailing_service_does_not_take_the_instances_credentials_away),
        cmocka_unit_test(hostile_answers_are_refused),
        cmocka_unit_test(the_token_file_is_read_each_time_and_outranks_the_variable),
        cmocka_unit_test(a_token_that_would_break_a_header_is_refused),
        cmocka_unit_test(plain_http_stays_on_the_machine),
        cmocka_unit_test(an_agent_that_gives_expired_credentials_is_not_believed),
        cmocka_unit_test(an_agents_passing_faults_are_for_the_engine_to_try_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
