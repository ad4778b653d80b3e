/* links: core_decode */
/* CSV: what was read, written again with every field quoted, reads as the same table. */
#include "core/base/buffer.h"
#include "core/decode/csv.h"
#include "tests/fuzz/fuzz.h"

#define OUTPUT_MAX (64 * 1024 * 1024)

static void write_field(struct buffer *out, const char *field, bool last)
{
    buffer_append_char(out, '"');
    for (; *field != '\0'; field++) {
        buffer_append_char(out, *field);
        if (*field == '"')
            buffer_append_char(out, '"');
    }
    buffer_append_string(out, last ? "\"\r\n" : "\",");
}

static void write_table(struct buffer *out, const struct csv_table *t)
{
    const char *column;
    for (size_t c = 0; (column = csv_table_column(t, c)) != NULL; c++)
        write_field(out, column, csv_table_column(t, c + 1) == NULL);
    for (size_t r = 0; r < csv_table_rows(t); r++)
        for (size_t c = 0; (column = csv_table_column(t, c)) != NULL; c++)
            write_field(out, csv_table_field(t, r, column), csv_table_column(t, c + 1) == NULL);
}

static void check_table(const struct csv_table *t)
{
    struct buffer once, twice;
    struct error err = ERROR_INIT;
    buffer_init(&once, OUTPUT_MAX);
    buffer_init(&twice, OUTPUT_MAX);
    write_table(&once, t);
    FUZZ_REQUIRE(buffer_ok(&once));
    struct csv_table *again = csv_table_parse(buffer_text(&once), "f.csv", NULL, &err);
    FUZZ_REQUIRE(again != NULL && csv_table_rows(again) == csv_table_rows(t));
    write_table(&twice, again);
    FUZZ_REQUIRE(text_equal(buffer_text(&once), buffer_text(&twice)));
    csv_table_free(again);
    buffer_release(&once);
    buffer_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct csv_table *t = csv_table_parse(fuzz_text(data, size), "f.csv", NULL, &err);
    FUZZ_REQUIRE((t != NULL) == (err.kind == ERROR_NONE));
    FUZZ_REQUIRE(t != NULL || text_starts_with(text_of(err.message), "f.csv:"));
    if (t != NULL)
        check_table(t);
    csv_table_free(t);
    return 0;
}
