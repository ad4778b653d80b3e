#include "core/store/notes.h"

#include "core/base/memory.h"
#include "core/store/internal.h"

#include <string.h>

char *store_note_get(struct store *s, const char *name)
{
    struct error ignored = ERROR_INIT; /* then it is asked again */
    char *value = NULL;
    sqlite3_stmt *st = sql_start(&s->sql, "SELECT value FROM meta WHERE key = 'note/' || ?1",
                                 SQL_VALUES(sql_text(name)), &ignored);
    if (st != NULL && sql_next(&s->sql, st, &ignored) == SQL_ROW)
        value = memory_string(sql_string(st, 0));
    sql_stop(st);
    return value;
}

/* What others have grouped goes to disk with it. */
static bool settle(struct store *s, struct error *err)
{
    return s->transaction != STORE_GROUPED || store_commit(s, err);
}

bool store_note_put(struct store *s, const char *name, const char *value, struct error *err)
{
    if (strlen(value) > STORE_NOTE_MAX)
        return error_set(err, ERROR_LIMIT, "a note of more than %d bytes", STORE_NOTE_MAX);
    return store_write(s, err) &&
           sql_run(&s->sql,
                   "INSERT INTO meta(key, value) VALUES ('note/' || ?1, ?2) ON CONFLICT (key)"
                   " DO UPDATE SET value = excluded.value",
                   SQL_VALUES(sql_text(name), sql_text(value)), err) &&
           settle(s, err);
}

bool store_note_drop(struct store *s, const char *name, struct error *err)
{
    return store_write(s, err) &&
           sql_run(&s->sql, "DELETE FROM meta WHERE key = 'note/' || ?1",
                   SQL_VALUES(sql_text(name)), err) &&
           settle(s, err);
}

bool store_notes_clear(struct store *s, struct error *err)
{
    return sql_run(&s->sql, "DELETE FROM meta WHERE key >= 'note/' AND key < 'note0'",
                   SQL_NO_VALUES, err);
}
