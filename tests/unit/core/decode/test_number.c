/* Numbers: what is one, and the one form of its value. */
#include "core/decode/number.h"
#include "tests/unit/unit.h"

#include <json-c/json_object.h>
#include <math.h>

static void only_json_numbers_are_numbers(void **state)
{
    (void)state;
    static const char *const none[] = { "", "-", "01", "-01", "00", "1.", ".5", "-.5", "+1", "1e",
                                        "1e+", "1.e5", "0x10", "1_000", "1 ", " 1", "NaN", "1.2.3",
                                        "1e5.5", "--1", "012345678901", "2026-11-21" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (number_kind(text_of(none[i])) != NUMBER_NONE)
            fail_msg("\"%s\" was taken for a number", none[i]);
        assert_null(number_new(text_of(none[i])));
    }
    assert_int_equal(number_kind(text_of("123456789012")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("-0")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("0.5")), NUMBER_DOUBLE);
    assert_int_equal(number_kind(text_of("1E-2")), NUMBER_DOUBLE);
}

static void numbers_beyond_64_bits_are_told_apart(void **state)
{
    (void)state;
    char digits[NUMBER_TEXT_MAX + 2];
    memset(digits, '1', sizeof digits);
    assert_int_equal(number_kind((struct text){ digits, sizeof digits }), NUMBER_TOO_LARGE);
    assert_int_equal(number_kind(text_of("-99999999999999999")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("999999999999999999")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("000000000000000001")), NUMBER_NONE);
    assert_int_equal(number_kind(text_of("")), NUMBER_NONE);
    assert_int_equal(number_kind(text_of("18446744073709551615")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("18446744073709551616")), NUMBER_TOO_LARGE);
    assert_int_equal(number_kind(text_of("-9223372036854775808")), NUMBER_INTEGER);
    assert_int_equal(number_kind(text_of("-9223372036854775809")), NUMBER_TOO_LARGE);
    assert_int_equal(number_kind(text_of("1e400")), NUMBER_TOO_LARGE);
    assert_int_equal(number_kind(text_of("1e-400")), NUMBER_DOUBLE);
}

static void equal_values_have_one_form(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "1", "1" }, { "1.0", "1" }, { "1e2", "100" }, { "1.5E1", "15" }, { "-0", "0" },
        { "-0.0", "0" }, { "0.1", "0.1" }, { "1.10", "1.1" }, { "-2.50", "-2.5" },
        { "18446744073709551615", "18446744073709551615" },
        { "-9223372036854775808", "-9223372036854775808" },
        { "-9223372036854775808.0", "-9223372036854775808" },
        { "9007199254740993", "9007199254740993" }, /* no double equals it */
        { "1e19", "10000000000000000000" }, { "1e20", "1e+20" }, { "-1e19", "-1e+19" },
        { "0.30000000000000004", "0.30000000000000004" }, { "5e-324", "4.94065645841247e-324" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct buffer b;
        buffer_init(&b, 100);
        struct json_object *o = number_new(text_of(pairs[i][0]));
        assert_non_null(o);
        number_write(o, &b);
        assert_string_equal(buffer_string(&b), pairs[i][1]);
        json_object_put(o);
        buffer_release(&b);
    }
}

static void what_is_not_finite_is_null(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 100);
    struct json_object *o = json_object_new_double(INFINITY);
    number_write(o, &b);
    assert_string_equal(buffer_string(&b), "null");
    json_object_put(o);
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_json_numbers_are_numbers),
        cmocka_unit_test(numbers_beyond_64_bits_are_told_apart),
        cmocka_unit_test(equal_values_have_one_form),
        cmocka_unit_test(what_is_not_finite_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
