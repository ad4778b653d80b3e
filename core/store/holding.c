#include "core/store/holding.h"

#include "core/base/memory.h"
#include "core/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct holding {
    struct sql sql;
};

/* Nothing is kept over a crash: no journal, no waiting for the disk. */
static const char set_up[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2048;"
    "CREATE TABLE held(id INTEGER PRIMARY KEY, account TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL);"
    "CREATE INDEX held_by ON held(account, type, id);"
    "CREATE TABLE whole(account TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (account, type)) WITHOUT ROWID;"
    "CREATE TABLE why(account TEXT NOT NULL, type TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,"
    " PRIMARY KEY (account, type)) WITHOUT ROWID";

/* SQLite would make it with the user's umask. */
static bool make_anew(const char *path, struct error *err)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return error_set(err, ERROR_IO, "%s cannot be removed: %s", path, strerror(errno));
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, ERROR_IO, "%s cannot be made: %s", path, strerror(errno));
    close(fd);
    return true;
}

struct holding *holding_open(const char *folder, struct error *err)
{
    struct holding *h = memory_new(1, sizeof *h);
    char *path = memory_format("%s/holding.db", folder);
    bool ok = make_anew(path, err) && sql_open(&h->sql, path, SQLITE_OPEN_READWRITE, err) &&
              sql_script(&h->sql, set_up, err);
    free(path);
    if (ok)
        return h;
    holding_close(h);
    return NULL;
}

void holding_close(struct holding *h)
{
    if (h == NULL)
        return;
    char *path = memory_string(h->sql.path);
    sql_release(&h->sql);
    if (path != NULL)
        (void)unlink(path);
    free(path);
    free(h);
}

bool holding_put(struct holding *h, const char *account, const char *type, const char *body,
                 struct error *err)
{
    return sql_run(&h->sql, "INSERT INTO held(account, type, body) VALUES (?1, ?2, ?3)",
                   SQL_VALUES(sql_text(account), sql_text(type), sql_text(body)), err);
}

bool holding_complete(struct holding *h, const char *account, const char *type, struct error *err)
{
    return sql_run(&h->sql, "INSERT OR IGNORE INTO whole(account, type) VALUES (?1, ?2)",
                   SQL_VALUES(sql_text(account), sql_text(type)), err);
}

bool holding_is_complete(struct holding *h, const char *account, const char *type)
{
    struct error ignored = ERROR_INIT; /* then it is asked for as if nothing were held */
    int64_t whole = 0;
    sql_number(&h->sql, "SELECT 1 FROM whole WHERE account = ?1 AND type = ?2",
               SQL_VALUES(sql_text(account), sql_text(type)), &whole, &ignored);
    return whole != 0;
}

/* "" stands for all accounts. */
bool holding_note(struct holding *h, const char *account, const char *type, enum outcome outcome,
                  const char *reason, struct error *err)
{
    return sql_run(&h->sql,
                   "INSERT OR IGNORE INTO why(account, type, outcome, reason) VALUES (?1, ?2, ?3, ?4)",
                   SQL_VALUES(sql_text(account == NULL ? "" : account), sql_text(type),
                              sql_text(outcome_name(outcome)), sql_text(reason)),
                   err);
}

bool holding_why(struct holding *h, const char *account, const char *type,
                 enum outcome *out_outcome, char **out_reason)
{
    struct error ignored = ERROR_INIT; /* then nothing is known */
    sqlite3_stmt *row = sql_start(&h->sql,
                                  "SELECT outcome, reason FROM why WHERE account IN (?1, '') AND type = ?2"
                                  " ORDER BY account DESC LIMIT 1",
                                  SQL_VALUES(sql_text(account), sql_text(type)), &ignored);
    if (row == NULL)
        return false;
    bool found = sql_next(&h->sql, row, &ignored) == SQL_ROW &&
                 outcome_from_name(sql_string(row, 0), out_outcome);
    if (found)
        *out_reason = memory_string(sql_string(row, 1));
    sql_stop(row);
    return found;
}

bool holding_forget(struct holding *h, const char *account, const char *type, struct error *err)
{
    return sql_run(&h->sql,
                   "DELETE FROM held WHERE account = ifnull(?1, account) AND type = ?2",
                   SQL_VALUES(sql_text(account), sql_text(type)), err) &&
           sql_run(&h->sql,
                   "DELETE FROM whole WHERE account = ifnull(?1, account) AND type = ?2",
                   SQL_VALUES(sql_text(account), sql_text(type)), err);
}

bool holding_each(struct holding *h, struct holding_page *page,
                  bool (*each)(void *ctx, const char *body, struct error *err), void *ctx,
                  struct error *err)
{
    sqlite3_stmt *rows = sql_start(
        &h->sql,
        "SELECT id, body FROM held WHERE account = ?1 AND type = ?2 AND id > ?3 ORDER BY id LIMIT ?4",
        SQL_VALUES(sql_text(page->account), sql_text(page->type), sql_int(page->cursor),
                   sql_int((int64_t)page->count)),
        err);
    enum sql_step step = SQL_FAILED;
    size_t seen = 0;
    while (rows != NULL && (step = sql_next(&h->sql, rows, err)) == SQL_ROW) {
        page->cursor = sqlite3_column_int64(rows, 0);
        seen++;
        if (!each(ctx, sql_string(rows, 1), err)) {
            sql_stop(rows);
            return false;
        }
    }
    page->more = seen == page->count;
    return rows != NULL && step == SQL_END;
}
