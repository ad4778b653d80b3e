#ifndef REPORTS_VIEW_H
#define REPORTS_VIEW_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

struct sqlite3;
struct sqlite3_stmt;

/* The little of SQLite that reports need. SQL texts are constants of ours; data is bound. */

/* Prepares; NULL with ERROR_STORE. sqlite3_finalize() the result. */
struct sqlite3_stmt *view_prepare(struct sqlite3 *db, const char *sql, struct error *err);

/* Steps. *out_row tells whether there is a row. */
bool view_next(struct sqlite3_stmt *stmt, bool *out_row, struct error *err);

/* Binds a text that stays alive until the statement is reset. */
void view_bind_text(struct sqlite3_stmt *stmt, int index, const char *s);

/* A column's text, empty for NULL; valid until the next step. */
struct text view_text(struct sqlite3_stmt *stmt, int column);

/* Runs statements that give no rows. */
bool view_run(struct sqlite3 *db, const char *sql, struct error *err);

#endif
