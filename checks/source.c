#include "checks/source.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/store/lending.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Scopes that are out of scope or closed are nobody's question any more. */
#define SCOPE_COUNTS "(c.outcome IS NULL OR c.outcome NOT IN ('out_of_scope', 'closed'))"
#define ACCOUNT_COUNTS "a.state NOT IN ('closed', 'out_of_scope')"
#define COLUMNS                                                                                      \
    "r.key, a.account, v.region, v.rid, v.name, v.tags, v.config, v.unread, c.outcome = 'complete'," \
    " v.from_run, a.name, a.team, v.parent"

#define SCOPES                                                                                     \
    "SELECT s.type, a.account, s.region, c.outcome,"                                               \
    " EXISTS (SELECT 1 FROM coverage e WHERE e.scope = s.id AND e.outcome = 'complete')"           \
    " FROM scope s JOIN account a ON a.id = s.account"                                             \
    " JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL WHERE " SCOPE_COUNTS                  \
    " AND " ACCOUNT_COUNTS

static const char sql_scopes[] = SCOPES " AND s.account = ?1";
static const char sql_scopes_of_type[] = SCOPES " AND s.type = ?2";

static const char sql_account[] =
    "SELECT " COLUMNS
    " FROM scope s JOIN account a ON a.id = s.account JOIN resource r ON r.scope = s.id"
    " JOIN version v ON v.resource = r.id AND v.to_run IS NULL"
    " LEFT JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
    " WHERE s.account = ?1 AND s.type = ?2 AND " SCOPE_COUNTS;

static const char sql_estate[] =
    "SELECT " COLUMNS
    " FROM scope s JOIN account a ON a.id = s.account JOIN resource r ON r.scope = s.id"
    " JOIN version v ON v.resource = r.id AND v.to_run IS NULL"
    " LEFT JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
    " WHERE s.type = ?2 AND " SCOPE_COUNTS " AND " ACCOUNT_COUNTS;

/* What other accounts share to this one; it is theirs to be judged. Several regions may see one thing. */
static const char sql_shared[] =
    "SELECT " COLUMNS " FROM scope here JOIN sharing h ON h.scope = here.id AND h.to_run IS NULL"
    " JOIN account me ON me.id = here.account"
    " JOIN account a ON a.provider = me.provider AND a.account = h.owner AND a.id <> me.id"
    " JOIN resource r ON r.account = a.id AND r.key = h.key"
    " JOIN version v ON v.resource = r.id AND v.to_run IS NULL JOIN scope s ON s.id = r.scope"
    " LEFT JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
    " WHERE here.account = ?1 AND here.type = ?2 AND s.type = ?2 GROUP BY r.id";

/* Of an owner (?1) in whose things the account ?3 lives; without what it shares, which is there already. */
static const char sql_lent[] =
    "SELECT " COLUMNS
    " FROM scope s JOIN account a ON a.id = s.account JOIN resource r ON r.scope = s.id"
    " JOIN version v ON v.resource = r.id AND v.to_run IS NULL"
    " LEFT JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
    " WHERE s.account = ?1 AND s.type = ?2 AND " SCOPE_COUNTS " AND " ACCOUNT_COUNTS
    " AND r.key NOT IN (SELECT h.key FROM scope here JOIN sharing h ON h.scope = here.id"
    " AND h.to_run IS NULL WHERE here.account = ?3 AND here.type = ?2)";
static const char sql_lent_scopes[] = SCOPES " AND s.account = ?1 AND s.type = ?2";

/* Of the window, in the columns of a resource; ?3 is when the window begins. The name is taken from the body. */
#define EVENTS                                                                                       \
    "SELECT '', a.account, s.region, e.event_id, '', '{}', e.body, NULL, c.outcome = 'complete', 0," \
    " a.name, a.team, NULL, strftime('%Y-%m-%dT%H:%M:%SZ', e.at, 'unixepoch')"                       \
    " FROM scope s JOIN account a ON a.id = s.account JOIN evidence e ON e.scope = s.id"             \
    " LEFT JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"                                   \
    " WHERE s.type = ?2 AND e.at >= ?3 AND " SCOPE_COUNTS

static const char sql_events[] = EVENTS " AND s.account = ?1";
static const char sql_estate_events[] = EVENTS " AND " ACCOUNT_COUNTS;

static const char sql_reference[] = "SELECT key, region, body FROM reference WHERE type = ?1";

enum { OWNERS_BYTES_MAX = 16 * 1024 * 1024 };

struct source {
    struct store *store;
    struct sandbox *sandbox;
    int64_t run, started_unix_s;
    const struct store_account *account; /* NULL: the estate */
    struct map *filled;                  /* by type: of this account */
    struct map *lent;                    /* by type: whose things are there beside (char *) */
    struct string_list owners, tenants;  /* of the last source_fill() */
    struct map *other_ids;               /* rows of both (int64_t *); those that are in the store */
    struct map *referenced;              /* by type: the reference table, which is everybody's */
    sqlite3_stmt *scopes, *scopes_of_type, *of_account, *of_estate, *shared, *reference;
    sqlite3_stmt *events, *estate_events, *of_owner, *scopes_of_owner;
};

static bool store_fault(struct source *s, struct error *err)
{
    return error_set(err, ERROR_STORE, "%s", sqlite3_errmsg(store_db(s->store)));
}

struct source *source_new(struct store *store, const struct store_run *run, struct sandbox *sandbox,
                          struct error *err)
{
    struct source *s = memory_new(1, sizeof *s);
    s->store = store;
    s->sandbox = sandbox;
    s->run = run->id;
    s->started_unix_s = run->started_unix_s;
    s->filled = map_new(NULL);
    s->referenced = map_new(NULL);
    s->lent = map_new(free);
    s->other_ids = map_new(free);
    const struct {
        sqlite3_stmt **stmt;
        const char *sql;
    } all[] = {
        { &s->scopes, sql_scopes },      { &s->scopes_of_type, sql_scopes_of_type },
        { &s->of_account, sql_account }, { &s->of_estate, sql_estate },
        { &s->shared, sql_shared },      { &s->reference, sql_reference },
        { &s->events, sql_events },      { &s->estate_events, sql_estate_events },
        { &s->of_owner, sql_lent },      { &s->scopes_of_owner, sql_lent_scopes },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (sqlite3_prepare_v2(store_db(store), all[i].sql, -1, all[i].stmt, NULL) == SQLITE_OK)
            continue;
        store_fault(s, err);
        source_free(s);
        return NULL;
    }
    return s;
}

void source_free(struct source *s)
{
    if (s == NULL)
        return;
    sqlite3_stmt *const all[] = { s->scopes,   s->scopes_of_type, s->of_account, s->of_estate,
                                  s->shared,   s->reference,      s->events,     s->estate_events,
                                  s->of_owner, s->scopes_of_owner };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sqlite3_finalize(all[i]);
    map_free(s->filled);
    map_free(s->referenced);
    map_free(s->lent);
    map_free(s->other_ids);
    string_list_release(&s->owners);
    string_list_release(&s->tenants);
    free(s);
}

typedef bool (*row_fn)(struct source *s, sqlite3_stmt *stmt, const char *type, struct error *err);

/* Every row of a statement that asks for (account, type). */
static bool each_row_of(struct source *s, int64_t account, sqlite3_stmt *stmt, const char *type,
                        row_fn take, struct error *err)
{
    int rc = SQLITE_ROW;
    bool ok = true;
    sqlite3_bind_int64(stmt, 1, account);
    sqlite3_bind_text(stmt, 2, type, -1, SQLITE_STATIC);
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = take(s, stmt, type, err);
    if (ok && rc != SQLITE_DONE)
        ok = store_fault(s, err);
    sqlite3_reset(stmt);
    return ok;
}

static bool each_row(struct source *s, sqlite3_stmt *stmt, const char *type, row_fn take,
                     struct error *err)
{
    return each_row_of(s, s->account == NULL ? 0 : s->account->id, stmt, type, take, err);
}

static const char *column(sqlite3_stmt *stmt, int at)
{
    return (const char *)sqlite3_column_text(stmt, at);
}

static bool put_scope(struct source *s, sqlite3_stmt *stmt, const char *type, struct error *err)
{
    (void)type;
    if (!sandbox_has_table(s->sandbox, column(stmt, 0)))
        return true;
    return sandbox_put_scope(s->sandbox, column(stmt, 0), column(stmt, 1), column(stmt, 2),
                             column(stmt, 3), sqlite3_column_int(stmt, 4) != 0, err);
}

enum belonging { OWN, SHARED, LENT };

static bool put_row(struct source *s, sqlite3_stmt *stmt, const char *type, enum belonging as,
                    struct error *err)
{
    bool verified = sqlite3_column_int(stmt, 8) != 0;
    const struct sandbox_row row = {
        .key = column(stmt, 0),
        .account = column(stmt, 1),
        .region = column(stmt, 2),
        .id = column(stmt, 3),
        .name = column(stmt, 4),
        .tags = column(stmt, 5),
        .config = column(stmt, 6),
        .unread = column(stmt, 7),
        .verified = verified,
        .seen = verified || sqlite3_column_int64(stmt, 9) == s->run,
        .own = as == OWN,
        .lent = as == LENT,
        .account_name = column(stmt, 10),
        .team = column(stmt, 11),
        .parent = column(stmt, 12),
    };
    return sandbox_put(s->sandbox, type, &row, s->account != NULL, err);
}

static bool put_own(struct source *s, sqlite3_stmt *stmt, const char *type, struct error *err)
{
    return put_row(s, stmt, type, OWN, err);
}

static bool put_shared(struct source *s, sqlite3_stmt *stmt, const char *type, struct error *err)
{
    return put_row(s, stmt, type, SHARED, err);
}

static bool put_lent(struct source *s, sqlite3_stmt *stmt, const char *type, struct error *err)
{
    return put_row(s, stmt, type, LENT, err);
}

/* ---- evidence ---- */

static bool put_event_as(struct source *s, sqlite3_stmt *stmt, const char *name, bool lent,
                         struct error *err)
{
    const struct resource_type *type = resource_types_find(sandbox_types(s->sandbox), name);
    struct json_object *body = NULL;
    struct sandbox_row row = {
        .key = column(stmt, 0),
        .account = column(stmt, 1),
        .region = column(stmt, 2),
        .id = column(stmt, 3),
        .name = column(stmt, 4),
        .tags = column(stmt, 5),
        .config = column(stmt, 6),
        .verified = sqlite3_column_int(stmt, 8) != 0,
        .account_name = column(stmt, 10),
        .team = column(stmt, 11),
        .at = column(stmt, 13),
        .lent = lent,
    };
    row.seen = row.verified;
    if (type->display_name != NULL && !json_parse(text_of(row.config), &body, err))
        return false;
    const char *word = body == NULL ? NULL : path_string(body, type->display_name);
    row.name = word == NULL ? row.name : word;
    bool ok = sandbox_put(s->sandbox, name, &row, s->account != NULL, err);
    json_object_put(body);
    return ok;
}

static bool put_event(struct source *s, sqlite3_stmt *stmt, const char *name, struct error *err)
{
    return put_event_as(s, stmt, name, false, err);
}

static bool put_lent_event(struct source *s, sqlite3_stmt *stmt, const char *name,
                           struct error *err)
{
    return put_event_as(s, stmt, name, true, err);
}

static bool fill_events(struct source *s, const struct resource_type *type, struct error *err)
{
    sqlite3_stmt *stmt = s->account == NULL ? s->estate_events : s->events;
    sqlite3_bind_int64(stmt, 3, s->started_unix_s - type->window_s);
    return each_row(s, stmt, type->name, put_event, err);
}

/* ---- the reference table ---- */

static bool put_reference_body(struct source *s, const struct resource_type *type,
                               sqlite3_stmt *stmt, struct json_object *body, struct error *err)
{
    const char *id = path_string(body, type->id);
    const char *name = type->display_name == NULL ? NULL : path_string(body, type->display_name);
    const struct sandbox_row row = {
        .key = column(stmt, 0),
        .account = "",
        .region = column(stmt, 1),
        .id = id == NULL ? column(stmt, 0) : id,
        .name = name == NULL ? "" : name,
        .tags = "{}",
        .config = column(stmt, 2),
        .verified = true,
    };
    return sandbox_put(s->sandbox, type->name, &row, true, err);
}

static bool put_reference(struct source *s, sqlite3_stmt *stmt, const struct resource_type *type,
                          struct error *err)
{
    struct json_object *body = NULL;
    bool ok = json_parse(text_of(column(stmt, 2)), &body, err) &&
              put_reference_body(s, type, stmt, body, err);
    json_object_put(body);
    return ok;
}

static bool fill_reference(struct source *s, const struct resource_type *type, struct error *err)
{
    int rc = SQLITE_ROW;
    bool ok = true;
    if (type->reference_owner == NULL || map_get(s->referenced, type->name) != NULL)
        return true;
    sqlite3_bind_text(s->reference, 1, type->name, -1, SQLITE_STATIC);
    while (ok && (rc = sqlite3_step(s->reference)) == SQLITE_ROW)
        ok = put_reference(s, s->reference, type, err);
    if (ok && rc != SQLITE_DONE)
        ok = store_fault(s, err);
    sqlite3_reset(s->reference);
    map_set(s->referenced, type->name, s);
    return ok;
}

/* ---- types ---- */

static bool fill_type(struct source *s, const char *name, struct error *err)
{
    const struct resource_type *type = resource_types_find(sandbox_types(s->sandbox), name);
    if (map_get(s->filled, name) != NULL)
        return true;
    map_set(s->filled, name, s);
    if (!fill_reference(s, type, err) || (type->evidence && !fill_events(s, type, err)))
        return false;
    if (s->account == NULL)
        return each_row(s, s->of_estate, name, put_own, err) &&
               each_row(s, s->scopes_of_type, name, put_scope, err);
    return each_row(s, s->of_account, name, put_own, err) &&
           each_row(s, s->shared, name, put_shared, err);
}

/* ---- owners and tenants ---- */

static void note_other(struct source *s, const char *other, int64_t account)
{
    if (account == 0)
        return;
    int64_t *id = memory_new(1, sizeof *id);
    *id = account;
    map_set(s->other_ids, other, id);
}

static bool note_owner(void *ctx, const char *owner, int64_t account, struct error *err)
{
    struct source *s = ctx;
    (void)err;
    string_list_add(&s->owners, owner);
    note_other(s, owner, account);
    return true;
}

static bool note_tenant(void *ctx, const char *tenant, int64_t account, struct error *err)
{
    struct source *s = ctx;
    (void)err;
    string_list_add(&s->tenants, tenant);
    note_other(s, tenant, account);
    return true;
}

static bool find_others(struct source *s, const struct check *check, struct error *err)
{
    const char **owned = check_owned_types(check), **types = check_read_types(check);
    bool needed = owned[0] != NULL;
    free(owned);
    string_list_release(&s->owners);
    string_list_release(&s->tenants);
    map_free(s->other_ids);
    s->other_ids = map_new(free);
    bool ok = (!needed || lending_owners(s->store, s->account->id, types, note_owner, s, err)) &&
              (check->of_tenants.count == 0 ||
               lending_tenants(s->store, s->account->id, types, note_tenant, s, err));
    free(types);
    return ok;
}

static bool put_of_other(struct source *s, int64_t owner, const struct resource_type *type,
                         struct error *err)
{
    sqlite3_bind_int64(s->of_owner, 3, s->account->id);
    sqlite3_bind_int64(s->events, 3, s->started_unix_s - type->window_s);
    return (!type->evidence || each_row_of(s, owner, s->events, type->name, put_lent_event, err)) &&
           each_row_of(s, owner, s->of_owner, type->name, put_lent, err) &&
           each_row_of(s, owner, s->scopes_of_owner, type->name, put_scope, err);
}

/* Of whom this check sees the type beside the account itself. */
static struct string_list others_of(const struct source *s, const struct check *check,
                                    const char *type)
{
    struct string_list all = { NULL, 0 };
    for (size_t i = 0; check_needs_owners(check, type) && i < s->owners.count; i++)
        string_list_add(&all, s->owners.items[i]);
    for (size_t i = 0; string_list_has(&check->of_tenants, type) && i < s->tenants.count; i++)
        if (!string_list_has(&all, s->tenants.items[i]))
            string_list_add(&all, s->tenants.items[i]);
    return all;
}

/* What is there of others' is what this check needs: neither the lack of another's, nor the rest. */
static bool lend_from(struct source *s, const char *name, const struct string_list *others,
                      struct error *err)
{
    const struct resource_type *type = resource_types_find(sandbox_types(s->sandbox), name);
    const char *there = map_get(s->lent, name);
    struct buffer wanted;
    bool ok = true;
    buffer_init(&wanted, OWNERS_BYTES_MAX);
    for (size_t i = 0; i < others->count; i++)
        buffer_append_format(&wanted, "%s\n", others->items[i]);
    if (strcmp(buffer_string(&wanted), there == NULL ? "" : there) == 0) {
        buffer_release(&wanted);
        return true;
    }
    ok = there == NULL || sandbox_take_lent(s->sandbox, name, s->account->account, err);
    for (size_t i = 0; ok && i < others->count; i++) {
        const int64_t *other = map_get(s->other_ids, others->items[i]);
        ok = other == NULL || put_of_other(s, *other, type, err);
    }
    map_set(s->lent, name, buffer_detach(&wanted));
    return ok;
}

/* Whether the check's plugin may ask for it, and nothing else does. Over the estate scopes come with the resources. */
static bool may_wait(const struct source *s, const struct check *check, const char *type)
{
    bool needed = s->account == NULL || check->plugin == NULL || strcmp(type, check->subject) == 0;
    for (size_t i = 0; i < check->need_count; i++)
        needed = needed || strcmp(type, check->needs[i].type) == 0;
    return !needed;
}

static bool put_used(void *ctx, const char *type, struct error *err)
{
    return fill_type(ctx, type, err);
}

struct sandbox_filler source_filler(struct source *s)
{
    return (struct sandbox_filler){ put_used, s };
}

static bool lend(struct source *s, const struct check *check, const char *type, struct error *err)
{
    struct string_list others = others_of(s, check, type);
    bool ok = lend_from(s, type, &others, err);
    string_list_release(&others);
    return ok;
}

bool source_fill(struct source *s, const struct check *check, struct error *err)
{
    const char **types = check_read_types(check);
    bool ok = s->account == NULL || find_others(s, check, err);
    for (size_t i = 0; ok && types[i] != NULL; i++)
        ok = (may_wait(s, check, types[i]) || fill_type(s, types[i], err)) &&
             (s->account == NULL || lend(s, check, types[i], err));
    sandbox_set_owners(s->sandbox, &s->owners);
    free(types);
    return ok;
}

bool source_begin(struct source *s, const struct store_account *account, struct error *err)
{
    s->account = account;
    map_free(s->filled);
    map_free(s->lent);
    s->filled = map_new(NULL);
    s->lent = map_new(free);
    if (!sandbox_clear(s->sandbox, false, err))
        return false;
    return account == NULL || each_row(s, s->scopes, "", put_scope, err);
}
