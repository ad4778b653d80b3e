/* The gate: credentials got once for many, doors of one session that wait for each other, expiry. */
#include "scanner/gate.h"
#include "tests/unit/scanner/cloud_reader.h"

enum { WAITERS = 40 };

struct scene {
    struct cloud cloud;
    struct http_engine *engine;
    struct loop loop;
    struct provider_session session;
    struct gate_group group;
    struct gate gate, other;
    struct task tasks[WAITERS];
    int let_in;
    int64_t let_in_ms;
};

static void let_in(void *ctx)
{
    struct scene *s = ctx;
    s->let_in++;
    s->let_in_ms = s->cloud.script.now_ms;
}

static void open_gate(struct scene *s, struct gate *g, char *account)
{
    struct error err = ERROR_INIT;
    struct account_spec spec = { .account = account };
    assert_true(gate_init(g, &cloud_provider, &s->session, &s->group, &spec, &s->loop, &err));
}

static void begin(struct scene *s, size_t max_queued)
{
    *s = (struct scene){ .session.cloud = &s->cloud };
    cloud_init(&s->cloud);
    s->engine = script_engine(&s->cloud.script, (struct http_engine_options){ .max_queued = max_queued });
    loop_init(&s->loop, s->engine, (struct clock){ script_mono_ms, script_mono_ms, &s->cloud.script });
    gate_group_init(&s->group);
    open_gate(s, &s->gate, (char[]){ "111" });
    open_gate(s, &s->other, (char[]){ "222" });
    for (int i = 0; i < WAITERS; i++)
        task_init(&s->tasks[i], let_in, s);
}

static void run(struct scene *s)
{
    for (int rounds = 0; loop_turn(&s->loop, 1000); rounds++)
        assert_in_range(rounds, 0, 1000);
}

static void end(struct scene *s)
{
    run(s);
    gate_release(&s->gate);
    gate_release(&s->other);
    assert_true(list_is_empty(&s->loop.now));
    assert_true(list_is_empty(&s->group.waiting));
    assert_int_equal(http_engine_run(s->engine, 0), 0);
    http_engine_free(s->engine);
    cloud_release(&s->cloud);
}

static void many_that_wait_are_let_in_by_one_acquisition(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    for (int i = 0; i < WAITERS; i++)
        gate_enter(&s.gate, &s.tasks[i]);
    assert_int_equal(s.let_in, 0); /* never at once */
    run(&s);
    assert_int_equal(s.let_in, WAITERS);
    assert_int_equal(s.gate.state, GATE_OPEN);
    assert_int_equal(s.gate.door_calls, 2);
    assert_int_equal(cloud_count(&s.cloud, "sts base"), 1);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 1);
    gate_enter(&s.gate, &s.tasks[0]);
    assert_int_equal(s.let_in, WAITERS); /* not at once when it is open either */
    run(&s);
    assert_int_equal(s.let_in, WAITERS + 1);
    assert_int_equal(s.cloud.journal.count, 2);
    end(&s);
}

static void doors_of_one_session_share_what_both_need(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    gate_enter(&s.gate, &s.tasks[0]);
    gate_enter(&s.other, &s.tasks[1]);
    (void)loop_turn(&s.loop, 0);
    assert_int_equal(s.gate.state, GATE_ASKING);
    assert_int_equal(s.other.state, GATE_WAITING);
    gate_enter(&s.other, &s.tasks[2]); /* while it waits */
    int64_t began = s.cloud.script.now_ms;
    run(&s);
    assert_int_equal(s.let_in, 3);
    assert_int_equal(s.let_in_ms - began, 20); /* side by side, once the session's own are there */
    assert_int_equal(cloud_count(&s.cloud, "sts base"), 1);
    assert_int_equal(cloud_count(&s.cloud, "sts assume *"), 2);
    end(&s);
}

static void one_whose_way_in_fails_does_not_hold_up_the_others(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    cloud_on(&s.cloud, "sts assume 111", 403, "Denied");
    gate_enter(&s.gate, &s.tasks[0]);
    gate_enter(&s.other, &s.tasks[1]);
    run(&s);
    assert_int_equal(s.let_in, 2);
    assert_int_equal(s.gate.state, GATE_FAILED);
    assert_int_equal(s.other.state, GATE_OPEN);
    end(&s);
}

static void a_failure_lets_all_in_with_its_outcome(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    cloud_on(&s.cloud, "sts base", 403, "Denied");
    for (int i = 0; i < WAITERS; i++)
        gate_enter(&s.gate, &s.tasks[i]);
    run(&s);
    assert_int_equal(s.let_in, WAITERS);
    assert_int_equal(s.gate.state, GATE_FAILED);
    assert_int_equal(s.gate.outcome, OUTCOME_DENIED);
    assert_string_equal(s.gate.error.message, "the cloud says Denied");
    gate_enter(&s.gate, &s.tasks[0]); /* and who comes later learns it without another call */
    run(&s);
    assert_int_equal(s.let_in, WAITERS + 1);
    assert_int_equal(s.cloud.journal.count, 1);
    end(&s);
}

static void a_passing_fault_is_the_engines_to_retry(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    cloud_once(&s.cloud, "sts base", 500, "Busy");
    gate_enter(&s.gate, &s.tasks[0]);
    run(&s);
    assert_int_equal(s.gate.state, GATE_OPEN);
    assert_int_equal(cloud_count(&s.cloud, "sts base"), 2);
    assert_int_equal(s.gate.door_calls, 2);
    end(&s);
}

static void a_full_queue_fails_the_gate_and_nobody_waits_for_it(void **state)
{
    struct scene s;
    struct script_job filler;
    (void)state;
    begin(&s, 1);
    script_job_init(&filler, &s.cloud.script, s.engine, "https://else.cloud/", NULL, 0);
    http_headers_set(&filler.job.request.headers, "X-Call", TEXT_LITERAL("sts filler"), &(struct error)ERROR_INIT);
    script_submit(&filler);
    gate_enter(&s.gate, &s.tasks[0]);
    (void)loop_turn(&s.loop, 0);
    gate_enter(&s.other, &s.tasks[1]); /* now there is room */
    run(&s);
    assert_int_equal(s.let_in, 2); /* nobody waits for a request that was never sent */
    assert_int_equal(s.gate.state, GATE_FAILED);
    assert_int_equal(s.gate.outcome, OUTCOME_FAILED);
    assert_int_equal(s.other.state, GATE_OPEN);
    assert_null(s.session.asking);
    script_job_release(&filler);
    end(&s);
}

static void a_door_that_is_never_satisfied_fails(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    s.cloud.doors_jammed = true;
    gate_enter(&s.gate, &s.tasks[0]);
    run(&s);
    assert_int_equal(s.let_in, 1);
    assert_int_equal(s.gate.state, GATE_FAILED);
    assert_int_equal(s.gate.outcome, OUTCOME_FAILED);
    assert_int_equal(s.gate.door_calls, GATE_REQUESTS_MAX);
    end(&s);
}

/* ---- expiry ---- */

static const struct error expired = { ERROR_DENIED, "the token has expired" };

static void enter_and_run(struct scene *s)
{
    gate_enter(&s->gate, &s->tasks[0]);
    run(s);
}

static void the_clouds_word_renews_what_it_refused(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    enter_and_run(&s);
    unsigned old = s.gate.generation;
    gate_expired(&s.gate, old, true, &expired);
    assert_int_equal(s.gate.state, GATE_CLOSED);
    enter_and_run(&s);
    assert_int_equal(s.gate.state, GATE_OPEN);
    assert_int_equal(s.gate.generation, old + 1);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    assert_int_equal(cloud_count(&s.cloud, "sts base"), 1);
    gate_expired(&s.gate, old, true, &expired); /* of a call that was sent before */
    assert_int_equal(s.gate.state, GATE_OPEN);
    end(&s);
}

static void news_of_one_expiry_counts_once(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    enter_and_run(&s);
    for (int i = 0; i < WAITERS; i++) /* all calls under way learn it */
        gate_expired(&s.gate, s.gate.generation, true, &expired);
    assert_int_equal(s.gate.state, GATE_CLOSED);
    enter_and_run(&s);
    assert_int_equal(s.gate.state, GATE_OPEN);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    end(&s);
}

static void what_is_refused_again_before_anything_worked_fails(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    enter_and_run(&s);
    gate_expired(&s.gate, s.gate.generation, true, &expired);
    enter_and_run(&s);
    gate_enter(&s.gate, &s.tasks[1]);
    gate_expired(&s.gate, s.gate.generation, true, &expired);
    assert_int_equal(s.gate.state, GATE_FAILED);
    assert_int_equal(s.gate.outcome, OUTCOME_DENIED);
    assert_string_equal(s.gate.error.message, expired.message);
    run(&s);
    assert_int_equal(s.let_in, 3);
    end(&s);
}

static void credentials_that_worked_may_expire_again_and_again(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    for (int hour = 0; hour < 10; hour++) {
        enter_and_run(&s);
        assert_int_equal(s.gate.state, GATE_OPEN);
        gate_worked(&s.gate);
        gate_expired(&s.gate, s.gate.generation, hour % 2 == 0, &expired);
        s.cloud.script.now_ms += 3600 * 1000;
    }
    end(&s);
}

static void the_clocks_word_lets_the_door_decide(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    s.cloud.token_life_s = 600;
    enter_and_run(&s);
    gate_expired(&s.gate, s.gate.generation, false, &expired);
    enter_and_run(&s);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 1); /* still good, says the door */
    s.cloud.script.now_ms += 601 * 1000;
    gate_worked(&s.gate);
    gate_expired(&s.gate, s.gate.generation, false, &expired);
    enter_and_run(&s);
    assert_int_equal(s.gate.state, GATE_OPEN);
    assert_int_equal(cloud_count(&s.cloud, "sts assume 111"), 2);
    end(&s);
}

static void credentials_that_are_over_when_they_come_fail(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, 0);
    for (int i = 0; i < 2 * GATE_RENEWALS_MAX + 2 && s.gate.state != GATE_FAILED; i++) {
        enter_and_run(&s);
        gate_expired(&s.gate, s.gate.generation, false, &expired); /* and nothing has worked between */
    }
    assert_int_equal(s.gate.state, GATE_FAILED);
    end(&s);
}

static void a_gate_that_may_not_be_opened_at_all_is_released(void **state)
{
    struct scene s;
    struct gate shut;
    struct error err = ERROR_INIT;
    struct account_spec spec = { .role = (char[]){ "unusable" } };
    (void)state;
    begin(&s, 0);
    assert_false(gate_init(&shut, &cloud_provider, &s.session, &s.group, &spec, &s.loop, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    gate_release(&shut);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_that_wait_are_let_in_by_one_acquisition),
        cmocka_unit_test(doors_of_one_session_share_what_both_need),
        cmocka_unit_test(one_whose_way_in_fails_does_not_hold_up_the_others),
        cmocka_unit_test(a_failure_lets_all_in_with_its_outcome),
        cmocka_unit_test(a_passing_fault_is_the_engines_to_retry),
        cmocka_unit_test(a_full_queue_fails_the_gate_and_nobody_waits_for_it),
        cmocka_unit_test(a_door_that_is_never_satisfied_fails),
        cmocka_unit_test(the_clouds_word_renews_what_it_refused),
        cmocka_unit_test(news_of_one_expiry_counts_once),
        cmocka_unit_test(what_is_refused_again_before_anything_worked_fails),
        cmocka_unit_test(credentials_that_worked_may_expire_again_and_again),
        cmocka_unit_test(the_clocks_word_lets_the_door_decide),
        cmocka_unit_test(credentials_that_are_over_when_they_come_fail),
        cmocka_unit_test(a_gate_that_may_not_be_opened_at_all_is_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
