/* Pauses between attempts, and what retries may cost together. */
#include "core/http/retry.h"
#include "tests/unit/unit.h"

static uint32_t next_lcg(void *ctx)
{
    uint64_t *seed = ctx;
    *seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(*seed >> 32);
}

static void pauses_are_drawn_from_nothing_to_the_doubling_cap(void **state)
{
    (void)state;
    static const int64_t caps[] = { 1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000 };
    uint64_t seed = 7;
    struct random_source random = { next_lcg, &seed };
    for (int attempts = 1; attempts <= 8; attempts++) {
        int64_t cap = caps[attempts - 1], least = INT64_MAX, most = 0, sum = 0;
        for (int i = 0; i < 4000; i++) {
            int64_t pause = retry_pause_ms(attempts, 0, &random);
            least = pause < least ? pause : least;
            most = pause > most ? pause : most;
            sum += pause;
        }
        assert_in_range(least, 0, cap / 100);
        assert_in_range(most, cap - cap / 100, cap);
        assert_in_range(sum / 4000, cap * 45 / 100, cap * 55 / 100);
    }
    assert_in_range(retry_pause_ms(1000000, 0, &random), 0, 20000);
}

static uint32_t next_zero(void *ctx)
{
    (void)ctx;
    return 0;
}

static void a_servers_wish_is_honoured_up_to_five_seconds_over(void **state)
{
    (void)state;
    struct random_source zero = { next_zero, NULL };
    assert_int_equal(retry_pause_ms(1, 0, &zero), 0);
    assert_int_equal(retry_pause_ms(1, 3000, &zero), 3000);
    assert_int_equal(retry_pause_ms(1, 5000, &zero), 5000);
    assert_int_equal(retry_pause_ms(1, 3600000, &zero), 5000);
    assert_int_equal(retry_pause_ms(1, INT64_MAX, &zero), 5000);
    uint64_t seed = 3;
    struct random_source random = { next_lcg, &seed };
    for (int i = 0; i < 1000; i++)
        assert_in_range(retry_pause_ms(5, 100, &random), 100, 16000);
}

static void the_quota_pays_for_a_hundred_retries_or_fifty_timeouts(void **state)
{
    (void)state;
    struct retry_quota q;
    int taken = 0, n = 0;
    retry_quota_init(&q);
    while (retry_quota_take(&q, RETRY_FAULT, &taken))
        n++;
    assert_int_equal(n, 100);
    assert_int_equal(taken, 500);
    retry_quota_init(&q);
    for (n = 0; retry_quota_take(&q, RETRY_TIMEOUT, &taken);)
        n++;
    assert_int_equal(n, 50);
}

static void a_good_end_gives_back_what_it_took_or_one(void **state)
{
    (void)state;
    struct retry_quota q;
    int taken = 0, drained = 0;
    retry_quota_init(&q);
    assert_true(retry_quota_is_full(&q));
    retry_quota_give(&q, 0);
    assert_true(retry_quota_take(&q, RETRY_FAULT, &taken));
    assert_true(retry_quota_take(&q, RETRY_TIMEOUT, &taken));
    assert_int_equal(taken, 15);
    assert_false(retry_quota_is_full(&q));
    retry_quota_give(&q, taken);
    assert_true(retry_quota_is_full(&q)); /* and not above */
    while (retry_quota_take(&q, RETRY_FAULT, &drained))
        continue;
    for (int i = 0; i < 4; i++)
        retry_quota_give(&q, 0);
    assert_false(retry_quota_take(&q, RETRY_FAULT, &taken));
    retry_quota_give(&q, 0);
    assert_true(retry_quota_take(&q, RETRY_FAULT, &taken));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_are_drawn_from_nothing_to_the_doubling_cap),
        cmocka_unit_test(a_servers_wish_is_honoured_up_to_five_seconds_over),
        cmocka_unit_test(the_quota_pays_for_a_hundred_retries_or_fifty_timeouts),
        cmocka_unit_test(a_good_end_gives_back_what_it_took_or_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
