/* When a host counts as dead, and how it comes back. */
#include "core/http/breaker.h"
#include "tests/unit/unit.h"

#include <stdio.h>

/* With a status line, as long as there could be one. */
static bool ended(struct breaker *b, enum http_transport_result result, int64_t now_ms)
{
    struct http_response r;
    http_response_init(&r);
    r.transport = result;
    r.status = result == HTTP_TRANSPORT_RESOLVE || result == HTTP_TRANSPORT_CONNECT ? 0 : 200;
    (void)snprintf(r.message, sizeof r.message, "result %d", (int)result);
    return breaker_ended(b, &r, now_ms);
}

static void three_failures_in_a_row_mark_a_host_dead(void **state)
{
    (void)state;
    struct breaker b;
    breaker_init(&b);
    assert_false(ended(&b, HTTP_TRANSPORT_CONNECT, 0));
    assert_false(ended(&b, HTTP_TRANSPORT_RESOLVE, 0));
    assert_true(breaker_allows(&b, 0));
    assert_true(ended(&b, HTTP_TRANSPORT_RESOLVE, 100));
    assert_false(breaker_allows(&b, 100));
    assert_int_equal(b.why, HTTP_TRANSPORT_RESOLVE);
    assert_string_equal(b.message, "result 1");
}

static void anything_that_shows_a_peer_breaks_the_row(void **state)
{
    (void)state;
    static const enum http_transport_result connected[] = {
        HTTP_TRANSPORT_OK,     HTTP_TRANSPORT_TLS,       HTTP_TRANSPORT_TIMEOUT,
        HTTP_TRANSPORT_BROKEN, HTTP_TRANSPORT_TOO_LARGE, HTTP_TRANSPORT_SINK
    };
    for (size_t i = 0; i < sizeof connected / sizeof connected[0]; i++) {
        struct breaker b;
        breaker_init(&b);
        ended(&b, HTTP_TRANSPORT_CONNECT, 0);
        ended(&b, HTTP_TRANSPORT_CONNECT, 0);
        assert_false(ended(&b, connected[i], 0));
        assert_false(ended(&b, HTTP_TRANSPORT_CONNECT, 0));
        assert_false(ended(&b, HTTP_TRANSPORT_CONNECT, 0));
        assert_true(breaker_allows(&b, 0));
    }
}

static bool fell_silent(struct breaker *b, int64_t now_ms)
{
    struct http_response r;
    http_response_init(&r);
    r.transport = HTTP_TRANSPORT_TIMEOUT;
    (void)snprintf(r.message, sizeof r.message, "not a word");
    return breaker_ended(b, &r, now_ms);
}

static void a_host_that_takes_connections_and_never_answers_is_dead_too(void **state)
{
    (void)state;
    struct breaker b;
    breaker_init(&b);
    assert_false(fell_silent(&b, 0));
    assert_false(fell_silent(&b, 0));
    assert_false(ended(&b, HTTP_TRANSPORT_OK, 0)); /* one slow operation among others */
    assert_false(fell_silent(&b, 0));
    assert_false(fell_silent(&b, 0));
    assert_true(breaker_allows(&b, 0));
    assert_true(fell_silent(&b, 100));
    assert_false(breaker_allows(&b, 100));
    assert_string_equal(b.message, "not a word");
    breaker_started(&b);
    assert_true(fell_silent(&b, 60100));
    assert_false(breaker_allows(&b, 60200));
}

static void kill_host(struct breaker *b, int64_t now_ms)
{
    breaker_init(b);
    for (int i = 0; i < BREAKER_FAILURES; i++)
        ended(b, HTTP_TRANSPORT_CONNECT, now_ms);
}

static void one_may_try_a_minute_after_death(void **state)
{
    (void)state;
    struct breaker b;
    kill_host(&b, 1000);
    assert_false(breaker_allows(&b, 60999));
    assert_true(breaker_allows(&b, 61000));
    breaker_started(&b);
    assert_false(breaker_allows(&b, 61000)); /* one at a time */
    assert_true(ended(&b, HTTP_TRANSPORT_CONNECT, 66000));
    assert_false(breaker_allows(&b, 125999));
    assert_true(breaker_allows(&b, 126000));
    breaker_started(&b);
    assert_false(ended(&b, HTTP_TRANSPORT_OK, 126100));
    assert_true(breaker_allows(&b, 126100));
    assert_false(ended(&b, HTTP_TRANSPORT_CONNECT, 126200)); /* the count began anew */
    assert_true(breaker_allows(&b, 126200));
}

static void a_cancelled_trial_says_nothing(void **state)
{
    (void)state;
    struct breaker b;
    kill_host(&b, 0);
    breaker_started(&b);
    assert_false(ended(&b, HTTP_TRANSPORT_CANCELLED, 60000));
    assert_true(breaker_allows(&b, 60000));
    kill_host(&b, 0);
    assert_false(ended(&b, HTTP_TRANSPORT_CANCELLED, 100)); /* one that ran since before */
    assert_false(breaker_allows(&b, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_failures_in_a_row_mark_a_host_dead),
        cmocka_unit_test(anything_that_shows_a_peer_breaks_the_row),
        cmocka_unit_test(a_host_that_takes_connections_and_never_answers_is_dead_too),
        cmocka_unit_test(one_may_try_a_minute_after_death),
        cmocka_unit_test(a_cancelled_trial_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
