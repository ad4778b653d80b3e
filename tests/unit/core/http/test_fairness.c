/* Many jobs at one time: rates, turns, and what must not stand in whose way. */
#include "tests/unit/core/http/cloud.h"

/* ---- rates ---- */

static void a_key_goes_at_its_share_of_the_rate(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    /* 20/s and a burst of 20, half of it ours: 10 at once, 190 more at 10/s */
    struct crowd crowd = crowd_submit(c, e, 200, 1, "ec2", 20);
    script_run_all(e);
    assert_in_range(crowd_last_ms(&crowd) - before, 19000, 19300);
    assert_int_equal(crowd_count(&crowd, HTTP_VERDICT_OK), 200);
    assert_true(c->s.polls < 5000); /* it sleeps between tokens */
    http_engine_free(e);
    crowd_release(&crowd);
    cloud_free(c);
}

static void one_key_over_many_hosts_is_one_bucket(void **state)
{
    (void)state;
    enum { MANY = 100 };
    struct crowd crowds[MANY];
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms, last = 0;
    for (int i = 0; i < MANY; i++) /* as S3's buckets are hosts of their own */
        crowds[i] = crowd_submit(c, e, 3, i, "s3", 40);
    script_run_all(e);
    for (int i = 0; i < MANY; i++) {
        last = crowd_last_ms(&crowds[i]) > last ? crowd_last_ms(&crowds[i]) : last;
        crowd_release(&crowds[i]);
    }
    assert_in_range(last - before, 14000, 14300); /* 20 at once, 280 at 20/s */
    http_engine_free(e);
    cloud_free(c);
}

static void a_throttled_key_finds_its_rate_and_others_do_not_notice(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].status = 429;
    c->capacity_per_s = 10;
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 300, 1, "slow", 0);
    struct crowd fast = crowd_submit(c, e, 300, 2, "fast", 0);
    script_run_all(e);
    assert_int_equal(crowd_count(&fast, HTTP_VERDICT_OK), 300);
    assert_true(crowd_last_ms(&fast) - before < 3000);
    assert_true(crowd_count(&slow, HTTP_VERDICT_OK) > 270);
    assert_int_equal(
        crowd_count(&slow, HTTP_VERDICT_OK) + crowd_count(&slow, HTTP_VERDICT_THROTTLED), 300);
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_in_range(stats.throttled, 10, 150); /* without slowing down nearly each is one */
    assert_in_range(crowd_last_ms(&slow) - before, 20000, 90000);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&fast);
    cloud_free(c);
}

/* ---- nobody stands in another's way ---- */

static void a_job_that_waits_for_its_key_blocks_no_other(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 50, 1, "lookup", 2);
    struct crowd same_host = crowd_submit(c, e, 50, 1, "other", 0);
    struct crowd other_host = crowd_submit(c, e, 50, 2, "third", 0);
    script_run_all(e);
    assert_true(crowd_last_ms(&same_host) - before <= 500); /* 50 by 16 connections, 100 ms each */
    assert_true(crowd_last_ms(&other_host) - before <= 500);
    assert_in_range(crowd_last_ms(&slow) - before, 48000, 50000);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&same_host);
    crowd_release(&other_host);
    cloud_free(c);
}

static void a_slow_host_holds_an_eighth_of_the_connections_and_no_more(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    c->hosts[1].after_ms = 30000;
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_connections = 64 });
    int64_t before = c->s.now_ms;
    struct crowd slow = crowd_submit(c, e, 500, 1, "slow", 0);
    struct crowd fast = crowd_submit(c, e, 500, 2, "fast", 0);
    script_run_all(e);
    assert_int_equal(c->hosts[1].most_running, 8);
    assert_int_equal(c->hosts[2].most_running, 8);
    assert_in_range(crowd_last_ms(&fast) - before, 6000, 6500);
    assert_int_equal(crowd_count(&slow, HTTP_VERDICT_OK), 500);
    http_engine_free(e);
    crowd_release(&slow);
    crowd_release(&fast);
    cloud_free(c);
}

static void accounts_that_share_a_host_take_turns(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    struct crowd large = crowd_submit(c, e, 5000, 1, "account-1", 0);
    struct crowd small = crowd_submit(c, e, 20, 1, "account-2", 0);
    int64_t before = c->s.now_ms;
    script_run_all(e);
    assert_true(crowd_last_ms(&small) - before <= 400); /* 20 + as many of the other's */
    http_engine_free(e);
    crowd_release(&large);
    crowd_release(&small);
    cloud_free(c);
}

static void a_host_is_served_while_its_connections_are_warm(void **state)
{
    (void)state;
    enum { MANY = 200 };
    struct crowd crowds[MANY];
    struct cloud *c = cloud_new();
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    for (int i = 0; i < MANY; i++)
        crowds[i] = crowd_submit(c, e, 100, i, NULL, 0);
    script_run_all(e);
    assert_int_equal(c->s.most_running, 128);
    /* Going round one by one would have 128 hosts running at once, each time a new handshake. */
    assert_in_range(c->most_hosts_running, 8, 20);
    for (int i = 0; i < MANY; i++)
        crowd_release(&crowds[i]);
    http_engine_free(e);
    cloud_free(c);
}

static void every_host_gets_its_turn(void **state)
{
    (void)state;
    struct cloud *c = cloud_new();
    struct http_engine *e =
        script_engine(&c->s, (struct http_engine_options){ .max_connections = 1 });
    struct crowd endless = crowd_submit(c, e, 3000, 1, NULL, 0);
    struct crowd late = crowd_submit(c, e, 1, 2, NULL, 0);
    script_run_all(e);
    /* one connection, so turns of 16 */
    assert_in_range(late.jobs[0].result.waited_ms, 0, 1700);
    http_engine_free(e);
    crowd_release(&endless);
    crowd_release(&late);
    cloud_free(c);
}

/* ---- scale ---- */

static void a_hundred_thousand_jobs_of_ten_thousand_keys_all_come_back_once(void **state)
{
    (void)state;
    enum { KEYS = 10000, JOBS_EACH = 10 };
    struct cloud *c = cloud_new();
    struct crowd *crowds = memory_new(KEYS, sizeof *crowds);
    struct http_engine *e = script_engine(&c->s, (struct http_engine_options){ 0 });
    char key[32];
    for (int i = 0; i < KEYS; i++) {
        (void)snprintf(key, sizeof key, "key %d", i);
        c->hosts[i % 500].refuses = i % 500 == 7;
        crowds[i] = crowd_submit(c, e, JOBS_EACH, i % 500, key, i % 3 == 0 ? 2 : 0);
    }
    struct http_engine_stats stats;
    http_engine_stats(e, &stats);
    assert_int_equal(stats.queued, KEYS * JOBS_EACH);
    script_run_all(e);
    int ok = 0;
    for (int i = 0; i < KEYS; i++) {
        ok += crowd_count(&crowds[i], HTTP_VERDICT_OK);
        crowd_release(&crowds[i]);
    }
    assert_int_equal(ok, KEYS * JOBS_EACH - KEYS / 500 * JOBS_EACH);
    http_engine_stats(e, &stats);
    assert_int_equal(stats.queued + stats.running, 0);
    http_engine_free(e);
    free(crowds);
    cloud_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_goes_at_its_share_of_the_rate),
        cmocka_unit_test(one_key_over_many_hosts_is_one_bucket),
        cmocka_unit_test(a_throttled_key_finds_its_rate_and_others_do_not_notice),
        cmocka_unit_test(a_job_that_waits_for_its_key_blocks_no_other),
        cmocka_unit_test(a_slow_host_holds_an_eighth_of_the_connections_and_no_more),
        cmocka_unit_test(accounts_that_share_a_host_take_turns),
        cmocka_unit_test(a_host_is_served_while_its_connections_are_warm),
        cmocka_unit_test(every_host_gets_its_turn),
        cmocka_unit_test(a_hundred_thousand_jobs_of_ten_thousand_keys_all_come_back_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
