#include "core/store/asked.h"

#include "core/model/resource_type.h"
#include "core/store/internal.h"

/* Names of runs are in order of time. The version's `born` is the first run of this life. */
#define STALE                                                                                                \
    " sc.type = ?1 AND (e.body ->> '$.Run' IS NULL"                                                          \
    " OR NOT EXISTS (SELECT 1 FROM address d WHERE d.address = e.body ->> '$.Address' AND d.to_run IS NULL)" \
    " OR EXISTS (SELECT 1 FROM address d JOIN run r ON r.id IN (d.from_run, d.to_run)"                       \
    "     WHERE d.address = e.body ->> '$.Address' AND r.name > e.body ->> '$.Run')"                         \
    " OR EXISTS (SELECT 1 FROM address d JOIN version v ON v.resource = d.resource AND v.to_run IS NULL"     \
    "     JOIN run r ON r.id = v.born"                                                                       \
    "     WHERE d.address = e.body ->> '$.Address' AND d.to_run IS NULL AND r.name > e.body ->> '$.Run'))"

static const char sql_note[] =
    "INSERT INTO input(type, account, run) SELECT DISTINCT sc.type, sc.account, ?2"
    " FROM evidence e JOIN scope sc ON sc.id = e.scope WHERE" STALE
    " ON CONFLICT (type, account) DO UPDATE SET run = excluded.run";

static const char sql_forget[] =
    "DELETE FROM evidence WHERE (scope, event_id) IN"
    " (SELECT e.scope, e.event_id FROM evidence e JOIN scope sc ON sc.id = e.scope WHERE" STALE ")";

bool asked_prune(struct store *s, const struct store_run *run, const struct resource_types *types,
                 struct error *err)
{
    bool ok = store_write(s, err);
    for (size_t i = 0; ok && i < resource_types_count(types); i++) {
        const struct resource_type *type = resource_types_at(types, i);
        if (type->asked_by != NULL)
            ok = sql_run(&s->sql, sql_note, SQL_VALUES(sql_text(type->name), sql_int(run->id)),
                         err) &&
                 sql_run(&s->sql, sql_forget, SQL_VALUES(sql_text(type->name)), err);
    }
    return ok;
}
