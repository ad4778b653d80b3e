/* One call through a gate: pages, codes and outcomes, answers that break off. */
#include "tests/unit/scanner/asking.h"

static void pages_are_asked_for_one_by_one(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\nr {\"Total\":3}\nn 2\n.\n");
    cloud_on(&s.cloud, "111 r1 ListThings {\"Page\":\"2\"}", 200, "i {\"Id\":\"b\"}\ni {\"Id\":\"c\"}\n.\n");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_true(s.more);
    assert_string_equal(s.rest, "{ \"Total\": 3 }");
    asking_assert_items(&s, "a ");
    asking_run(&s);
    assert_false(s.more);
    asking_assert_items(&s, "b c ");
    assert_int_equal(s.gate.calls, 2);
    assert_int_equal(cloud_count(&s.cloud, "sts assume *"), 1);
    asking_end(&s);
}

static void a_refusal_brings_its_code_and_says_what_was_asked(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 403, "Denied");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.code, "Denied");
    assert_string_equal(s.error.message, "net ListThings: the cloud says Denied");
    assert_false(s.more);
    assert_int_equal(s.elapsed_ms, 10);
    asking_end(&s);
}

static void each_verdict_stands_for_an_outcome(void **state)
{
    static const struct {
        const char *code;
        enum outcome outcome;
    } cases[] = {
        { "Denied", OUTCOME_DENIED },  { "Blocked", OUTCOME_BLOCKED }, { "Off", OUTCOME_DISABLED },
        { "Slow", OUTCOME_THROTTLED }, { "Busy", OUTCOME_FAILED },     { "NoSuchLid", OUTCOME_FAILED },
        { "Else", OUTCOME_FAILED },
    };
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cloud_on(&s.cloud, "111 r1 ListThings {}", 400, cases[i].code);
        asking_run(&s);
        assert_int_equal(ask_outcome(s.verdict), cases[i].outcome);
        assert_string_equal(s.code, cases[i].code);
    }
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, ".\n");
    asking_run(&s);
    assert_int_equal(ask_outcome(s.verdict), OUTCOME_COMPLETE);
    assert_string_equal(s.code, "");
    assert_int_equal(ask_outcome(HTTP_VERDICT_REFRESH), OUTCOME_DENIED);
    asking_end(&s);
}

static void throttled_attempts_are_counted(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 400, "Slow");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 400, "Slow");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_int_equal(s.throttled, 2);
    assert_string_equal(s.code, "");
    asking_end(&s);
}

static void the_cloud_says_how_long_to_wait(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 400, "Later");
    int64_t began = s.cloud.script.now_ms;
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_in_range(s.cloud.script.now_ms - began, CLOUD_LATER_MS, 2 * CLOUD_LATER_MS);
    asking_end(&s);
}

/* ---- what cannot be sent, or read ---- */

static void a_call_that_cannot_be_built_fails_once(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "nowhere", "ListThings");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_string_equal(s.error.message, "net ListThings: there is no region nowhere");
    ask_release(&s.ask);
    asking_prepare(&s, "r1", "NoOperation");
    asking_run(&s);
    assert_string_equal(s.error.message, "net NoOperation: there is no such operation");
    asking_end(&s);
}

static void an_answer_cut_short_is_no_answer(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\nn 2\n");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_false(s.more);
    assert_string_equal(s.error.message, "net ListThings: the answer is cut short");
    asking_end(&s);
}

static void an_item_that_is_refused_ends_the_call(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 500, "Busy"); /* a code of an earlier attempt */
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    s.refuse = true;
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_non_null(strstr(s.error.message, "an item nobody wants"));
    asking_assert_items(&s, "a ");
    assert_string_equal(s.code, ""); /* is not this one's */
    asking_end(&s);
}

static void a_page_that_breaks_off_is_read_again_from_its_start(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    cloud_breaks(&s.cloud, "111 r1 ListThings {}", "i {\"Id\":\"a\"}\nn 9\ni {\"Id\":\"half");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"b\"}\n.\n");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_int_equal(s.restarts, 2);
    asking_assert_items(&s, "b ");
    assert_false(s.more); /* the token of the broken one is forgotten too */
    asking_end(&s);
}

static void a_page_that_always_breaks_off_fails(void **state)
{
    struct asking s;
    (void)state;
    asking_begin(&s, "r1", "ListThings");
    for (int i = 0; i < HTTP_ATTEMPTS_DEFAULT; i++)
        cloud_breaks(&s.cloud, "111 r1 ListThings {}", "i {\"Id\":\"a\"}\n");
    asking_run(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_string_equal(s.code, "");
    assert_int_equal(cloud_count(&s.cloud, "111 *"), HTTP_ATTEMPTS_DEFAULT);
    asking_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_asked_for_one_by_one),
        cmocka_unit_test(a_refusal_brings_its_code_and_says_what_was_asked),
        cmocka_unit_test(each_verdict_stands_for_an_outcome),
        cmocka_unit_test(throttled_attempts_are_counted),
        cmocka_unit_test(the_cloud_says_how_long_to_wait),
        cmocka_unit_test(a_call_that_cannot_be_built_fails_once),
        cmocka_unit_test(an_answer_cut_short_is_no_answer),
        cmocka_unit_test(an_item_that_is_refused_ends_the_call),
        cmocka_unit_test(a_page_that_breaks_off_is_read_again_from_its_start),
        cmocka_unit_test(a_page_that_always_breaks_off_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
