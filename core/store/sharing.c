#include "core/store/sharing.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/store/internal.h"

#include <stdlib.h>
#include <string.h>

struct sharing_merge {
    struct store *s;
    const struct sharing_read *read;
    struct error *err;
    bool ok, written;
};

/* Takes the row back if this run made it, else ends it. */
static bool end_row(struct sharing_merge *m, const char *key)
{
    m->written = true;
    return sql_run(
               &m->s->sql, "DELETE FROM sharing WHERE scope = ?1 AND key = ?2 AND from_run = ?3",
               SQL_VALUES(sql_int(m->read->scope), sql_text(key), sql_int(m->read->run)), m->err) &&
           sql_run(
               &m->s->sql,
               "UPDATE sharing SET to_run = ?3 WHERE scope = ?1 AND key = ?2 AND to_run IS NULL",
               SQL_VALUES(sql_int(m->read->scope), sql_text(key), sql_int(m->read->run)), m->err);
}

/* A row that this run ended goes on; else a new one begins. */
static bool begin_row(struct sharing_merge *m, const char *key, const char *owner)
{
    m->written = true;
    if (!sql_run(
            &m->s->sql,
            "UPDATE sharing SET to_run = NULL WHERE scope = ?1 AND key = ?2 AND owner = ?3 AND to_run = ?4",
            SQL_VALUES(sql_int(m->read->scope), sql_text(key), sql_text(owner),
                       sql_int(m->read->run)),
            m->err))
        return false;
    return sql_changes(&m->s->sql) > 0 ||
           sql_run(&m->s->sql,
                   "INSERT INTO sharing(scope, owner, key, from_run) VALUES (?1, ?2, ?3, ?4)",
                   SQL_VALUES(sql_int(m->read->scope), sql_text(owner), sql_text(key),
                              sql_int(m->read->run)),
                   m->err);
}

/* 1: stands with this owner; 0: stands with another; -1: does not stand. */
static bool read_row(struct sharing_merge *m, const char *key, const char *owner, int64_t *out)
{
    *out = -1;
    return sql_number(
        &m->s->sql,
        "SELECT owner = ?3 FROM sharing WHERE scope = ?1 AND key = ?2 AND to_run IS NULL",
        SQL_VALUES(sql_int(m->read->scope), sql_text(key), sql_text(owner)), out, m->err);
}

static bool merge_one(void *ctx, const char *key, void *value)
{
    struct sharing_merge *m = ctx;
    const char *owner = value;
    int64_t stands;
    m->ok = read_row(m, key, owner, &stands);
    if (m->ok && stands == 0)
        m->ok = end_row(m, key);
    if (m->ok && stands != 1)
        m->ok = begin_row(m, key, owner);
    return m->ok;
}

static bool end_unseen(struct sharing_merge *m)
{
    sqlite3_stmt *st = sql_start(
        &m->s->sql, "SELECT key FROM sharing WHERE scope = ?1 AND to_run IS NULL ORDER BY key",
        SQL_VALUES(sql_int(m->read->scope)), m->err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&m->s->sql, st, m->err)) == SQL_ROW) {
        const char *key = sql_string(st, 0);
        if (m->read->seen != NULL && map_get(m->read->seen, key) != NULL)
            continue;
        char *gone = memory_string(key); /* the row that it points into is about to go */
        bool ok = end_row(m, gone);
        free(gone);
        if (ok)
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}

bool sharing_merge(struct store *s, const struct sharing_read *read, bool *out_written,
                   struct error *err)
{
    struct sharing_merge m = { s, read, err, true, false };
    if (read->seen != NULL)
        map_each(read->seen, merge_one, &m);
    if (!m.ok || (read->complete && !end_unseen(&m)))
        return false;
    *out_written = m.written;
    return true;
}
