#include "core/store/follow.h"

#include "core/store/internal.h"

#define OF_TYPE "substr(v.follows, 1, instr(v.follows, ' ') - 1)"
#define OF_ID "substr(v.follows, instr(v.follows, ' ') + 1)"

/* Open followers that may have another parent than the baseline's (?1): v, their resource r and scope sc. */
#define FOLLOWERS                                                                                  \
    " FROM version v INDEXED BY version_follows CROSS JOIN resource r ON r.id = v.resource"        \
    " CROSS JOIN scope sc ON sc.id = r.scope WHERE v.follows IS NOT NULL AND v.to_run IS NULL"     \
    " AND EXISTS (SELECT 1 FROM input i WHERE i.type IN (sc.type, " OF_TYPE ")"                    \
    " AND i.account = r.account AND i.run > ?1)"

static const char parents_sql[] =
    "UPDATE version AS w SET parent = t.parent FROM (SELECT v.rowid AS row, (SELECT m.parent"
    " FROM version m INDEXED BY version_rid CROSS JOIN resource mr ON mr.id = m.resource"
    " CROSS JOIN scope ms ON ms.id = mr.scope WHERE m.rid = " OF_ID " AND mr.account = r.account"
    " AND ms.type = " OF_TYPE " AND ms.region IN (sc.region, 'global')"
    " ORDER BY m.from_run DESC LIMIT 1) AS parent" FOLLOWERS
    ") AS t WHERE w.rowid = t.row AND w.parent IS NOT t.parent";

/* As merge.c does for parents that items name themselves. */
static const char families_sql[] =
    "INSERT INTO family(account, type, region, parent, born)"
    " SELECT r.account, sc.type, v.region, v.parent, min(v.born)" FOLLOWERS
    " AND v.parent IS NOT NULL GROUP BY r.account, sc.type, v.region, v.parent"
    " ON CONFLICT (account, type, region, parent) DO UPDATE SET born = excluded.born"
    " WHERE excluded.born < born";

bool follow_resolve(struct store *s, const struct store_run *run, struct error *err)
{
    if (s->transaction != STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "follow_resolve() outside of store_begin()");
    return sql_run(&s->sql, parents_sql, SQL_VALUES(sql_int(run->baseline)), err) &&
           sql_run(&s->sql, families_sql, SQL_VALUES(sql_int(run->baseline)), err);
}
