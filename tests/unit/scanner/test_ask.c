/* One call through a gate: pages, expired credentials, codes and outcomes, answers that break off. */
#include "scanner/ask.h"
#include "tests/unit/scanner/cloud_reader.h"

struct scene {
    struct cloud cloud;
    struct http_engine *engine;
    struct loop loop;
    struct provider_session session;
    struct gate_group group;
    struct gate gate;
    struct ask ask;
    struct string_list items;
    int restarts, done;
    bool inside; /* ask_page() or a callback is on the stack */
    bool refuse; /* on_item() says no */
    enum http_verdict verdict;
    struct error error;
    char code[128], rest[64];
    bool more;
    int throttled;
    int64_t elapsed_ms;
};

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct scene *s = ctx;
    string_list_add(&s->items, json_string(item, "Id"));
    json_object_put(item);
    return !s->refuse || error_set(err, ERROR_DATA, "an item nobody wants");
}

static void on_restart(void *ctx)
{
    struct scene *s = ctx;
    s->restarts++;
    string_list_release(&s->items);
}

static void done(void *ctx, const struct ask_result *result)
{
    struct scene *s = ctx;
    assert_false(s->inside);
    assert_int_not_equal(result->verdict, HTTP_VERDICT_REFRESH);
    assert_true((result->verdict == HTTP_VERDICT_OK) == (result->error.kind == ERROR_NONE));
    s->done++;
    s->verdict = result->verdict;
    s->error = result->error;
    (void)snprintf(s->code, sizeof s->code, "%s", result->code);
    (void)snprintf(s->rest, sizeof s->rest, "%s",
                   result->rest == NULL ? "" : json_object_to_json_string(result->rest));
    s->more = result->more;
    s->throttled = result->throttled;
    s->elapsed_ms = result->elapsed_ms;
}

static void prepare_call(struct scene *s, const char *region, const char *operation)
{
    struct provider_call call = { "net", operation, region, NULL, "Things" };
    ask_init(&s->ask, &s->gate, &call);
    s->ask.on_item = on_item;
    s->ask.on_restart = on_restart;
    s->ask.done = done;
    s->ask.ctx = s;
}

static void begin(struct scene *s, const char *region, const char *operation)
{
    struct error err = ERROR_INIT;
    struct account_spec spec = { .account = (char[]){ "111" } };
    *s = (struct scene){ .session.cloud = &s->cloud };
    cloud_init(&s->cloud);
    s->engine = script_engine(&s->cloud.script, (struct http_engine_options){ .share_of_quota = 1 });
    loop_init(&s->loop, s->engine, (struct clock){ script_mono_ms, script_mono_ms, &s->cloud.script });
    gate_group_init(&s->group);
    assert_true(gate_init(&s->gate, &cloud_provider, &s->session, &s->group, &spec, &s->loop, &err));
    prepare_call(s, region, operation);
}

/* Asks for one page and lets everything happen; the answer comes exactly once. */
static void ask(struct scene *s)
{
    int before = s->done;
    s->inside = true;
    ask_page(&s->ask);
    s->inside = false;
    assert_int_equal(s->done, before);
    for (int rounds = 0; loop_turn(&s->loop, 1000); rounds++)
        assert_in_range(rounds, 0, 10000);
    assert_int_equal(s->done, before + 1);
}

static void end(struct scene *s)
{
    assert_false(loop_turn(&s->loop, 0));
    ask_release(&s->ask);
    gate_release(&s->gate);
    http_engine_free(s->engine);
    string_list_release(&s->items);
    cloud_release(&s->cloud);
}

static void assert_items(const struct scene *s, const char *expected)
{
    struct buffer all;
    buffer_init(&all, 4096);
    for (size_t i = 0; i < s->items.count; i++)
        buffer_append_format(&all, "%s ", s->items.items[i]);
    assert_string_equal(buffer_string(&all), expected);
    buffer_release(&all);
}

static void pages_are_asked_for_one_by_one(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\nr {\"Total\":3}\nn 2\n.\n");
    cloud_on(&s.cloud, "111 r1 ListThings {\"Page\":\"2\"}", 200, "i {\"Id\":\"b\"}\ni {\"Id\":\"c\"}\n.\n");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_true(s.more);
    assert_string_equal(s.rest, "{ \"Total\": 3 }");
    assert_items(&s, "a ");
    ask(&s);
    assert_false(s.more);
    assert_items(&s, "b c ");
    assert_int_equal(s.gate.calls, 2);
    assert_int_equal(cloud_count(&s.cloud, "sts assume *"), 1);
    end(&s);
}

static void a_refusal_brings_its_code_and_says_what_was_asked(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 403, "Denied");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.code, "Denied");
    assert_string_equal(s.error.message, "net ListThings: the cloud says Denied");
    assert_false(s.more);
    assert_int_equal(s.elapsed_ms, 10);
    end(&s);
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
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cloud_on(&s.cloud, "111 r1 ListThings {}", 400, cases[i].code);
        ask(&s);
        assert_int_equal(ask_outcome(s.verdict), cases[i].outcome);
        assert_string_equal(s.code, cases[i].code);
    }
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, ".\n");
    ask(&s);
    assert_int_equal(ask_outcome(s.verdict), OUTCOME_COMPLETE);
    assert_string_equal(s.code, "");
    assert_int_equal(ask_outcome(HTTP_VERDICT_REFRESH), OUTCOME_DENIED);
    end(&s);
}

static void throttled_attempts_are_counted(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 400, "Slow");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 400, "Slow");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_int_equal(s.throttled, 2);
    assert_string_equal(s.code, "");
    end(&s);
}

/* ---- credentials ---- */

static void credentials_that_the_cloud_calls_expired_are_renewed(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\n.\n");
    s.cloud.refused_up_to = 1;
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_items(&s, "a ");
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    assert_int_equal(s.gate.renewals, 0);
    end(&s);
}

static void credentials_that_are_refused_again_end_as_denied(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    s.cloud.refused_up_to = 1000;
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.error.message, "net ListThings: the cloud says Expired");
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    ask(&s); /* the next one does not go round again */
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 2);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    end(&s);
}

static void credentials_that_are_over_by_the_clock_are_renewed_unsent(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    s.cloud.token_life_s = 600;
    for (int i = 0; i < 5; i++) { /* refused for another reason, which still shows that they are good */
        cloud_once(&s.cloud, "111 r1 ListThings {}", 403, "Denied");
        ask(&s);
        assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
        assert_int_equal(s.gate.state, GATE_OPEN);
        s.cloud.script.now_ms += 601 * 1000;
    }
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 5);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 5);
    end(&s);
}

static void credentials_that_are_over_as_they_come_end(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    s.cloud.token_life_s = -1;
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_int_equal(cloud_count(&s.cloud, "111 *"), 0);
    assert_in_range(s.cloud.journal.count, 2, GATE_REQUESTS_MAX + 1);
    end(&s);
}

static void a_shut_gate_is_the_calls_outcome(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "sts assume 111", 403, "Denied");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_DENIED);
    assert_string_equal(s.error.message, "net ListThings: the cloud says Denied");
    assert_string_equal(s.code, ""); /* the door's code is none of the operation's */
    assert_int_equal(s.gate.calls, 0);
    end(&s);
}

static void a_gate_that_shuts_while_the_call_waits_says_why(void **state)
{
    struct scene s;
    struct error why = { ERROR_DENIED, "the role is gone" };
    (void)state;
    begin(&s, "r1", "ListThings");
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
    end(&s);
}

/* ---- what cannot be sent, or read ---- */

static void a_call_that_cannot_be_built_fails_once(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "nowhere", "ListThings");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_string_equal(s.error.message, "net ListThings: there is no region nowhere");
    ask_release(&s.ask);
    prepare_call(&s, "r1", "NoOperation");
    ask(&s);
    assert_string_equal(s.error.message, "net NoOperation: there is no such operation");
    end(&s);
}

static void an_answer_cut_short_is_no_answer(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\nn 2\n");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_false(s.more);
    assert_string_equal(s.error.message, "net ListThings: the answer is cut short");
    end(&s);
}

static void an_item_that_is_refused_ends_the_call(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_once(&s.cloud, "111 r1 ListThings {}", 500, "Busy"); /* a code of an earlier attempt */
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"a\"}\ni {\"Id\":\"b\"}\n.\n");
    s.refuse = true;
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_non_null(strstr(s.error.message, "an item nobody wants"));
    assert_items(&s, "a ");
    assert_string_equal(s.code, ""); /* is not this one's */
    end(&s);
}

static void a_page_that_breaks_off_is_read_again_from_its_start(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    cloud_breaks(&s.cloud, "111 r1 ListThings {}", "i {\"Id\":\"a\"}\nn 9\ni {\"Id\":\"half");
    cloud_on(&s.cloud, "111 r1 ListThings {}", 200, "i {\"Id\":\"b\"}\n.\n");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_OK);
    assert_int_equal(s.restarts, 2);
    assert_items(&s, "b ");
    assert_false(s.more); /* the token of the broken one is forgotten too */
    end(&s);
}

static void a_page_that_always_breaks_off_fails(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "r1", "ListThings");
    for (int i = 0; i < HTTP_ATTEMPTS_DEFAULT; i++)
        cloud_breaks(&s.cloud, "111 r1 ListThings {}", "i {\"Id\":\"a\"}\n");
    ask(&s);
    assert_int_equal(s.verdict, HTTP_VERDICT_FATAL);
    assert_string_equal(s.code, "");
    assert_int_equal(cloud_count(&s.cloud, "111 *"), HTTP_ATTEMPTS_DEFAULT);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_asked_for_one_by_one),
        cmocka_unit_test(a_refusal_brings_its_code_and_says_what_was_asked),
        cmocka_unit_test(each_verdict_stands_for_an_outcome),
        cmocka_unit_test(throttled_attempts_are_counted),
        cmocka_unit_test(credentials_that_the_cloud_calls_expired_are_renewed),
        cmocka_unit_test(credentials_that_are_refused_again_end_as_denied),
        cmocka_unit_test(credentials_that_are_over_by_the_clock_are_renewed_unsent),
        cmocka_unit_test(credentials_that_are_over_as_they_come_end),
        cmocka_unit_test(a_shut_gate_is_the_calls_outcome),
        cmocka_unit_test(a_gate_that_shuts_while_the_call_waits_says_why),
        cmocka_unit_test(a_call_that_cannot_be_built_fails_once),
        cmocka_unit_test(an_answer_cut_short_is_no_answer),
        cmocka_unit_test(an_item_that_is_refused_ends_the_call),
        cmocka_unit_test(a_page_that_breaks_off_is_read_again_from_its_start),
        cmocka_unit_test(a_page_that_always_breaks_off_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
