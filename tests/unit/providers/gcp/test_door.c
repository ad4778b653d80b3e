/* One token a session, for all doors: who asks for it, who waits, and whose account a door is. */
#include "tests/unit/providers/gcp/doorway.h"

static void one_door_asks_and_all_go_through(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha"), *b = doorway_door(&w, "beta");
    doorway_expect(&w, a, PROVIDER_REQUEST);
    assert_string_equal(w.request.host, "oauth2.googleapis.com");
    doorway_expect(&w, b, PROVIDER_WAIT);
    assert_false(gcp_door_is_open(a, w.now));
    doorway_answer(&w, a, 200,
                   "{\"access_token\":\"" HUSH
                   "-1\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
    doorway_expect(&w, b, PROVIDER_READY);
    doorway_expect(&w, a, PROVIDER_READY);
    assert_true(gcp_door_is_open(a, w.now) && gcp_door_is_open(b, w.now));
    assert_string_equal(gcp_door_account(a), "alpha");
    assert_string_equal(gcp_door_account(b), "beta");
    assert_string_equal(gcp_door_partition(a), "");
    struct provider_door *c = doorway_door(&w, "gamma"); /* later ones have nothing to ask */
    doorway_expect(&w, c, PROVIDER_READY);
    gcp_door_close(a);
    gcp_door_close(b);
    gcp_door_close(c);
    gcp_door_close(NULL);
    doorway_end(&w);
}

static void a_door_that_is_closed_while_it_asks_lets_others_ask(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha"), *b = doorway_door(&w, "beta");
    doorway_expect(&w, a, PROVIDER_REQUEST);
    gcp_door_close(a);
    doorway_pass(&w, b, "t");
    gcp_door_close(b);
    doorway_end(&w);
}

static void a_renewal_that_is_due_keeps_nobody_waiting(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha"), *b = doorway_door(&w, "beta");
    doorway_pass(&w, a, "t1");
    doorway_expect(&w, b, PROVIDER_READY);
    w.now += HOUR - 100; /* due, and no must */
    assert_false(gcp_door_is_open(a, w.now));
    doorway_expect(&w, a, PROVIDER_REQUEST);
    assert_true(gcp_door_is_open(b, w.now)); /* with the old one, while it is being renewed */
    doorway_expect(&w, b, PROVIDER_READY);
    doorway_answer(&w, a, 200,
                   "{\"access_token\":\"t2\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
    assert_false(gcp_door_is_open(b, w.now)); /* there is a newer one */
    doorway_expect(&w, b, PROVIDER_READY);
    doorway_expect(&w, a, PROVIDER_READY);
    assert_true(gcp_door_is_open(a, w.now) && gcp_door_is_open(b, w.now));
    w.now += HOUR - 100;
    doorway_expect(&w, a, PROVIDER_REQUEST);
    doorway_answer(&w, a, 400,
                   "{\"error\":\"invalid_grant\"}"); /* fails, and the old one still serves */
    doorway_expect(&w, a, PROVIDER_READY);
    w.now += 99;
    doorway_expect(&w, b, PROVIDER_REQUEST);
    gcp_door_close(a);
    gcp_door_close(b);
    doorway_end(&w);
}

static void a_token_that_was_called_expired_is_renewed_once_for_all(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha"), *b = doorway_door(&w, "beta");
    doorway_pass(&w, a, "t1");
    doorway_expect(&w, b, PROVIDER_READY);
    gcp_door_expire(a);
    assert_false(gcp_door_is_open(b, w.now));
    doorway_pass(&w, a, "t2");
    gcp_door_expire(b); /* learns it late, of the older token */
    doorway_expect(&w, b, PROVIDER_READY);
    assert_true(gcp_door_is_open(a, w.now));
    gcp_door_close(a);
    gcp_door_close(b);
    doorway_end(&w);
}

static void a_refused_sign_in_fails_every_door_with_the_reason(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha"), *b = doorway_door(&w, "beta");
    doorway_expect(&w, a, PROVIDER_REQUEST);
    doorway_answer(&w, a, 400,
                   "{\"error\":\"invalid_grant\",\"error_description\":\""
                   "Token has been revoked\"}");
    doorway_expect(&w, a, PROVIDER_FAILED);
    assert_int_equal(w.outcome, OUTCOME_DENIED);
    assert_non_null(strstr(w.err.message, "revoked"));
    doorway_expect(&w, b, PROVIDER_FAILED);
    doorway_expect(&w, a, PROVIDER_FAILED); /* and stays so */
    doorway_answer(&w, a, 200, "{\"access_token\":\"late\",\"expires_in\":3600}");
    doorway_expect(&w, a, PROVIDER_FAILED);
    gcp_door_close(a);
    gcp_door_close(b);
    doorway_end(&w);
}

static void a_broken_token_endpoint_is_worth_another_attempt(void **state)
{
    (void)state;
    struct doorway w;
    struct http_response r;
    int64_t wait_ms = 0;
    doorway_begin(&w, "");
    struct provider_door *a = doorway_door(&w, "alpha");
    doorway_expect(&w, a, PROVIDER_REQUEST);
    http_response_init(&r);
    r.status = 503;
    assert_int_equal(gcp_door_classify(a, &r, &wait_ms, &w.err), HTTP_VERDICT_RETRY);
    r.status = 400;
    assert_int_equal(gcp_door_classify(a, &r, &wait_ms, &w.err), HTTP_VERDICT_OK);
    http_response_release(&r);
    gcp_door_close(a);
    doorway_end(&w);
}

static void account_is(const char *organization, const char *folder, const char *own,
                       const char *wanted, const char *expected)
{
    struct doorway w;
    doorway_begin(&w, "");
    if (own != NULL)
        assert_int_equal(setenv("GOOGLE_CLOUD_PROJECT", own, 1), 0);
    w.target.gcp.organization = constant(organization);
    if (folder != NULL)
        string_list_add(&w.target.gcp.folders, folder);
    struct provider_door *d = doorway_door(&w, wanted);
    doorway_pass(&w, d, "t");
    assert_string_equal(gcp_door_account(d), expected);
    gcp_door_close(d);
    doorway_end(&w);
}

static void the_sessions_own_questions_are_the_organizations(void **state)
{
    (void)state;
    account_is("1", "2", "own", "", "organizations/1");
    account_is(NULL, "2", "own", "", "folders/2");
    account_is(NULL, NULL, "own", "", "own");
    account_is(NULL, NULL, NULL, "", "");
    account_is("1", NULL, "own", NULL, "own");
    account_is("1", NULL, "own", "alpha", "alpha");
}

static void credentials_of_no_project_have_no_account_of_their_own(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    struct provider_door *d = doorway_door(&w, NULL);
    doorway_expect(&w, d, PROVIDER_REQUEST);
    doorway_answer(&w, d, 200,
                   "{\"access_token\":\"t\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
    doorway_expect(&w, d, PROVIDER_FAILED);
    assert_non_null(strstr(w.err.message, "GOOGLE_CLOUD_PROJECT"));
    gcp_door_close(d);
    doorway_end(&w);
}

static void a_set_up_that_cannot_be_opens_no_session(void **state)
{
    (void)state;
    struct doorway w;
    doorway_begin(&w, "");
    w.target.gcp.endpoint = constant("https://x.example/?q");
    assert_false(doorway_open_session(&w));
    assert_int_equal(w.err.kind, ERROR_CONFIG);
    doorway_end(&w);
    doorway_begin(&w, "");
    w.target.gcp.credentials.file = constant("/nonexistent/key.json");
    assert_false(doorway_open_session(&w));
    doorway_end(&w);
    doorway_begin(&w, ",\"universe_domain\":\"evil.example\"");
    assert_false(doorway_open_session(&w));
    assert_non_null(strstr(w.err.message, "evil.example"));
    doorway_end(&w);
    doorway_begin(&w, ",\"universe_domain\":\"good.example\"");
    w.target.gcp.credentials.universe = constant("good.example");
    assert_true(doorway_open_session(&w));
    doorway_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_door_asks_and_all_go_through),
        cmocka_unit_test(a_door_that_is_closed_while_it_asks_lets_others_ask),
        cmocka_unit_test(a_renewal_that_is_due_keeps_nobody_waiting),
        cmocka_unit_test(a_token_that_was_called_expired_is_renewed_once_for_all),
        cmocka_unit_test(a_refused_sign_in_fails_every_door_with_the_reason),
        cmocka_unit_test(a_broken_token_endpoint_is_worth_another_attempt),
        cmocka_unit_test(the_sessions_own_questions_are_the_organizations),
        cmocka_unit_test(credentials_of_no_project_have_no_account_of_their_own),
        cmocka_unit_test(a_set_up_that_cannot_be_opens_no_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
