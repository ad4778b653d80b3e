#include "core/store/merge.h"

#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/store/compare.h"
#include "core/store/internal.h"

#include <stdlib.h>
#include <string.h>

/* A staged body's row, without the body. Borrowed from the statement that walks the stage. */
struct incoming {
    const char *key, *life, *unread;
    int64_t shape, resource, home; /* resource 0: not known yet */
    const void *digest;
};

/* The open version of the key, seen beside what comes. */
struct current {
    bool is_there, same_digest, same_shape, same_unread, part_unread;
    int64_t born, changed;
    char *life;
};

static bool touch_resource(struct merge *m, struct incoming *in, struct error *err)
{
    if (in->resource == 0) {
        if (!sql_run(&m->s->sql, "INSERT INTO resource(account, key, scope) VALUES (?1, ?2, ?3)",
                     SQL_VALUES(sql_int(m->account), sql_text(in->key), sql_int(m->scope)), err))
            return false;
        in->resource = sqlite3_last_insert_rowid(m->s->sql.db);
    } else if (in->home != m->scope) {
        /* The last scope that sees a thing is its home: only that one's silence can end it. */
        if (!sql_run(&m->s->sql, "UPDATE resource SET scope = ?2 WHERE id = ?1",
                     SQL_VALUES(sql_int(in->resource), sql_int(m->scope)), err))
            return false;
        m->changed = true;
    }
    return idset_add(m->seen, in->resource) ||
           error_set(err, ERROR_LIMIT, "more than %d resources in one scope", IDSET_MAX);
}

static bool rewind_run(struct merge *m, int64_t resource, struct error *err)
{
    return sql_run(&m->s->sql, "DELETE FROM version WHERE resource = ?1 AND from_run = ?2",
                   SQL_VALUES(sql_int(resource), sql_int(m->run)), err) &&
           sql_run(
               &m->s->sql,
               "UPDATE version SET to_run = NULL, closed_cause = NULL WHERE resource = ?1 AND +to_run = ?2",
               SQL_VALUES(sql_int(resource), sql_int(m->run)), err);
}

/* `out` is released by the caller, by freeing its life. */
static bool read_current(struct merge *m, const struct incoming *in, struct current *out,
                         struct error *err)
{
    *out = (struct current){ 0 };
    sqlite3_stmt *st = sql_start(
        &m->s->sql,
        "SELECT born, changed, digest = ?2, shape = ?3, unread IS ?4, unread IS NOT NULL OR ?4 IS NOT NULL,"
        " life FROM version WHERE resource = ?1 AND to_run IS NULL",
        SQL_VALUES(sql_int(in->resource), sql_blob(in->digest, DIGEST_BYTES), sql_int(in->shape),
                   sql_text(in->unread)),
        err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&m->s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    out->is_there = true;
    out->born = sqlite3_column_int64(st, 0);
    out->changed = sqlite3_column_int64(st, 1);
    out->same_digest = sqlite3_column_int(st, 2) != 0;
    out->same_shape = sqlite3_column_int(st, 3) != 0;
    out->same_unread = sqlite3_column_int(st, 4) != 0;
    out->part_unread = sqlite3_column_int(st, 5) != 0;
    out->life = memory_string(sql_string(st, 6));
    sql_stop(st);
    return true;
}

static bool close_current(struct merge *m, int64_t resource, const char *cause, struct error *err)
{
    m->changed = true;
    return sql_run(
        &m->s->sql,
        "UPDATE version SET to_run = ?2, closed_cause = ?3 WHERE resource = ?1 AND to_run IS NULL",
        SQL_VALUES(sql_int(resource), sql_int(m->run), sql_text(cause)), err);
}

/* Only `born`, `changed` and a life that nothing tells any more come from the former version. */
static bool open_version(struct merge *m, const struct incoming *in, const struct current *from,
                         struct error *err)
{
    const char *sql =
        "INSERT INTO version(resource, from_run, born, changed, life, shape, digest, body, region,"
        " rid, name, tags, unread, shared_from, parent, follows, config) SELECT ?1, ?2, ?3, ?4,"
        " CASE life WHEN '' THEN ?5 ELSE life END, shape, digest, body, region, rid, name, tags,"
        " unread, shared_from, parent, follows, config FROM staged WHERE scope = ?6 AND key = ?7";
    m->changed = true;
    return sql_run(&m->s->sql, sql,
                   SQL_VALUES(sql_int(in->resource), sql_int(m->run), sql_int(from->born),
                              sql_int(from->changed), sql_text(from->life), sql_int(m->scope),
                              sql_text(in->key)),
                   err);
}

static bool refresh(struct merge *m, const struct incoming *in, const struct current *now,
                    struct error *err)
{
    const char *sql =
        "UPDATE version AS v SET (life, shape, body, region, rid, name, tags, shared_from, parent, follows,"
        " config) = (SELECT CASE n.life WHEN '' THEN ?4 ELSE n.life END, n.shape, n.body, n.region, n.rid,"
        " n.name, n.tags, n.shared_from, CASE n.follows WHEN v.follows THEN v.parent ELSE n.parent END,"
        " n.follows, n.config FROM staged n WHERE n.scope = ?2 AND n.key = ?3)"
        " WHERE v.resource = ?1 AND v.to_run IS NULL";
    m->changed = true;
    return sql_run(&m->s->sql, sql,
                   SQL_VALUES(sql_int(in->resource), sql_int(m->scope), sql_text(in->key),
                              sql_text(now->life)),
                   err);
}

/* Whether the two differ in nothing but fields and parts that one of them could not know. A body that
 * cannot be compared (nested deeper than is read) is another one: better once too often than never. */
static bool is_rebased(struct merge *m, const struct incoming *in, bool *out_rebased,
                       struct error *err)
{
    *out_rebased = false;
    sqlite3_stmt *st = sql_start(
        &m->s->sql,
        "SELECT v.config, v.unread, a.body, n.config, n.unread, b.body FROM version v JOIN shape a"
        " ON a.id = v.shape JOIN staged n ON n.scope = ?2 AND n.key = ?3 JOIN shape b ON b.id = n.shape"
        " WHERE v.resource = ?1 AND v.to_run IS NULL",
        SQL_VALUES(sql_int(in->resource), sql_int(m->scope), sql_text(in->key)), err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&m->s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    struct compare_side before = { sql_string(st, 0), sql_string(st, 1), sql_string(st, 2) };
    struct compare_side after = { sql_string(st, 3), sql_string(st, 4), sql_string(st, 5) };
    struct error unreadable = ERROR_INIT;
    bool equal = false;
    *out_rebased = compare_equal(m->s->compare, &before, &after, &equal, &unreadable) && equal;
    sql_stop(st);
    return true;
}

static bool go_on(struct merge *m, const struct incoming *in, struct current *now,
                  struct error *err)
{
    bool rebased = false;
    if (now->same_digest && now->same_unread)
        return refresh(m, in, now, err);
    if (!now->same_digest && (!now->same_shape || now->part_unread) &&
        !is_rebased(m, in, &rebased, err))
        return false;
    if (!now->same_digest && !rebased)
        now->changed = m->run;
    return close_current(m, in->resource, NULL, err) && open_version(m, in, now, err);
}

static bool is_other_life(const struct current *now, const struct incoming *in)
{
    return now->life[0] != '\0' && in->life[0] != '\0' && strcmp(now->life, in->life) != 0;
}

static bool merge_one(struct merge *m, struct incoming *in, struct error *err)
{
    struct current now, fresh = { .born = m->run, .changed = m->run, .life = (char[]){ "" } };
    if (!touch_resource(m, in, err) || !rewind_run(m, in->resource, err) ||
        !read_current(m, in, &now, err))
        return false;
    bool ok;
    if (!now.is_there)
        ok = open_version(m, in, &fresh, err);
    else if (is_other_life(&now, in))
        ok = close_current(m, in->resource, "cloud", err) && open_version(m, in, &fresh, err);
    else
        ok = go_on(m, in, &now, err);
    free(now.life);
    return ok;
}

/* What the merged members belong to, since when. */
static bool note_families(struct merge *m, struct error *err)
{
    const char *sql =
        "INSERT INTO family(account, type, region, parent, born)"
        " SELECT ?1, sc.type, v.region, v.parent, min(v.born) FROM staged n CROSS JOIN scope sc"
        " CROSS JOIN resource r CROSS JOIN version v WHERE n.scope = ?2 AND n.parent IS NOT NULL"
        " AND sc.id = n.scope AND r.account = ?1 AND r.key = n.key AND v.resource = r.id"
        " AND v.to_run IS NULL GROUP BY v.region, v.parent"
        " ON CONFLICT (account, type, region, parent) DO UPDATE SET born = excluded.born"
        " WHERE excluded.born < born";
    return sql_run(&m->s->sql, sql, SQL_VALUES(sql_int(m->account), sql_int(m->scope)), err);
}

bool merge_staged(struct merge *m, struct error *err)
{
    sqlite3_stmt *st =
        sql_start(&m->s->sql,
                  "SELECT n.key, n.life, n.unread, n.shape, n.digest, r.id, r.scope"
                  " FROM staged n LEFT JOIN resource r ON r.account = ?2 AND r.key = n.key"
                  " WHERE n.scope = ?1 ORDER BY n.key",
                  SQL_VALUES(sql_int(m->scope), sql_int(m->account)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&m->s->sql, st, err)) == SQL_ROW) {
        struct incoming in = { .key = sql_string(st, 0),
                               .life = sql_string(st, 1),
                               .unread = (const char *)sqlite3_column_text(st, 2),
                               .shape = sqlite3_column_int64(st, 3),
                               .digest = sqlite3_column_blob(st, 4),
                               .resource = sqlite3_column_int64(st, 5),
                               .home = sqlite3_column_int64(st, 6) };
        if (merge_one(m, &in, err))
            continue;
        error_prefix(err, "%s", in.key);
        sql_stop(st);
        return false;
    }
    return step == SQL_END && note_families(m, err);
}

bool merge_close_unseen(struct merge *m, struct error *err)
{
    sqlite3_stmt *st = sql_start(
        &m->s->sql,
        "SELECT r.id FROM resource r JOIN version v INDEXED BY version_body ON v.resource = r.id"
        " AND v.to_run IS NULL WHERE r.scope = ?1",
        SQL_VALUES(sql_int(m->scope)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&m->s->sql, st, err)) == SQL_ROW) {
        int64_t resource = sqlite3_column_int64(st, 0);
        if (idset_has(m->seen, resource) ||
            (rewind_run(m, resource, err) && close_current(m, resource, "cloud", err)))
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}
