/* The way into an account: whose credentials, which role, what is proven, when it is renewed. */
#include "tests/unit/providers/aws/doorway.h"

static void a_role_is_assumed_and_its_account_proven(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.external_id = constant("shared/word");
    struct provider_door *d = doorway_walk_in(&w);
    assert_string_equal(door_account(d), OTHER);
    assert_string_equal(door_partition(d), "aws-cn");
    assert_string_equal(door_credentials(d, w.now)->access_key_id, "ASIAROLE");
    assert_true(doorway_signed_by(&w, "Credential=ASIAROLE/20261121/eu-west-1/sts/"));
    door_close(d);
    doorway_end(&w);
}

static void the_role_is_asked_for_by_name_and_narrowed(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("path/walker");
    w.target.aws.external_id = constant("shared/word");
    string_list_add(&w.operations, "ec2:DescribeVpcs");
    string_list_add(&w.operations, "account:ListRegions");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    struct provider_door *d = doorway_door(&w, OTHER);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_string_equal(w.request.host, "sts.eu-west-1.amazonaws.com");
    assert_true(doorway_signed_by(&w, "Credential=AKIABASE/20261121/eu-west-1/sts/"));
    assert_true(doorway_has(&w, "&RoleArn=arn%3Aaws%3Aiam%3A%3A" OTHER "%3Arole%2Fpath%2Fwalker&"));
    assert_true(doorway_has(&w, "&RoleSessionName=yomawari&"));
    assert_true(doorway_has(&w, "&ExternalId=shared%2Fword"));
    assert_true(doorway_has(&w, "&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2F"
                                "SecurityAudit&"));
    assert_true(doorway_has(&w, "&PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2F"
                                "job-function%2FViewOnlyAccess&"));
    assert_true(doorway_has(&w, "%22account%3AListRegions%22"));
    assert_false(doorway_has(&w, "DescribeVpcs"));
    door_close(d);
    doorway_end(&w);
}

static void a_session_for_logs_is_narrowed_to_their_place_alone(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    string_list_add(&w.operations, "account:ListRegions");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    assert_true(doorway_open_session(&w));
    struct account_spec spec = { .account = constant(OTHER),
                                 .log_bucket = constant("central-logs"),
                                 .log_prefix = constant("AWSLogs/") };
    struct provider_door *d = door_open(w.session, &spec, &w.err);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_true(doorway_has(&w, "arn%3Aaws%3As3%3A%3A%3Acentral-logs%2FAWSLogs%2F"));
    assert_false(doorway_has(&w, "PolicyArns"));
    assert_false(doorway_has(&w, "ListRegions"));
    door_close(d);
    doorway_end(&w);
}

static void a_session_for_a_table_writes_nowhere_until_the_place_of_results_is_known(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    assert_true(doorway_open_session(&w));
    struct log_table table = { .region = constant("eu-west-1"),
                                   .workgroup = constant("flows"),
                                   .catalog = constant("AwsDataCatalog"),
                                   .database = constant("logs"),
                                   .name = constant("vpc") };
    struct account_spec spec = { .account = constant(OTHER), .log_table = &table };
    for (int i = 0; i < 2; i++) {
        table.output = i == 0 ? NULL : constant("results/night/");
        struct provider_door *d = door_open(w.session, &spec, &w.err);
        doorway_expect_action(&w, d, "AssumeRole");
        assert_true(doorway_has(&w, "arn%3Aaws%3Aathena%3Aeu-west-1%3A" OTHER "%3Aworkgroup%2Fflows"));
        assert_false(doorway_has(&w, "PolicyArns"));
        assert_int_equal(doorway_has(&w, "StartQueryExecution"), i);
        assert_int_equal(doorway_has(&w, "PutObject"), i);
        assert_int_equal(doorway_has(&w, "arn%3Aaws%3As3%3A%3A%3Aresults%2Fnight%2F"), i);
        door_close(d);
    }
    doorway_end(&w);
}

static void arns_follow_the_partition_of_the_region(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    assert_int_equal(setenv("AWS_REGION", "cn-north-1", 1), 0);
    struct provider_door *d = doorway_door(&w, OTHER);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_string_equal(w.request.host, "sts.cn-north-1.amazonaws.com.cn");
    assert_true(doorway_has(&w, "&RoleArn=arn%3Aaws-cn%3Aiam%3A%3A" OTHER "%3Arole%2Fwalker&"));
    assert_true(doorway_has(&w, ".arn=arn%3Aaws-cn%3Aiam%3A%3Aaws%3Apolicy%2FSecurityAudit&"));
    assert_false(doorway_has(&w, "ExternalId"));
    assert_false(doorway_has(&w, "&Policy="));
    door_close(d);
    doorway_end(&w);
}

static void an_accounts_own_role_and_external_id_outrank_the_targets(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    w.target.aws.external_id = constant("of-all");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    assert_true(doorway_open_session(&w));
    struct account_spec spec = { .account = constant(OTHER),
                                 .role = constant("arn:aws:iam::" OTHER ":role/special"),
                                 .external_id = constant("of-this") };
    struct provider_door *d = door_open(w.session, &spec, &w.err);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_true(doorway_has(&w, "role%2Fspecial&"));
    assert_true(doorway_has(&w, "&ExternalId=of-this"));
    door_close(d);
    doorway_end(&w);
}

static void discovery_goes_in_by_its_role_or_as_it_is(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_true(doorway_open_session(&w));
    struct provider_door *d = door_open(w.session, NULL, &w.err);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    assert_true(doorway_signed_by(&w, "AKIABASE"));
    doorway_answer_identity(&w, d, OWN);
    doorway_expect(&w, d, PROVIDER_READY);
    assert_string_equal(door_account(d), OWN);
    door_close(d);
    w.target.aws.discovery_role = constant("arn:aws:iam::" OTHER ":role/lister");
    d = door_open(w.session, NULL, &w.err);
    doorway_expect_action(&w, d, "AssumeRole");
    assert_true(doorway_has(&w, "role%2Flister&"));
    door_close(d);
    w.target.aws.discovery_role = constant("lister");
    assert_null(door_open(w.session, NULL, &w.err));
    assert_int_equal(w.err.kind, ERROR_CONFIG);
    assert_says(&w.err, "lister");
    doorway_end(&w);
}

static void another_account_than_wanted_is_not_entered(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_door(&w, OTHER);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    doorway_answer_identity(&w, d, OWN);
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_says(&w.err, OWN);
    assert_says(&w.err, OTHER);
    assert_int_equal(w.outcome, OUTCOME_FAILED);
    assert_string_equal(door_account(d), "");
    assert_null(door_credentials(d, w.now));
    doorway_expect(&w, d, PROVIDER_FAILED); /* and stays so */
    door_close(d);
    doorway_end(&w);
}

static void a_refused_role_is_denied_and_says_what_to_look_at(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    w.target.aws.external_id = constant(HUSH "-between-companies");
    struct provider_door *d = doorway_door(&w, OTHER);
    doorway_expect_action(&w, d, "AssumeRole");
    doorway_answer(&w, d, 403,
                   "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User x is not "
                   "authorized\n" HUSH "-canonical</Message></Error></ErrorResponse>");
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_DENIED);
    assert_says(&w.err, "arn:aws:iam::" OTHER ":role/walker");
    assert_says(&w.err, "trust policy");
    assert_says(&w.err, "external id");
    door_close(d);
    doorway_end(&w);
}

static void a_service_that_fails_is_no_denial(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    struct http_response none;
    int64_t wait_ms = 0;
    http_response_init(&none);
    none.status = 503;
    assert_int_equal(door_classify(d, &none, &wait_ms, &w.err), HTTP_VERDICT_RETRY);
    none.status = 0;
    none.transport = HTTP_TRANSPORT_CONNECT;
    snprintf(none.message, sizeof none.message, "nobody there");
    door_accept(d, w.now, &none);
    http_response_release(&none);
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_FAILED);
    assert_says(&w.err, "nobody there");
    door_close(d);
    doorway_end(&w);
}

static void one_door_asks_for_the_base_and_the_others_wait(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    doorway_ask_for_base();
    struct provider_door *first = doorway_door(&w, OWN), *second = doorway_door(&w, OWN);
    doorway_expect(&w, first, PROVIDER_REQUEST);
    assert_string_equal(w.request.path, "/credentials");
    doorway_expect(&w, second, PROVIDER_WAIT);
    doorway_answer_base(&w, first, "ASIABASE", w.now + 6 * HOUR);
    doorway_expect_action(&w, second, "GetCallerIdentity");
    doorway_expect_action(&w, first, "GetCallerIdentity");
    assert_true(doorway_signed_by(&w, "ASIABASE"));
    doorway_answer_identity(&w, first, OWN);
    doorway_answer_identity(&w, second, OWN);
    doorway_expect(&w, first, PROVIDER_READY);
    doorway_expect(&w, second, PROVIDER_READY);
    door_close(first);
    door_close(second);
    doorway_end(&w);
}

static void a_door_that_closes_lets_the_next_one_ask(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    doorway_ask_for_base();
    struct provider_door *first = doorway_door(&w, OWN), *second = doorway_door(&w, OWN);
    doorway_expect(&w, first, PROVIDER_REQUEST);
    door_close(first);
    doorway_expect(&w, second, PROVIDER_REQUEST);
    assert_string_equal(w.request.path, "/credentials");
    doorway_answer(&w, second, 500, "no");
    doorway_expect(&w, second, PROVIDER_FAILED);
    door_close(second);
    doorway_end(&w);
}

static void the_own_account_is_entered_without_the_role(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    struct provider_door *d = doorway_door(&w, OWN);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    assert_true(doorway_signed_by(&w, "AKIABASE"));
    doorway_answer_identity(&w, d, OWN);
    doorway_expect(&w, d, PROVIDER_READY);
    assert_string_equal(door_credentials(d, w.now)->access_key_id, "AKIABASE");
    door_close(d);
    w.target.aws.self = CONFIG_SELF_ASSUME;
    d = doorway_door(&w, OWN);
    doorway_expect_action(&w, d, "AssumeRole");
    door_close(d);
    doorway_end(&w);
}

/* Few sources of credentials say whose they are: STS is asked once for all doors. */
static void whose_the_base_is_is_asked_once_where_its_source_does_not_tell(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    struct provider_door *own = doorway_door(&w, OWN), *other = doorway_door(&w, OTHER);
    doorway_expect_action(&w, other, "GetCallerIdentity");
    assert_true(doorway_signed_by(&w, "AKIABASE"));
    doorway_expect(&w, own, PROVIDER_WAIT);
    doorway_answer_identity(&w, other, OWN);
    doorway_expect_action(&w, other, "AssumeRole");
    doorway_expect_action(&w, own, "GetCallerIdentity");
    assert_true(doorway_signed_by(&w, "AKIABASE"));
    doorway_answer_identity(&w, own, OWN);
    doorway_expect(&w, own, PROVIDER_READY);
    assert_string_equal(door_credentials(own, w.now)->access_key_id, "AKIABASE");
    door_close(own);
    door_close(other);
    doorway_end(&w);
}

static void a_door_that_cannot_learn_whose_the_base_is_fails(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    struct provider_door *first = doorway_door(&w, OWN), *second = doorway_door(&w, OTHER);
    doorway_expect_action(&w, first, "GetCallerIdentity");
    doorway_answer(&w, first, 403, "<R><Error><Code>InvalidClientTokenId</Code></Error></R>");
    doorway_expect(&w, first, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_DENIED);
    assert_says(&w.err, "the access key does not exist");
    doorway_expect_action(&w, second, "GetCallerIdentity");
    door_close(first);
    door_close(second);
    doorway_end(&w);
}

static void a_role_is_renewed_when_little_is_left_and_after_expire(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    struct provider_door *d = doorway_walk_in(&w);
    w.now += HOUR - 301;
    assert_non_null(door_credentials(d, w.now));
    doorway_expect(&w, d, PROVIDER_READY);
    w.now += 1;
    assert_null(door_credentials(d, w.now));
    doorway_expect_action(&w, d, "AssumeRole");
    doorway_answer_role(&w, d, "ASIANEXT", w.now + HOUR);
    doorway_expect(&w, d, PROVIDER_READY); /* whose they are is known */
    assert_string_equal(door_credentials(d, w.now)->access_key_id, "ASIANEXT");
    door_expire(d);
    assert_null(door_credentials(d, w.now));
    doorway_expect_action(&w, d, "AssumeRole");
    doorway_answer_role(&w, d, "ASIALAST", w.now + HOUR);
    doorway_expect(&w, d, PROVIDER_READY);
    door_close(d);
    doorway_end(&w);
}

static void the_base_is_asked_for_anew_after_expire(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    doorway_ask_for_base();
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect(&w, d, PROVIDER_REQUEST);
    doorway_answer_base(&w, d, "ASIABASE", w.now + 6 * HOUR);
    doorway_expect_action(&w, d, "GetCallerIdentity");
    doorway_answer_identity(&w, d, OWN);
    doorway_expect(&w, d, PROVIDER_READY);
    door_expire(d);
    assert_null(door_credentials(d, w.now));
    doorway_expect(&w, d, PROVIDER_REQUEST);
    assert_string_equal(w.request.path, "/credentials");
    doorway_answer_base(&w, d, "ASIANEXT", w.now + 6 * HOUR);
    doorway_expect(&w, d, PROVIDER_READY);
    assert_string_equal(door_credentials(d, w.now)->access_key_id, "ASIANEXT");
    door_close(d);
    doorway_end(&w);
}

static void a_role_that_is_over_when_it_comes_is_not_asked_for_without_end(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w);
    w.target.aws.role = constant("walker");
    assert_int_equal(setenv("AWS_ACCOUNT_ID", OWN, 1), 0);
    struct provider_door *d = doorway_door(&w, OTHER);
    doorway_expect_action(&w, d, "AssumeRole");
    doorway_answer_role(&w, d, "ASIAROLE", w.now + 300);
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_DENIED);
    assert_says(&w.err, "clock");
    door_close(d);
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_is_assumed_and_its_account_proven),
        cmocka_unit_test(the_role_is_asked_for_by_name_and_narrowed),
        cmocka_unit_test(a_session_for_logs_is_narrowed_to_their_place_alone),
        cmocka_unit_test(a_session_for_a_table_writes_nowhere_until_the_place_of_results_is_known),
        cmocka_unit_test(arns_follow_the_partition_of_the_region),
        cmocka_unit_test(an_accounts_own_role_and_external_id_outrank_the_targets),
        cmocka_unit_test(discovery_goes_in_by_its_role_or_as_it_is),
        cmocka_unit_test(another_account_than_wanted_is_not_entered),
        cmocka_unit_test(a_refused_role_is_denied_and_says_what_to_look_at),
        cmocka_unit_test(a_service_that_fails_is_no_denial),
        cmocka_unit_test(one_door_asks_for_the_base_and_the_others_wait),
        cmocka_unit_test(a_door_that_closes_lets_the_next_one_ask),
        cmocka_unit_test(the_own_account_is_entered_without_the_role),
        cmocka_unit_test(whose_the_base_is_is_asked_once_where_its_source_does_not_tell),
        cmocka_unit_test(a_door_that_cannot_learn_whose_the_base_is_fails),
        cmocka_unit_test(a_role_is_renewed_when_little_is_left_and_after_expire),
        cmocka_unit_test(the_base_is_asked_for_anew_after_expire),
        cmocka_unit_test(a_role_that_is_over_when_it_comes_is_not_asked_for_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
