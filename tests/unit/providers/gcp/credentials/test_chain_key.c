/* A service account's key: exchanged or signing for itself, its token kept fresh, its refusals told. */
#include "tests/unit/providers/gcp/credentials/keys.h"
#include "tests/unit/providers/gcp/credentials/scene.h"

#define TOKEN_URI "https://oauth2.googleapis.com/token"
#define SCOPE "https://www.googleapis.com/auth/cloud-platform.read-only"

static void begin(struct gcp_scene *s, void **state, const char *more)
{
    char *file = key_file(*state, more);
    scene_begin_with(s, file);
    free(file);
}

static struct json_object *assertion_of(struct gcp_scene *s, void **state)
{
    char *assertion = scene_field(s, "assertion");
    assert_non_null(assertion);
    struct json_object *claims = verified_claims(*state, text_of(assertion), "kid1");
    free(assertion);
    return claims;
}

static void an_assertion_is_exchanged_for_a_token(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "\"token_uri\":\"" TOKEN_URI "\",");
    scene_expect_request(&s, "POST", TOKEN_URI);
    assert_header(&s, "Content-Type", "application/x-www-form-urlencoded");
    assert_field(&s, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    struct json_object *claims = assertion_of(&s, state);
    assert_string_equal(claim(claims, "iss"), WALKER);
    assert_string_equal(claim(claims, "aud"), TOKEN_URI);
    assert_string_equal(claim(claims, "scope"), SCOPE);
    assert_null(claim(claims, "sub"));
    assert_int_equal(json_object_get_int64(json_object_object_get(claims, "iat")), NOW);
    assert_int_equal(json_object_get_int64(json_object_object_get(claims, "exp")), NOW + 3600);
    json_object_put(claims);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_project(s.chain), "watch");
    assert_string_equal(gcp_chain_account(s.chain), WALKER);
    assert_string_equal(gcp_chain_origin(s.chain), ADC);
    assert_string_equal(gcp_chain_universe(s.chain), "googleapis.com");
    assert_null(gcp_chain_quota_project(s.chain));
    scene_end(&s);
}

static void the_scopes_asked_for_are_joined(void **state)
{
    static const char *const scopes[] = { "https://www.googleapis.com/auth/a",
                                          "https://www.googleapis.com/auth/b", NULL };
    struct gcp_scene s;
    begin(&s, state, "");
    s.options.scopes = scopes;
    scene_expect_request(&s, "POST", TOKEN_URI);
    struct json_object *claims = assertion_of(&s, state);
    assert_string_equal(claim(claims, "scope"),
                        "https://www.googleapis.com/auth/a https://www.googleapis.com/auth/b");
    json_object_put(claims);
    scene_end(&s);
}

static void a_request_that_is_made_again_is_signed_anew(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    s.now += 400;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    struct json_object *claims = assertion_of(&s, state);
    assert_int_equal(json_object_get_int64(json_object_object_get(claims, "iat")), NOW + 400);
    json_object_put(claims);
    scene_end(&s);
}

static void a_key_can_sign_for_itself(void **state)
{
    struct gcp_scene s;
    struct http_request r;
    begin(&s, state, "");
    s.options.self_signed = true;
    scene_expect(&s, GCP_CHAIN_READY);
    http_request_init(&r);
    assert_true(
        http_request_set_url(&r, TEXT_LITERAL("https://dns.googleapis.com/dns/v1"), &s.err));
    assert_true(gcp_chain_authorize(s.chain, &r, &s.err));
    const char *bearer = http_headers_get(&r.headers, "Authorization");
    assert_memory_equal(bearer, "Bearer ", 7);
    struct json_object *claims = verified_claims(*state, text_of(bearer + 7), "kid1");
    assert_string_equal(claim(claims, "iss"), WALKER);
    assert_string_equal(claim(claims, "sub"), WALKER);
    assert_string_equal(claim(claims, "scope"), SCOPE);
    assert_null(claim(claims, "aud"));
    json_object_put(claims);
    http_request_release(&r);
    assert_true(gcp_chain_stale(s.chain, NOW + 3600 - 225));
    assert_false(gcp_chain_stale(s.chain, NOW + 3600 - 226));
    scene_end(&s);
}

static void outside_of_googleapis_a_key_always_signs_for_itself(void **state)
{
    struct gcp_scene s;
    struct http_request r;
    begin(&s, state, "\"universe_domain\":\"cloud.example\",\"token_uri\":\"" TOKEN_URI "\",");
    s.options.universe = "cloud.example";
    scene_expect(&s, GCP_CHAIN_READY);
    assert_string_equal(gcp_chain_universe(s.chain), "cloud.example");
    http_request_init(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("https://dns.cloud.example/x"), &s.err));
    assert_true(gcp_chain_authorize(s.chain, &r, &s.err));
    http_request_release(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("https://dns.googleapis.com/x"), &s.err));
    assert_false(gcp_chain_authorize(s.chain, &r, &s.err));
    assert_null(http_headers_get(&r.headers, "Authorization"));
    http_request_release(&r);
    scene_end(&s);
}

static void another_universe_than_the_config_wants_is_refused(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    s.options.universe = "cloud.example";
    scene_fails(&s, ERROR_CONFIG,
                "the credentials are of the universe googleapis.com, not of cloud.example");
    scene_end(&s);
}

static void a_file_does_not_choose_the_universe_by_itself(void **state)
{
    struct gcp_scene s;
    begin(&s, state,
          "\"universe_domain\":\"evil.example\",\"token_uri\":\"https://evil.example/\",");
    scene_fails(&s, ERROR_CONFIG,
                ADC
                ": the credentials are of the universe evil.example, not of googleapis.com: set "
                "GOOGLE_CLOUD_UNIVERSE_DOMAIN=evil.example if that is meant");
    script_set(&s.script, "GOOGLE_CLOUD_UNIVERSE_DOMAIN", "evil.example");
    scene_expect(&s, GCP_CHAIN_READY);
    scene_end(&s);
}

static void a_file_that_changed_takes_no_token_of_before_to_its_universe(void **state)
{
    struct gcp_scene s;
    struct http_request r;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    char *file = key_file(*state, "\"universe_domain\":\"evil.example\",");
    script_file(&s.script, ADC, file);
    s.now = NOW + 3599 - 200;
    scene_expect_token(&s, "t1");
    assert_string_equal(gcp_chain_universe(s.chain), "googleapis.com");
    http_request_init(&r);
    assert_true(http_request_set_url(&r, TEXT_LITERAL("https://dns.evil.example/"), &s.err));
    assert_false(gcp_chain_authorize(s.chain, &r, &s.err));
    http_request_release(&r);
    free(file);
    scene_end(&s);
}

static void an_assertion_goes_to_no_host_that_the_file_just_names(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "\"token_uri\":\"https://oauth2.googleapis.com.evil.example/token\",");
    scene_fails(&s, ERROR_CONFIG,
                "oauth2.googleapis.com.evil.example does not belong to googleapis.com");
    assert_says(&s, ADC);
    assert_int_equal(s.request.body.len, 0);
    scene_end(&s);
}

static void an_assertion_for_a_trusted_host_is_of_no_use_at_google(void **state)
{
    static const char *const trusted[] = { "127.0.0.1", NULL };
    struct gcp_scene s;
    begin(&s, state, "\"token_uri\":\"http://127.0.0.1:8080/token\",");
    s.options.trusted_hosts = trusted;
    scene_expect_request(&s, "POST", "http://127.0.0.1:8080/token");
    struct json_object *claims = assertion_of(&s, state);
    assert_string_equal(claim(claims, "aud"), "http://127.0.0.1:8080/token");
    json_object_put(claims);
    scene_end(&s);
}

/* ---- freshness ---- */

static void a_token_is_renewed_before_it_ends(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    s.now = NOW + 3599 - 226;
    scene_expect_token(&s, "t1");
    s.now++;
    assert_true(gcp_chain_stale(s.chain, s.now));
    assert_true(gcp_chain_usable(s.chain, s.now));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t2"));
    scene_expect_token(&s, "t2");
    scene_end(&s);
}

static void the_old_token_serves_while_a_refresh_fails(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    s.now = NOW + 3599 - 200;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_TIMEOUT));
    scene_expect_token(&s, "t1");
    s.now += GCP_CHAIN_RETRY_S;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_TIMEOUT));
    s.now = NOW + 3599 - 20;
    assert_false(gcp_chain_usable(s.chain, s.now));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_TIMEOUT));
    scene_expect(&s, GCP_CHAIN_FAILED);
    assert_says(&s, "token endpoint oauth2.googleapis.com: no answer: nobody there");
    assert_int_equal(s.err.kind, ERROR_NETWORK);
    scene_end(&s);
}

static void a_failure_is_not_tried_again_at_once(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_CONNECT));
    scene_expect(&s, GCP_CHAIN_FAILED);
    assert_says(&s, "nobody there");
    s.now += GCP_CHAIN_RETRY_S;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_end(&s);
}

static void a_token_of_short_life_does_not_renew_for_ever(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, "{\"access_token\":\"t1\",\"expires_in\":\"60\"}");
    scene_expect_token(&s, "t1");
    s.now += 29;
    scene_expect_token(&s, "t1");
    s.now += 1;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_end(&s);
}

static void a_token_that_was_called_invalid_is_renewed_once(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_int_equal(gcp_chain_issue(s.chain), 0);
    gcp_chain_invalidate(s.chain, 0);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    uint64_t first = gcp_chain_issue(s.chain);
    gcp_chain_invalidate(s.chain, first);
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t2"));
    gcp_chain_invalidate(s.chain, first); /* the second of many that failed with the first token */
    scene_expect_token(&s, "t2");
    scene_end(&s);
}

static void a_key_that_was_changed_is_read_again(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, TOKEN_OF("t1"));
    script_file(&s.script, ADC, USER_FILE);
    gcp_chain_invalidate(s.chain, gcp_chain_issue(s.chain));
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_field(&s, "grant_type", "refresh_token");
    scene_end(&s);
}

/* ---- refusals ---- */

static void expect_refusal(void **state, int64_t skew_s, const char *body, const char *words)
{
    struct gcp_scene s;
    char date[TIMESTAMP_MAX];
    timestamp_http(NOW - skew_s, date);
    const char *const headers[] = { "Date", date, NULL };
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, 400, headers, body));
    scene_fails(&s, ERROR_DENIED, words);
    assert_says(&s, ADC ": token endpoint oauth2.googleapis.com: HTTP 400, invalid_grant");
    scene_end(&s);
}

#define GRANT(words) "{\"error\":\"invalid_grant\",\"error_description\":\"" words "\"}"
#define TIMEFRAME                                                                                           \
    GRANT(                                                                                                  \
        "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check " \
        "your iat and exp values in the JWT claim.")

static void a_clock_that_is_wrong_is_called_so(void **state)
{
    expect_refusal(state, 600, TIMEFRAME,
                   "this machine's clock is 600 s ahead of Google's: set it");
    expect_refusal(state, -600, TIMEFRAME, "this machine's clock is 600 s behind Google's: set it");
    expect_refusal(state, 0, TIMEFRAME, "set this machine's clock");
}

static void refusals_say_what_to_do(void **state)
{
    expect_refusal(state, 0, GRANT("Invalid JWT Signature."), "make a new one");
    expect_refusal(state, 90, GRANT("Invalid JWT Signature."), "make a new one");
    expect_refusal(state, 900, GRANT("Bad Request"), "clock is 900 s ahead");
    expect_refusal(state, 0, GRANT("Invalid grant: account not found"),
                   "the service account was deleted");
    expect_refusal(state, 0, GRANT("token " HUSH HUSH HUSH HUSH HUSH), "token [...]");
}

static void expect_nonsense(void **state, int status, const char *type, const char *body,
                            const char *words)
{
    struct gcp_scene s;
    const char *const headers[] = { "Content-Type", type, NULL };
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_answer_with(&s, status, headers, body));
    scene_fails(&s, ERROR_DATA, words);
    scene_end(&s);
}

static void nonsense_of_the_token_endpoint_is_no_token(void **state)
{
    static const char json[] = "application/json";
    expect_nonsense(state, 200, "text/html", "<html><form>" HUSH,
                    "HTTP 200 with a web page where JSON was due");
    expect_nonsense(state, 403, "text/html", "<html>", "a proxy or a sign-in page stands between");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH, "something broken");
    expect_nonsense(state, 200, json, "", "nothing");
    expect_nonsense(state, 200, json, "[\"" HUSH "\"]", "no JSON object");
    expect_nonsense(state, 200, json, "{\"expires_in\":3599}", "access_token is missing");
    expect_nonsense(state, 200, json, "{\"expires_in\":3599,\"access_token\":[\"" HUSH "\"]}",
                    "access_token is missing");
    expect_nonsense(state, 200, json,
                    "{\"expires_in\":3599,\"access_token\":\"" HUSH "\\r\\nX: y\"}",
                    "access_token holds what no token can hold");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH "\"}", "expires_in is missing");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH "\",\"expires_in\":0}",
                    "expires_in is 0");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH "\",\"expires_in\":-5}",
                    "expires_in is -5");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH "\",\"expires_in\":\"soon\"}",
                    "no whole number");
    expect_nonsense(state, 200, json, "{\"access_token\":\"" HUSH "\",\"expires_in\":1e999}",
                    "something broken");
}

static void an_absurd_life_counts_as_twelve_hours(void **state)
{
    struct gcp_scene s;
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    scene_accepts(&s, 200, "{\"access_token\":\"t1\",\"expires_in\":9223372036854775807}");
    assert_false(gcp_chain_stale(s.chain, NOW + 43200 - 226));
    assert_true(gcp_chain_stale(s.chain, NOW + 43200 - 225));
    scene_end(&s);
}

static void a_huge_answer_is_refused(void **state)
{
    struct gcp_scene s;
    char *huge = memory_new(400001, 1);
    memset(huge, ' ', 400000);
    begin(&s, state, "");
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_true(s.request.max_response_bytes > 0 && s.request.max_response_bytes < 1000000);
    assert_false(scene_answer(&s, 200, huge));
    scene_fails(&s, ERROR_DATA, "an answer of more than");
    s.now += GCP_CHAIN_RETRY_S;
    scene_expect(&s, GCP_CHAIN_REQUEST);
    assert_false(scene_no_answer(&s, HTTP_TRANSPORT_TOO_LARGE));
    assert_says(&s, "an answer of more than");
    free(huge);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_assertion_is_exchanged_for_a_token),
        cmocka_unit_test(the_scopes_asked_for_are_joined),
        cmocka_unit_test(a_request_that_is_made_again_is_signed_anew),
        cmocka_unit_test(a_key_can_sign_for_itself),
        cmocka_unit_test(outside_of_googleapis_a_key_always_signs_for_itself),
        cmocka_unit_test(another_universe_than_the_config_wants_is_refused),
        cmocka_unit_test(a_file_does_not_choose_the_universe_by_itself),
        cmocka_unit_test(a_file_that_changed_takes_no_token_of_before_to_its_universe),
        cmocka_unit_test(an_assertion_goes_to_no_host_that_the_file_just_names),
        cmocka_unit_test(an_assertion_for_a_trusted_host_is_of_no_use_at_google),
        cmocka_unit_test(a_token_is_renewed_before_it_ends),
        cmocka_unit_test(the_old_token_serves_while_a_refresh_fails),
        cmocka_unit_test(a_failure_is_not_tried_again_at_once),
        cmocka_unit_test(a_token_of_short_life_does_not_renew_for_ever),
        cmocka_unit_test(a_token_that_was_called_invalid_is_renewed_once),
        cmocka_unit_test(a_key_that_was_changed_is_read_again),
        cmocka_unit_test(a_clock_that_is_wrong_is_called_so),
        cmocka_unit_test(refusals_say_what_to_do),
        cmocka_unit_test(nonsense_of_the_token_endpoint_is_no_token),
        cmocka_unit_test(an_absurd_life_counts_as_twelve_hours),
        cmocka_unit_test(a_huge_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, keys_setup, keys_teardown);
}
