#ifndef SCANNER_QUERY_H
#define SCANNER_QUERY_H

#include "core/store/store.h"

#include <stdbool.h>
#include <stdio.h>

/* Runs one SELECT over the views and prints its rows, CSV (with a header) or one JSON object a line. What
 * would write, attach or reach a file is refused: ERROR_USAGE with SQLite's words. */
bool query_print(struct store *s, const char *sql, bool json, FILE *out, struct error *err);

#endif
