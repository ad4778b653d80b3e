#ifndef CORE_DECODE_CSV_H
#define CORE_DECODE_CSV_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * CSV files as tables (RFC 4180, libcsv in its strict mode underneath). The names here begin with
 * csv_table_, for libcsv itself exports csv_parse, csv_free and the like.
 *
 * UTF-8, with or without a byte order mark; comma; rows end with CRLF or LF, the last one may do
 * without. The first row is the header: names, none empty, none twice. Every row has as many fields as
 * the header. Spaces are data, also around fields and in header names. Lines with nothing on them are
 * skipped. Refused: a quote within an unquoted field, text after a closing quote, a quote that is never
 * closed, a CR alone outside of quotes, NUL bytes.
 */
struct csv_limits { /* 0 stands for the default */
    size_t max_bytes;       /* 16 MB */
    size_t max_rows;        /* 100,000, without the header */
    size_t max_columns;     /* 64 */
    size_t max_field_bytes; /* 32 KB */
};

struct csv_table;

/* `limits` may be NULL. NULL on failure: ERROR_CONFIG, the line begins "FILE:LINE: ". */
struct csv_table *csv_table_parse(struct text content, const char *file_name,
                                  const struct csv_limits *limits, struct error *err);
void csv_table_free(struct csv_table *t); /* NULL is fine */

const char *csv_table_file(const struct csv_table *t);
size_t csv_table_rows(const struct csv_table *t); /* without the header */

/* The header's names, in their order; NULL beyond the last. */
const char *csv_table_column(const struct csv_table *t, size_t column);

/* Refuses columns that are in neither list and required ones that are missing, all named in one line.
 * Both lists end with NULL. */
bool csv_table_check_columns(const struct csv_table *t, const char *const *required,
                             const char *const *optional, struct error *err);

/* A field by its column's name, NUL-ended, "" when empty; NULL when the table has no such column. */
const char *csv_table_field(const struct csv_table *t, size_t row, const char *column);

/* The line of the file where the row begins. */
int csv_table_line(const struct csv_table *t, size_t row);

#endif
