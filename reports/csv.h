#ifndef REPORTS_CSV_H
#define REPORTS_CSV_H

#include "reports/table.h"

/*
 * RFC 4180: commas, CRLF, a header always. A cell is quoted only where a reader could misread it (comma,
 * semicolon, quote, apostrophe, a space at an end), so that files stay readable as text and small.
 * Spreadsheets turn text into formulas whether it is quoted or not: text and ids are cleaned and guarded
 * as reports/cell.h says; numbers are neither, by their column, but are held to be numbers. The header
 * is guarded too: types of other people's files name columns.
 */
extern const struct table_format csv_format;

#endif
