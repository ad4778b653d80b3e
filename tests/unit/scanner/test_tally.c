/* Counts by account over the pages of a list. */
#include "core/base/buffer.h"
#include "scanner/tally.h"
#include "tests/unit/unit.h"

#include <stdio.h>

static bool note(void *ctx, const char *account, const char *text, int64_t count)
{
    buffer_append_format(ctx, "%s/%s=%d ", account, text, (int)count);
    return true;
}

static void assert_counts(struct tally *t, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 10000);
    assert_true(tally_each(t, note, &out));
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
}

static void add(struct tally *t, const char *account, const char *text, int times)
{
    struct error err = ERROR_INIT;
    for (int i = 0; i < times; i++)
        assert_true(tally_add(t, account, text, &err));
}

static void pages_add_up_and_count_once_they_have_ended(void **state)
{
    struct tally *t = tally_new();
    (void)state;
    add(t, "p", "x", 2);
    assert_counts(t, "");
    tally_page_ended(t);
    add(t, "p", "x", 1);
    add(t, "p", "y", 1);
    add(t, "q", "x", 5);
    tally_page_ended(t);
    assert_counts(t, "p/x=3 p/y=1 q/x=5 ");
    tally_clear(t);
    assert_counts(t, "");
    tally_free(t);
}

static void a_page_that_is_sent_again_is_counted_once(void **state)
{
    struct tally *t = tally_new();
    (void)state;
    add(t, "p", "x", 7);
    tally_page_again(t);
    add(t, "p", "x", 8);
    tally_page_ended(t);
    assert_counts(t, "p/x=8 ");
    tally_free(t);
}

static void there_are_no_more_pairs_than_stated(void **state)
{
    struct tally *t = tally_new();
    struct error err = ERROR_INIT;
    char text[32];
    (void)state;
    for (int i = 0; i < TALLY_MAX / 2; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_true(tally_add(t, "p", text, &err));
    }
    tally_page_ended(t);
    for (int i = 0; i < TALLY_MAX / 2; i++) { /* the same pairs: nothing more */
        snprintf(text, sizeof text, "%d", i);
        assert_true(tally_add(t, "p", text, &err));
    }
    tally_page_again(t);
    for (int i = 0; i < TALLY_MAX / 2; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_true(tally_add(t, "q", text, &err));
    }
    assert_false(tally_add(t, "q", "one more", &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    tally_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_add_up_and_count_once_they_have_ended),
        cmocka_unit_test(a_page_that_is_sent_again_is_counted_once),
        cmocka_unit_test(there_are_no_more_pairs_than_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
