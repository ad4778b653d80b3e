#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output;

/*
 * The one model of a sheet: named columns, then rows that stream through, all of the same width. A format
 * (CSV; others are one file each) writes it.
 */
enum table_kind {
    TABLE_TEXT,
    TABLE_NUMBER, /* our own count or measure: no guard against formulas */
    TABLE_ID,     /* text that a spreadsheet would take for a number: account ids */
};

struct table_column {
    const char *name;
    enum table_kind kind;
};

/* A type's sheet has inventory's columns, up to 64 of its own, and the console's address. */
enum { TABLE_COLUMNS_MAX = 96 };

/* One sheet in one format; the first member of the format's own struct. */
struct table_writer {
    bool (*begin)(struct table_writer *w, const struct table_column *columns, size_t count, struct error *err);
    bool (*row)(struct table_writer *w, const struct text *cells, struct error *err);
    bool (*end)(struct table_writer *w, struct error *err); /* everything is in the output after */
    void (*free)(struct table_writer *w);
};

/* Const, complete. `open` cannot fail; the output is borrowed until free. */
struct table_format {
    const char *name; /* also the file's extension: csv */
    struct table_writer *(*open)(struct output *out, bool bom);
};

struct table;

/* Begins a sheet: writes its head. Columns are copied, their names borrowed as long as the table lives.
 * NULL on error, or when there are more than TABLE_COLUMNS_MAX columns. */
struct table *table_begin(const struct table_format *format, struct output *out, bool bom,
                          const struct table_column *columns, size_t count, struct error *err);

/* One row: a cell a column, foreign text as it is; the format cleans it (reports/cell.h). */
bool table_row(struct table *t, const struct text *cells, struct error *err);

bool table_end(struct table *t, struct error *err);
int64_t table_rows(const struct table *t);
void table_free(struct table *t); /* NULL is fine */

#endif
