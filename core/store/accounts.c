#include "core/base/memory.h"
#include "core/store/coverage.h"
#include "core/store/internal.h"

#include <stdlib.h>
#include <string.h>

void store_account_release(struct store_account *a)
{
    free(a->provider);
    free(a->account);
    free(a->name);
    free(a->state);
    free(a->team);
    free(a->target);
    memset(a, 0, sizeof *a);
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

bool store_account_put(struct store *s, struct store_account *a, struct error *err)
{
    int64_t id = 0;
    const char *sql =
        "INSERT INTO account(provider, account, name, state, team, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT (provider, account) DO UPDATE SET name = excluded.name, state = excluded.state,"
        " team = excluded.team, target = excluded.target WHERE (name, state, team, target)"
        " <> (excluded.name, excluded.state, excluded.team, excluded.target)";
    if (!store_write(s, err) ||
        !sql_run(&s->sql, sql,
                 SQL_VALUES(sql_text(a->provider), sql_text(a->account),
                            sql_text(or_empty(a->name)), sql_text(a->state),
                            sql_text(or_empty(a->team)), sql_text(or_empty(a->target))),
                 err) ||
        !sql_number(&s->sql, "SELECT id FROM account WHERE provider = ?1 AND account = ?2",
                    SQL_VALUES(sql_text(a->provider), sql_text(a->account)), &id, err))
        return false;
    a->id = id;
    return true;
}

static struct store_account read_account(sqlite3_stmt *st)
{
    return (struct store_account){
        .id = sqlite3_column_int64(st, 0),
        .provider = memory_string(sql_string(st, 1)),
        .account = memory_string(sql_string(st, 2)),
        .name = memory_string(sql_string(st, 3)),
        .state = memory_string(sql_string(st, 4)),
        .team = memory_string(sql_string(st, 5)),
        .target = memory_string(sql_string(st, 6)),
    };
}

struct account_list {
    struct store_account *items;
    size_t count, capacity;
};

static bool list_accounts(struct store *s, const char *target, struct account_list *out,
                          struct error *err)
{
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT id, provider, account, name, state, team, target FROM account"
                  " WHERE ?1 IS NULL OR target = ?1 ORDER BY provider, account",
                  SQL_VALUES(sql_text(target)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        if (out->count == out->capacity) {
            out->capacity = out->capacity == 0 ? 64 : out->capacity * 2;
            out->items = memory_resize(out->items, out->capacity, sizeof *out->items);
        }
        out->items[out->count++] = read_account(st);
    }
    return step == SQL_END;
}

bool store_accounts_each(struct store *s, const char *target,
                         bool (*each)(void *ctx, const struct store_account *a), void *ctx,
                         struct error *err)
{
    struct account_list all = { NULL, 0, 0 };
    bool ok = list_accounts(s, target, &all, err), go_on = ok;
    for (size_t i = 0; i < all.count; i++) {
        go_on = go_on && each(ctx, &all.items[i]);
        store_account_release(&all.items[i]);
    }
    free(all.items);
    return ok;
}

/* Every scope of the account whose coverage is not `outcome` (or 'closed') yet. */
static bool cover_all(struct store *s, int64_t run, int64_t account, const char *outcome,
                      struct error *err)
{
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT sc.id, sc.type FROM scope sc JOIN main.coverage c ON c.scope = sc.id"
                  " AND c.to_run IS NULL WHERE sc.account = ?1 AND c.outcome NOT IN (?2, 'closed')",
                  SQL_VALUES(sql_int(account), sql_text(outcome)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        struct coverage_end end = { sqlite3_column_int64(st, 0), run, outcome, "" };
        bool written = false;
        if (coverage_set(s, &end, &written, err) &&
            store_input_changed(s, run, account, sql_string(st, 1), err))
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}

static bool set_state(struct store *s, int64_t account, const char *state, struct error *err)
{
    return sql_run(&s->sql,
                   "UPDATE account SET state = ?2 WHERE id = ?1 AND state NOT IN (?2, 'closed')",
                   SQL_VALUES(sql_int(account), sql_text(state)), err);
}

/* What this run has opened is taken back first, so that no version begins and ends in one run. */
static bool close_versions(struct store *s, int64_t run, int64_t account, struct error *err)
{
    static const char *const steps[] = {
        "DELETE FROM version WHERE from_run = ?1 AND resource IN (SELECT id FROM resource WHERE account = ?2)",
        "UPDATE version SET to_run = NULL, closed_cause = NULL WHERE to_run = ?1"
        " AND resource IN (SELECT id FROM resource WHERE account = ?2)",
        "UPDATE version SET to_run = ?1, closed_cause = 'account closed' WHERE to_run IS NULL"
        " AND resource IN (SELECT id FROM resource WHERE account = ?2)",
        "DELETE FROM sharing WHERE from_run = ?1 AND scope IN (SELECT id FROM scope WHERE account = ?2)",
        "UPDATE sharing SET to_run = ?1 WHERE to_run IS NULL"
        " AND scope IN (SELECT id FROM scope WHERE account = ?2)",
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!sql_run(&s->sql, steps[i], SQL_VALUES(sql_int(run), sql_int(account)), err))
            return false;
    return true;
}

bool store_account_close(struct store *s, const struct store_run *run, int64_t account,
                         struct error *err)
{
    return store_write(s, err) && close_versions(s, run->id, account, err) &&
           cover_all(s, run->id, account, "closed", err) && set_state(s, account, "closed", err);
}

bool store_account_out_of_scope(struct store *s, const struct store_run *run, int64_t account,
                                struct error *err)
{
    return store_write(s, err) && cover_all(s, run->id, account, "out_of_scope", err) &&
           set_state(s, account, "out_of_scope", err);
}
