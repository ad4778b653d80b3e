#ifndef CORE_STORE_SQL_H
#define CORE_STORE_SQL_H

#include "core/base/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * SQLite with the little that every statement of the store needs: each is prepared once and kept, values
 * are bound by type, and a failure becomes one line that says what to do. Statements are constants of
 * the program; nothing from outside is ever made part of one.
 */

enum { SQL_KEPT_MAX = 256 }; /* different statements of one connection */

struct sql_kept {
    const char *text; /* found by its address */
    sqlite3_stmt *statement;
};

struct sql {
    sqlite3 *db;
    char *path; /* of the file, for messages */
    struct sql_kept kept[SQL_KEPT_MAX];
};

/* Opens with the given sqlite3_open_v2() flags. What sql_open() left is to be released also when it failed. */
bool sql_open(struct sql *q, const char *path, int flags, struct error *err);
void sql_release(struct sql *q);

/* A value to bind. Texts and blobs are borrowed until the statement has ended. */
struct sql_value {
    enum { SQL_VALUE_NULL, SQL_VALUE_INT, SQL_VALUE_TEXT, SQL_VALUE_BLOB } kind;
    int64_t number;
    const void *bytes;
    size_t len;
};

struct sql_value sql_int(int64_t value);
struct sql_value sql_text(const char *text); /* NULL gives null */
struct sql_value sql_blob(const void *bytes, size_t len);

/* The values of a statement's ?1, ?2, … as the two arguments `values, count`. */
#define SQL_VALUES(...)                                                                            \
    (const struct sql_value[]){ __VA_ARGS__ },                                                     \
        sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value)
#define SQL_NO_VALUES NULL, 0

/* `text` prepared, kept and bound, ready for sql_next(). It must be a constant (the same text at two
 * addresses is kept twice) and not be running already. NULL on error. */
sqlite3_stmt *sql_start(struct sql *q, const char *text, const struct sql_value *values, size_t count,
                        struct error *err);

enum sql_step { SQL_FAILED, SQL_END, SQL_ROW };

/* The next row. At the end, and on failure, the statement is ready to be started again. */
enum sql_step sql_next(struct sql *q, sqlite3_stmt *statement, struct error *err);

/* Ends a statement before its last row. NULL is fine. */
void sql_stop(sqlite3_stmt *statement);

/* Runs to the end; rows are not looked at. */
bool sql_run(struct sql *q, const char *text, const struct sql_value *values, size_t count, struct error *err);

/* Several statements in one text, without values; prepared for this once. */
bool sql_script(struct sql *q, const char *text, struct error *err);

/* The first column of the first row, or *out as it was when there is no row. */
bool sql_number(struct sql *q, const char *text, const struct sql_value *values, size_t count, int64_t *out,
                struct error *err);

/* A text column of the row; "" for null. Valid until the next step. */
const char *sql_string(sqlite3_stmt *statement, int column);

/* Rows that the last statement changed. */
int64_t sql_changes(const struct sql *q);

/* Makes an error of what SQLite says now; `doing` is "reading", "writing". Returns false. */
bool sql_fault(const struct sql *q, const char *doing, struct error *err);

#endif
