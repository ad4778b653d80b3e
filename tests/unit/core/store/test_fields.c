/* The fields in which two bodies differ, and the order in which changes come. */
#include "tests/unit/core/store/world.h"

#define ANYTHING "{\"fields\":\"*\",\"ordered\":[\"Rules[]\"],\"volatile\":[\"Etag\"]}"

static bool note(void *ctx, const char *field, const char *before, const char *after)
{
    buffer_append_format(ctx, "%s%s %s>%s", ((struct buffer *)ctx)->len == 0 ? "" : "; ", field,
                         before, after);
    return true;
}

static void expect_under(const char *before, const char *before_shape, const char *after,
                         const char *after_shape, const char *wanted)
{
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, 1 << 20);
    if (!diff_fields(before, before_shape, after, after_shape, note, &b, &err))
        fail_msg("%s", err.message);
    assert_string_equal(buffer_string(&b), wanted);
    buffer_release(&b);
}

static void expect(const char *before, const char *after, const char *wanted)
{
    expect_under(before, ANYTHING, after, ANYTHING, wanted);
}

static void values_are_named_by_their_path(void **state)
{
    (void)state;
    expect("{}", "{}", "");
    expect("{\"A\":1}", "{\"A\":1.0}", "");
    expect("{\"A\":1,\"B\":\"x\"}", "{\"B\":\"x\",\"A\":2}", "A 1>2");
    expect("{\"A\":{\"B\":{\"C\":true}}}", "{\"A\":{\"B\":{\"C\":false}}}", "A.B.C true>false");
    expect("{\"A\":\"1\"}", "{\"A\":1}", "A \"1\">1");
}

static void absent_and_null_differ(void **state)
{
    (void)state;
    expect("{}", "{\"A\":null}", "A >null");
    expect("{\"A\":null}", "{}", "A null>");
    expect("{\"A\":{\"B\":1}}", "{}", "A {\"B\":1}>");
    expect("{\"A\":{\"B\":1}}", "{\"A\":null}", "A {\"B\":1}>null");
    expect("{\"A\":null}", "{\"A\":null}", "");
}

static void a_set_that_changed_is_one_field(void **state)
{
    (void)state;
    expect("{\"S\":[1,2,3]}", "{\"S\":[3,1,2]}", "");
    expect("{\"S\":[1,2]}", "{\"S\":[2,3]}", "S[] [1]>[3]");
    expect("{\"S\":[1]}", "{\"S\":[1,2]}", "S[] >[2]");
    expect("{\"S\":[1,1,2]}", "{\"S\":[2,1]}", "S[] [1]>");
    expect("{\"S\":[]}", "{\"S\":[{\"B\":2,\"A\":1}]}", "S[] >[{\"A\":1,\"B\":2}]");
    expect("{\"P\":[{\"Port\":22,\"From\":[\"a\",\"b\"]},{\"Port\":80}]}",
           "{\"P\":[{\"Port\":80},{\"Port\":22,\"From\":[\"b\",\"c\"]}]}",
           "P[] [{\"From\":[\"a\",\"b\"],\"Port\":22}]>[{\"From\":[\"b\",\"c\"],\"Port\":22}]");
    expect("{\"S\":[1]}", "{}", "S [1]>");
    expect("{\"S\":[1]}", "{\"S\":{\"A\":1}}", "S [1]>{\"A\":1}");
}

static void an_ordered_list_is_compared_in_its_order(void **state)
{
    (void)state;
    expect("{\"Rules\":[1,2]}", "{\"Rules\":[2,1]}", "Rules[] 1>2; Rules[] 2>1");
    expect("{\"Rules\":[{\"Port\":1,\"Act\":\"a\"},{\"Port\":2}]}",
           "{\"Rules\":[{\"Port\":3,\"Act\":\"b\"},{\"Port\":2}]}",
           "Rules[].Act \"a\">\"b\"; Rules[].Port 1>3");
    expect("{\"Rules\":[1]}", "{\"Rules\":[1,2]}", "Rules[] [1]>[1,2]");
}

static void fields_are_sorted_by_their_bytes(void **state)
{
    (void)state;
    expect("{\"b\":1,\"A\":{\"x\":1},\"A-b\":1,\"a\":1}",
           "{\"a\":2,\"A-b\":2,\"b\":2,\"A\":{\"x\":2}}", "A-b 1>2; A.x 1>2; a 1>2; b 1>2");
}

static void only_what_both_shapes_hold_is_compared(void **state)
{
    (void)state;
    static const char old_shape[] =
        "{\"fields\":{\"A\":\"*\",\"B\":{\"C\":\"*\"}},\"ordered\":[],\"volatile\":[]}";
    static const char new_shape[] =
        "{\"fields\":{\"A\":\"*\",\"B\":{\"C\":\"*\",\"D\":\"*\"},\"E\":\"*\"},\"ordered\":[],\"volatile\":[\"A\"]}";
    expect_under("{\"A\":1,\"B\":{\"C\":1}}", old_shape,
                 "{\"A\":2,\"B\":{\"C\":1,\"D\":5},\"E\":7}", new_shape, "");
    expect_under("{\"A\":1,\"B\":{\"C\":1}}", old_shape,
                 "{\"A\":2,\"B\":{\"C\":2,\"D\":5},\"E\":7}", new_shape, "B.C 1>2");
    expect("{\"Etag\":1}", "{\"Etag\":2}", "");
}

static void what_is_no_body_is_an_error(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "{", "[]", "7", "null", "{\"A\":1}x", "{\"A\":\"\xff\"}"
    };
    struct buffer b;
    buffer_init(&b, 1000);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = ERROR_INIT;
        assert_false(diff_fields(bad[i], ANYTHING, "{}", ANYTHING, note, &b, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_false(diff_fields("{}", ANYTHING, bad[i], ANYTHING, note, &b, &err));
        assert_false(diff_fields("{}", bad[i], "{}", ANYTHING, note, &b, &err));
        assert_false(diff_fields("{}", ANYTHING, "{}", bad[i], note, &b, &err));
    }
    assert_string_equal(buffer_string(&b), "");
    buffer_release(&b);
}

static void a_set_of_very_many_is_still_one_field(void **state)
{
    (void)state;
    struct buffer before, after;
    buffer_init(&before, 1 << 22);
    buffer_init(&after, 1 << 22);
    buffer_append_string(&before, "{\"S\":[");
    buffer_append_string(&after, "{\"S\":[");
    for (int i = 0; i < 50000; i++) {
        buffer_append_format(&before, "%s%d", i == 0 ? "" : ",", i);
        buffer_append_format(&after, "%s%d", i == 0 ? "" : ",", 50000 - i);
    }
    buffer_append_string(&before, "]}");
    buffer_append_string(&after, "]}");
    expect(buffer_string(&before), buffer_string(&after), "S[] [0]>[50000]");
    buffer_release(&before);
    buffer_release(&after);
}

/* ---- rows of many accounts ---- */

static struct world w;

static bool note_place(void *ctx, const struct diff_row *row, struct error *err)
{
    (void)err;
    buffer_append_format(ctx, "%s/%s/%s/%s/%s/%s/%s/%s/%s;", row->provider, row->account,
                         row->account_name, row->team, row->region, row->type, row->id, row->key,
                         row->change);
    return true;
}

static bool stop_at_once(void *ctx, const struct diff_row *row, struct error *err)
{
    (void)row;
    ++*(int *)ctx;
    return error_set(err, ERROR_IO, "no more");
}

static void rows_come_by_provider_account_and_key(void **state)
{
    (void)state;
    world_init(&w);
    int64_t first = w.account, second = world_account(&w, "000000000001", "active");
    for (int night = 0; night < 2; night++) {
        world_night(&w);
        for (int i = 0; i < 2; i++) {
            w.account = i == 0 ? first : second;
            world_read(&w, "u", night == 0 ? WORLD_ITEMS({ "k", "{}", 0, 0 }) : NULL,
                       night == 0 ? OUTCOME_COMPLETE : OUTCOME_FAILED);
            world_read(&w, "t",
                       night == 0 ? NULL : WORLD_ITEMS({ "z", "{}", 0, 0 }, { "a", "{}", 0, 0 }),
                       OUTCOME_COMPLETE);
        }
        world_publish(&w);
    }
    struct buffer b;
    struct diff_options o = { 1, 2 };
    buffer_init(&b, 10000);
    world_must(&w, diff_each(w.s, &o, note_place, &b, &w.err));
    assert_string_equal(
        buffer_string(&b),
        "aws/000000000001/shop/pay/r/u///unverified;aws/000000000001/shop/pay/r/t/a/a/added;"
        "aws/000000000001/shop/pay/r/t/z/z/added;aws/012345678901/shop/pay/r/u///unverified;"
        "aws/012345678901/shop/pay/r/t/a/a/added;aws/012345678901/shop/pay/r/t/z/z/added;");
    buffer_release(&b);
    int calls = 0;
    assert_false(diff_each(w.s, &o, stop_at_once, &calls, &w.err));
    assert_int_equal(calls, 1);
    assert_string_equal(w.err.message, "no more");
    world_expect_diff_between(&w, 0, 2, "");
    world_expect_diff_between(&w, 2, 2, "");
    world_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_named_by_their_path),
        cmocka_unit_test(absent_and_null_differ),
        cmocka_unit_test(a_set_that_changed_is_one_field),
        cmocka_unit_test(an_ordered_list_is_compared_in_its_order),
        cmocka_unit_test(fields_are_sorted_by_their_bytes),
        cmocka_unit_test(only_what_both_shapes_hold_is_compared),
        cmocka_unit_test(what_is_no_body_is_an_error),
        cmocka_unit_test(a_set_of_very_many_is_still_one_field),
        cmocka_unit_test(rows_come_by_provider_account_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
