#include "core/store/coverage.h"

#include "core/store/internal.h"

#include <string.h>

struct standing {
    int64_t from_run; /* 0: none */
    bool same;
};

static bool read_standing(struct store *s, const struct coverage_end *end, struct standing *out,
                          struct error *err)
{
    *out = (struct standing){ 0 };
    sqlite3_stmt *st = sql_start(
        &s->sql,
        "SELECT from_run, outcome = ?2 AND reason = ?3 FROM main.coverage"
        " WHERE scope = ?1 AND to_run IS NULL",
        SQL_VALUES(sql_int(end->scope), sql_text(end->outcome), sql_text(end->reason)), err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    out->from_run = sqlite3_column_int64(st, 0);
    out->same = sqlite3_column_int(st, 1) != 0;
    sql_stop(st);
    return true;
}

/* Takes back what this run wrote about the scope. */
static bool rewind_run(struct store *s, const struct coverage_end *end, struct error *err)
{
    return sql_run(&s->sql, "DELETE FROM main.coverage WHERE scope = ?1 AND from_run = ?2",
                   SQL_VALUES(sql_int(end->scope), sql_int(end->run)), err) &&
           sql_run(&s->sql,
                   "UPDATE main.coverage SET to_run = NULL WHERE scope = ?1 AND to_run = ?2",
                   SQL_VALUES(sql_int(end->scope), sql_int(end->run)), err);
}

bool coverage_set(struct store *s, const struct coverage_end *end, bool *out_written,
                  struct error *err)
{
    struct standing now;
    bool rewound = false;
    if (!read_standing(s, end, &now, err))
        return false;
    if (!now.same && now.from_run == end->run) {
        rewound = true;
        if (!rewind_run(s, end, err) || !read_standing(s, end, &now, err))
            return false;
    }
    *out_written = rewound || !now.same;
    if (now.same)
        return true;
    return sql_run(&s->sql,
                   "UPDATE main.coverage SET to_run = ?2 WHERE scope = ?1 AND to_run IS NULL",
                   SQL_VALUES(sql_int(end->scope), sql_int(end->run)), err) &&
           sql_run(
               &s->sql,
               "INSERT INTO main.coverage(scope, from_run, outcome, reason) VALUES (?1, ?2, ?3, ?4)",
               SQL_VALUES(sql_int(end->scope), sql_int(end->run), sql_text(end->outcome),
                          sql_text(end->reason)),
               err);
}
