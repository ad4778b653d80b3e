#include "core/base/buffer.h"
#include "core/base/ip.h"
#include "core/model/resource_type.h"
#include "core/store/address.h"
#include "core/store/internal.h"

#include <stdlib.h>

enum { TYPE_NAMES_MAX = 1 << 20, NEWCOMER_S = 24 * 3600 };

/*
 * ?1 the address, ?2 when, ?3 the account that comes first, ?4 whether other accounts may have the address for
 * themselves, ?5 and ?6 the names of the types that come first and last, each between commas, ?7 how long before its
 * first night a thing may have come, ?8 how many. The things themselves are looked up for those that are told alone.
 */
static const char holders_sql[] =
    "WITH held AS MATERIALIZED (SELECT h.resource, h.from_run, h.to_run, b.started AS began, e.started AS ended,"
    "   b.started <= ?2 AND (e.started IS NULL OR e.started > ?2) AS was_there, r.account, r.key, r.scope"
    "   FROM address h CROSS JOIN run b ON b.id = h.from_run LEFT JOIN run e ON e.id = h.to_run"
    "   CROSS JOIN resource r ON r.id = h.resource WHERE h.address = ?1),"
    " told AS (SELECT h.*, sc.type, a.provider, a.account AS owner, a.name AS owner_name, a.team AS owner_team,"
    "   a.account IS ?3 AS first, CASE WHEN instr(?5, ',' || sc.type || ',') THEN 0"
    "     WHEN instr(?6, ',' || sc.type || ',') THEN 2 ELSE 1 END AS rank,"
    "   CASE WHEN h.was_there THEN 1 WHEN h.began <= ?2 OR h.began - ?7 > ?2 THEN 0"
    "     WHEN NOT EXISTS (SELECT 1 FROM version n WHERE n.resource = h.resource AND n.born = h.from_run) THEN 0"
    "     WHEN ?4 THEN h.account NOT IN (SELECT account FROM held WHERE was_there)"
    "     ELSE NOT EXISTS (SELECT 1 FROM held WHERE was_there) END AS is_then"
    "   FROM held h CROSS JOIN account a ON a.id = h.account CROSS JOIN scope sc ON sc.id = h.scope"
    "   ORDER BY is_then DESC, first DESC, is_then * rank, ended IS NULL DESC, ended DESC, began DESC, rank,"
    "   provider, owner, key LIMIT ?8)"
    " SELECT t.provider, t.owner, t.owner_name, coalesce(nullif(t.owner_team, ''), (SELECT trim(g.value)"
    "   FROM json_each(v.tags) AS g WHERE lower(g.key) = 'team' AND g.type = 'text' AND trim(g.value) <> ''"
    "   LIMIT 1), ''),"
    "   v.region, t.type, t.key, v.rid, v.name, v.parent, t.began, coalesce(t.ended, 0), t.is_then"
    " FROM told t CROSS JOIN version v ON v.resource = t.resource AND v.from_run = (SELECT max(l.from_run)"
    "   FROM version l WHERE l.resource = t.resource AND (t.to_run IS NULL OR l.from_run < t.to_run))"
    " ORDER BY is_then DESC, first DESC, is_then * rank, ended IS NULL DESC, ended DESC, began DESC, rank,"
    " provider, owner, t.key";

static void names_of(const struct resource_types *types, enum type_holder holder,
                     struct buffer *out)
{
    buffer_init(out, TYPE_NAMES_MAX);
    buffer_append_char(out, ',');
    for (size_t i = 0; i < resource_types_count(types); i++) {
        const struct resource_type *t = resource_types_at(types, i);
        if (t->holder == holder)
            buffer_append_format(out, "%s,", t->name);
    }
}

static bool tell(sqlite3_stmt *st, address_holder_fn each, void *ctx, struct error *err)
{
    const struct address_holder h = {
        .provider = sql_string(st, 0),
        .account = sql_string(st, 1),
        .account_name = sql_string(st, 2),
        .team = sql_string(st, 3),
        .region = sql_string(st, 4),
        .type = sql_string(st, 5),
        .key = sql_string(st, 6),
        .id = sql_string(st, 7),
        .name = sql_string(st, 8),
        .parent = (const char *)sqlite3_column_text(st, 9),
        .from_unix_s = sqlite3_column_int64(st, 10),
        .until_unix_s = sqlite3_column_int64(st, 11),
        .then = sqlite3_column_int(st, 12) != 0,
    };
    return each(ctx, &h, err);
}

bool address_holders(struct store *s, const struct resource_types *types,
                     const struct address_question *q, address_holder_fn each, void *ctx,
                     struct error *err)
{
    char normal[IP_TEXT_MAX];
    struct buffer first, last;
    if (!ip_normal(text_of(q->address), normal))
        return true;
    names_of(types, TYPE_HOLDER_FIRST, &first);
    names_of(types, TYPE_HOLDER_LAST, &last);
    sqlite3_stmt *st =
        sql_start(&s->sql, holders_sql,
                  SQL_VALUES(sql_text(normal), sql_int(q->at_unix_s), sql_text(q->account),
                             sql_int(ip_is_private(normal)), sql_text(buffer_string(&first)),
                             sql_text(buffer_string(&last)), sql_int(NEWCOMER_S),
                             sql_int(ADDRESS_HOLDERS_MAX)),
                  err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&s->sql, st, err)) == SQL_ROW)
        if (!tell(st, each, ctx, err))
            break;
    if (step == SQL_ROW)
        sql_stop(st);
    buffer_release(&first);
    buffer_release(&last);
    return step == SQL_END;
}
