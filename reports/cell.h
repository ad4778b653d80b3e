#ifndef REPORTS_CELL_H
#define REPORTS_CELL_H

#include "core/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Foreign text made fit for one cell of a spreadsheet, or one line of a terminal. Names, tags and
 * descriptions are written by anybody.
 *
 * - always UTF-8: each byte that cannot be becomes U+FFFD;
 * - one line: line breaks (CR, LF, VT, FF, NEL, U+2028, U+2029) become " / ", those at the ends go; all
 *   other control characters become spaces;
 * - at most CELL_UNITS_MAX characters as Excel counts them (UTF-16 units), the rest cut, U+2026 last.
 */
enum {
    CELL_UNITS_MAX = 32767, /* Excel's; Google Sheets takes 50,000 */
    CELL_BYTES_MAX = 3 * CELL_UNITS_MAX, /* a unit is at most three bytes of UTF-8 */
};

/* Appends `t` so cleaned, in at most `max_units` (at least 1). */
void cell_append(struct buffer *out, struct text t, size_t max_units);

/*
 * As cell_append() with CELL_UNITS_MAX, and no spreadsheet takes it for a formula (OWASP, CSV Injection):
 * a single quote goes before = + - @ and their full-width forms where they begin the cell, or stand after
 * a semicolon, which is where cells begin when the file is opened in much of Europe. White space before
 * them (and quotes, after a semicolon) does not help.
 */
void cell_append_guarded(struct buffer *out, struct text t);

#endif
