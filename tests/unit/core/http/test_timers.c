/* The heap of points in time, and the table that forgets the idle. */
#include "core/base/memory.h"
#include "core/http/keyed.h"
#include "core/http/timers.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static void timers_come_due_in_order_whatever_happened_between(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    struct timers t;
    struct timer *all = memory_new(COUNT, sizeof *all);
    uint32_t seed = 1;
    timers_init(&t);
    assert_true(timers_next(&t) == TIMERS_NEVER);
    for (int step = 0; step < 40000; step++) {
        seed = seed * 1664525u + 1013904223u;
        struct timer *one = &all[(seed >> 8) % COUNT];
        if (seed >> 30 == 0)
            timers_cancel(&t, one);
        else
            timers_set(&t, one, (int64_t)((seed >> 4) % 10000));
    }
    size_t set = 0, due = 0;
    for (int i = 0; i < COUNT; i++)
        set += all[i].slot != 0;
    assert_true(set > COUNT / 2);
    int64_t last = 0;
    struct timer *one;
    for (int64_t now = 0; now <= 10000; now += 10) {
        while ((one = timers_due(&t, now)) != NULL) {
            assert_true(one->at_ms >= last && one->at_ms <= now && one->at_ms > now - 10);
            assert_int_equal(one->slot, 0);
            last = one->at_ms;
            due++;
        }
    }
    assert_int_equal(due, set);
    timers_release(&t);
    free(all);
}

struct thing {
    enum keyed_worth worth;
    size_t *dropped;
};

static enum keyed_worth thing_worth(const void *value, int64_t now_ms)
{
    const struct thing *thing = value;
    assert_int_equal(now_ms, 77);
    return thing->worth;
}

static void thing_drop(void *value)
{
    struct thing *thing = value;
    ++*thing->dropped;
    free(thing);
}

static void add(struct keyed *k, int i, enum keyed_worth worth, size_t *dropped)
{
    char name[32];
    struct thing *thing = memory_new(1, sizeof *thing);
    *thing = (struct thing){ worth, dropped };
    (void)snprintf(name, sizeof name, "thing %d", i);
    keyed_add(k, name, thing, 77);
}

static void what_is_in_use_is_never_forgotten_and_the_rest_is_bounded(void **state)
{
    (void)state;
    static const enum keyed_worth worths[] = { KEYED_WORTHLESS, KEYED_MEMORY, KEYED_IN_USE };
    size_t dropped[3] = { 0, 0, 0 }, most = 0;
    struct keyed k;
    keyed_init(&k, thing_worth, thing_drop);
    for (int i = 0; i < 300000; i++) {
        int kind = i % 100 == 0 ? 2 : i % 2; /* 3,000 in use among 300,000 */
        add(&k, i, worths[kind], &dropped[kind]);
        if (keyed_count(&k) > most)
            most = keyed_count(&k);
    }
    assert_true(dropped[0] > 100000);
    assert_int_equal(dropped[2], 0);
    assert_in_range(most, 10000, 2 * (3000 + KEYED_IDLE_MAX));
    assert_non_null(keyed_get(&k, "thing 0"));
    assert_non_null(keyed_get(&k, "thing 299900"));
    assert_null(keyed_get(&k, "thing 2"));
    keyed_release(&k);
    assert_int_equal(dropped[0] + dropped[1] + dropped[2], 300000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_come_due_in_order_whatever_happened_between),
        cmocka_unit_test(what_is_in_use_is_never_forgotten_and_the_rest_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
