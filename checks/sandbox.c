#include "checks/sandbox.h"

#include "checks/bind.h"
#include "checks/sql_address_holders.h"
#include "checks/sql_functions.h"
#include "checks/sql_gcp_open_ports.h"
#include "checks/sql_open_ports.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_KB = 8192 };

/* The columns that every table begins with, in the order in which they are bound. */
static const char *const own_columns[] = { "key",
                                           "account",
                                           "region",
                                           "id",
                                           "name",
                                           "tags",
                                           "config",
                                           "unread",
                                           "yomawari_account_name",
                                           "yomawari_team",
                                           "yomawari_parent",
                                           "verified",
                                           "yomawari_seen",
                                           "yomawari_own",
                                           "yomawari_lent" };
enum { OWN_COLUMNS = sizeof own_columns / sizeof *own_columns, CONFIG_COLUMN = 6 };

/* Of evidence, after them. */
static const char time_column[] = "at";

static int leading_columns(const struct resource_type *type)
{
    return OWN_COLUMNS + (type->evidence ? 1 : 0);
}

struct table {
    const struct resource_type *type;
    sqlite3_stmt *insert;
    bool config_wanted;
    bool *wanted; /* by declared column */
    bool filled;  /* something was put since it was emptied */
};

struct sandbox {
    sqlite3 *db;
    struct guard guard;
    const struct resource_types *types;
    struct map *tables; /* struct table by type */
    sqlite3_stmt *put_scope, *one_scope, *all_scopes;
    struct sandbox_run run;
    const struct string_list *owners;
};

bool sandbox_fault(struct sandbox *s, struct error *err)
{
    return error_set(err, ERROR_STORE, "%s", sqlite3_errmsg(s->db));
}

static void table_free(void *value)
{
    struct table *t = value;
    sqlite3_finalize(t->insert);
    free(t->wanted);
    free(t);
}

static bool execute(struct sandbox *s, char *sql, struct error *err)
{
    bool ok = sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || sandbox_fault(s, err);
    sqlite3_free(sql);
    return ok;
}

static bool prepare(struct sandbox *s, const char *sql, sqlite3_stmt **out, struct error *err)
{
    return sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK ||
           sandbox_fault(s, err);
}

static void note_read(void *ctx, const char *table, const char *column)
{
    sandbox_want_column(ctx, table, column);
}

/* The database is nobody's but this process's: no journal, no syncing, a small cache that spills. What
 * queries sort and gather stays in memory, where the guard counts it. */
static bool set_up(struct sandbox *s, struct error *err)
{
    /* The first use of a table-valued function declares it, which a check may not. */
    static const char declare[] =
        "SELECT 1 FROM open_ports(NULL, NULL, NULL), gcp_open_ports(NULL, NULL, NULL),"
        " address_holders(NULL, NULL), json_each('[]'), json_tree('[]');";
    char *sql = sqlite3_mprintf(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -%d;"
        "PRAGMA temp_store = MEMORY;"
        "CREATE TABLE yomawari_scope(type, account, region, outcome, ever_complete,"
        " PRIMARY KEY (type, account, region)) WITHOUT ROWID;",
        CACHE_KB);
    if (!execute(s, sql, err) || !sql_functions_register(s, err) ||
        !sql_open_ports_register(s, err) || !sql_gcp_open_ports_register(s, err) ||
        !sql_address_holders_register(s, err) || !execute(s, sqlite3_mprintf("%s", declare), err))
        return false;
    guard_install(&s->guard, s->db);
    s->guard.read = note_read;
    s->guard.read_ctx = s;
    return prepare(s, "INSERT OR REPLACE INTO yomawari_scope VALUES (?, ?, ?, ?, ?)", &s->put_scope,
                   err) &&
           prepare(s,
                   "SELECT region, outcome, ever_complete, outcome = 'complete' FROM yomawari_scope"
                   " WHERE type = ?1 AND account = ?2 AND region = ?4",
                   &s->one_scope, err) &&
           prepare(
               s,
               "SELECT region, outcome, min(ever_complete) OVER (), outcome = 'complete' OR EXISTS ("
               "SELECT 1 FROM yomawari_scope AS o WHERE o.type = ?3 AND o.account = s.account"
               " AND o.region = s.region AND o.outcome = 'complete') AS good FROM yomawari_scope AS s"
               " WHERE type = ?1 AND (?2 = '*' OR account = ?2) ORDER BY good, outcome = 'complete', region",
               &s->all_scopes, err);
}

struct sandbox *sandbox_new(const struct resource_types *types, struct error *err)
{
    struct sandbox *s = memory_new(1, sizeof *s);
    s->types = types;
    s->tables = map_new(table_free);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2("", &s->db, flags, NULL) != SQLITE_OK)
        sandbox_fault(s, err);
    else if (set_up(s, err))
        return s;
    sandbox_free(s);
    return NULL;
}

void sandbox_free(struct sandbox *s)
{
    if (s == NULL)
        return;
    map_free(s->tables);
    sqlite3_finalize(s->put_scope);
    sqlite3_finalize(s->one_scope);
    sqlite3_finalize(s->all_scopes);
    sqlite3_close(s->db);
    free(s);
}

struct sqlite3 *sandbox_db(struct sandbox *s)
{
    return s->db;
}

struct guard *sandbox_guard(struct sandbox *s)
{
    return &s->guard;
}

const struct resource_types *sandbox_types(const struct sandbox *s)
{
    return s->types;
}

/* ---- tables ---- */

static bool is_own_column(const struct resource_type *type, const char *name)
{
    for (size_t i = 0; i < OWN_COLUMNS; i++)
        if (sqlite3_stricmp(name, own_columns[i]) == 0)
            return true;
    return type->evidence && sqlite3_stricmp(name, time_column) == 0;
}

static bool check_columns(const struct resource_type *type, struct error *err)
{
    for (size_t i = 0; i < type->column_count; i++)
        if (is_own_column(type, type->columns[i].name))
            return error_set(err, ERROR_CONFIG, "%s:%d: %s has a column %s, which every table has",
                             type->file, type->line, type->name, type->columns[i].name);
    return true;
}

/* CREATE TABLE with its indexes (no type's name has a dot: one type's may be another's with "_key"); or the INSERT. */
static char *table_sql(const struct resource_type *type, bool insert)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, insert ? "INSERT INTO \"%w\" VALUES (" : "CREATE TABLE \"%w\"(",
                        type->name);
    for (size_t i = 0; i < OWN_COLUMNS; i++)
        sqlite3_str_appendf(sql, "%s%s", i == 0 ? "" : ", ", insert ? "?" : own_columns[i]);
    if (type->evidence)
        sqlite3_str_appendf(sql, ", %s", insert ? "?" : time_column);
    for (size_t i = 0; i < type->column_count; i++)
        sqlite3_str_appendf(sql, insert ? ", ?" : ", \"%w\"", type->columns[i].name);
    sqlite3_str_appendf(sql, ");");
    const char *const indexed[] = { type->evidence ? time_column : "key", "id" };
    for (size_t i = 0; !insert && i < 2; i++)
        sqlite3_str_appendf(sql, "CREATE INDEX \"%w.%w\" ON \"%w\"(%s);", type->name, indexed[i],
                            type->name, indexed[i]);
    for (size_t i = 0; !insert && i < type->column_count; i++)
        if (!bind_is_list(&type->columns[i]))
            sqlite3_str_appendf(sql, "CREATE INDEX \"%w.%w\" ON \"%w\"(\"%w\");", type->name,
                                type->columns[i].name, type->name, type->columns[i].name);
    return sqlite3_str_finish(sql);
}

static bool open_table(struct sandbox *s, const char *name, struct error *err)
{
    const struct resource_type *type = resource_types_find(s->types, name);
    if (type == NULL)
        return error_set(err, ERROR_CONFIG, "there is no resource type %s", name);
    if (map_get(s->tables, name) != NULL)
        return true;
    if (!check_columns(type, err) || !execute(s, table_sql(type, false), err))
        return false;
    struct table *t = memory_new(1, sizeof *t);
    t->type = type;
    t->wanted = memory_new(type->column_count, sizeof *t->wanted);
    char *sql = table_sql(type, true);
    bool ok = prepare(s, sql, &t->insert, err);
    sqlite3_free(sql);
    map_set(s->tables, name, t);
    return ok;
}

bool sandbox_open_tables(struct sandbox *s, const struct check *check, struct error *err)
{
    bool ok = open_table(s, check->subject, err);
    for (size_t i = 0; ok && i < check->need_count; i++)
        ok = open_table(s, check->needs[i].type, err);
    for (size_t i = 0; ok && i < check->uses.count; i++)
        ok = open_table(s, check->uses.items[i], err);
    return ok;
}

bool sandbox_has_table(const struct sandbox *s, const char *type)
{
    return map_get(s->tables, type) != NULL;
}

void sandbox_want_column(struct sandbox *s, const char *type, const char *column)
{
    struct table *t = map_get(s->tables, type);
    if (t == NULL)
        return;
    if (strcmp(column, own_columns[CONFIG_COLUMN]) == 0)
        t->config_wanted = true;
    for (size_t i = 0; i < t->type->column_count; i++)
        if (strcmp(t->type->columns[i].name, column) == 0)
            t->wanted[i] = true;
}

static void want_config(struct sandbox *s, const char *type)
{
    sandbox_want_column(s, type, own_columns[CONFIG_COLUMN]);
}

void sandbox_want_all(struct sandbox *s, const struct check *check)
{
    if (check->reach == CHECK_REACH_ESTATE)
        return;
    want_config(s, check->subject);
    for (size_t i = 0; i < check->need_count; i++)
        want_config(s, check->needs[i].type);
    for (size_t i = 0; i < check->uses.count; i++)
        want_config(s, check->uses.items[i]);
}

struct clearing {
    struct sandbox *sandbox;
    bool references, ok;
    struct error *err;
};

static bool clear_table(void *ctx, const char *name, void *value)
{
    struct clearing *c = ctx;
    struct table *t = value;
    bool keep = !c->references && t->type->reference_owner != NULL;
    if (!t->filled)
        return true;
    t->filled = keep;
    c->ok =
        execute(c->sandbox,
                sqlite3_mprintf(
                    keep ? "DELETE FROM \"%w\" WHERE account <> ''" : "DELETE FROM \"%w\"", name),
                c->err);
    return c->ok;
}

bool sandbox_clear(struct sandbox *s, bool references, struct error *err)
{
    struct clearing c = { s, references, true, err };
    map_each(s->tables, clear_table, &c);
    return c.ok && execute(s, sqlite3_mprintf("DELETE FROM yomawari_scope"), err);
}

bool sandbox_take_lent(struct sandbox *s, const char *type, const char *account, struct error *err)
{
    return execute(s,
                   sqlite3_mprintf("DELETE FROM \"%w\" WHERE yomawari_lent;"
                                   "DELETE FROM yomawari_scope WHERE type = %Q AND account <> %Q",
                                   type, type, account),
                   err);
}

/* ---- rows ---- */

/* Declared columns, from the config; it is parsed only when one of them is read. */
static bool bind_columns(const struct table *t, const char *config_text, struct error *err)
{
    struct json_object *config = NULL;
    bool any = false;
    for (size_t i = 0; i < t->type->column_count; i++)
        any = any || t->wanted[i];
    if (!any)
        return true;
    if (!json_parse(text_of(config_text), &config, err))
        return false;
    for (size_t i = 0; i < t->type->column_count; i++)
        if (t->wanted[i])
            bind_column(t->insert, leading_columns(t->type) + 1 + (int)i, config,
                        &t->type->columns[i]);
    json_object_put(config);
    return true;
}

static void bind_own(const struct table *t, const struct sandbox_row *row, bool with_config)
{
    const char *const texts[] = { row->key,
                                  row->account,
                                  row->region,
                                  row->id,
                                  row->name,
                                  row->tags,
                                  with_config && t->config_wanted ? row->config : NULL,
                                  row->unread,
                                  row->account_name == NULL ? "" : row->account_name,
                                  row->team == NULL ? "" : row->team,
                                  row->parent };
    enum { TEXTS = sizeof texts / sizeof *texts };
    sqlite3_clear_bindings(t->insert);
    for (int i = 0; i < TEXTS; i++)
        sqlite3_bind_text(t->insert, i + 1, texts[i], -1, SQLITE_STATIC);
    sqlite3_bind_int(t->insert, TEXTS + 1, row->verified);
    sqlite3_bind_int(t->insert, TEXTS + 2, row->seen);
    sqlite3_bind_int(t->insert, TEXTS + 3, row->own);
    sqlite3_bind_int(t->insert, TEXTS + 4, row->lent);
    if (t->type->evidence)
        sqlite3_bind_text(t->insert, OWN_COLUMNS + 1, row->at, -1, SQLITE_STATIC);
}

bool sandbox_put(struct sandbox *s, const char *type, const struct sandbox_row *row,
                 bool with_config, struct error *err)
{
    struct table *t = map_get(s->tables, type);
    if (t == NULL)
        return true;
    t->filled = true;
    bind_own(t, row, with_config);
    if (!bind_columns(t, row->config, err))
        return error_prefix(err, "%s", t->type->evidence ? row->id : row->key);
    bool ok = sqlite3_step(t->insert) == SQLITE_DONE || sandbox_fault(s, err);
    sqlite3_reset(t->insert);
    return ok;
}

/* ---- scopes ---- */

bool sandbox_put_scope(struct sandbox *s, const char *type, const char *account, const char *region,
                       const char *outcome, bool ever_complete, struct error *err)
{
    const char *const texts[] = { type, account, region, outcome };
    for (int i = 0; i < 4; i++)
        sqlite3_bind_text(s->put_scope, i + 1, texts[i], -1, SQLITE_STATIC);
    sqlite3_bind_int(s->put_scope, 5, ever_complete);
    bool ok = sqlite3_step(s->put_scope) == SQLITE_DONE || sandbox_fault(s, err);
    sqlite3_reset(s->put_scope);
    return ok;
}

/* `instead`: what may be complete in a type's place; NULL: nothing. */
static struct sandbox_scope look_up(struct sandbox *s, const char *type, const char *instead,
                                    const char *account, const char *region)
{
    struct sandbox_scope out = { .known = false };
    sqlite3_stmt *stmt = region == NULL ? s->all_scopes : s->one_scope;
    const char *const texts[] = { type, account, instead, region };
    for (int i = 0; i < sqlite3_bind_parameter_count(stmt); i++)
        sqlite3_bind_text(stmt, i + 1, texts[i], -1, SQLITE_STATIC);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        out.known = true;
        snprintf(out.region, sizeof out.region, "%s", (const char *)sqlite3_column_text(stmt, 0));
        snprintf(out.outcome, sizeof out.outcome, "%s", (const char *)sqlite3_column_text(stmt, 1));
        out.ever_complete = sqlite3_column_int(stmt, 2) != 0;
        out.complete = sqlite3_column_int(stmt, 3) != 0;
    }
    sqlite3_reset(stmt);
    if (region != NULL && instead != NULL && !out.complete)
        out.complete = look_up(s, instead, NULL, account, region).complete;
    return out;
}

/* May be called from within a check's query (is_complete()): the guard looks away meanwhile. */
struct sandbox_scope sandbox_scope_or(struct sandbox *s, const char *type, const char *instead,
                                      const char *account, const char *region)
{
    const struct resource_type *t = resource_types_find(s->types, type);
    const struct check *entered = s->guard.check;
    bool global = region != NULL && t != NULL && t->global;
    s->guard.check = NULL;
    struct sandbox_scope out = look_up(s, type, instead, account, global ? "global" : region);
    /* A place has a scope of its own only where something was seen or something went wrong. */
    if (global && t->spread && out.complete) {
        struct sandbox_scope place = look_up(s, type, NULL, account, region);
        out = place.known ? place : out;
    }
    s->guard.check = entered;
    return out;
}

struct sandbox_scope sandbox_scope(struct sandbox *s, const char *type, const char *account,
                                   const char *region)
{
    return sandbox_scope_or(s, type, NULL, account, region);
}

void sandbox_set_run(struct sandbox *s, const struct sandbox_run *run)
{
    s->run = *run;
}

void sandbox_set_owners(struct sandbox *s, const struct string_list *owners)
{
    s->owners = owners;
}

const struct string_list *sandbox_owners(const struct sandbox *s)
{
    static const struct string_list nobody = { NULL, 0 };
    return s->owners == NULL ? &nobody : s->owners;
}

const struct sandbox_run *sandbox_run(const struct sandbox *s)
{
    return &s->run;
}
