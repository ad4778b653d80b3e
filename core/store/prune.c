#include "core/store/internal.h"

enum { DAY_S = 24 * 3600 };

/*
 * ?1 is the oldest run whose state is still needed: the last one published before the time kept, against
 * which the first one within it is compared. What ended by then is in no state that is still asked for.
 * Coverage goes only where a complete read lies between it and that run: since when something has been
 * unread must not move. A family goes with the last version of its members. A key whose versions are all gone
 * goes too, unless a finding still names it.
 */
static const char *const steps[] = {
    "DELETE FROM version WHERE to_run <= ?1",
    "DELETE FROM address WHERE to_run <= ?1",
    "DELETE FROM sharing WHERE to_run <= ?1",
    "DELETE FROM main.coverage AS c WHERE to_run <= ?1 AND EXISTS (SELECT 1 FROM main.coverage n"
    " WHERE n.scope = c.scope AND n.from_run >= c.to_run AND n.from_run <= ?1 AND n.outcome = 'complete')",
    /* One name may be a parent's in every account: all that live are taken down once. */
    "DELETE FROM family WHERE ?1 > 0 AND (account, type, region, parent) NOT IN (SELECT r.account, sc.type,"
    " v.region, v.parent FROM version v INDEXED BY version_parent CROSS JOIN resource r ON r.id = v.resource"
    " CROSS JOIN scope sc ON sc.id = r.scope WHERE v.parent IS NOT NULL)",
    "DELETE FROM read_stats WHERE run < ?1",
    "DELETE FROM message WHERE state = 'sent' AND id IN (SELECT ma.message FROM message_alert ma JOIN alert a"
    " ON a.id = ma.alert GROUP BY ma.message HAVING max(a.run) < ?1)",
    "DELETE FROM message_alert WHERE ?1 > 0 AND message NOT IN (SELECT id FROM message)",
    "DELETE FROM resource WHERE ?1 > 0 AND NOT EXISTS (SELECT 1 FROM version v WHERE v.resource = resource.id)"
    " AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.resource = resource.id)",
};

bool store_prune(struct store *s, const struct store_run *run, int keep_days, struct error *err)
{
    int64_t oldest = 0, before = run->started_unix_s - (int64_t)keep_days * DAY_S;
    if (!sql_number(
            &s->sql,
            "SELECT coalesce(max(id), 0) FROM run WHERE state = 'published' AND started < ?1",
            SQL_VALUES(sql_int(before)), &oldest, err))
        return false;
    if (oldest == 0)
        return true;
    /* A message goes before what ties it to its alerts. */
    if (!store_write(s, err) || !sql_script(&s->sql, "PRAGMA defer_foreign_keys = ON", err))
        return false;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!sql_run(&s->sql, steps[i], SQL_VALUES(sql_int(oldest)), err))
            return false;
    return true;
}
