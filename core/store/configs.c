#include "core/store/configs.h"

#include "core/base/memory.h"
#include "core/store/internal.h"

#include <stdlib.h>

bool store_configs_each(struct store *s, int64_t account, const char *region, const char *type,
                        bool (*each)(void *ctx, const char *config), void *ctx, struct error *err)
{
    static const char query[] =
        "SELECT v.config FROM scope AS c JOIN resource AS r ON r.scope = c.id "
        "JOIN version AS v ON v.resource = r.id AND v.to_run IS NULL "
        "WHERE c.account = ?1 AND c.region = ifnull(?2, c.region) AND c.type = ?3";
    sqlite3_stmt *rows = sql_start(
        &s->sql, query, SQL_VALUES(sql_int(account), sql_text(region), sql_text(type)), err);
    enum sql_step step = SQL_FAILED;
    while (rows != NULL && (step = sql_next(&s->sql, rows, err)) == SQL_ROW) {
        if (!each(ctx, sql_string(rows, 0))) {
            sql_stop(rows);
            return true;
        }
    }
    return rows != NULL && step == SQL_END;
}

char *store_resource_region(struct store *s, int64_t account, const char *key)
{
    static const char query[] =
        "SELECT sc.region FROM resource AS r JOIN scope AS sc ON sc.id = r.scope"
        " JOIN version AS v ON v.resource = r.id AND v.to_run IS NULL"
        " WHERE r.account = ?1 AND r.key = ?2";
    struct error ignored = ERROR_INIT; /* a fault of the store shows at the next write */
    char *region = NULL;
    sqlite3_stmt *row =
        sql_start(&s->sql, query, SQL_VALUES(sql_int(account), sql_text(key)), &ignored);
    if (row != NULL && sql_next(&s->sql, row, &ignored) == SQL_ROW)
        region = memory_string(sql_string(row, 0));
    sql_stop(row);
    return region;
}

bool store_scope_outcome(struct store *s, int64_t account, const char *region, const char *type,
                         enum outcome *out)
{
    static const char query[] =
        "SELECT c.outcome FROM scope AS sc JOIN coverage AS c ON c.scope = sc.id AND c.to_run IS NULL"
        " WHERE sc.account = ?1 AND sc.region = ?2 AND sc.type = ?3";
    struct error ignored = ERROR_INIT; /* a fault of the store shows at the next write */
    sqlite3_stmt *row = sql_start(
        &s->sql, query, SQL_VALUES(sql_int(account), sql_text(region), sql_text(type)), &ignored);
    bool known = row != NULL && sql_next(&s->sql, row, &ignored) == SQL_ROW &&
                 outcome_from_name(sql_string(row, 0), out);
    sql_stop(row);
    return known;
}

bool store_is_shared(struct store *s, const char *owner, const char *key)
{
    struct error ignored = ERROR_INIT; /* a fault of the store shows at the next write */
    int64_t seen = 0;
    return sql_number(
               &s->sql,
               "SELECT 1 FROM sharing WHERE key = ?1 AND owner = ?2 AND to_run IS NULL LIMIT 1",
               SQL_VALUES(sql_text(key), sql_text(owner)), &seen, &ignored) &&
           seen == 1;
}

char *store_reference_body(struct store *s, const char *type, const char *key)
{
    struct error ignored = ERROR_INIT; /* as good as none: a write will tell */
    char *body = NULL;
    sqlite3_stmt *row =
        sql_start(&s->sql, "SELECT body FROM reference WHERE type = ?1 AND key = ?2",
                  SQL_VALUES(sql_text(type), sql_text(key)), &ignored);
    if (row != NULL && sql_next(&s->sql, row, &ignored) == SQL_ROW)
        body = memory_string(sql_string(row, 0));
    sql_stop(row);
    return body;
}

bool store_account_find(struct store *s, struct store_account *a, struct error *err)
{
    int64_t id = 0;
    if (!sql_number(&s->sql, "SELECT id FROM account WHERE provider = ?1 AND account = ?2",
                    SQL_VALUES(sql_text(a->provider), sql_text(a->account)), &id, err))
        return false;
    a->id = id;
    return true;
}

char *store_account_name(struct store *s, const char *provider, const char *account)
{
    struct error ignored = ERROR_INIT; /* a fault shows at the next write */
    sqlite3_stmt *st =
        sql_start(&s->sql, "SELECT name FROM account WHERE provider = ?1 AND account = ?2",
                  SQL_VALUES(sql_text(provider), sql_text(account)), &ignored);
    char *name = NULL;
    if (st == NULL)
        return NULL;
    if (sql_next(&s->sql, st, &ignored) == SQL_ROW)
        name = memory_string(sql_string(st, 0));
    sql_stop(st);
    return name;
}

struct scope_name {
    char *region, *type, *service;
};

bool store_scopes_each(struct store *s, int64_t account,
                       bool (*each)(void *ctx, const char *region, const char *type,
                                    const char *service),
                       void *ctx, struct error *err)
{
    static const char query[] =
        "SELECT region, type, service FROM scope WHERE account = ?1 ORDER BY region, type";
    struct scope_name *names = NULL;
    size_t count = 0;
    sqlite3_stmt *rows = sql_start(&s->sql, query, SQL_VALUES(sql_int(account)), err);
    enum sql_step step = SQL_FAILED;
    /* Taken down first: `each` may end scopes, which uses the same tables. */
    while (rows != NULL && (step = sql_next(&s->sql, rows, err)) == SQL_ROW) {
        names = memory_resize(names, count + 1, sizeof *names);
        names[count++] = (struct scope_name){ memory_string(sql_string(rows, 0)),
                                              memory_string(sql_string(rows, 1)),
                                              memory_string(sql_string(rows, 2)) };
    }
    bool go_on = rows != NULL && step == SQL_END;
    bool ok = go_on;
    for (size_t i = 0; i < count; i++) {
        go_on = go_on && each(ctx, names[i].region, names[i].type, names[i].service);
        free(names[i].region);
        free(names[i].type);
        free(names[i].service);
    }
    free(names);
    return ok;
}
