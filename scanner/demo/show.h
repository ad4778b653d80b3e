#ifndef SCANNER_DEMO_SHOW_H
#define SCANNER_DEMO_SHOW_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdio.h>

/* A part of a sheet as a table for a terminal. */
struct demo_view {
    const char *const
        *columns;     /* of the sheet, NULL-ended; `name` shows the id where there is no name */
    const char *only; /* column that must not be empty; NULL: all rows */
    size_t rows_max;  /* the rest is counted */
    bool worst_first; /* by the column severity, else in the sheet\'s order */
};

/* Prints `path` (a sheet as CSV): its name, its number of rows, the columns wanted, one line a row. */
bool demo_show(const char *path, const struct demo_view *view, FILE *out, struct error *err);

#endif
