/* Foreign text made fit for a cell: one line, UTF-8, no formula, no longer than Excel takes. */
#include "core/base/memory.h"
#include "reports/cell.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

struct example {
    const char *text, *cell;
};

static void check(const struct example *examples, size_t count, bool guarded)
{
    struct buffer out;
    buffer_init(&out, CELL_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        buffer_clear(&out);
        if (guarded)
            cell_append_guarded(&out, text_of(examples[i].text));
        else
            cell_append(&out, text_of(examples[i].text), CELL_UNITS_MAX);
        assert_true(buffer_ok(&out));
        assert_string_equal(buffer_string(&out), examples[i].cell);
    }
    buffer_release(&out);
}

#define CHECK(examples, guarded) check(examples, sizeof examples / sizeof *examples, guarded)

static void lines_become_one(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "", "" },
        { "plain", "plain" },
        { "one\ntwo", "one / two" },
        { "one \r\n\r\n\t two\n", "one / two" },
        { "\n\nfirst", "first" },
        { "\n", "" },
        { "a\x0b" "b\x0c" "c\xc2\x85" "d\xe2\x80\xa8" "e\xe2\x80\xa9" "f", "a / b / c / d / e / f" },
        { "tab\there", "tab here" },
        { "\x1b[31mred\x7f", " [31mred " },
        { "\xc2\x9b" "31m", " 31m" },
        { "  inner  spaces stay  ", "  inner  spaces stay  " },
    };
    CHECK(examples, false);
}

static void bytes_that_are_no_text_are_replaced_one_by_one(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "\xff", "\xef\xbf\xbd" },
        { "a\xc3", "a\xef\xbf\xbd" },                              /* cut short */
        { "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },                /* overlong */
        { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
        { "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xe6\x97\xe6\x97\xa5", "\xef\xbf\xbd\xef\xbf\xbd\xe6\x97\xa5" }, /* the next character is whole */
        { "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x97\xbe", "\xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x97\xbe" },
    };
    CHECK(examples, false);
    CHECK(examples, true);
}

static void a_nul_byte_does_not_cut_the_cell(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, CELL_BYTES_MAX);
    cell_append_guarded(&out, (struct text){ "a\0=b", 4 });
    assert_string_equal(buffer_string(&out), "a =b");
    buffer_clear(&out);
    cell_append_guarded(&out, (struct text){ "\0=b", 3 });
    assert_string_equal(buffer_string(&out), " '=b");
    buffer_release(&out);
}

static void formulas_are_disarmed(void **state)
{
    (void)state;
    static const struct example examples[] = {
        { "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0" },
        { "+1", "'+1" },
        { "-", "'-" },
        { "@SUM(A1)", "'@SUM(A1)" },
        { "\t=1", " '=1" },
        { "\r=1", "'=1" },
        { "\n=1", "'=1" },
        { "  =1", "  '=1" },
        { "\xe3\x80\x80=1", "\xe3\x80\x80'=1" },                   /* an ideographic space */
        { "\xef\xbc\x9d" "1", "'\xef\xbc\x9d" "1" },               /* full-width = + - @ */
        { "\xef\xbc\x8b" "1", "'\xef\xbc\x8b" "1" },
        { "\xef\xbc\x8d" "1", "'\xef\xbc\x8d" "1" },
        { "\xef\xbc\xa0" "1", "'\xef\xbc\xa0" "1" },
        { "a;=1", "a;'=1" },                                       /* `;` begins a cell elsewhere */
        { "a; \"=1\"", "a; \"'=1\"" },
        { "a;b=1;;-2", "a;b=1;;'-2" },
        { "\"=1\"", "\"=1\"" },                                    /* a quote first: text already */
        { "a=b", "a=b" },
        { "sg-1", "sg-1" },
        { "one\n=two", "one / =two" },
        { "a,=b", "a,=b" },                                        /* a comma is quoted by CSV */
    };
    CHECK(examples, true);
}

static void no_formula_no_apostrophe(void **state)
{
    (void)state;
    static const struct example examples[] = { { "=1;=2", "=1;=2" } };
    CHECK(examples, false);
}

static char *repeated(const char *piece, size_t times)
{
    struct buffer b;
    buffer_init(&b, 1024 * 1024);
    for (size_t i = 0; i < times; i++)
        buffer_append_string(&b, piece);
    return buffer_detach(&b);
}

/* The length in Excel's characters; a mark at the end when something was cut. */
static void check_cut(const char *piece, size_t times, size_t kept, bool cut)
{
    char *text = repeated(piece, times);
    char *wanted = repeated(piece, kept);
    struct buffer out;
    buffer_init(&out, CELL_BYTES_MAX);
    cell_append_guarded(&out, text_of(text));
    assert_true(buffer_ok(&out));
    assert_int_equal(out.len, strlen(wanted) + (cut ? 3 : 0));
    assert_memory_equal(out.data, wanted, strlen(wanted));
    if (cut)
        assert_string_equal(out.data + strlen(wanted), "\xe2\x80\xa6");
    buffer_release(&out);
    free(wanted);
    free(text);
}

static void long_cells_are_cut_with_a_mark_between_characters(void **state)
{
    (void)state;
    check_cut("x", 32767, 32767, false);
    check_cut("x", 40000, 32766, true);
    check_cut("\xe6\x97\xa5", 32767, 32767, false);
    check_cut("\xe6\x97\xa5", 32768, 32766, true);
    check_cut("\xf0\x9f\x97\xbe", 16383, 16383, false); /* two units each */
    check_cut("\xf0\x9f\x97\xbe", 16384, 16383, true);
    check_cut("\xff", 0, 0, false);
}

static void the_apostrophe_counts(void **state)
{
    (void)state;
    char *text = repeated("=", 32767);
    struct buffer out;
    buffer_init(&out, CELL_BYTES_MAX);
    cell_append_guarded(&out, text_of(text));
    assert_int_equal(out.len, 32766 + 3);
    assert_memory_equal(out.data, "'==", 3);
    buffer_release(&out);
    free(text);
}

static void a_cut_falls_behind_what_was_there_before(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 100);
    buffer_append_string(&out, "before: ");
    cell_append(&out, text_of("abcdef"), 4);
    assert_string_equal(buffer_string(&out), "before: abc\xe2\x80\xa6");
    cell_append(&out, text_of("\n\n"), 4);
    assert_string_equal(buffer_string(&out), "before: abc\xe2\x80\xa6");
    cell_append(&out, text_of("abc\n\n\ndef"), 5);
    assert_string_equal(buffer_string(&out), "before: abc\xe2\x80\xa6" "abc \xe2\x80\xa6");
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_one),
        cmocka_unit_test(bytes_that_are_no_text_are_replaced_one_by_one),
        cmocka_unit_test(a_nul_byte_does_not_cut_the_cell),
        cmocka_unit_test(formulas_are_disarmed),
        cmocka_unit_test(no_formula_no_apostrophe),
        cmocka_unit_test(long_cells_are_cut_with_a_mark_between_characters),
        cmocka_unit_test(the_apostrophe_counts),
        cmocka_unit_test(a_cut_falls_behind_what_was_there_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
