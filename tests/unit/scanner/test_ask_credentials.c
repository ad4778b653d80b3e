/* Calls and their credentials: renewed where they expired, never in a loop; gates that stay shut. */
#include "tests/unit/scanner/asking.h"

static void credentials_that_the_cloud_calls_expired_are_renewed(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    s.cloud.refused_up_to = 1;
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    asking_assert_items(&s, "a ");
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    assert_int_equal(s.gate.renewals, 0);
    asking_end(&s);
}

static void credentials_that_are_refused_again_end_as_denied(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    s.cloud.refused_up_to = 1000;
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.error.message, "net ListThings: the cloud says Expired");
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    asking_run(&s); /* the next one does not go round again */
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    asking_end(&s);
}

static void a_call_that_alone_is_refused_ends_alone(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    s.cloud.refused_up_to = 1000;
    ask_page(&s.ask);
    while (loop_turn(&s.loop, 1))
        gate_worked(&s.gate); /* as other calls' answers do */
    assert_int_equal(s.done, 1);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.error.message, "net ListThings: the cloud says Expired");
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    assert_int_equal(s.gate.state, GATE_OPEN);
    asking_end(&s);
}

static void credentials_that_are_over_by_the_clock_are_renewed_unsent(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    s.cloud.token_life_s = 600;
    for (int i = 0; i < 5; i++) { /* refused for another reason, which still shows that they are good */
        cloud_once(&s.cloud, "111 r1 ListThings {}", 403, "Denied");
        asking_run(&s);
        assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
        assert_int_equal(s.gate.state, GATE_OPEN);
        s.cloud.script.now_ms += 601 * 1000;
    }
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 5);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 5);
    asking_end(&s);
}

static void a_call_that_rests_is_not_sent_with_credentials_given_up_meanwhile(void **state)
{
    struct asking s;
    struct error why = { ERROR_DENIED, "expired, says another call" };
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 500, "Busy");
    ask_page(&s.ask);
    while (cloud_count(&s.cloud, "111 *") == 0)
        (void)loop_turn(&s.loop, 1);
    gate_expired(&s.gate, s.gate.generation, true, &why);
    while (loop_turn(&s.loop, 1000))
        continue;
    assert_int_equal(s.done, 1);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    asking_end(&s);
}

static void credentials_that_are_over_as_they_come_end(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    s.cloud.token_life_s = -1;
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 0);
    assert_in_range(s.cloud.journal.count, 2, GATE_REQUESTS_MAX + 1);
    asking_end(&s);
}

static void a_shut_gate_is_the_calls_outcome(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "sts assume 111", 403, "Denied");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.error.message, "net ListThings: the cloud says Denied");
    assert_string_equal(s.code, ""); /* the door's code is none of the operation's */
    assert_int_equal(s.gate.calls, 0);
    asking_end(&s);
}

static void a_gate_that_shuts_while_the_call_waits_says_why(void **state)
{
    struct asking s;
    struct error why = { ERROR_DENIED, "the role is gone" };
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 500, "Busy"); /* it rests before another attempt */
    ask_page(&s.ask);
    while (cloud_count(&s.cloud, "111 *") == 0)
        (void)loop_turn(&s.loop, 1);
    gate_expired(&s.gate, s.gate.generation, true, &why);
    s.gate.state = GATE_OPEN;
    gate_expired(&s.gate, s.gate.generation, true, &why);
    assert_int_equal(s.gate.state, GATE_FAILED);
    while (loop_turn(&s.loop, 1000))
        continue;
    assert_int_equal(s.done, 1);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_non_null(strstr(s.error.message, "the role is gone"));
    asking_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_that_the_cloud_calls_expired_are_renewed),
        cmocka_unit_test(credentials_that_are_refused_again_end_as_denied),
        cmocka_unit_test(a_call_that_alone_is_refused_ends_alone),
        cmocka_unit_test(credentials_that_are_over_by_the_clock_are_renewed_unsent),
        cmocka_unit_test(a_call_that_rests_is_not_sent_with_credentials_given_up_meanwhile),
        cmocka_unit_test(credentials_that_are_over_as_they_come_end),
        cmocka_unit_test(a_shut_gate_is_the_calls_outcome),
        cmocka_unit_test(a_gate_that_shuts_while_the_call_waits_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
