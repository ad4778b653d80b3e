/* The token bucket, and the rate that is found out after a throttle. */
#include "core/http/limiter.h"
#include "tests/unit/unit.h"

#include <math.h>

/* Sends whatever may be sent for so long, a look each millisecond; how many went out. */
static int send_all(struct limiter *l, int64_t from_ms, int64_t to_ms)
{
    int sent = 0;
    for (int64_t now = from_ms; now < to_ms; now++) {
        while (limiter_wait_ms(l, now) == 0 && sent < 1000000) {
            limiter_take(l, now);
            sent++;
        }
    }
    return sent;
}

static void a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 5000);
    limiter_set(&l, 20, 100, 0.5); /* EC2's Describe, at half */
    assert_int_equal(send_all(&l, 5000, 5001), 50);
    assert_int_equal(limiter_wait_ms(&l, 5001), 99);
    assert_int_equal(send_all(&l, 5001, 15001), 100); /* 10/s for 10 s */
}

static void an_idle_bucket_holds_no_more_than_its_burst(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    limiter_set(&l, 20, 100, 0.5);
    send_all(&l, 0, 1);
    assert_int_equal(send_all(&l, 3600000, 3600001), 50);
}

static void a_burst_below_one_still_sends(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    limiter_set(&l, 0.5, 1, 0.5); /* DescribeByoipCidrs at half: one in four seconds */
    assert_int_equal(send_all(&l, 0, 12000), 3);
}

static void repeating_the_numbers_refills_nothing(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    int sent = 0;
    for (int64_t now = 0; now < 1000; now++) {
        limiter_set(&l, 10, 5, 1);
        while (limiter_wait_ms(&l, now) == 0) {
            limiter_take(&l, now);
            sent++;
        }
    }
    assert_int_equal(sent, 5 + 9);
}

static void changing_the_numbers_gives_no_tokens(void **state)
{
    (void)state;
    struct limiter l;
    int sent = 0;
    limiter_init(&l, 0);
    for (int64_t now = 0; now < 1000; now++) {
        limiter_set(&l, 10, now % 2 == 0 ? 10 : 2, 1);
        while (limiter_wait_ms(&l, now) == 0) {
            limiter_take(&l, now);
            sent++;
        }
    }
    assert_int_equal(sent, 10 + 9);
}

static void without_a_rate_nothing_waits(void **state)
{
    (void)state;
    static const double no_rates[] = { 0, -1, INFINITY };
    for (size_t i = 0; i < 3; i++) {
        struct limiter l;
        limiter_init(&l, 0);
        limiter_set(&l, no_rates[i], 1, 0.5);
        for (int n = 0; n < 1000; n++) {
            assert_int_equal(limiter_wait_ms(&l, 0), 0);
            limiter_take(&l, 0);
        }
    }
}

/* 40 a second for two seconds, then a throttle. */
static void throttle_at_40(struct limiter *l)
{
    for (int64_t now = 0; now < 2000; now += 25)
        limiter_take(l, now);
    limiter_answered(l, true, 1975, 2000);
}

static void a_throttle_cuts_the_measured_rate_to_seven_tenths(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    throttle_at_40(&l);
    assert_true(l.slowed);
    assert_true(fabs(l.slow_rate_per_s - 28) < 0.5);
    /* and that is what goes out from now on, though no rate was ever documented */
    int sent = send_all(&l, 2000, 4000);
    assert_in_range(sent, 54, 60);
}

static void one_crowd_of_throttles_cuts_once(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    throttle_at_40(&l);
    double cut = l.slow_rate_per_s;
    for (int i = 0; i < 30; i++)
        limiter_answered(&l, true, 1990, 2001 + i); /* sent before the cut */
    assert_true(l.slow_rate_per_s == cut);
    limiter_answered(&l, true, 2010, 2100); /* sent after: still too fast */
    assert_true(l.slow_rate_per_s < cut);
}

static void the_rate_never_falls_below_one_in_two_seconds(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    for (int64_t now = 0; now < 200000; now += 1000) {
        limiter_take(&l, now);
        limiter_answered(&l, true, now, now + 1);
    }
    assert_true(l.slow_rate_per_s >= 0.5);
    assert_in_range(limiter_wait_ms(&l, 200000), 0, 2000);
}

static void good_answers_grow_the_rate_back_along_the_cube(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    throttle_at_40(&l);
    /* K = cbrt(40 * 0.3 / 0.4) = 3.1 s: by then the rate is back at 40, flat around it. */
    double at_k = 0;
    for (int64_t now = 2000; now < 9000; now += 5) {
        if (limiter_wait_ms(&l, now) == 0) {
            limiter_take(&l, now);
            limiter_answered(&l, false, now, now);
        }
        if (now == 5105)
            at_k = l.slow_rate_per_s;
    }
    assert_true(fabs(at_k - 40) < 2);
    assert_true(l.slow_rate_per_s > 50); /* 0.4 * 3.9^3 + 40, by 9 s */
}

static void a_key_that_grew_back_to_its_documented_rate_is_free_again(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    limiter_set(&l, 40, 100, 1);
    throttle_at_40(&l);
    assert_true(l.slowed);
    for (int64_t now = 2000; now < 20000 && l.slowed; now += 5) {
        if (limiter_wait_ms(&l, now) == 0) {
            limiter_take(&l, now);
            limiter_answered(&l, false, now, now);
        }
    }
    assert_false(l.slowed);
}

static void an_unused_rate_does_not_grow_without_end(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    throttle_at_40(&l);
    /* one request in two seconds, for an hour: the curve alone would be at millions */
    for (int64_t now = 2000; now < 3600000; now += 2000) {
        limiter_take(&l, now);
        limiter_answered(&l, false, now, now + 10);
    }
    assert_true(l.slow_rate_per_s <= 1.1);
}

static void calm_means_that_forgetting_changes_nothing(void **state)
{
    (void)state;
    struct limiter l;
    limiter_init(&l, 0);
    limiter_set(&l, 10, 10, 1);
    assert_true(limiter_is_calm(&l, 0));
    send_all(&l, 0, 1);
    assert_false(limiter_is_calm(&l, 500));
    assert_true(limiter_is_calm(&l, 1001));
    limiter_take(&l, 2000);
    limiter_answered(&l, true, 2000, 2000);
    assert_false(limiter_is_calm(&l, 30000));
    assert_true(limiter_is_calm(&l, 70000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_gives_its_burst_and_then_its_rate),
        cmocka_unit_test(an_idle_bucket_holds_no_more_than_its_burst),
        cmocka_unit_test(a_burst_below_one_still_sends),
        cmocka_unit_test(repeating_the_numbers_refills_nothing),
        cmocka_unit_test(changing_the_numbers_gives_no_tokens),
        cmocka_unit_test(without_a_rate_nothing_waits),
        cmocka_unit_test(a_throttle_cuts_the_measured_rate_to_seven_tenths),
        cmocka_unit_test(one_crowd_of_throttles_cuts_once),
        cmocka_unit_test(the_rate_never_falls_below_one_in_two_seconds),
        cmocka_unit_test(good_answers_grow_the_rate_back_along_the_cube),
        cmocka_unit_test(a_key_that_grew_back_to_its_documented_rate_is_free_again),
        cmocka_unit_test(an_unused_rate_does_not_grow_without_end),
        cmocka_unit_test(calm_means_that_forgetting_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
