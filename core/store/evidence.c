#include "core/store/evidence.h"

#include "core/base/memory.h"
#include "core/model/resource_type.h"
#include "core/store/internal.h"

#include <string.h>

/* *out is untouched where it has none for what is asked. */
static bool read_cursor(struct store *s, int64_t scope, const unsigned char *asked,
                        int64_t *out_until, struct error *err)
{
    return sql_number(&s->sql, "SELECT read_until FROM cursor WHERE scope = ?1 AND asked = ?2",
                      SQL_VALUES(sql_int(scope), sql_blob(asked, DIGEST_BYTES)), out_until, err);
}

/* Of scope 0 nothing was read yet. */
static bool find_since(struct store *s, int64_t scope, int64_t started_unix_s,
                       const struct evidence_reading *reading, int64_t *out, struct error *err)
{
    int64_t first = started_unix_s - reading->window_s, until = first;
    if (!read_cursor(s, scope, reading->asked, &until, err))
        return false;
    int64_t since = until - TYPE_EVIDENCE_OVERLAP_S;
    *out = since < first ? first : since;
    return true;
}

bool evidence_begin(struct store *s, struct store_scope *scope,
                    const struct evidence_reading *reading, int64_t *out_since_unix_s,
                    struct error *err)
{
    scope->window_s = reading->window_s;
    memcpy(scope->asked, reading->asked, DIGEST_BYTES);
    return find_since(s, scope->id, scope->started_unix_s, reading, out_since_unix_s, err);
}

bool evidence_ask(struct store *s, const struct store_run *run, const struct evidence_scope *of,
                  const struct evidence_reading *reading, struct evidence_need *out,
                  struct error *err)
{
    int64_t account = 0, scope = 0;
    struct evidence_need need = { 0 };
    if (!sql_number(&s->sql, "SELECT id FROM account WHERE provider = ?1 AND account = ?2",
                    SQL_VALUES(sql_text(of->provider), sql_text(of->account)), &account, err) ||
        !sql_number(
            &s->sql, "SELECT id FROM scope WHERE account = ?1 AND region = ?2 AND type = ?3",
            SQL_VALUES(sql_int(account), sql_text(of->region), sql_text(of->type)), &scope, err) ||
        !find_since(s, scope, run->started_unix_s, reading, &need.since_unix_s, err))
        return false;
    need.done = store_scope_is_done(s, run, account, of->region, of->type);
    *out = need;
    return true;
}

/* ---- one event ---- */

/* The scope that an event is kept in. */
struct place {
    int64_t scope, account;
};

static bool find_scope(struct store *s, const struct store_scope *from, const char *region,
                       struct place *place, struct error *err)
{
    return sql_run(&s->sql,
                   "INSERT OR IGNORE INTO scope(account, region, type, service)"
                   " SELECT ?1, ?2, type, service FROM scope WHERE id = ?3",
                   SQL_VALUES(sql_int(place->account), sql_text(region), sql_int(from->id)), err) &&
           sql_number(&s->sql,
                      "SELECT id FROM scope WHERE account = ?1 AND region = ?2 AND type = ?3",
                      SQL_VALUES(sql_int(place->account), sql_text(region), sql_text(from->type)),
                      &place->scope, err);
}

/* An account whose walk has not begun yet, on its first night, is made here; its walk says the rest of it. */
static bool find_home(struct store *s, const struct store_scope *from,
                      const struct evidence_home *home, struct place *out, struct error *err)
{
    *out = (struct place){ 0 };
    return sql_run(&s->sql,
                   "INSERT OR IGNORE INTO account(provider, account, state)"
                   " SELECT provider, ?1, 'active' FROM account WHERE id = ?2",
                   SQL_VALUES(sql_text(home->account), sql_int(from->account)), err) &&
           sql_number(&s->sql,
                      "SELECT h.id FROM account me JOIN account h ON h.provider = me.provider"
                      " AND h.account = ?1 WHERE me.id = ?2",
                      SQL_VALUES(sql_text(home->account), sql_int(from->account)), &out->account,
                      err) &&
           find_scope(s, from, home->region, out, err);
}

/* What is kept of the event, beside what comes. */
struct kept {
    bool is_there, same, same_digest;
    bool outranks; /* what came before counts more */
};

static bool read_kept(struct store *s, const struct store_scope *from, const struct place *place,
                      const struct evidence_event *e, struct kept *out, struct error *err)
{
    *out = (struct kept){ 0 };
    sqlite3_stmt *st = sql_start(
        &s->sql,
        "SELECT at = ?3 AND teller = ?4 AND digest = ?6 AND body = ?7, digest = ?6, teller <> ?4 AND"
        " (at > ?3 OR (at = ?3 AND teller <> ?5)) FROM evidence WHERE scope = ?1 AND event_id = ?2",
        SQL_VALUES(sql_int(place->scope), sql_text(e->id), sql_int(e->at_unix_s),
                   sql_int(from->account), sql_int(place->account),
                   sql_blob(e->digest, DIGEST_BYTES), sql_text(e->body)),
        err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    *out = (struct kept){ true, sqlite3_column_int(st, 0) != 0, sqlite3_column_int(st, 1) != 0,
                          sqlite3_column_int(st, 2) != 0 };
    sql_stop(st);
    return true;
}

static bool write_event(struct store *s, const struct store_scope *from, const struct place *place,
                        const struct evidence_event *e, struct error *err)
{
    /* What says that it lies ahead is kept no longer for it. */
    int64_t counts_from = e->at_unix_s < from->started_unix_s ? e->at_unix_s : from->started_unix_s;
    const char *sql =
        "INSERT INTO evidence(scope, event_id, at, expires, run, teller, digest, body)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (scope, event_id) DO UPDATE SET"
        " at = excluded.at, expires = excluded.expires, teller = excluded.teller, body = excluded.body,"
        " run = iif(digest = excluded.digest, run, excluded.run), digest = excluded.digest";
    return sql_run(&s->sql, sql,
                   SQL_VALUES(sql_int(place->scope), sql_text(e->id), sql_int(e->at_unix_s),
                              sql_int(counts_from + from->window_s), sql_int(from->run),
                              sql_int(from->account), sql_blob(e->digest, DIGEST_BYTES),
                              sql_text(e->body)),
                   err);
}

bool evidence_put(struct store *s, struct store_scope *scope, const struct evidence_home *home,
                  const struct evidence_event *event, struct error *err)
{
    struct place place = { scope->id, scope->account };
    struct kept kept;
    if (event->at_unix_s < scope->started_unix_s - scope->window_s)
        return true;
    if (++scope->events > EVIDENCE_EVENTS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d events in one read", EVIDENCE_EVENTS_MAX);
    if (!store_write(s, err) || (home != NULL && !find_home(s, scope, home, &place, err)) ||
        !read_kept(s, scope, &place, event, &kept, err))
        return false;
    if (kept.is_there && (kept.same || kept.outranks))
        return true;
    return write_event(s, scope, &place, event, err) &&
           (kept.same_digest ||
            store_input_changed(s, scope->run, place.account, scope->type, err));
}

char *evidence_body(struct store *s, const struct store_scope *scope,
                    const struct evidence_home *home, const char *id)
{
    struct error ignored = ERROR_INIT; /* as good as none: a write will tell */
    char *body = NULL;
    const char *query =
        "SELECT e.body FROM scope me JOIN account a ON a.id = me.account JOIN account h"
        " ON h.provider = a.provider AND h.account = coalesce(?2, a.account)"
        " JOIN scope sc ON sc.account = h.id AND sc.region = coalesce(?3, me.region) AND sc.type = me.type"
        " JOIN evidence e ON e.scope = sc.id AND e.event_id = ?4 WHERE me.id = ?1";
    sqlite3_stmt *st =
        sql_start(&s->sql, query,
                  SQL_VALUES(sql_int(scope->id), sql_text(home == NULL ? NULL : home->account),
                             sql_text(home == NULL ? NULL : home->region), sql_text(id)),
                  &ignored);
    if (st != NULL && sql_next(&s->sql, st, &ignored) == SQL_ROW)
        body = memory_string(sql_string(st, 0));
    sql_stop(st);
    return body;
}

/* ---- scopes and runs ---- */

void evidence_reached(struct store_scope *scope, int64_t until_unix_s)
{
    scope->reached_unix_s = until_unix_s;
}

bool evidence_end(struct store *s, const struct store_scope *scope, bool complete,
                  struct error *err)
{
    int64_t until = complete ? scope->started_unix_s : scope->reached_unix_s;
    return scope->window_s == 0 || until == 0 ||
           sql_run(
               &s->sql,
               "INSERT INTO cursor(scope, read_until, asked) VALUES (?1, ?2, ?3) ON CONFLICT (scope)"
               " DO UPDATE SET read_until = iif(?4 OR asked <> excluded.asked, excluded.read_until,"
               " max(read_until, excluded.read_until)), asked = excluded.asked",
               SQL_VALUES(sql_int(scope->id), sql_int(until), sql_blob(scope->asked, DIGEST_BYTES),
                          sql_int(complete)),
               err);
}

bool evidence_prune(struct store *s, const struct store_run *run, struct error *err)
{
    return store_write(s, err) &&
           sql_run(&s->sql,
                   "INSERT INTO input(type, account, run) SELECT DISTINCT sc.type, sc.account, ?1"
                   " FROM evidence e JOIN scope sc ON sc.id = e.scope WHERE e.expires < ?2"
                   " ON CONFLICT (type, account) DO UPDATE SET run = excluded.run",
                   SQL_VALUES(sql_int(run->id), sql_int(run->started_unix_s)), err) &&
           sql_run(&s->sql, "DELETE FROM evidence WHERE expires < ?1",
                   SQL_VALUES(sql_int(run->started_unix_s)), err);
}
