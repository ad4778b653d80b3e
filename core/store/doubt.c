#include "core/store/doubt.h"

#include "core/base/memory.h"
#include "core/store/internal.h"

#include <stdlib.h>

static bool keep_id(struct store_scope *scope, int64_t resource, struct error *err)
{
    return idset_add(&scope->seen, resource) ||
           error_set(err, ERROR_LIMIT, "more than %d resources in one scope", IDSET_MAX);
}

bool store_scope_keep(struct store_scope *scope, int64_t resource, struct error *err)
{
    return keep_id(scope, resource, err);
}

struct unseen {
    int64_t *ids;
    size_t count;
};

/* Of the scope's open resources those that are neither seen nor staged. */
static bool find_unseen(struct store *s, const struct store_scope *scope, struct unseen *out,
                        struct error *err)
{
    sqlite3_stmt *rows = sql_start(
        &s->sql,
        "SELECT r.id FROM resource r JOIN version v INDEXED BY version_body ON v.resource = r.id"
        " AND v.to_run IS NULL WHERE r.scope = ?1"
        " AND NOT EXISTS (SELECT 1 FROM staged n WHERE n.scope = ?1 AND n.key = r.key)"
        " ORDER BY r.key",
        SQL_VALUES(sql_int(scope->id)), err);
    enum sql_step step = SQL_FAILED;
    while (rows != NULL && (step = sql_next(&s->sql, rows, err)) == SQL_ROW) {
        int64_t id = sqlite3_column_int64(rows, 0);
        if (idset_has(&scope->seen, id))
            continue;
        if ((out->count & (out->count - 1)) == 0) /* full at each power of two */
            out->ids = memory_resize(out->ids, out->count == 0 ? 1 : out->count * 2, sizeof *out->ids);
        out->ids[out->count++] = id;
    }
    return rows != NULL && step == SQL_END;
}

static bool show(struct store *s, int64_t resource,
                 bool (*each)(void *ctx, int64_t resource, const char *config), void *ctx,
                 struct error *err)
{
    sqlite3_stmt *row = sql_start(
        &s->sql, "SELECT config FROM version WHERE resource = ?1 AND to_run IS NULL",
        SQL_VALUES(sql_int(resource)), err);
    enum sql_step step = row == NULL ? SQL_FAILED : sql_next(&s->sql, row, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    char *config = memory_string(sql_string(row, 0));
    sql_stop(row);
    each(ctx, resource, config);
    free(config);
    return true;
}

static bool forget(struct store *s, int64_t resource, struct error *err)
{
    return sql_run(&s->sql, "DELETE FROM doubt WHERE resource = ?1", SQL_VALUES(sql_int(resource)),
                   err);
}

bool doubt_end(struct store *s, struct store_scope *scope, struct error *err)
{
    sqlite3_stmt *rows =
        scope->doubting
            ? NULL
            : sql_start(&s->sql,
                        "SELECT d.resource FROM doubt d JOIN resource r ON r.id = d.resource"
                        " WHERE r.scope = ?1",
                        SQL_VALUES(sql_int(scope->id)), err);
    enum sql_step step = SQL_FAILED;
    if (scope->doubting)
        return true;
    while (rows != NULL && (step = sql_next(&s->sql, rows, err)) == SQL_ROW) {
        int64_t resource = sqlite3_column_int64(rows, 0);
        if (!idset_has(&scope->seen, resource) || forget(s, resource, err))
            continue;
        sql_stop(rows);
        return false;
    }
    return rows != NULL && step == SQL_END;
}

bool store_scope_unseen(struct store *s, struct store_scope *scope,
                        bool (*each)(void *ctx, int64_t resource, const char *config), void *ctx,
                        struct error *err)
{
    struct unseen unseen = { NULL, 0 };
    bool ok = store_write(s, err) && doubt_end(s, scope, err);
    scope->doubting = true; /* what is seen from now on is kept, not shown */
    ok = ok && find_unseen(s, scope, &unseen, err);
    for (size_t i = 0; ok && i < unseen.count; i++)
        ok = show(s, unseen.ids[i], each, ctx, err);
    free(unseen.ids);
    return ok;
}

bool store_scope_doubt(struct store *s, struct store_scope *scope, int64_t resource, struct error *err)
{
    int64_t before = 0;
    if (!store_write(s, err) ||
        !sql_number(&s->sql, "SELECT run FROM doubt WHERE resource = ?1",
                    SQL_VALUES(sql_int(resource)), &before, err))
        return false;
    if (before != 0 && before < scope->run)
        return forget(s, resource, err);
    return keep_id(scope, resource, err) &&
           sql_run(&s->sql, "INSERT OR IGNORE INTO doubt(resource, run) VALUES (?1, ?2)",
                   SQL_VALUES(sql_int(resource), sql_int(scope->run)), err);
}
