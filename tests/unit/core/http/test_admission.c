/* What keeps one thing's trouble from the others: dead hosts, quotas of retries, room for answers. */
#include "tests/unit/core/http/cloud.h"

/* ---- dead hosts ---- */

static void a_dead_host_costs_its_own_jobs_seconds_and_others_nothing(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1] = (struct cloud_host){ .after_ms = 5000, .refuses = true }; /* a connect time-out */
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd dead = crowd_submit(c, e, 1000, 1, "dead", 0);
    struct crowd alive = crowd_submit(c, e, 1000, 2, "alive", 0);
    script_run_all(e);
    assert_int_equal(crowd_last_ms(&dead) - before, 5000);
    assert_int_equal(c->hosts[1].asked, 16); /* an eighth of 128, and nothing after */
    assert_int_equal(crowd_count(&dead, HTTP_VERDICT_FATAL), 1000);
    for (int i = 0; i < dead.count; i++)
        assert_int_equal(dead.jobs[i].transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(dead.jobs[999].result.attempts, 0);
    assert_int_equal(dead.jobs[999].status, 0);
    assert_string_equal(dead.jobs[999].result.error.message,
                        "h1.example: cannot be reached: refused");
    assert_true(crowd_last_ms(&alive) - before < 7000);
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_int_equal(stats.dead_hosts, 1);
    assert_int_equal(stats.connect_failures, c->hosts[1].asked);
    http_engine_free(e);
    crowd_release(&dead);
    crowd_release(&alive);
    cloud_free(c);
}

static void a_dead_host_is_tried_once_a_minute_and_can_come_back(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct crowd crowd[4];
    struct http_engine_stats stats;
    c->hosts[1].refuses = true;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    crowd[0] = crowd_submit(c, e, 3, 1, NULL, 0);
    script_run_all(e);
    size_t asked = c->hosts[1].asked;
    c->s.now_ms += 30000;
    crowd[1] = crowd_submit(c, e, 10, 1, NULL, 0); /* too early: nothing is sent */
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked, asked);
    assert_int_equal(crowd_count(&crowd[1], HTTP_VERDICT_FATAL), 10);
    c->s.now_ms += 31000;
    crowd[2] = crowd_submit(c, e, 10, 1, NULL, 0); /* one trial, and no retry of it */
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked, asked + 1);
    assert_int_equal(crowd_count(&crowd[2], HTTP_VERDICT_FATAL), 10);
    c->s.now_ms += 61000;
    c->hosts[1].refuses = false;
    crowd[3] = crowd_submit(c, e, 10, 1, NULL, 0); /* the trial succeeds; the others were refused */
    script_run_all(e);
    assert_int_equal(crowd_count(&crowd[3], HTTP_VERDICT_OK), 1);
    http_engine_stats(e, &stats);
    assert_int_equal(stats.dead_hosts, 0);
    struct crowd after = crowd_submit(c, e, 10, 1, NULL, 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&after, HTTP_VERDICT_OK), 10);
    http_engine_free(e);
    for (int i = 0; i < 4; i++)
        crowd_release(&crowd[i]);
    crowd_release(&after);
    cloud_free(c);
}

static void jobs_that_rest_end_with_their_host(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 503;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd resting = crowd_submit(c, e, 16, 1, NULL, 0);
    for (int i = 0; i < resting.count; i++)
        resting.jobs[i].server_wait_ms = 5000;
    while (c->hosts[1].asked < 16 || c->hosts[1].running > 0)
        http_engine_run(e, 10);
    c->hosts[1].refuses = true;
    struct crowd late = crowd_submit(c, e, 16, 1, NULL, 0);
    int64_t before = c->s.now_ms;
    script_run_all(e);
    assert_true(crowd_last_ms(&resting) - before < 1000); /* not after their five seconds */
    assert_int_equal(resting.jobs[0].transport, HTTP_TRANSPORT_CONNECT);
    assert_int_equal(resting.jobs[0].result.attempts, 1);
    http_engine_free(e);
    crowd_release(&resting);
    crowd_release(&late);
    cloud_free(c);
}

/* ---- retries together ---- */

static void a_service_in_trouble_is_not_asked_thrice_for_everything(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 503;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd one = crowd_submit(c, e, 500, 1, "account-1", 0);
    struct crowd two = crowd_submit(c, e, 500, 1, "account-2", 0);
    script_run_all(e);
    assert_in_range(c->hosts[1].asked, 1000, 1100); /* 500 tokens at 5 a retry */
    c->hosts[2].status = 503;
    struct crowd elsewhere = crowd_submit(c, e, 10, 2, "account-1", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[2].asked, 30); /* another host's quota is its own */
    http_engine_free(e);
    crowd_release(&one);
    crowd_release(&two);
    crowd_release(&elsewhere);
    cloud_free(c);
}

static void throttles_of_one_account_take_no_retries_from_another(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 429; /* capacity 0: all throttled */
    c->level = 1;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd noisy = crowd_submit(c, e, 400, 1, "account-1", 0);
    script_run_all(e);
    assert_in_range(c->hosts[1].asked, 400, 500);
    assert_int_equal(crowd_count(&noisy, HTTP_VERDICT_THROTTLED), 400);
    size_t asked = c->hosts[1].asked;
    struct crowd other = crowd_submit(c, e, 10, 1, "account-2", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].asked - asked, 30);
    http_engine_free(e);
    crowd_release(&noisy);
    crowd_release(&other);
    cloud_free(c);
}

/* ---- room for answers ---- */

static void large_answers_are_admitted_by_what_the_last_ones_took(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].kilobytes = 1024;
    struct http_engine *e = script_engine(
        &c->s, (struct http_engine_options){ .max_bytes_in_flight = 4 * 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "pages", 0);
    script_run_all(e);
    c->hosts[1].status = 403; /* the few bytes of errors say nothing of the next page */
    c->hosts[1].kilobytes = 1;
    struct crowd errors = crowd_submit(c, e, 60, 1, "pages", 0);
    script_run_all(e);
    c->hosts[1].status = 200;
    c->hosts[1].kilobytes = 1024;
    struct crowd rest = crowd_submit(c, e, 30, 1, "pages", 0);
    struct crowd small = crowd_submit(c, e, 200, 2, "small", 0);
    int64_t before = c->s.now_ms;
    c->most_kb_running = 0;
    script_run_all(e);
    assert_in_range(c->most_kb_running, 2 * 1024, 4 * 1024);
    assert_true(crowd_last_ms(&small) - before < 3000); /* they fit beside */
    assert_int_equal(crowd_count(&rest, HTTP_VERDICT_OK), 30);
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&errors);
    crowd_release(&rest);
    crowd_release(&small);
    cloud_free(c);
}

static bool swallow(void *ctx, const char *data, size_t len, struct error *err)
{
    (void)ctx;
    (void)data;
    (void)len;
    (void)err;
    return true;
}

static void what_streams_into_a_sink_takes_little_room(void **state)
{
    (void)state;
    static const struct http_sink sink = { NULL, swallow, NULL };
    struct cloud *c = cloud_new();
    c->sink = &sink;
    c->hosts[1].kilobytes = 4096;
    struct http_engine *e = script_engine(
        &c->s, (struct http_engine_options){ .max_bytes_in_flight = 2 * 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "logs", 0);
    script_run_all(e);
    c->hosts[1].most_running = 0;
    struct crowd rest = crowd_submit(c, e, 30, 1, "logs", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].most_running, 8); /* a quarter of a megabyte each */
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&rest);
    cloud_free(c);
}

static void one_that_expects_more_than_all_the_room_runs_alone(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].kilobytes = 2048;
    c->hosts[2].jitter_ms = 97; /* so that some of them are always under way */
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_bytes_in_flight = 1024 * 1024 });
    struct crowd first = crowd_submit(c, e, 1, 1, "pages", 0);
    script_run_all(e);
    struct crowd small = crowd_submit(c, e, 2000, 2, "small", 0);
    struct crowd large = crowd_submit(c, e, 3, 1, "pages", 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&large, HTTP_VERDICT_OK), 3);
    /* overtaken by 128 starts each at most, though two thousand small ones never leave it room */
    assert_true(crowd_last_ms(&large) < crowd_last_ms(&small) - 2000);
    http_engine_free(e);
    crowd_release(&first);
    crowd_release(&small);
    crowd_release(&large);
    cloud_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_host_costs_its_own_jobs_seconds_and_others_nothing),
        cmocka_unit_test(a_dead_host_is_tried_once_a_minute_and_can_come_back),
        cmocka_unit_test(jobs_that_rest_end_with_their_host),
        cmocka_unit_test(a_service_in_trouble_is_not_asked_thrice_for_everything),
        cmocka_unit_test(throttles_of_one_account_take_no_retries_from_another),
        cmocka_unit_test(large_answers_are_admitted_by_what_the_last_ones_took),
        cmocka_unit_test(what_streams_into_a_sink_takes_little_room),
        cmocka_unit_test(one_that_expects_more_than_all_the_room_runs_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
