#include "core/store/address.h"

#include "core/base/ip.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/resource_type.h"
#include "core/store/internal.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* What the table was made from: type -> list of paths, as JSON. */
static const char memo[] = "addresses";

struct updating {
    struct store *s;
    int64_t run;
    const struct resource_types *types;
    const struct resource_type *type; /* of the resource at hand */
    int64_t since; /* versions that lasted beyond this run are looked at; -1: all */
    struct error *err;
};

/* ---- one resource ---- */

static bool take_address(void *ctx, struct json_object *value)
{
    char normal[IP_TEXT_MAX];
    if (json_object_is_type(value, json_type_string) &&
        ip_normal((struct text){ json_object_get_string(value),
                                 (size_t)json_object_get_string_len(value) },
                  normal))
        map_set(ctx, normal, ctx);
    return true;
}

static bool take_addresses(void *ctx, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_array))
        return take_address(ctx, value);
    for (size_t i = 0; i < json_object_array_length(value); i++)
        take_address(ctx, json_object_array_get_idx(value, i));
    return true;
}

/* What a version holds. One that cannot be read any more (nested too deep) holds nothing. */
static struct map *addresses_of(const struct resource_type *type, const char *config)
{
    struct error ignored = ERROR_INIT;
    struct json_object *tree = NULL;
    struct map *out = map_new(NULL);
    if (json_parse(text_of(config), &tree, &ignored))
        for (size_t i = 0; i < type->addresses.count; i++)
            path_each(tree, type->addresses.items[i], take_addresses, out);
    json_object_put(tree);
    return out;
}

static struct map *held_now(struct updating *u, int64_t resource)
{
    struct map *out = map_new(NULL);
    sqlite3_stmt *st =
        sql_start(&u->s->sql, "SELECT address FROM address WHERE resource = ?1 AND to_run IS NULL",
                  SQL_VALUES(sql_int(resource)), u->err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&u->s->sql, st, u->err)) == SQL_ROW)
        map_set(out, sql_string(st, 0), u);
    if (step == SQL_END)
        return out;
    map_free(out);
    return NULL;
}

/* What of one set is not in another. */
struct moving {
    struct updating *u;
    int64_t resource, run;
    const struct map *but;
    const char *sql;
    bool ok;
};

static bool move_one(void *ctx, const char *address, void *value)
{
    struct moving *m = ctx;
    (void)value;
    if (m->but == NULL || map_get(m->but, address) == NULL)
        m->ok = sql_run(&m->u->s->sql, m->sql,
                        SQL_VALUES(sql_text(address), sql_int(m->resource), sql_int(m->run)),
                        m->u->err);
    return m->ok;
}

static bool end_all(struct updating *u, int64_t resource, const struct map *held,
                    const struct map *but, int64_t run)
{
    struct moving m = { u,
                        resource,
                        run,
                        but,
                        "UPDATE address SET to_run = ?3 WHERE address = ?1 AND resource = ?2"
                        " AND to_run IS NULL",
                        true };
    map_each(held, move_one, &m);
    return m.ok;
}

static bool begin_all(struct updating *u, int64_t resource, const struct map *held,
                      const struct map *but, int64_t run)
{
    struct moving m = { u,
                        resource,
                        run,
                        but,
                        "INSERT INTO address(address, resource, from_run) VALUES (?1, ?2, ?3)",
                        true };
    map_each(held, move_one, &m);
    return m.ok;
}

/* From version to version. `ended`: the run that closed the last one; 0: none, or none did. */
struct walking {
    int64_t resource;
    struct map *held;
    int64_t ended;
};

static bool take_version(struct updating *u, struct walking *w, sqlite3_stmt *st)
{
    int64_t from = sqlite3_column_int64(st, 0), to = sqlite3_column_int64(st, 1);
    bool is_old = from <= u->since;
    if (is_old && to != 0) { /* told already; what was refreshed in it since nobody saw published */
        w->ended = to;
        return true;
    }
    if (w->ended != 0 && w->ended < from) {
        if (!end_all(u, w->resource, w->held, NULL, w->ended))
            return false;
        map_free(w->held);
        w->held = map_new(NULL);
    }
    struct map *now = addresses_of(u->type, sql_string(st, 2));
    int64_t at = is_old ? u->run : from;
    bool ok =
        end_all(u, w->resource, w->held, now, at) && begin_all(u, w->resource, now, w->held, at);
    map_free(w->held);
    w->held = now;
    w->ended = to;
    return ok;
}

static bool update_resource(struct updating *u, int64_t resource)
{
    struct walking w = { resource, held_now(u, resource), 0 };
    if (w.held == NULL)
        return false;
    sqlite3_stmt *st = sql_start(&u->s->sql,
                                 "SELECT from_run, to_run, config FROM version WHERE resource = ?1"
                                 " AND (to_run IS NULL OR to_run > ?2) ORDER BY from_run",
                                 SQL_VALUES(sql_int(resource), sql_int(u->since)), u->err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&u->s->sql, st, u->err)) == SQL_ROW)
        if (!take_version(u, &w, st))
            break;
    bool ok = step == SQL_END && (w.ended == 0 || end_all(u, resource, w.held, NULL, w.ended));
    if (step == SQL_ROW)
        sql_stop(st);
    map_free(w.held);
    return ok;
}

/* ---- which resources ---- */

/* Of the types listed in ?2, those with a version that began or ended since the baseline ?1. */
static const char moved_sql[] =
    "SELECT r.id, sc.type FROM (SELECT resource FROM version WHERE from_run > ?1 UNION SELECT resource"
    " FROM version WHERE to_run > ?1) v CROSS JOIN resource r ON r.id = v.resource"
    " CROSS JOIN scope sc ON sc.id = r.scope WHERE sc.type IN (SELECT value FROM json_each(?2))";

/* Of one type, all in the accounts where something of it was written since. */
static const char written_sql[] =
    "SELECT r.id, sc.type FROM input i CROSS JOIN scope sc ON sc.type = i.type AND sc.account = i.account"
    " CROSS JOIN resource r ON r.scope = sc.id WHERE i.type = ?2 AND i.run > ?1";

static const char all_sql[] = "SELECT r.id, sc.type FROM scope sc CROSS JOIN resource r"
                              " ON r.scope = sc.id WHERE sc.type = ?2 AND ?1 < 0";

static bool update_each(struct updating *u, const char *sql, const char *types)
{
    sqlite3_stmt *st =
        sql_start(&u->s->sql, sql, SQL_VALUES(sql_int(u->since), sql_text(types)), u->err);
    enum sql_step step = SQL_FAILED;
    while (st != NULL && (step = sql_next(&u->s->sql, st, u->err)) == SQL_ROW) {
        u->type = resource_types_find(u->types, sql_string(st, 1));
        if (update_resource(u, sqlite3_column_int64(st, 0)))
            continue;
        sql_stop(st);
        return false;
    }
    return step == SQL_END;
}

static bool forget_type(struct updating *u, const char *type)
{
    return sql_run(
        &u->s->sql,
        "DELETE FROM address WHERE resource IN (SELECT r.id FROM scope sc JOIN resource r"
        " ON r.scope = sc.id WHERE sc.type = ?1)",
        SQL_VALUES(sql_text(type)), u->err);
}

/* ---- types ---- */

/* Whether one of the two paths leads to the other, or to the same. */
static bool is_on_the_way(const char *a, const char *b)
{
    size_t len = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    return strncmp(a, b, len) == 0 && strchr(".[", (strlen(a) > len ? a : b)[len]) != NULL;
}

/* Whether an address may change in a version that is refreshed in place. */
static bool moves_in_place(const struct resource_type *type)
{
    const struct string_list *const lists[] = { &type->volatile_paths, &type->from_answer };
    for (size_t i = 0; i < type->addresses.count; i++)
        for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
            for (size_t k = 0; k < lists[l]->count; k++)
                if (is_on_the_way(type->addresses.items[i], lists[l]->items[k]))
                    return true;
    return false;
}

static struct json_object *paths_of(const struct resource_type *type)
{
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < type->addresses.count; i++)
        json_object_array_add(out, json_object_new_string(type->addresses.items[i]));
    return out;
}

/* What is new of a type or was made from other paths is made from all that is stored; of the rest those that move
 * in place are asked about by themselves. `told` and `now`: memo as it was and is to be; `others` gets the names
 * of those that update_moved() is left with. */
struct kinds {
    struct json_object *told, *now, *others;
};

static bool update_type(struct updating *u, const struct resource_type *type, struct kinds *k)
{
    int64_t since = u->since;
    struct json_object *paths = paths_of(type);
    json_object_object_add(k->now, type->name, paths);
    if (json_object_equal(json_get(k->told, type->name), paths)) {
        if (moves_in_place(type))
            return update_each(u, written_sql, type->name);
        json_object_array_add(k->others, json_object_new_string(type->name));
        return true;
    }
    u->since = -1;
    bool ok = forget_type(u, type->name) && update_each(u, all_sql, type->name);
    u->since = since;
    return ok;
}

static bool update_types(struct updating *u, struct kinds *k)
{
    for (size_t i = 0; i < resource_types_count(u->types); i++) {
        const struct resource_type *type = resource_types_at(u->types, i);
        if (type->addresses.count > 0 && !update_type(u, type, k))
            return false;
    }
    json_object_object_foreach(k->told, name, paths) {
        (void)paths;
        if (json_get(k->now, name) == NULL && !forget_type(u, name))
            return false;
    }
    return json_object_array_length(k->others) == 0 ||
           update_each(u, moved_sql, json_object_to_json_string(k->others));
}

static struct json_object *read_memo(struct store *s)
{
    struct error ignored = ERROR_INIT; /* then everything is made anew */
    struct json_object *out = NULL;
    char *text = store_memo_get(s, memo);
    if (text == NULL || !json_parse(text_of(text), &out, &ignored) ||
        !json_object_is_type(out, json_type_object)) {
        json_object_put(out);
        out = json_object_new_object();
    }
    free(text);
    return out;
}

bool address_update(struct store *s, const struct store_run *run,
                    const struct resource_types *types, struct error *err)
{
    struct updating u = { s, run->id, types, NULL, run->baseline, err };
    if (s->transaction != STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "address_update() outside of store_begin()");
    struct kinds k = { read_memo(s), json_object_new_object(), json_object_new_array() };
    bool ok =
        update_types(&u, &k) &&
        store_memo_put(s, memo, json_object_to_json_string_ext(k.now, JSON_C_TO_STRING_PLAIN), err);
    json_object_put(k.told);
    json_object_put(k.now);
    json_object_put(k.others);
    return ok;
}
