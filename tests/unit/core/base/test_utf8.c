/* UTF-8 is told from what only looks like it, in any pieces. */
#include "core/base/utf8.h"
#include "tests/unit/unit.h"

static const char *const good[] = {
    "", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
    "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xe5\xa4\x9c\xe5\x9b\x9e\xe3\x82\x8a",
};

static const char *const bad[] = {
    "\x80",             /* continuation alone */
    "\xc0\x80",         /* overlong NUL */
    "\xc1\xbf",         /* overlong */
    "\xe0\x9f\xbf",     /* overlong */
    "\xf0\x8f\xbf\xbf", /* overlong */
    "\xed\xa0\x80",     /* surrogate */
    "\xf4\x90\x80\x80", /* above U+10FFFF */
    "\xf5\x80\x80\x80", "\xff", "\xe5\xa4", "\xe5\xa4x", "a\xc2", "\xc2\xc2",
};

static bool valid_in_pieces(const char *s, size_t piece)
{
    struct utf8 u = { 0 };
    size_t len = strlen(s);
    for (size_t at = 0; at < len; at += piece) {
        size_t part = len - at < piece ? len - at : piece;
        if (utf8_add(&u, s + at, part) != part)
            return false;
    }
    return utf8_is_complete(&u);
}

static void valid_text_is_valid_in_any_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(utf8_is_valid(text_of(good[i])));
        for (size_t piece = 1; piece < 5; piece++)
            assert_true(valid_in_pieces(good[i], piece));
    }
}

static void malformed_text_is_refused_in_any_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(utf8_is_valid(text_of(bad[i])));
        for (size_t piece = 1; piece < 5; piece++)
            assert_false(valid_in_pieces(bad[i], piece));
    }
}

static void the_first_bad_byte_is_named(void **state)
{
    (void)state;
    struct utf8 u = { 0 };
    assert_int_equal(utf8_add(&u, "ab\xff" "c", 4), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_text_is_valid_in_any_pieces),
        cmocka_unit_test(malformed_text_is_refused_in_any_pieces),
        cmocka_unit_test(the_first_bad_byte_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
