#include "reports/view.h"

#include <sqlite3.h>

static bool failed(struct sqlite3 *db, struct error *err)
{
    return error_set(err, ERROR_STORE, "%s", sqlite3_errmsg(db));
}

struct sqlite3_stmt *view_prepare(struct sqlite3 *db, const char *sql, struct error *err)
{
    struct sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        failed(db, err);
    return stmt;
}

bool view_next(struct sqlite3_stmt *stmt, bool *out_row, struct error *err)
{
    int result = sqlite3_step(stmt);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return failed(sqlite3_db_handle(stmt), err);
    *out_row = result == SQLITE_ROW;
    return true;
}

void view_bind_text(struct sqlite3_stmt *stmt, int index, const char *s)
{
    sqlite3_bind_text(stmt, index, s, -1, SQLITE_STATIC);
}

struct text view_text(struct sqlite3_stmt *stmt, int column)
{
    const char *s = (const char *)sqlite3_column_text(stmt, column);
    return (struct text){ s == NULL ? "" : s, (size_t)sqlite3_column_bytes(stmt, column) };
}

bool view_run(struct sqlite3 *db, const char *sql, struct error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || failed(db, err);
}
