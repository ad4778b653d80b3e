#include "core/store/diff.h"

#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/store/compare.h"
#include "core/store/fields.h"
#include "core/store/internal.h"

#include <stdlib.h>
#include <string.h>

struct diff {
    struct store *s;
    const struct diff_options *options;
    bool (*each)(void *ctx, const struct diff_row *row, struct error *err);
    void *ctx;
    struct error *err;
    struct diff_row row; /* what all rows of the resource at hand say */
};

/* A version as of one of the two runs. Borrowed from its statement. */
struct state {
    int64_t from_run; /* 0: there is none */
    const char *life, *region, *id, *name, *tags;
    const void *digest;
    struct compare_side side;
    bool ephemeral;
};

/*
 * What may have changed: resources with a version that begins or ends between the two runs, and scopes
 * whose coverage does; everything else stands as it stood. ?1 < ?2 bound the time between, ?3 and ?4 are
 * the runs before and after. A scope that holds nothing has nothing to be unverified: it is in the
 * coverage only.
 */
static const char candidates_sql[] =
    "WITH touched(id) AS (SELECT resource FROM version WHERE from_run > ?1 AND from_run <= ?2"
    "   UNION SELECT resource FROM version WHERE to_run > ?1 AND to_run <= ?2),"
    " moved(id, was, now) AS (SELECT b.scope, b.outcome, a.outcome FROM main.coverage b"
    "   JOIN main.coverage a ON a.scope = b.scope AND a.from_run <= ?4 AND (a.to_run IS NULL OR a.to_run > ?4)"
    "   WHERE b.scope IN (SELECT scope FROM main.coverage WHERE from_run > ?1 AND from_run <= ?2)"
    "   AND b.from_run <= ?3 AND (b.to_run IS NULL OR b.to_run > ?3)"
    "   AND (b.outcome = 'complete') <> (a.outcome = 'complete')"
    "   AND b.outcome <> 'closed' AND a.outcome NOT IN ('closed', 'out_of_scope'))"
    " SELECT t.id, '' AS change, p.provider, p.account, p.name, p.team, r.key, sc.region, sc.type"
    " FROM touched t JOIN resource r ON r.id = t.id JOIN scope sc ON sc.id = r.scope"
    " JOIN account p ON p.id = r.account"
    " UNION ALL"
    " SELECT m.id, iif(m.was = 'complete', 'unverified', 'verified_again'), p.provider, p.account, p.name,"
    " p.team, '', sc.region, sc.type FROM moved m JOIN scope sc ON sc.id = m.id"
    " JOIN account p ON p.id = sc.account WHERE EXISTS (SELECT 1 FROM resource r JOIN version v"
    "   ON v.resource = r.id WHERE r.scope = m.id"
    "   AND v.from_run <= iif(m.was = 'complete', ?4, ?3)"
    "   AND (v.to_run IS NULL OR v.to_run > iif(m.was = 'complete', ?4, ?3)))"
    " ORDER BY 3, 4, 7, 8, 9";

static const char states_sql[] =
    "SELECT b.from_run, b.life, b.region, b.rid, b.name, b.tags, b.digest, b.config, b.unread, bs.body,"
    " b.parent IS NOT NULL,"
    " a.from_run, a.life, a.region, a.rid, a.name, a.tags, a.digest, a.config, a.unread, sa.body,"
    " a.parent IS NOT NULL"
    " FROM (SELECT ?1 AS id) r"
    " LEFT JOIN version b ON b.resource = r.id AND b.from_run <= ?2 AND (b.to_run IS NULL OR b.to_run > ?2)"
    " LEFT JOIN shape bs ON bs.id = b.shape"
    " LEFT JOIN version a ON a.resource = r.id AND a.from_run <= ?3 AND (a.to_run IS NULL OR a.to_run > ?3)"
    " LEFT JOIN shape sa ON sa.id = a.shape";

static struct state read_state(sqlite3_stmt *st, int at)
{
    return (struct state){ .from_run = sqlite3_column_int64(st, at),
                           .life = sql_string(st, at + 1),
                           .region = sql_string(st, at + 2),
                           .id = sql_string(st, at + 3),
                           .name = sql_string(st, at + 4),
                           .tags = sql_string(st, at + 5),
                           .digest = sqlite3_column_blob(st, at + 6),
                           .side = { sql_string(st, at + 7), sql_string(st, at + 8),
                                     sql_string(st, at + 9) },
                           .ephemeral = sqlite3_column_int(st, at + 10) != 0 };
}

static bool say(struct diff *d, const char *change, const char *field, const char *before,
                const char *after)
{
    d->row.change = change;
    d->row.field = field;
    d->row.before = before;
    d->row.after = after;
    return d->each(d->ctx, &d->row, d->err);
}

static void describe(struct diff *d, const struct state *state)
{
    d->row.region = state->region;
    d->row.id = state->id;
    d->row.name = state->name;
    d->row.tags = state->tags;
}

static bool say_field(void *ctx, const char *field, const char *before, const char *after)
{
    return say(ctx, "changed", field, before, after);
}

static bool say_fields(struct diff *d, const struct state *before, const struct state *after)
{
    struct compare_pair pair = { 0 };
    struct error unreadable = ERROR_INIT;
    if (!compare_make_pair(d->s->compare, &before->side, &after->side, &pair, &unreadable))
        /* Nested deeper than is read: that it changed is still known. */
        return say(d, "changed", "", before->side.config, after->side.config);
    bool ok = fields_each(&pair, say_field, d);
    compare_pair_release(&pair);
    return ok;
}

static bool is_other_life(const struct state *b, const struct state *a)
{
    return b->life[0] != '\0' && a->life[0] != '\0' && strcmp(b->life, a->life) != 0;
}

static bool say_resource(struct diff *d, const struct state *before, const struct state *after)
{
    bool replaced = before->from_run != 0 && after->from_run != 0 && is_other_life(before, after);
    if (before->from_run != 0 && (after->from_run == 0 || replaced)) {
        describe(d, before);
        if (!say(d, "removed", "", "", ""))
            return false;
    }
    if (after->from_run == 0)
        return true;
    describe(d, after);
    if (before->from_run == 0 || replaced)
        return say(d, "added", "", "", "");
    return memcmp(before->digest, after->digest, DIGEST_BYTES) == 0 || say_fields(d, before, after);
}

static bool look_at_resource(struct diff *d, int64_t resource)
{
    sqlite3_stmt *st = sql_start(
        &d->s->sql, states_sql,
        SQL_VALUES(sql_int(resource), sql_int(d->options->before), sql_int(d->options->after)),
        d->err);
    if (st == NULL || sql_next(&d->s->sql, st, d->err) != SQL_ROW)
        return false;
    struct state before = read_state(st, 0), after = read_state(st, 11);
    /* Its coming, going and turning into another is no change. */
    bool folded = after.from_run != 0 ? after.ephemeral : before.ephemeral;
    bool ok = folded || say_resource(d, &before, &after);
    sql_stop(st);
    return ok;
}

/* Columns of candidates_sql. */
static bool look_at(struct diff *d, sqlite3_stmt *st)
{
    const char *change = sql_string(st, 1);
    d->row = (struct diff_row){ .provider = sql_string(st, 2),
                                .account = sql_string(st, 3),
                                .account_name = sql_string(st, 4),
                                .team = sql_string(st, 5),
                                .key = sql_string(st, 6),
                                .region = sql_string(st, 7),
                                .type = sql_string(st, 8),
                                .id = "",
                                .name = "",
                                .tags = "{}" };
    return change[0] != '\0' ? say(d, change, "", "", "")
                             : look_at_resource(d, sqlite3_column_int64(st, 0));
}

bool diff_each(struct store *s, const struct diff_options *o,
               bool (*each)(void *ctx, const struct diff_row *row, struct error *err), void *ctx,
               struct error *err)
{
    struct diff d = { .s = s, .options = o, .each = each, .ctx = ctx, .err = err };
    int64_t low = o->before < o->after ? o->before : o->after;
    int64_t high = o->before < o->after ? o->after : o->before;
    if (low == 0)
        return true;
    sqlite3_stmt *st = sql_start(
        &s->sql, candidates_sql,
        SQL_VALUES(sql_int(low), sql_int(high), sql_int(o->before), sql_int(o->after)), err);
    if (st == NULL)
        return false;
    enum sql_step step;
    while ((step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        if (look_at(&d, st))
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}

bool diff_fields(const char *before, const char *before_shape, const char *after,
                 const char *after_shape,
                 bool (*each)(void *ctx, const char *field, const char *before, const char *after),
                 void *ctx, struct error *err)
{
    struct compare *c = compare_new();
    struct compare_side b = { before, NULL, before_shape }, a = { after, NULL, after_shape };
    struct compare_pair pair = { 0 };
    bool ok = compare_make_pair(c, &b, &a, &pair, err);
    if (ok)
        fields_each(&pair, each, ctx);
    compare_pair_release(&pair);
    compare_free(c);
    return ok;
}
