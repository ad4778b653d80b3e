#include "core/store/cause.h"

#include "core/store/internal.h"

#include <string.h>

bool cause_init(struct cause *c, struct store *s, const struct store_run *run,
                struct cause_input input, struct error *err)
{
    *c = (struct cause){
        .s = s, .since = run->baseline, .account = input.account, .check_changed = true
    };
    sqlite3_stmt *st = sql_start(
        &s->sql,
        "SELECT run, check_digest <> ?3, check_digest = '' FROM evaluation"
        " WHERE check_id = ?1 AND account = ?2",
        SQL_VALUES(sql_text(input.check_id), sql_int(input.account), sql_text(input.check_digest)),
        err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    c->since = sqlite3_column_int64(st, 0);
    c->check_changed = sqlite3_column_int(st, 1) != 0;
    c->was_off = sqlite3_column_int(st, 2) != 0;
    sql_stop(st);
    return true;
}

/* What the resource's own last version says; NULL: nothing. */
static const char *own_cause(struct cause *c, int64_t resource, bool *out_rebased)
{
    struct error ignored = ERROR_INIT; /* without a cause the finding is still one */
    const char *cause = NULL;
    sqlite3_stmt *st = sql_start(
        &c->s->sql,
        "SELECT v.closed_cause, v.changed > ?2 OR v.to_run > ?2, v.from_run > ?2, EXISTS (SELECT 1 FROM"
        " version p WHERE p.resource = v.resource AND +p.to_run = v.from_run AND p.shape <> v.shape)"
        " FROM version v WHERE v.resource = ?1 ORDER BY v.from_run DESC LIMIT 1",
        SQL_VALUES(sql_int(resource), sql_int(c->since)), &ignored);
    if (st == NULL || sql_next(&c->s->sql, st, &ignored) != SQL_ROW)
        return NULL;
    bool is_newer = sqlite3_column_int(st, 2) != 0;
    if (strcmp(sql_string(st, 0), "account closed") == 0)
        cause = "account closed";
    else if (sqlite3_column_int(st, 1) != 0)
        cause = "cloud";
    else if (is_newer && sqlite3_column_int(st, 3) == 0)
        cause = "coverage";
    *out_rebased = is_newer && cause == NULL;
    sql_stop(st);
    return cause;
}

static bool holds(struct cause *c, const char *query)
{
    struct error ignored = ERROR_INIT; /* as above */
    int64_t found = 0;
    return sql_number(&c->s->sql, query, SQL_VALUES(sql_int(c->since), sql_int(c->account)), &found,
                      &ignored) &&
           found != 0;
}

static const char *find_outside(struct cause *c)
{
    if (holds(
            c,
            "SELECT EXISTS (SELECT 1 FROM version v JOIN resource r ON r.id = v.resource WHERE v.from_run > ?1"
            " AND v.changed > ?1 AND r.account = ?2) OR EXISTS (SELECT 1 FROM version v JOIN resource r"
            " ON r.id = v.resource WHERE v.to_run > ?1 AND v.closed_cause IS NOT NULL AND r.account = ?2)"))
        return "cloud";
    if (holds(c, "SELECT EXISTS (SELECT 1 FROM evidence e JOIN scope sc ON sc.id = e.scope"
                 " WHERE e.run > ?1 AND sc.account = ?2)"))
        return "cloud";
    if (holds(c, "SELECT EXISTS (SELECT 1 FROM main.coverage c JOIN scope sc ON sc.id = c.scope"
                 " WHERE c.from_run > ?1 AND sc.account = ?2)"))
        return "coverage";
    /* No news, and checks were told all the same: events have left their window. */
    if (holds(c, "SELECT EXISTS (SELECT 1 FROM scope sc CROSS JOIN cursor k ON k.scope = sc.id"
                 " CROSS JOIN input i ON i.type = sc.type AND i.account = sc.account"
                 " WHERE sc.account = ?2 AND i.run > ?1)"))
        return "time";
    /* Nor that: what checks read and nobody calls a change, a counter say, is another. */
    if (holds(c, "SELECT EXISTS (SELECT 1 FROM scope sc CROSS JOIN input i ON i.type = sc.type"
                 " AND i.account = sc.account WHERE sc.account = ?2 AND i.run > ?1)"))
        return "cloud";
    if (holds(c,
              "SELECT ?2 AND (EXISTS (SELECT 1 FROM version WHERE from_run > ?1 AND changed > ?1)"
              " OR EXISTS (SELECT 1 FROM version WHERE to_run > ?1 AND closed_cause IS NOT NULL)"
              " OR EXISTS (SELECT 1 FROM evidence WHERE run > ?1))"))
        return "cloud";
    return "config";
}

const char *cause_of(void *ctx, int64_t resource)
{
    struct cause *c = ctx;
    bool rebased = false;
    const char *own = own_cause(c, resource, &rebased);
    if (own != NULL && strcmp(own, "coverage") != 0)
        return own;
    if (c->check_changed)
        return c->was_off ? "config" : "check";
    if (rebased)
        return "tool";
    if (own != NULL)
        return own;
    if (c->outside == NULL)
        c->outside = find_outside(c);
    return c->outside;
}
