/* The loop: tasks in their order, pauses on the clock, never from within, no turning in vain. */
#include "scanner/loop.h"
#include "tests/unit/core/http/script.h"

struct scene {
    struct script script;
    struct script_by_status answer;
    struct http_engine *engine;
    struct loop loop;
    struct task a, b;
    char order[16];
    int rounds_left; /* `again` puts itself back so often */
};

static void note(struct scene *s, char c)
{
    size_t len = strlen(s->order);
    assert_in_range(len, 0, sizeof s->order - 2);
    s->order[len] = c;
}

static void run_a(void *ctx)
{
    note(ctx, 'a');
}

static void run_b(void *ctx)
{
    note(ctx, 'b');
}

static void again(void *ctx)
{
    struct scene *s = ctx;
    if (s->rounds_left-- > 0)
        loop_soon(&s->loop, &s->a);
}

static void stop(void *ctx)
{
    struct scene *s = ctx;
    note(s, 's');
    s->loop.stop = true;
}

static void begin(struct scene *s, task_fn a)
{
    *s = (struct scene){ .answer = { 200, 10, "ok" } };
    script_init(&s->script, script_always, &s->answer);
    s->engine = script_engine(&s->script, (struct http_engine_options){ 0 });
    loop_init(&s->loop, s->engine, (struct clock){ script_mono_ms, script_mono_ms, &s->script });
    task_init(&s->a, a, s);
    task_init(&s->b, run_b, s);
}

static void end(struct scene *s)
{
    http_engine_free(s->engine);
}

static void tasks_run_in_their_order_and_once(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, run_a);
    loop_soon(&s.loop, &s.b);
    loop_soon(&s.loop, &s.a);
    loop_soon(&s.loop, &s.a); /* it is in one list at a time */
    assert_string_equal(s.order, "");
    assert_false(loop_turn(&s.loop, 1000));
    assert_string_equal(s.order, "ba");
    assert_false(loop_turn(&s.loop, 1000));
    assert_string_equal(s.order, "ba");
    end(&s);
}

static void a_pause_is_waited_for_not_turned_through(void **state)
{
    struct scene s;
    int64_t began;
    int turns = 1;
    (void)state;
    begin(&s, run_a);
    began = s.script.now_ms;
    loop_after(&s.loop, &s.a, 2000);
    loop_after(&s.loop, &s.b, 500);
    while (loop_turn(&s.loop, 1000))
        assert_in_range(turns++, 1, 10);
    assert_string_equal(s.order, "ba");
    assert_int_equal(s.script.now_ms - began, 2000);
    end(&s);
}

static void with_nothing_to_wait_for_no_time_passes(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, run_a);
    int64_t began = s.script.now_ms;
    loop_soon(&s.loop, &s.a);
    assert_false(loop_turn(&s.loop, 1000));
    assert_false(loop_turn(&s.loop, 1000));
    assert_int_equal(s.script.now_ms, began);
    end(&s);
}

static void what_the_engine_is_at_is_waited_for(void **state)
{
    struct scene s;
    struct script_job job;
    (void)state;
    begin(&s, run_a);
    script_job_init(&job, &s.script, s.engine, "https://a.cloud/", NULL, 0);
    script_submit(&job);
    assert_false(loop_turn(&s.loop, 1000));
    assert_int_equal(job.done, 1);
    assert_int_equal(s.loop.jobs, 0);
    script_job_release(&job);
    end(&s);
}

static void tasks_that_bring_tasks_run_in_one_turn(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, again);
    s.rounds_left = 1000;
    loop_soon(&s.loop, &s.a);
    assert_false(loop_turn(&s.loop, 1000));
    assert_int_equal(s.rounds_left, -1);
    end(&s);
}

static void after_stop_no_task_runs(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, stop);
    loop_soon(&s.loop, &s.a);
    loop_soon(&s.loop, &s.b);
    (void)loop_turn(&s.loop, 1000);
    assert_string_equal(s.order, "s");
    list_remove(&s.b.link); /* its owner's to take back */
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_run_in_their_order_and_once),
        cmocka_unit_test(a_pause_is_waited_for_not_turned_through),
        cmocka_unit_test(with_nothing_to_wait_for_no_time_passes),
        cmocka_unit_test(what_the_engine_is_at_is_waited_for),
        cmocka_unit_test(tasks_that_bring_tasks_run_in_one_turn),
        cmocka_unit_test(after_stop_no_task_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
