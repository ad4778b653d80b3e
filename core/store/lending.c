#include "core/store/lending.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/lender.h"
#include "core/model/resource_type.h"
#include "core/store/internal.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- what an account's things name ---- */

static void note(void *ctx, const char *account)
{
    map_set(ctx, account, ctx);
}

static bool add_name(void *ctx, const char *account, void *value)
{
    (void)value;
    json_object_array_add(ctx, json_object_new_string(account));
    return true;
}

/* One that cannot be read any more (nested too deep) names nobody. */
static void note_lenders(const struct resource_type *type, const char *config, struct map *out)
{
    struct error ignored = ERROR_INIT;
    struct json_object *tree = NULL;
    if (json_parse(text_of(config), &tree, &ignored))
        type->tenants != NULL ? lender_tenants_each(type, tree, note, out)
                              : lender_each(type, tree, note, out);
    json_object_put(tree);
}

/* What makes the names: a type has only one of the two. */
static const char *path_of(const struct resource_type *type)
{
    return type->tenants != NULL ? type->tenants : type->lender;
}

/* All that a type's things in an account name; NULL on error. */
static struct map *lenders_of(struct store *s, const struct resource_type *type, int64_t account,
                              struct error *err)
{
    struct map *out = map_new(NULL);
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT v.config FROM scope sc CROSS JOIN resource r ON r.scope = sc.id"
                  " CROSS JOIN version v ON v.resource = r.id AND v.to_run IS NULL"
                  " WHERE sc.account = ?1 AND sc.type = ?2",
                  SQL_VALUES(sql_int(account), sql_text(type->name)), err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&s->sql, st, err)) == SQL_ROW)
        note_lenders(type, sql_string(st, 0), out);
    if (step == SQL_END)
        return out;
    map_free(out);
    return NULL;
}

/* Whoever is named no more is no owner from now on, and would not notice by itself that it lost a tenant. */
static const char lost_sql[] =
    "INSERT INTO input(type, account, run) SELECT DISTINCT ?2, o.id, ?3 FROM lending l"
    " CROSS JOIN json_each(l.owners) e CROSS JOIN account me ON me.id = ?1"
    " CROSS JOIN account o ON o.provider = me.provider AND o.account = e.value"
    " WHERE l.account = ?1 AND l.type = ?2 AND o.id <> ?1"
    "   AND e.value NOT IN (SELECT value FROM json_each(?4))"
    " ON CONFLICT (type, account) DO UPDATE SET run = excluded.run WHERE run < excluded.run";

static bool keep(struct store *s, const struct resource_type *type,
                 const int64_t account_and_run[2], struct error *err)
{
    struct map *lenders = lenders_of(s, type, account_and_run[0], err);
    if (lenders == NULL)
        return false;
    struct json_object *names = json_object_new_array();
    map_each(lenders, add_name, names);
    const char *list = json_object_to_json_string_ext(names, JSON_C_TO_STRING_PLAIN);
    struct sql_value account = sql_int(account_and_run[0]), run = sql_int(account_and_run[1]);
    bool ok =
        (type->lender == NULL ||
         sql_run(&s->sql, lost_sql, SQL_VALUES(account, sql_text(type->name), run, sql_text(list)),
                 err)) &&
        sql_run(
            &s->sql,
            "INSERT OR REPLACE INTO lending(account, type, run, path, owners) VALUES (?1, ?2, ?3, ?4, ?5)",
            SQL_VALUES(account, sql_text(type->name), run, sql_text(path_of(type)), sql_text(list)),
            err);
    json_object_put(names);
    map_free(lenders);
    return ok;
}

/* The accounts where something of the type was written since, or the type names another path. */
static const char stale_sql[] =
    "SELECT i.account, i.run FROM input i LEFT JOIN lending l ON l.account = i.account AND l.type = i.type"
    " WHERE i.type = ?1 AND i.account <> 0 AND (l.run IS NULL OR l.run <> i.run OR l.path <> ?2)";

static bool update_type(struct store *s, const struct resource_type *type, struct error *err)
{
    int64_t(*stale)[2] = NULL;
    size_t count = 0;
    sqlite3_stmt *st = sql_start(&s->sql, stale_sql,
                                 SQL_VALUES(sql_text(type->name), sql_text(path_of(type))), err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        stale = memory_resize(stale, count + 1, sizeof *stale);
        stale[count][0] = sqlite3_column_int64(st, 0);
        stale[count++][1] = sqlite3_column_int64(st, 1);
    }
    bool ok = step == SQL_END;
    for (size_t i = 0; ok && i < count; i++)
        ok = keep(s, type, stale[i], err);
    free(stale);
    return ok;
}

/* Who shares what to whom, by account: a scope is found by its account and type only among all of the account's, which
 * is too slow for each check of each account on a quiet night. */
static const char shared_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS lending_shared(account INTEGER, type TEXT, owner TEXT,"
    " PRIMARY KEY (account, type, owner)) WITHOUT ROWID;"
    "DELETE FROM temp.lending_shared;"
    "INSERT OR IGNORE INTO temp.lending_shared SELECT sc.account, sc.type, h.owner FROM main.sharing h"
    " CROSS JOIN main.scope sc ON sc.id = h.scope WHERE h.to_run IS NULL;";

/* Of whom `owners` in `lending` are the tenants: types that say so of themselves. */
static const char hosts_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS lending_hosts(type TEXT PRIMARY KEY) WITHOUT ROWID;"
    "DELETE FROM temp.lending_hosts;";

/* Both, from the other end. */
static const char tenants_table_sql[] =
    "CREATE TEMP TABLE IF NOT EXISTS lending_tenants(owner TEXT, type TEXT, account INTEGER,"
    " PRIMARY KEY (owner, type, account)) WITHOUT ROWID;"
    "DELETE FROM temp.lending_tenants;"
    "INSERT INTO temp.lending_tenants SELECT owner, type, account FROM temp.lending_shared"
    " UNION SELECT e.value, l.type, l.account FROM lending l CROSS JOIN json_each(l.owners) e"
    "   WHERE l.type NOT IN (SELECT type FROM temp.lending_hosts)"
    " UNION SELECT me.account, l.type, guest.id FROM lending l CROSS JOIN account me ON me.id = l.account"
    "   CROSS JOIN json_each(l.owners) e"
    "   CROSS JOIN account guest ON guest.provider = me.provider AND guest.account = e.value"
    "   WHERE l.type IN (SELECT type FROM temp.lending_hosts);";

static bool note_host(struct store *s, const struct resource_type *type, struct error *err)
{
    return type->tenants == NULL || sql_run(&s->sql, "INSERT INTO temp.lending_hosts VALUES (?1)",
                                            SQL_VALUES(sql_text(type->name)), err);
}

bool lending_update(struct store *s, const struct resource_types *types, struct error *err)
{
    bool ok = sql_script(&s->sql, shared_sql, err) && sql_script(&s->sql, hosts_sql, err);
    for (size_t i = 0; ok && i < resource_types_count(types); i++) {
        const struct resource_type *type = resource_types_at(types, i);
        ok = note_host(s, type, err) &&
             (path_of(type) != NULL ? update_type(s, type, err)
                                    : sql_run(&s->sql, "DELETE FROM lending WHERE type = ?1",
                                              SQL_VALUES(sql_text(type->name)), err));
    }
    return ok && sql_script(&s->sql, tenants_table_sql, err);
}

/* ---- owners ---- */

#define OWNERS                                                                                     \
    "SELECT o.owner AS owner, (SELECT a.id FROM account a, account me WHERE me.id = ?1"            \
    "   AND a.provider = me.provider AND a.account = o.owner) AS id FROM"                          \
    " (SELECT h.owner FROM temp.lending_shared h"                                                  \
    "   WHERE h.account = ?1 AND h.type IN (SELECT value FROM json_each(?2))"                      \
    "  UNION SELECT e.value FROM lending l CROSS JOIN json_each(l.owners) e"                       \
    "   WHERE l.account = ?1 AND l.type IN (SELECT value FROM json_each(?2))"                      \
    "     AND l.type NOT IN (SELECT type FROM temp.lending_hosts)) o"                              \
    " WHERE o.owner <> (SELECT account FROM account WHERE id = ?1)"

static const char owners_sql[] = OWNERS " ORDER BY o.owner";

#define TENANTS                                                                                    \
    "SELECT a.account AS owner, a.id AS id FROM account a WHERE a.id <> ?1"                        \
    " AND a.provider = (SELECT provider FROM account WHERE id = ?1) AND a.id IN"                   \
    " (SELECT t.account FROM temp.lending_tenants t"                                               \
    "   WHERE t.owner = (SELECT account FROM account WHERE id = ?1)"                               \
    "   AND t.type IN (SELECT value FROM json_each(?2)))"

static const char tenants_sql[] = TENANTS " ORDER BY a.account";

/* json_object_put() */
static struct json_object *list_of(const char *const *types)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; types[i] != NULL; i++)
        json_object_array_add(list, json_object_new_string(types[i]));
    return list;
}

static const char *text_of_list(struct json_object *list)
{
    return json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN);
}

struct owner {
    char *name;
    int64_t account;
};

struct telling {
    lending_owner_fn each;
    void *ctx;
};

/* Taken down first: `each` may ask the store itself. */
static bool each_of(struct store *s, const char *sql, int64_t account, const char *const *types,
                    const struct telling *to, struct error *err)
{
    struct json_object *list = list_of(types);
    struct owner *owners = NULL;
    size_t count = 0;
    sqlite3_stmt *st =
        sql_start(&s->sql, sql, SQL_VALUES(sql_int(account), sql_text(text_of_list(list))), err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&s->sql, st, err)) == SQL_ROW) {
        owners = memory_resize(owners, count + 1, sizeof *owners);
        owners[count++] =
            (struct owner){ memory_string(sql_string(st, 0)), sqlite3_column_int64(st, 1) };
    }
    bool ok = step == SQL_END;
    for (size_t i = 0; i < count; i++) {
        ok = ok && to->each(to->ctx, owners[i].name, owners[i].account, err);
        free(owners[i].name);
    }
    free(owners);
    json_object_put(list);
    return ok;
}

bool lending_owners(struct store *s, int64_t account, const char *const *types,
                    lending_owner_fn each, void *ctx, struct error *err)
{
    const struct telling to = { each, ctx };
    return each_of(s, owners_sql, account, types, &to, err);
}

bool lending_tenants(struct store *s, int64_t account, const char *const *types,
                     lending_owner_fn each, void *ctx, struct error *err)
{
    const struct telling to = { each, ctx };
    return each_of(s, tenants_sql, account, types, &to, err);
}

#define CHANGED(of)                                                                                \
    "SELECT 1 FROM (" of ") w CROSS JOIN json_each(?3) t CROSS JOIN input i"                       \
    " ON i.type = t.value AND i.account = w.id"                                                    \
    " WHERE i.run > (SELECT v.run FROM evaluation v WHERE v.check_id = ?4 AND v.check_digest = ?5" \
    "   AND v.account = ?1) LIMIT 1"

static const char owners_changed_sql[] = CHANGED(OWNERS);
static const char tenants_changed_sql[] = CHANGED(TENANTS);

static bool are_unchanged(struct store *s, const char *sql, const struct lending_question *q,
                          const char *const *of)
{
    struct error ignored = ERROR_INIT; /* at worst it is judged once more */
    if (of == NULL || of[0] == NULL)
        return true;
    struct json_object *types = list_of(q->types), *theirs = list_of(of);
    int64_t changed = 0;
    bool ok = sql_number(&s->sql, sql,
                         SQL_VALUES(sql_int(q->account), sql_text(text_of_list(types)),
                                    sql_text(text_of_list(theirs)), sql_text(q->check_id),
                                    sql_text(q->check_digest)),
                         &changed, &ignored);
    json_object_put(types);
    json_object_put(theirs);
    return ok && changed == 0;
}

bool lending_unchanged(struct store *s, const struct lending_question *q)
{
    return are_unchanged(s, owners_changed_sql, q, q->owned) &&
           are_unchanged(s, tenants_changed_sql, q, q->tenanted);
}
