/* What an answer of a token endpoint is worth: another attempt, a token, or words. */
#include "providers/gcp/credentials/token.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static enum http_verdict verdict(int status, const char *body)
{
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    enum http_verdict v = gcp_token_classify(&r);
    http_response_release(&r);
    return v;
}

static void passing_faults_are_tried_again(void **state)
{
    (void)state;
    static const int passing[] = { 408, 500, 502, 503, 504 };
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        assert_int_equal(verdict(passing[i], ""), HTTP_VERDICT_RETRY);
    assert_int_equal(verdict(429, ""), HTTP_VERDICT_THROTTLED);
    assert_int_equal(verdict(400, "{\"error\":\"internal_failure\"}"), HTTP_VERDICT_RETRY);
    assert_int_equal(verdict(400, "{\"error\":\"server_error\"}"), HTTP_VERDICT_RETRY);
    assert_int_equal(verdict(401, "{\"error\":\"temporarily_unavailable\"}"), HTTP_VERDICT_RETRY);
    assert_int_equal(verdict(400, "{\"error\":\"x\",\"error_description\":\"internal_failure\"}"),
                     HTTP_VERDICT_RETRY);
}

static void lasting_ones_are_not(void **state)
{
    (void)state;
    assert_int_equal(verdict(200, "{}"), HTTP_VERDICT_OK);
    assert_int_equal(verdict(400, "{\"error\":\"invalid_grant\"}"), HTTP_VERDICT_OK);
    assert_int_equal(verdict(400, "{\"error\":7}"), HTTP_VERDICT_OK);
    assert_int_equal(verdict(400, "<html>"), HTTP_VERDICT_OK);
    assert_int_equal(verdict(403, "{\"error\":{\"status\":\"PERMISSION_DENIED\"}}"),
                     HTTP_VERDICT_OK);
    assert_int_equal(verdict(501, ""), HTTP_VERDICT_OK);
}

static void words_are_kept_up_to_an_end_and_never_cut_within_a_letter(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_token token = GCP_TOKEN_INIT;
    struct gcp_refusal refusal;
    struct http_response r;
    http_response_init(&r);
    r.status = 400;
    buffer_append_string(&r.body, "{\"error\":\"e\",\"error_description\":\"");
    for (int i = 0; i < 1000; i++)
        buffer_append_string(&r.body, "夜");
    buffer_append_string(&r.body, "\"}");
    assert_false(gcp_token_read(&r, 0, &token, &refusal, &err));
    assert_int_equal(err.kind, ERROR_DENIED);
    assert_string_equal(refusal.code, "e");
    size_t len = strlen(refusal.words);
    assert_true(len > 300 && len < GCP_REFUSAL_WORDS_MAX && len % 3 == 0);
    assert_true(secret_is_empty(&token.access_token));
    http_response_release(&r);
}

static void a_token_without_end_is_refused(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct gcp_token token = GCP_TOKEN_INIT;
    struct gcp_refusal refusal;
    struct http_response r;
    http_response_init(&r);
    r.status = 200;
    buffer_append_string(&r.body, "{\"expires_in\":100,\"access_token\":\"");
    for (int i = 0; i <= GCP_TOKEN_MAX; i++)
        buffer_append_char(&r.body, 'a');
    buffer_append_string(&r.body, "\"}");
    assert_false(gcp_token_read(&r, 0, &token, &refusal, &err));
    assert_string_equal(err.message, "access_token is too long");
    http_response_release(&r);
}

static void the_date_tells_how_wrong_our_clock_is(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_response r;
    http_response_init(&r);
    assert_int_equal(gcp_token_skew_s(&r, 1795230000), 0);
    assert_true(
        http_headers_set(&r.headers, "Date", TEXT_LITERAL("Sat, 21 Nov 2026 02:50:00 GMT"), &err));
    assert_int_equal(gcp_token_skew_s(&r, 1795230000), 600);
    assert_true(http_headers_set(&r.headers, "Date", TEXT_LITERAL("yesterday"), &err));
    assert_int_equal(gcp_token_skew_s(&r, 1795230000), 0);
    http_response_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passing_faults_are_tried_again),
        cmocka_unit_test(lasting_ones_are_not),
        cmocka_unit_test(words_are_kept_up_to_an_end_and_never_cut_within_a_letter),
        cmocka_unit_test(a_token_without_end_is_refused),
        cmocka_unit_test(the_date_tells_how_wrong_our_clock_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
