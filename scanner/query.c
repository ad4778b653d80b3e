#include "scanner/query.h"

#include "core/base/buffer.h"
#include "core/decode/json_write.h"

#include <sqlite3.h>
#include <string.h>

/* A connection makes these tables when they are first read, which looks like making tables: so it is done before only
 * reading is let through. */
static const char tables_of_json[] = "SELECT 1 FROM json_each('[]'), json_tree('[]')";

enum { QUERY_ROW_MAX = 64 * 1024 * 1024 };

/* Reading and functions, nothing else. Files cannot be reached: load_extension is off by default, and
 * readfile() and the like are the shell's. */
static int only_reads(void *ctx, int action, const char *a, const char *b, const char *c,
                      const char *d)
{
    (void)ctx;
    (void)a;
    (void)c;
    (void)d;
    if (action == SQLITE_FUNCTION)
        return b != NULL && strcmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_RECURSIVE
               ? SQLITE_OK
               : SQLITE_DENY;
}

static void add_csv(struct buffer *row, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        buffer_append_string(row, text);
        return;
    }
    buffer_append_char(row, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buffer_append_char(row, '"');
        buffer_append_char(row, *text);
    }
    buffer_append_char(row, '"');
}

static const char *text_of_column(sqlite3_stmt *st, int i)
{
    const unsigned char *text = sqlite3_column_text(st, i);
    return text == NULL ? "" : (const char *)text;
}

static void add_json_value(struct buffer *row, sqlite3_stmt *st, int i)
{
    int type = sqlite3_column_type(st, i);
    if (type == SQLITE_NULL)
        buffer_append_string(row, "null");
    else if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
        buffer_append_string(row, text_of_column(st, i));
    else
        json_write_string(text_of(text_of_column(st, i)), row);
}

static void make_row(struct buffer *row, sqlite3_stmt *st, bool json, bool header)
{
    int count = sqlite3_column_count(st);
    buffer_clear(row);
    for (int i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_char(row, ',');
        if (json) {
            json_write_string(text_of(sqlite3_column_name(st, i)), row);
            buffer_append_char(row, ':');
            add_json_value(row, st, i);
        } else {
            add_csv(row, header ? sqlite3_column_name(st, i) : text_of_column(st, i));
        }
    }
}

static bool print_rows(sqlite3_stmt *st, bool json, FILE *out, struct buffer *row, int *out_step)
{
    if (!json) {
        make_row(row, st, false, true);
        fprintf(out, "%s\r\n", buffer_string(row));
    }
    while ((*out_step = sqlite3_step(st)) == SQLITE_ROW) {
        make_row(row, st, json, false);
        if (!buffer_ok(row))
            return false;
        fprintf(out, json ? "{%s}\n" : "%s\r\n", buffer_string(row));
    }
    return true;
}

bool query_print(struct store *s, const char *sql, bool json, FILE *out, struct error *err)
{
    sqlite3 *db = store_db(s);
    sqlite3_stmt *st = NULL;
    const char *rest = NULL;
    struct buffer row;
    int step = SQLITE_DONE;
    sqlite3_exec(db, tables_of_json, NULL, NULL, NULL); /* what fails, the query will say */
    sqlite3_set_authorizer(db, only_reads, NULL);
    int code = sqlite3_prepare_v2(db, sql, -1, &st, &rest);
    if (code != SQLITE_OK || st == NULL) {
        error_set(err, ERROR_USAGE, "%s",
                  code == SQLITE_OK ? "the query is empty" : sqlite3_errmsg(db));
        sqlite3_set_authorizer(db, NULL, NULL);
        return false;
    }
    bool ok = rest == NULL || text_trim(text_of(rest)).len == 0;
    if (!ok)
        error_set(err, ERROR_USAGE, "one statement at a time");
    buffer_init(&row, QUERY_ROW_MAX);
    if (ok && !print_rows(st, json, out, &row, &step))
        ok = error_set(err, ERROR_LIMIT, "a row is larger than %d bytes", QUERY_ROW_MAX);
    if (ok && step != SQLITE_DONE)
        ok = error_set(err, ERROR_USAGE, "%s", sqlite3_errmsg(db));
    buffer_release(&row);
    sqlite3_finalize(st);
    sqlite3_set_authorizer(db, NULL, NULL);
    return ok;
}
