#include "core/base/timestamp.h"
#include "core/store/internal.h"
#include "core/store/notes.h"

#include <stdio.h>
#include <string.h>

enum { RESUME_MAX_S = 12 * 3600 };

struct newest {
    struct store_run run;
    char state[16], config_digest[80], checks_digest[80];
};

static void copy(char *out, size_t size, const char *from)
{
    snprintf(out, size, "%s", from);
}

/* Columns: id, baseline, started, name, filtered, state. */
static void fill_run(sqlite3_stmt *st, struct store_run *out)
{
    memset(out, 0, sizeof *out);
    out->id = sqlite3_column_int64(st, 0);
    out->baseline = sqlite3_column_int64(st, 1);
    out->started_unix_s = sqlite3_column_int64(st, 2);
    copy(out->name, sizeof out->name, sql_string(st, 3));
    out->filtered = sqlite3_column_int(st, 4) != 0;
}

static bool read_newest(struct store *s, struct newest *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT id, baseline, started, name, filtered, state, config_digest,"
                  " checks_digest FROM run ORDER BY id DESC LIMIT 1",
                  SQL_NO_VALUES, err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    fill_run(st, &out->run);
    copy(out->state, sizeof out->state, sql_string(st, 5));
    copy(out->config_digest, sizeof out->config_digest, sql_string(st, 6));
    copy(out->checks_digest, sizeof out->checks_digest, sql_string(st, 7));
    sql_stop(st);
    return true;
}

static bool refuse(const struct newest *n, const char *why, struct error *err)
{
    return error_set(err, ERROR_USAGE, "cannot resume run %s: %s; run without --resume",
                     n->run.name, why);
}

static bool may_resume(const struct newest *n, const struct store_run_options *o, struct error *err)
{
    if (n->run.id == 0)
        return error_set(err, ERROR_USAGE, "there is no run to resume; run without --resume");
    if (strcmp(n->state, "walking") != 0)
        return refuse(n, n->state[0] == 'p' ? "it was published" : "it was abandoned", err);
    if (strcmp(n->config_digest, o->config_digest) != 0)
        return refuse(n, "the config has changed since it began", err);
    if (strcmp(n->checks_digest, o->checks_digest) != 0)
        return refuse(n, "the checks have changed since it began", err);
    if (n->run.filtered != o->filtered)
        return refuse(n, n->run.filtered ? "it was filtered" : "it was not filtered", err);
    if (o->now_unix_s - n->run.started_unix_s > RESUME_MAX_S)
        return refuse(n, "it began more than 12 hours ago", err);
    return true;
}

static bool insert_run(struct store *s, const struct store_run_options *o, struct store_run *run,
                       struct error *err)
{
    const char *sql =
        "INSERT INTO run(name, state, baseline, tool_version, config_digest,"
        " checks_digest, filtered, started) VALUES (?1, 'walking', ?2, ?3, ?4, ?5, ?6, ?7)";
    struct sql_value baseline = run->baseline == 0 ? sql_text(NULL) : sql_int(run->baseline);
    if (!sql_run(&s->sql, sql,
                 SQL_VALUES(sql_text(run->name), baseline, sql_text(o->tool_version),
                            sql_text(o->config_digest), sql_text(o->checks_digest),
                            sql_int(run->filtered), sql_int(run->started_unix_s)),
                 err))
        return false;
    run->id = sqlite3_last_insert_rowid(s->sql.db);
    return true;
}

static bool begin_afresh(struct store *s, const struct newest *n, const struct store_run_options *o,
                         struct store_run *out, struct error *err)
{
    struct store_run run = { .started_unix_s = o->now_unix_s, .filtered = o->filtered };
    /* Names and times keep the order of the runs, whatever the clock does; a second is a name's grain. */
    if (n->run.id != 0 && run.started_unix_s <= n->run.started_unix_s)
        run.started_unix_s = n->run.started_unix_s + 1;
    timestamp_basic(run.started_unix_s, run.name);
    if (!sql_number(&s->sql,
                    "SELECT id FROM run WHERE state = 'published' ORDER BY id DESC LIMIT 1",
                    SQL_NO_VALUES, &run.baseline, err) ||
        !sql_run(&s->sql, "UPDATE run SET state = 'abandoned' WHERE state = 'walking'",
                 SQL_NO_VALUES, err) ||
        !sql_run(&s->sql, "DELETE FROM progress", SQL_NO_VALUES, err) ||
        !sql_run(&s->sql, "DELETE FROM staged", SQL_NO_VALUES, err) || !store_notes_clear(s, err) ||
        !insert_run(s, o, &run, err))
        return false;
    *out = run;
    return true;
}

bool store_run_begin(struct store *s, const struct store_run_options *o, struct store_run *out,
                     struct error *err)
{
    struct newest n;
    if (!read_newest(s, &n, err) || (o->resume && !may_resume(&n, o, err)) || !store_write(s, err))
        return false;
    if (!o->resume && !begin_afresh(s, &n, o, out, err))
        return false;
    if (o->resume) { /* what failed is read again: store_scope_is_done() */
        *out = n.run;
        out->resumed = true;
    }
    s->run = out->id;
    /* At once: a run that is killed before its first scope must still have been there. */
    return s->transaction != STORE_GROUPED || store_commit(s, err);
}

bool store_run_publish(struct store *s, const struct store_run *run, int64_t now_unix_s,
                       struct error *err)
{
    int64_t ended = now_unix_s > run->started_unix_s ? now_unix_s : run->started_unix_s;
    if (s->transaction != STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "store_run_publish() outside of store_begin()");
    if (!sql_run(
            &s->sql,
            "UPDATE run SET state = 'published', ended = ?2 WHERE id = ?1 AND state = 'walking'",
            SQL_VALUES(sql_int(run->id), sql_int(ended)), err))
        return false;
    if (sql_changes(&s->sql) != 1)
        return error_set(err, ERROR_INTERNAL, "run %s is not being walked", run->name);
    return sql_run(&s->sql, "DELETE FROM progress", SQL_NO_VALUES, err) &&
           sql_run(&s->sql, "DELETE FROM staged", SQL_NO_VALUES, err) && store_notes_clear(s, err);
}

bool store_run_find(struct store *s, const char *name, struct store_run *out, char state[16],
                    struct error *err)
{
    bool latest = name == NULL || strcmp(name, "latest") == 0;
    sqlite3_stmt *st =
        latest ? sql_start(&s->sql,
                           "SELECT id, baseline, started, name, filtered, state FROM run"
                           " WHERE state = 'published' ORDER BY id DESC LIMIT 1",
                           SQL_NO_VALUES, err)
               : sql_start(
                     &s->sql,
                     "SELECT id, baseline, started, name, filtered, state FROM run WHERE name = ?1",
                     SQL_VALUES(sql_text(name)), err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step == SQL_END)
        return latest
                   ? error_set(err, ERROR_USAGE, "there is no published run yet: run a scan first")
                   : error_set(err, ERROR_USAGE, "there is no run \"%s\"", name);
    if (step != SQL_ROW)
        return false;
    fill_run(st, out);
    if (state != NULL)
        copy(state, 16, sql_string(st, 5));
    sql_stop(st);
    return true;
}
