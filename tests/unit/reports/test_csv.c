/* CSV to the byte. */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/csv.h"
#include "reports/cell.h"
#include "reports/csv.h"
#include "reports/output.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

static const struct table_column columns[] = {
    { "account", TABLE_ID },
    { "name", TABLE_TEXT },
    { "count", TABLE_NUMBER },
};

/* What the rows (three texts each) become; free(). */
static char *written(bool bom, const struct text (*rows)[3], size_t count)
{
    char *text = NULL;
    size_t len = 0;
    struct error err = ERROR_INIT;
    FILE *stream = open_memstream(&text, &len);
    struct output *out = output_stream(stream);
    struct table *t = table_begin(&csv_format, out, bom, columns, 3, &err);
    assert_non_null(t);
    for (size_t i = 0; i < count; i++)
        assert_true(table_row(t, rows[i], &err));
    assert_int_equal(table_rows(t), count);
    assert_true(table_end(t, &err));
    assert_true(output_finish(out, NULL, &err));
    table_free(t);
    output_free(out);
    fclose(stream);
    return text;
}

#define T(s) { s, sizeof(s) - 1 }

static void a_header_stands_over_no_rows(void **state)
{
    (void)state;
    char *text = written(false, NULL, 0);
    assert_string_equal(text, "account,name,count\r\n");
    free(text);
}

static void a_byte_order_mark_is_written_when_asked_for(void **state)
{
    (void)state;
    char *text = written(true, NULL, 0);
    assert_string_equal(text, "\xef\xbb\xbf" "account,name,count\r\n");
    free(text);
}

static void cells_are_quoted_only_where_they_could_be_misread(void **state)
{
    (void)state;
    static const struct text rows[][3] = {
        { T("012345678901"), T("web"), T("3") },
        { T("012345678901"), T("a,b"), T("-3") },
        { T("012345678901"), T("say \"hi\""), T("0.250") },
        { T("012345678901"), T("a;b"), T("") },
        { T(""), T(" edge"), T("12") },
        { T(""), T("edge "), T("12") },
        { T(""), T("two\nlines"), T("12") },
        { T(""), T("\xe6\xb1\xba\xe6\xb8\x88"), T("12") },
        { T(""), T(""), T("") },
    };
    char *text = written(false, rows, sizeof rows / sizeof *rows);
    assert_string_equal(text, "account,name,count\r\n"
                              "012345678901,web,3\r\n"
                              "012345678901,\"a,b\",-3\r\n"
                              "012345678901,\"say \"\"hi\"\"\",0.250\r\n"
                              "012345678901,\"a;b\",\r\n"
                              ",\" edge\",12\r\n"
                              ",\"edge \",12\r\n"
                              ",two / lines,12\r\n"
                              ",\xe6\xb1\xba\xe6\xb8\x88,12\r\n"
                              ",,\r\n");
    free(text);
}

static void formulas_are_disarmed_by_column_not_by_look(void **state)
{
    (void)state;
    static const struct text rows[][3] = {
        { T("-1"), T("-1"), T("-1") },           /* only the number may begin so */
        { T("=1"), T("=HYPERLINK(\"x\")"), T("=1") }, /* a column of numbers that holds none */
        { T("1"), T("\xef\xbc\x9d" "1"), T("-") },
        { T("1"), T("x"), T("1.2.3") },
        { T("1"), T("x"), T("-1-1") },
        { T("1"), T("x"), T("-cmd") },
    };
    char *text = written(false, rows, sizeof rows / sizeof *rows);
    assert_string_equal(text, "account,name,count\r\n"
                              "\"'-1\",\"'-1\",-1\r\n"
                              "\"'=1\",\"'=HYPERLINK(\"\"x\"\")\",\"'=1\"\r\n"
                              "1,\"'\xef\xbc\x9d" "1\",\"'-\"\r\n"
                              "1,x,1.2.3\r\n"
                              "1,x,\"'-1-1\"\r\n"
                              "1,x,\"'-cmd\"\r\n");
    free(text);
}

static void the_largest_cell_of_quotes_fits_and_reads_back(void **state)
{
    (void)state;
    char *quotes = memory_new(40001, 1);
    memset(quotes, '"', 40000);
    const struct text rows[][3] = { { T("1"), { quotes, 40000 }, T("1") } };
    char *text = written(false, rows, 1);
    const struct csv_limits limits = { .max_field_bytes = CELL_BYTES_MAX };
    struct error err = ERROR_INIT;
    struct csv_table *t = csv_table_parse(text_of(text), "x.csv", &limits, &err);
    assert_non_null(t);
    const char *cell = csv_table_field(t, 0, "name");
    assert_int_equal(strlen(cell), CELL_UNITS_MAX - 1 + 3);
    assert_int_equal(strspn(cell, "\""), CELL_UNITS_MAX - 1);
    assert_string_equal(csv_table_field(t, 0, "count"), "1");
    csv_table_free(t);
    free(text);
    free(quotes);
}

static void any_bytes_read_back_as_rows_of_the_same_width(void **state)
{
    (void)state;
    char all[256];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)i;
    const struct text rows[][3] = { { { all, 256 }, { all, 256 }, { all, 256 } },
                                    { { all + 128, 128 }, { all + 34, 1 }, { all + 10, 4 } } };
    char *text = written(true, rows, 2);
    struct error err = ERROR_INIT;
    struct csv_table *t = csv_table_parse(text_of(text), "x.csv", NULL, &err);
    assert_non_null(t);
    assert_int_equal(csv_table_rows(t), 2);
    assert_string_equal(csv_table_field(t, 1, "name"), "\"");
    for (size_t row = 0; row < 2; row++)
        assert_null(strpbrk(csv_table_field(t, row, "account"), "\r\n\t\x1b"));
    csv_table_free(t);
    free(text);
}

static void header_names_are_guarded_too(void **state)
{
    (void)state;
    static const struct table_column odd[] = { { "=1", TABLE_TEXT }, { "a,b", TABLE_NUMBER } };
    char *text = NULL;
    size_t len = 0;
    struct error err = ERROR_INIT;
    FILE *stream = open_memstream(&text, &len);
    struct output *out = output_stream(stream);
    struct table *t = table_begin(&csv_format, out, false, odd, 2, &err);
    assert_true(table_end(t, &err) && output_finish(out, NULL, &err));
    table_free(t);
    output_free(out);
    fclose(stream);
    assert_string_equal(text, "\"'=1\",\"a,b\"\r\n");
    free(text);
}

static void a_table_too_wide_is_refused(void **state)
{
    (void)state;
    static struct table_column wide[TABLE_COLUMNS_MAX + 1];
    struct error err = ERROR_INIT;
    struct output *out = output_stream(stdout);
    assert_null(table_begin(&csv_format, out, false, wide, TABLE_COLUMNS_MAX + 1, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    output_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_stands_over_no_rows),
        cmocka_unit_test(a_byte_order_mark_is_written_when_asked_for),
        cmocka_unit_test(cells_are_quoted_only_where_they_could_be_misread),
        cmocka_unit_test(formulas_are_disarmed_by_column_not_by_look),
        cmocka_unit_test(the_largest_cell_of_quotes_fits_and_reads_back),
        cmocka_unit_test(any_bytes_read_back_as_rows_of_the_same_width),
        cmocka_unit_test(header_names_are_guarded_too),
        cmocka_unit_test(a_table_too_wide_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
