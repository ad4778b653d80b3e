#include "scanner/probing/probe_targets.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/decode/port_words.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sql_reachable[] =
    "SELECT f.account, f.subject, n.detail FROM finding f"
    " JOIN finding_state n ON n.finding = f.id AND n.to_run IS NULL AND n.verdict = 'FAIL'"
    " JOIN resource r ON r.id = f.resource"
    " JOIN coverage c ON c.scope = r.scope AND c.to_run IS NULL AND c.outcome = 'complete'"
    " WHERE n.evidence ->> '$.reach' = 'reachable' AND n.detail ->> '$.addresses' IS NOT NULL"
    " ORDER BY f.account, f.id";

static const char sql_held[] =
    "SELECT 1 FROM address d JOIN resource r ON r.id = d.resource"
    " JOIN coverage c ON c.scope = r.scope AND c.to_run IS NULL AND c.outcome = 'complete'"
    " WHERE d.address = ?1 AND d.to_run IS NULL LIMIT 1";

/* When a port last answered. */
static const char sql_answered[] =
    "SELECT e.at FROM account a JOIN scope sc ON sc.account = a.id AND sc.region = 'global'"
    " AND sc.type = a.provider || '_probe_answer' JOIN evidence e ON e.scope = sc.id AND e.event_id = ?2"
    " WHERE a.id = ?1";

struct reading {
    struct store *store;
    sqlite3_stmt *held;
    struct json_object *known;
    struct map *seen; /* "ACCOUNT ADDRESS PORT", and "ADDRESS" of those that are nobody's */
    struct probe_targets *out;
    int64_t account; /* of the finding in hand */
    const char *address;
};

static bool fault(struct store *s, struct error *err)
{
    return error_set(err, ERROR_STORE, "%s", sqlite3_errmsg(store_db(s)));
}

static bool is_held(struct store *s, sqlite3_stmt *held, const char *address, bool *out,
                    struct error *err)
{
    sqlite3_bind_text(held, 1, address, -1, SQLITE_STATIC);
    int rc = sqlite3_step(held);
    bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE || fault(s, err);
    sqlite3_reset(held);
    *out = rc == SQLITE_ROW;
    return ok;
}

static bool is_new(struct map *seen, char *name)
{
    bool fresh = map_get(seen, name) == NULL;
    if (fresh)
        map_set(seen, name, seen);
    free(name);
    return fresh;
}

static void add_port(struct reading *r, int port)
{
    struct probe_targets *t = r->out;
    if (!is_new(r->seen, memory_format("%lld %s %d", (long long)r->account, r->address, port)))
        return;
    if (t->count == PROBE_CANDIDATES_MAX) {
        t->beyond++;
        return;
    }
    if ((t->count & (t->count - 1)) == 0)
        t->items = memory_resize(t->items, t->count == 0 ? 1 : t->count * 2, sizeof *t->items);
    t->items[t->count++] = (struct probe_target){ memory_string(r->address), port, r->account };
}

static void add_range(void *ctx, int first, int last)
{
    struct reading *r = ctx;
    bool wide = last - first >= PROBE_RANGE_MAX;
    for (int port = first; !wide && port <= last; port++)
        add_port(r, port);
    for (size_t i = 0; wide && i < json_object_array_length(r->known); i++) {
        int port = json_object_get_int(json_object_array_get_idx(r->known, i));
        if (port >= first && port <= last)
            add_port(r, port);
    }
}

static bool add_address(struct reading *r, struct json_object *entry, struct error *err)
{
    bool held = false;
    const char *protocol = json_string(entry, "protocol");
    struct json_object *ports = json_get(entry, "ports");
    r->address = json_string(entry, "address");
    if (r->address == NULL || ports == NULL ||
        (protocol != NULL && strcmp(protocol, "tcp") != 0 && strcmp(protocol, "all") != 0))
        return true;
    if (!is_held(r->store, r->held, r->address, &held, err))
        return false;
    if (held)
        port_words_each(ports, add_range, r);
    else if (is_new(r->seen, memory_string(r->address)))
        r->out->not_ours++;
    return true;
}

/* A finding is about TCP when its subject says so, or everything. */
static bool is_tcp(const char *subject)
{
    return text_starts_with(text_of(subject), "tcp/") || strcmp(subject, "all") == 0;
}

static bool add_finding(struct reading *r, sqlite3_stmt *stmt, struct error *err)
{
    struct json_object *detail = NULL;
    if (!is_tcp((const char *)sqlite3_column_text(stmt, 1)))
        return true;
    if (!json_parse(text_of((const char *)sqlite3_column_text(stmt, 2)), &detail, err))
        return error_prefix(err, "the detail of a finding");
    struct json_object *addresses = json_get(detail, "addresses");
    bool listed = json_object_is_type(addresses, json_type_array);
    r->account = sqlite3_column_int64(stmt, 0);
    bool ok = true;
    for (size_t i = 0; ok && listed && i < json_object_array_length(addresses); i++)
        ok = add_address(r, json_object_array_get_idx(addresses, i), err);
    json_object_put(detail);
    return ok;
}

static int by_place(const void *a, const void *b)
{
    const struct probe_target *x = a, *y = b;
    int order = strcmp(x->address, y->address);
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return order != 0 ? order : x->port - y->port;
}

/* ---- whose turn it is ---- */

/* A target and what decides of its turn. */
struct turn {
    struct probe_target target;
    int64_t answered_unix_s; /* 0: never */
    bool no_route;
};

static int by_turn(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->no_route != y->no_route)
        return x->no_route ? 1 : -1;
    if (x->answered_unix_s != y->answered_unix_s)
        return x->answered_unix_s < y->answered_unix_s ? -1 : 1;
    return by_place(&x->target, &y->target);
}

static bool read_answered(struct store *s, sqlite3_stmt *stmt, struct turn *turn, struct error *err)
{
    char *event = probe_targets_event(&turn->target);
    sqlite3_bind_int64(stmt, 1, turn->target.account);
    sqlite3_bind_text(stmt, 2, event, -1, SQLITE_STATIC);
    int rc = sqlite3_step(stmt);
    bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE || fault(s, err);
    turn->answered_unix_s = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    free(event);
    return ok;
}

static bool read_turns(struct store *s, const struct probe_choice *choice,
                       const struct probe_targets *t, struct turn *turns, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(store_db(s), sql_answered, -1, &stmt, NULL) != SQLITE_OK)
        return fault(s, err);
    bool ok = true;
    for (size_t i = 0; ok && i < t->count; i++) {
        turns[i].target = t->items[i];
        turns[i].no_route = !choice->has_route(t->items[i].address);
        ok = read_answered(s, stmt, &turns[i], err);
    }
    sqlite3_finalize(stmt);
    return ok;
}

static void sort_by_place(struct probe_target *items, size_t count)
{
    if (count > 0)
        qsort(items, count, sizeof *items, by_place);
}

static bool choose(struct store *s, const struct probe_choice *choice, struct probe_targets *t,
                   struct error *err)
{
    if (t->count > choice->max) {
        struct turn *turns = memory_new(t->count, sizeof *turns);
        bool ok = read_turns(s, choice, t, turns, err);
        if (ok) {
            qsort(turns, t->count, sizeof *turns, by_turn);
            for (size_t i = 0; i < t->count; i++)
                t->items[i] = turns[i].target;
            t->waiting = t->count - choice->max;
            t->count = choice->max;
        }
        free(turns);
        if (!ok)
            return false;
    }
    sort_by_place(t->items, t->count);
    sort_by_place(t->items + t->count, t->waiting);
    return true;
}

bool probe_targets_read(struct store *s, const struct probe_choice *choice,
                        struct probe_targets *out, struct error *err)
{
    struct reading r = { .store = s, .known = choice->known, .out = out };
    sqlite3_stmt *stmt = NULL;
    int rc = SQLITE_ROW;
    *out = (struct probe_targets){ 0 };
    r.seen = map_new(NULL);
    bool ok = (sqlite3_prepare_v2(store_db(s), sql_reachable, -1, &stmt, NULL) == SQLITE_OK &&
               sqlite3_prepare_v2(store_db(s), sql_held, -1, &r.held, NULL) == SQLITE_OK) ||
              fault(s, err);
    while (ok && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        ok = add_finding(&r, stmt, err);
    ok = ok && (rc == SQLITE_DONE || fault(s, err));
    sqlite3_finalize(stmt);
    sqlite3_finalize(r.held);
    map_free(r.seen);
    return ok && choose(s, choice, out, err);
}

char *probe_targets_event(const struct probe_target *t)
{
    return memory_format("%s port %d", t->address, t->port);
}

void probe_targets_release(struct probe_targets *t)
{
    for (size_t i = 0; i < t->count + t->waiting; i++)
        free(t->items[i].address);
    free(t->items);
    *t = (struct probe_targets){ 0 };
}

bool probe_targets_scan(struct store *s, const char *state, struct store_run *out,
                        struct error *err)
{
    static const char sql[] = "SELECT id, name, started FROM run WHERE state = ?1"
                              " AND filtered = 0 ORDER BY id DESC LIMIT 1";
    struct store_run run = { 0 };
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store_db(s), sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(stmt, 1, state, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        run.id = sqlite3_column_int64(stmt, 0);
        snprintf(run.name, sizeof run.name, "%s", (const char *)sqlite3_column_text(stmt, 1));
        run.started_unix_s = sqlite3_column_int64(stmt, 2);
    }
    bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE || fault(s, err);
    sqlite3_finalize(stmt);
    if (ok)
        *out = run;
    return ok;
}

bool probe_targets_held(struct store *s, const struct string_list *addresses, const char **out,
                        struct error *err)
{
    sqlite3_stmt *held = NULL;
    const char *found = NULL;
    if (sqlite3_prepare_v2(store_db(s), sql_held, -1, &held, NULL) != SQLITE_OK)
        return fault(s, err);
    bool ok = true;
    for (size_t i = 0; ok && found == NULL && i < addresses->count; i++) {
        bool is = false;
        ok = is_held(s, held, addresses->items[i], &is, err);
        found = ok && is ? addresses->items[i] : NULL;
    }
    sqlite3_finalize(held);
    if (ok)
        *out = found;
    return ok;
}
