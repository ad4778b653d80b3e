#include "core/store/scopes.h"

#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/store/coverage.h"
#include "core/store/doubt.h"
#include "core/store/evidence.h"
#include "core/store/internal.h"
#include "core/store/merge.h"
#include "core/store/sharing.h"

#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

bool store_scope_is_done(struct store *s, const struct store_run *run, int64_t account,
                         const char *region, const char *type)
{
    struct error ignored = ERROR_INIT; /* at worst a scope is read twice */
    int64_t done = 0;
    sql_number(
        &s->sql,
        "SELECT 1 FROM scope sc JOIN progress p ON p.scope = sc.id AND p.run = ?1 WHERE sc.account = ?2"
        " AND sc.region = ?3 AND sc.type = ?4 AND p.outcome NOT IN ('denied', 'throttled', 'failed')",
        SQL_VALUES(sql_int(run->id), sql_int(account), sql_text(region), sql_text(type)), &done,
        &ignored);
    return done != 0;
}

static bool find_scope(struct store *s, int64_t account, const char *region, const char *type,
                       int64_t *out, struct error *err)
{
    return sql_number(&s->sql,
                      "SELECT id FROM scope WHERE account = ?1 AND region = ?2 AND type = ?3",
                      SQL_VALUES(sql_int(account), sql_text(region), sql_text(type)), out, err);
}

static bool is_open(struct store *s, int64_t id)
{
    for (struct list *at = s->open_scopes.next; at != &s->open_scopes; at = at->next)
        if (LIST_OWNER(at, struct store_scope, node)->id == id)
            return true;
    return false;
}

static struct store_scope *open_scope(struct store *s, int64_t id, const struct store_run *run,
                                      int64_t account, const char *type)
{
    struct store_scope *scope = memory_new(1, sizeof *scope);
    list_push_back(&s->open_scopes, &scope->node);
    scope->id = id;
    scope->run = run->id;
    scope->started_unix_s = run->started_unix_s;
    scope->account = account;
    scope->type = memory_string(type);
    return scope;
}

struct store_scope *store_scope_begin(struct store *s, const struct store_run *run, int64_t account,
                                      const char *region, const char *type, const char *service,
                                      struct error *err)
{
    int64_t id = 0;
    if (!store_write(s, err) ||
        !sql_run(
            &s->sql,
            "INSERT INTO scope(account, region, type, service) VALUES (?1, ?2, ?3, ?4) ON CONFLICT"
            " (account, region, type) DO UPDATE SET service = excluded.service"
            " WHERE service <> excluded.service",
            SQL_VALUES(sql_int(account), sql_text(region), sql_text(type), sql_text(service)),
            err) ||
        !find_scope(s, account, region, type, &id, err))
        return NULL;
    if (is_open(s, id)) {
        error_set(err, ERROR_INTERNAL, "scope %s %s is read twice at one time", region, type);
        return NULL;
    }
    if (!sql_run(&s->sql, "DELETE FROM staged WHERE scope = ?1", SQL_VALUES(sql_int(id)), err))
        return NULL;
    return open_scope(s, id, run, account, type);
}

static void scope_free(struct store_scope *scope)
{
    list_remove(&scope->node);
    idset_release(&scope->seen);
    map_free(scope->shared);
    free(scope->type);
    free(scope);
}

void store_scope_abandon(struct store_scope *scope)
{
    if (scope != NULL)
        scope_free(scope);
}

/* ---- items ---- */

/* Over everything that the item brings, so that what is the same in all needs no further look. */
static void body_digest(const struct store_item *item, unsigned char out[DIGEST_BYTES])
{
    /* Last what came to be later, of which an item has one or none: without it the digest is what it was. */
    const char *later = item->follows == NULL ? item->parent : item->follows;
    const char *const texts[] = { item->life,   item->id,          item->name,
                                  item->region, item->tags,        item->config,
                                  item->unread, item->shared_from, later };
    size_t count = sizeof texts / sizeof *texts - (later == NULL);
    struct digest *d = digest_new();
    if (item->follows != NULL)
        digest_add(d, TEXT_LITERAL("follows\0"));
    for (size_t i = 0; i < count; i++) {
        digest_add(d, text_of(texts[i]));
        digest_add(d, texts[i] == NULL ? TEXT_LITERAL("\x01") : TEXT_LITERAL("\0"));
    }
    digest_add(d, (struct text){ (const char *)item->digest, DIGEST_BYTES });
    digest_add(d, (struct text){ (const char *)&item->shape, sizeof item->shape });
    digest_finish(d, out);
    digest_free(d);
}

/* What is stored of the key, beside what comes. */
struct stored {
    int64_t resource; /* 0: the key was never seen */
    bool same_body;   /* … and at home in this scope: there is nothing to do */
};

static bool read_stored(struct store *s, const struct store_scope *scope,
                        const struct store_item *item, const unsigned char body[DIGEST_BYTES],
                        struct stored *out, struct error *err)
{
    *out = (struct stored){ 0 };
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT r.id, v.body = ?3 AND r.scope = ?4 FROM resource r"
                  " LEFT JOIN version v INDEXED BY version_body"
                  " ON v.resource = r.id AND v.to_run IS NULL WHERE r.account = ?1 AND r.key = ?2",
                  SQL_VALUES(sql_int(scope->account), sql_text(item->key),
                             sql_blob(body, DIGEST_BYTES), sql_int(scope->id)),
                  err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    out->resource = sqlite3_column_int64(st, 0);
    out->same_body = sqlite3_column_int(st, 1) != 0;
    sql_stop(st);
    return true;
}

/* Whether the comparable content is another, or the life: not so for volatile values and names. */
static bool read_changed(struct store *s, const struct store_item *item, int64_t resource,
                         bool *out, struct error *err)
{
    int64_t same = 0;
    if (!sql_number(&s->sql,
                    "SELECT digest = ?2 AND (life = ?3 OR '' IN (life, ?3)) FROM version"
                    " WHERE resource = ?1 AND to_run IS NULL",
                    SQL_VALUES(sql_int(resource), sql_blob(item->digest, DIGEST_BYTES),
                               sql_text(item->life)),
                    &same, err))
        return false;
    *out = same == 0;
    return true;
}

static bool stage(struct store *s, struct store_scope *scope, const struct store_item *item,
                  const unsigned char body[DIGEST_BYTES], struct error *err)
{
    const char *sql =
        "INSERT OR REPLACE INTO staged(scope, key, life, shape, digest, body, region, rid, name,"
        " tags, unread, shared_from, parent, follows, config)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    scope->staged++;
    return sql_run(&s->sql, sql,
                   SQL_VALUES(sql_int(scope->id), sql_text(item->key), sql_text(item->life),
                              sql_int(item->shape), sql_blob(item->digest, DIGEST_BYTES),
                              sql_blob(body, DIGEST_BYTES), sql_text(item->region),
                              sql_text(item->id), sql_text(item->name), sql_text(item->tags),
                              sql_text(item->unread), sql_text(item->shared_from),
                              sql_text(item->parent), sql_text(item->follows),
                              sql_text(item->config)),
                   err);
}

/* The key came before in this read, with another body: the later one counts. */
static bool unstage(struct store *s, const struct store_scope *scope, const char *key,
                    struct error *err)
{
    return scope->staged == 0 ||
           sql_run(&s->sql, "DELETE FROM staged WHERE scope = ?1 AND key = ?2",
                   SQL_VALUES(sql_int(scope->id), sql_text(key)), err);
}

bool store_scope_item(struct store *s, struct store_scope *scope, const struct store_item *item,
                      bool *out_changed, struct error *err)
{
    unsigned char body[DIGEST_BYTES];
    struct stored stored;
    body_digest(item, body);
    if (!store_write(s, err) || !read_stored(s, scope, item, body, &stored, err))
        return false;
    if (stored.resource != 0 && !idset_add(&scope->seen, stored.resource))
        return error_set(err, ERROR_LIMIT, "more than %d resources in one scope", IDSET_MAX);
    if (!(stored.same_body ? unstage(s, scope, item->key, err) : stage(s, scope, item, body, err)))
        return false;
    if (out_changed != NULL)
        *out_changed = false;
    return out_changed == NULL || stored.same_body ||
           read_changed(s, item, stored.resource, out_changed, err);
}

char *store_item_config(struct store *s, int64_t account, const char *key)
{
    struct error ignored =
        ERROR_INIT; /* then the part has no last value, as if it had never been read */
    char *config = NULL;
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT v.config FROM resource r JOIN version v ON v.resource = r.id"
                  " AND v.to_run IS NULL WHERE r.account = ?1 AND r.key = ?2",
                  SQL_VALUES(sql_int(account), sql_text(key)), &ignored);
    if (st != NULL && sql_next(&s->sql, st, &ignored) == SQL_ROW)
        config = memory_string(sql_string(st, 0));
    sql_stop(st);
    return config;
}

bool store_scope_shared(struct store *s, struct store_scope *scope, const char *owner,
                        const char *key, struct error *err)
{
    (void)s;
    if (scope->shared == NULL)
        scope->shared = map_new(free);
    if (map_count(scope->shared) >= SHARING_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d shared resources in one scope",
                         SHARING_MAX);
    map_set(scope->shared, key, memory_string(owner));
    return true;
}

/* ---- ending ---- */

static bool clear_stage(struct store *s, const struct store_scope *scope, struct error *err)
{
    return scope->staged == 0 || sql_run(&s->sql, "DELETE FROM staged WHERE scope = ?1",
                                         SQL_VALUES(sql_int(scope->id)), err);
}

static bool end_inside(struct store *s, struct store_scope *scope, enum outcome outcome,
                       const char *reason, struct error *err)
{
    struct merge m = { s, scope->run, scope->id, scope->account, &scope->seen, false };
    struct coverage_end end = { scope->id, scope->run, outcome_name(outcome),
                                reason == NULL ? "" : reason };
    struct sharing_read shared = { scope->id, scope->run, scope->shared,
                                   outcome == OUTCOME_COMPLETE };
    bool covered = false, shares = false;
    if (scope->staged > 0 && !merge_staged(&m, err))
        return false;
    if (outcome == OUTCOME_COMPLETE && !merge_close_unseen(&m, err))
        return false;
    if (!sharing_merge(s, &shared, &shares, err) || !coverage_set(s, &end, &covered, err) ||
        !clear_stage(s, scope, err) ||
        !evidence_end(s, scope, outcome == OUTCOME_COMPLETE, err) ||
        (outcome == OUTCOME_COMPLETE && !doubt_end(s, scope, err)))
        return false;
    if ((m.changed || covered || shares) &&
        !store_input_changed(s, scope->run, scope->account, scope->type, err))
        return false;
    return sql_run(&s->sql,
                   "INSERT OR REPLACE INTO progress(scope, run, outcome) VALUES (?1, ?2, ?3)",
                   SQL_VALUES(sql_int(scope->id), sql_int(scope->run), sql_text(end.outcome)), err);
}

bool store_scope_end(struct store *s, struct store_scope *scope, enum outcome outcome,
                     const char *reason, struct error *err)
{
    struct error ignored = ERROR_INIT;
    bool ok = store_write(s, err) && sql_run(&s->sql, "SAVEPOINT scope_end", SQL_NO_VALUES, err);
    if (ok && !end_inside(s, scope, outcome, reason, err)) {
        ok = false;
        sql_run(&s->sql, "ROLLBACK TO scope_end", SQL_NO_VALUES, &ignored);
        sql_run(&s->sql, "RELEASE scope_end", SQL_NO_VALUES, &ignored);
    } else if (ok) {
        ok = sql_run(&s->sql, "RELEASE scope_end", SQL_NO_VALUES, err);
    }
    s->grouped_scopes++;
    scope_free(scope);
    return ok;
}

bool store_scopes_retain(struct store *s, const struct store_run *run, int64_t account,
                         bool (*keep)(void *ctx, const char *region, const char *type), void *ctx,
                         struct error *err)
{
    sqlite3_stmt *st = NULL;
    if (store_write(s, err))
        st = sql_start(
            &s->sql,
            "SELECT sc.id, sc.region, sc.type FROM scope sc JOIN main.coverage c ON c.scope = sc.id"
            " AND c.to_run IS NULL WHERE sc.account = ?1"
            " AND c.outcome NOT IN ('out_of_scope', 'closed')",
            SQL_VALUES(sql_int(account)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        struct coverage_end end = { sqlite3_column_int64(st, 0), run->id, "out_of_scope", "" };
        bool written = false;
        if (keep(ctx, sql_string(st, 1), sql_string(st, 2)) ||
            (coverage_set(s, &end, &written, err) &&
             store_input_changed(s, run->id, account, sql_string(st, 2), err)))
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}

/* ---- beside the scopes ---- */

enum { SHAPE_IDS_KEPT = 4096 };

static bool insert_shape(struct store *s, const char *shape_json, int64_t *out_id,
                         struct error *err)
{
    return store_write(s, err) &&
           sql_run(&s->sql, "INSERT OR IGNORE INTO shape(body) VALUES (?1)",
                   SQL_VALUES(sql_text(shape_json)), err) &&
           sql_number(&s->sql, "SELECT id FROM shape WHERE body = ?1",
                      SQL_VALUES(sql_text(shape_json)), out_id, err);
}

bool store_shape_id(struct store *s, const char *shape_json, int64_t *out_id, struct error *err)
{
    char name[DIGEST_HEX_MAX];
    digest_sha256_hex(text_of(shape_json), name);
    const int64_t *known = map_get(s->shape_ids, name);
    if (known != NULL) {
        *out_id = *known;
        return true;
    }
    int64_t id = 0;
    if (!insert_shape(s, shape_json, &id, err))
        return false;
    if (map_count(s->shape_ids) >= SHAPE_IDS_KEPT) {
        map_free(s->shape_ids);
        s->shape_ids = map_new(free);
    }
    int64_t *kept = memory_new(1, sizeof *kept);
    *kept = *out_id = id;
    map_set(s->shape_ids, name, kept);
    return true;
}

bool store_reference_put(struct store *s, const char *type, const char *key, const char *region,
                         const char *body, struct error *err)
{
    if (!store_write(s, err) ||
        !sql_run(
            &s->sql,
            "INSERT INTO reference(type, key, region, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (type, key)"
            " DO UPDATE SET region = excluded.region, body = excluded.body"
            " WHERE region <> excluded.region OR body <> excluded.body",
            SQL_VALUES(sql_text(type), sql_text(key), sql_text(region), sql_text(body)), err))
        return false;
    return sql_changes(&s->sql) == 0 || store_input_changed(s, s->run, 0, type, err);
}

bool store_stats_add(struct store *s, const struct store_run *run, int64_t account,
                     const char *region, const char *service, const struct store_stats *add,
                     struct error *err)
{
    const char *sql =
        "INSERT INTO read_stats(run, account, region, service, calls, items, throttled, ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (run, account, region, service)"
        " DO UPDATE SET calls = calls + excluded.calls, items = items + excluded.items,"
        " throttled = throttled + excluded.throttled, ms = ms + excluded.ms";
    return store_write(s, err) &&
           sql_run(&s->sql, sql,
                   SQL_VALUES(sql_int(run->id), sql_int(account), sql_text(region),
                              sql_text(service), sql_int(add->calls), sql_int(add->items),
                              sql_int(add->throttled), sql_int(add->ms)),
                   err);
}
