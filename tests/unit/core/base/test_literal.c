/* C string literals: what the compiler reads is what was given. */
#include "core/base/literal.h"
#include "tests/unit/unit.h"

static void assert_literal(const char *given, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 256);
    literal_append(&out, given);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
}

static void text_stands_in_quotes_and_nothing_is_null(void **state)
{
    (void)state;
    assert_literal("a b", "\"a b\"");
    assert_literal("", "\"\"");
    assert_literal(NULL, "NULL");
}

static void quotes_backslashes_and_trigraphs_are_escaped(void **state)
{
    (void)state;
    assert_literal("\"\\?", "\"\\042\\134\\077\"");
}

static void a_digit_after_an_escape_does_not_join_it(void **state)
{
    (void)state;
    assert_literal("\n1", "\"\\0121\"");
    assert_literal("\xe3\x81\x82", "\"\\343\\201\\202\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stands_in_quotes_and_nothing_is_null),
        cmocka_unit_test(quotes_backslashes_and_trigraphs_are_escaped),
        cmocka_unit_test(a_digit_after_an_escape_does_not_join_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
