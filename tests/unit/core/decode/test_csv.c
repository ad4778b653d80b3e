/* CSV tables: each trap of the format and of libcsv, with the line of the fault. */
#include "core/base/buffer.h"
#include "core/decode/csv.h"
#include "tests/unit/unit.h"

static struct csv_table *parsed(struct text t)
{
    struct error err = ERROR_INIT;
    struct csv_table *table = csv_table_parse(t, "t.csv", NULL, &err);
    if (table == NULL)
        fail_msg("%.*s: %s", (int)t.len, t.data, err.message);
    return table;
}

/* Every field as <field>, rows after the header led by their line. */
static void reads_as(const char *csv, const char *expected)
{
    struct csv_table *t = parsed(text_of(csv));
    struct buffer b;
    buffer_init(&b, 10000);
    for (size_t c = 0; csv_table_column(t, c) != NULL; c++)
        buffer_append_format(&b, "<%s>", csv_table_column(t, c));
    for (size_t r = 0; r < csv_table_rows(t); r++) {
        buffer_append_format(&b, " %d", csv_table_line(t, r));
        for (size_t c = 0; csv_table_column(t, c) != NULL; c++)
            buffer_append_format(&b, "<%s>", csv_table_field(t, r, csv_table_column(t, c)));
    }
    assert_string_equal(buffer_string(&b), expected);
    buffer_release(&b);
    csv_table_free(t);
}

static void refused_text(struct text t, const struct csv_limits *limits, const char *words)
{
    struct error err = ERROR_INIT;
    if (csv_table_parse(t, "t.csv", limits, &err) != NULL)
        fail_msg("accepted: %.*s", (int)t.len, t.data);
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
}

static void refused(const char *csv, const char *words)
{
    refused_text(text_of(csv), NULL, words);
}

static void rows_are_read_with_their_lines(void **state)
{
    (void)state;
    reads_as("a,b\r\n1,2\r\n3,4\r\n", "<a><b> 2<1><2> 3<3><4>");
    reads_as("a,b\n1,2\n3,4", "<a><b> 2<1><2> 3<3><4>");
    reads_as("a,b\n1,2\r\n3,\n,\n", "<a><b> 2<1><2> 3<3><> 4<><>");
    reads_as("a\n", "<a>");
    reads_as("a", "<a>");
    reads_as("a\n012345678901\n", "<a> 2<012345678901>");
}

static void quoted_fields_hold_anything(void **state)
{
    (void)state;
    reads_as("a,\"b\"\n\"x,\"\"y\"\"\",\"line\r\nand line\rand\n\"\nz,\"\"\n\"\",w",
             "<a><b> 2<x,\"y\"><line\r\nand line\rand\n> 5<z><> 6<><w>");
}

static void spaces_are_data(void **state)
{
    (void)state;
    reads_as("a ,\tb\n 1 , 2\t\n\"  \",   \n", "<a ><\tb> 2< 1 >< 2\t> 3<  ><   >");
    refused("a,b\n \"1\",2\n", "t.csv:2: a quote within");
    refused("a,b\n\"1\" ,2\n", "t.csv:2: a quote within");
}

static void a_byte_order_mark_is_no_part_of_the_first_name(void **state)
{
    (void)state;
    reads_as("\xef\xbb\xbf" "a\n\xe5\xa4\x9c\n", "<a> 2<\xe5\xa4\x9c>");
    refused("\xff\xfe" "a\n", "t.csv:1: not UTF-8");
    refused("a\n\x93\xfa\n", "t.csv:2: not UTF-8");
    refused("a\nb\xe5\xa4", "t.csv:2: not UTF-8");
}

static void empty_lines_are_skipped_and_counted(void **state)
{
    (void)state;
    reads_as("\n\r\na,b\n\n1,2\r\n\r\n\n3,4\n\n", "<a><b> 5<1><2> 8<3><4>");
    reads_as("a\n\"\"\n\n", "<a> 2<>");
}

static void stray_quotes_and_carriage_returns_are_refused(void **state)
{
    (void)state;
    refused("a,b\n1,2\n3,\"4\n5,6\n7,8\n", "t.csv:3: a quote in the row that begins here is never closed");
    refused("a,b\n1,\"2", "t.csv:2: a quote in the row");
    refused("a,b\n1,2\"\n", "t.csv:2: a quote within an unquoted field");
    refused("a,b\n1,\"2\"x\n", "t.csv:2: a quote within");
    refused("a,b\r1,2\r", "t.csv:1: a carriage return");
    refused("a,b\n1,2\r", "t.csv:2: a carriage return");
    refused("a,b\n1,2\r\r\n3,4\n", "t.csv:2: a carriage return");
    refused("a\nb\n\rc\n", "t.csv:3: a carriage return");
    refused("a\n\rb", "t.csv:2: a carriage return");
    refused("a\n\r\"b\nc\"\n", "t.csv:2: a carriage return");
    refused_text((struct text){ "a\nb\0\n", 5 }, NULL, "t.csv:2: a zero byte");
}

static void every_row_has_as_many_fields_as_the_header(void **state)
{
    (void)state;
    refused("a,b\n1,2\n3\n", "t.csv:3: 1 fields where the header has 2");
    refused("a,b\n1,\"2\n\n\"\n3,4,5", "t.csv:5: 3 fields where the header has 2");
    refused("", "t.csv:1: there is no header");
    refused("\n\n", "t.csv:1: there is no header");
    refused("\xef\xbb\xbf", "t.csv:1: there is no header");
    refused("a,,c\n", "t.csv:1: column 2 has no name");
    refused("\na,b,a\n", "t.csv:2: column \"a\" stands twice");
}

static void columns_are_checked_by_name(void **state)
{
    (void)state;
    static const char *const required[] = { "account", "role", NULL };
    static const char *const optional[] = { "name", NULL };
    struct error err = ERROR_INIT;
    struct csv_table *t = parsed(text_of("name,role,account\n"));
    assert_true(csv_table_check_columns(t, required, optional, &err));
    csv_table_free(t);
    t = parsed(text_of("\nAccount,role,x y\n"));
    assert_false(csv_table_check_columns(t, required, optional, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_string_equal(err.message, "t.csv:2: unknown column \"Account\", unknown column \"x y\", "
                                     "missing column \"account\"");
    csv_table_free(t);
}

static void what_is_not_there_is_null(void **state)
{
    (void)state;
    struct csv_table *t = parsed(text_of("a\n1\n"));
    assert_string_equal(csv_table_file(t), "t.csv");
    assert_null(csv_table_field(t, 0, "b"));
    assert_null(csv_table_field(t, 1, "a"));
    assert_null(csv_table_column(t, 1));
    assert_int_equal(csv_table_line(t, 1), 0);
    csv_table_free(t);
    csv_table_free(NULL);
}

static void sizes_have_a_maximum(void **state)
{
    (void)state;
    const struct csv_limits limits = { 24, 2, 3, 4 };
    struct error err = ERROR_INIT;
    struct csv_table *t = csv_table_parse(text_of("a,b,c\n1234,,\n1,2,3"), "t.csv", &limits, &err);
    assert_non_null(t);
    csv_table_free(t);
    refused_text(text_of("a\n1\n2\n3\n"), &limits, "t.csv:4: more than 2 rows");
    refused_text(text_of("a,b,c,d\n"), &limits, "t.csv:1: more than 3 columns");
    refused_text(text_of("a\n\"1\n345\"\n"), &limits, "t.csv:2: a field of 5 bytes, more than 4");
    refused_text(text_of("a\n\"1234567890123456789012345678901234567890"), &limits, "more than 24 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_with_their_lines),
        cmocka_unit_test(quoted_fields_hold_anything),
        cmocka_unit_test(spaces_are_data),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_name),
        cmocka_unit_test(empty_lines_are_skipped_and_counted),
        cmocka_unit_test(stray_quotes_and_carriage_returns_are_refused),
        cmocka_unit_test(every_row_has_as_many_fields_as_the_header),
        cmocka_unit_test(columns_are_checked_by_name),
        cmocka_unit_test(what_is_not_there_is_null),
        cmocka_unit_test(sizes_have_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
