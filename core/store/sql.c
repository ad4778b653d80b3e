#include "core/store/sql.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

bool sql_open(struct sql *q, const char *path, int flags, struct error *err)
{
    memset(q, 0, sizeof *q);
    q->path = memory_string(path);
    if (sqlite3_open_v2(path, &q->db, flags, NULL) != SQLITE_OK)
        return sql_fault(q, "opening", err);
    sqlite3_extended_result_codes(q->db, 1);
    return true;
}

void sql_release(struct sql *q)
{
    for (size_t i = 0; i < SQL_KEPT_MAX; i++)
        sqlite3_finalize(q->kept[i].statement);
    /* _v2: a statement that a reader of store_db() forgot must not keep the file open for ever. */
    sqlite3_close_v2(q->db);
    free(q->path);
    memset(q, 0, sizeof *q);
}

struct sql_value sql_int(int64_t value)
{
    return (struct sql_value){ .kind = SQL_VALUE_INT, .number = value };
}

struct sql_value sql_text(const char *text)
{
    if (text == NULL)
        return (struct sql_value){ .kind = SQL_VALUE_NULL };
    return (struct sql_value){ .kind = SQL_VALUE_TEXT, .bytes = text, .len = strlen(text) };
}

struct sql_value sql_blob(const void *bytes, size_t len)
{
    return (struct sql_value){ .kind = SQL_VALUE_BLOB, .bytes = bytes, .len = len };
}

bool sql_fault(const struct sql *q, const char *doing, struct error *err)
{
    int code = q->db == NULL ? SQLITE_NOMEM : sqlite3_errcode(q->db);
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_set(
            err, ERROR_STORE,
            "%s is damaged (%s): put the last good copy in its place, or move it away to "
            "begin anew; it was left as it is",
            q->path, sqlite3_errmsg(q->db));
    case SQLITE_FULL:
        return error_set(err, ERROR_STORE, "%s: the disk is full; make room and run again",
                         q->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, ERROR_BUSY, "%s is in use by another process (%s %s)", q->path, doing,
                         sqlite3_errmsg(q->db));
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error_set(err, ERROR_STORE, "%s %s: %s; look at who owns it and its folder", doing,
                         q->path, sqlite3_errmsg(q->db));
    default:
        return error_set(err, ERROR_STORE, "%s %s: %s", doing, q->path,
                         q->db == NULL ? "out of memory" : sqlite3_errmsg(q->db));
    }
}

static sqlite3_stmt *prepare(struct sql *q, struct sql_kept *slot, const char *text,
                             struct error *err)
{
    if (sqlite3_prepare_v3(q->db, text, -1, SQLITE_PREPARE_PERSISTENT, &slot->statement, NULL) !=
        SQLITE_OK) {
        sql_fault(q, "preparing", err);
        return NULL;
    }
    slot->text = text;
    return slot->statement;
}

static sqlite3_stmt *find_or_prepare(struct sql *q, const char *text, struct error *err)
{
    /* Constants lie a few bytes apart: the low bits of their addresses tell them from each other best. */
    size_t start = (size_t)((uintptr_t)text >> 3) % SQL_KEPT_MAX;
    for (size_t i = 0; i < SQL_KEPT_MAX; i++) {
        struct sql_kept *slot = &q->kept[(start + i) % SQL_KEPT_MAX];
        if (slot->text == text)
            return slot->statement;
        if (slot->text == NULL)
            return prepare(q, slot, text, err);
    }
    error_set(err, ERROR_INTERNAL, "more than %d statements", SQL_KEPT_MAX);
    return NULL;
}

static int bind(sqlite3_stmt *statement, int at, const struct sql_value *value)
{
    switch (value->kind) {
    case SQL_VALUE_NULL:
        return sqlite3_bind_null(statement, at);
    case SQL_VALUE_INT:
        return sqlite3_bind_int64(statement, at, value->number);
    case SQL_VALUE_TEXT:
        return sqlite3_bind_text64(statement, at, value->bytes, value->len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case SQL_VALUE_BLOB:
        return sqlite3_bind_blob64(statement, at, value->bytes, value->len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

sqlite3_stmt *sql_start(struct sql *q, const char *text, const struct sql_value *values,
                        size_t count, struct error *err)
{
    sqlite3_stmt *statement = find_or_prepare(q, text, err);
    if (statement == NULL)
        return NULL;
    if (sqlite3_stmt_busy(statement) || sqlite3_bind_parameter_count(statement) != (int)count) {
        error_set(err, ERROR_INTERNAL, "statement started twice or with %zu values: %.60s", count,
                  text);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (bind(statement, (int)i + 1, &values[i]) != SQLITE_OK) {
            sql_fault(q, "binding", err);
            sql_stop(statement);
            return NULL;
        }
    }
    return statement;
}

enum sql_step sql_next(struct sql *q, sqlite3_stmt *statement, struct error *err)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return SQL_ROW;
    if (code != SQLITE_DONE)
        sql_fault(q, sqlite3_stmt_readonly(statement) ? "reading" : "writing", err);
    sql_stop(statement);
    return code == SQLITE_DONE ? SQL_END : SQL_FAILED;
}

void sql_stop(sqlite3_stmt *statement)
{
    if (statement == NULL)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

bool sql_run(struct sql *q, const char *text, const struct sql_value *values, size_t count,
             struct error *err)
{
    sqlite3_stmt *statement = sql_start(q, text, values, count, err);
    enum sql_step step = SQL_ROW;
    while (statement != NULL && step == SQL_ROW)
        step = sql_next(q, statement, err);
    return step == SQL_END;
}

bool sql_script(struct sql *q, const char *text, struct error *err)
{
    return sqlite3_exec(q->db, text, NULL, NULL, NULL) == SQLITE_OK || sql_fault(q, "writing", err);
}

bool sql_number(struct sql *q, const char *text, const struct sql_value *values, size_t count,
                int64_t *out, struct error *err)
{
    sqlite3_stmt *statement = sql_start(q, text, values, count, err);
    if (statement == NULL)
        return false;
    enum sql_step step = sql_next(q, statement, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    *out = sqlite3_column_int64(statement, 0);
    sql_stop(statement);
    return true;
}

const char *sql_string(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? "" : text;
}

int64_t sql_changes(const struct sql *q)
{
    return sqlite3_changes64(q->db);
}
