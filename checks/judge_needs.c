#include "checks/judge_needs.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_BYTES_MAX = 16 * 1024 };

/* One need of the check, and what was found for the account and region that were asked of last. */
struct need_state {
    const struct check_need *need;
    bool global;          /* its type has no regions, and is not spread over places */
    bool is_subject;      /* it is the subject's own type: each row answers for itself */
    sqlite3_stmt *unread; /* resources with unread parts, by region and account */
    sqlite3_stmt *by_id;
    char *account, *region; /* NULL: nothing found yet */
    bool complete;
    char *why;
};

struct needs {
    struct sandbox *sandbox;
    const struct check *check;
    struct need_state *items;
};

static bool prepare(struct sandbox *s, char *sql, sqlite3_stmt **out, struct error *err)
{
    bool ok =
        sqlite3_prepare_v2(sandbox_db(s), sql, -1, out, NULL) == SQLITE_OK || sandbox_fault(s, err);
    sqlite3_free(sql);
    return ok;
}

struct needs *needs_new(struct sandbox *s, const struct check *check, struct error *err)
{
    struct needs *n = memory_new(1, sizeof *n);
    bool ok = true;
    n->sandbox = s;
    n->check = check;
    n->items = memory_new(check->need_count, sizeof *n->items);
    for (size_t i = 0; ok && i < check->need_count; i++) {
        struct need_state *state = &n->items[i];
        state->need = &check->needs[i];
        const struct resource_type *type = resource_types_find(sandbox_types(s), state->need->type);
        state->global = type->global && !type->spread;
        state->is_subject = strcmp(state->need->type, check->subject) == 0;
        ok = prepare(
                 s,
                 sqlite3_mprintf("SELECT id, unread FROM \"%w\" WHERE unread IS NOT NULL"
                                 " AND (?1 IS NULL OR region = ?1) AND (?2 IS NULL OR account = ?2)"
                                 " AND account <> '' ORDER BY key",
                                 state->need->type),
                 &state->unread, err) &&
             prepare(s,
                     sqlite3_mprintf("SELECT account = '', verified, unread FROM \"%w\""
                                     " WHERE (id = ?1 OR key = ?1) AND (?2 IS NULL OR region = ?2)",
                                     state->need->type),
                     &state->by_id, err);
    }
    if (ok)
        return n;
    needs_free(n);
    return NULL;
}

void needs_free(struct needs *n)
{
    if (n == NULL)
        return;
    for (size_t i = 0; i < n->check->need_count; i++) {
        sqlite3_finalize(n->items[i].unread);
        sqlite3_finalize(n->items[i].by_id);
        free(n->items[i].account);
        free(n->items[i].region);
        free(n->items[i].why);
    }
    free(n->items);
    free(n);
}

/* ---- parts ---- */

/* Says which part that matters is unread, if any. "not_needed" is an excuse only where nobody refers to it. */
static bool parts_are_read(const struct check_need *need, const char *id, const char *unread,
                           bool referred, struct buffer *why)
{
    struct json_object *parts = NULL;
    struct error err = ERROR_INIT;
    bool read = true;
    if (unread == NULL)
        return true;
    if (!json_parse(text_of(unread), &parts, &err) ||
        !json_object_is_type(parts, json_type_object)) {
        json_object_put(parts);
        buffer_append_format(why, "parts of %s unread", id);
        return false;
    }
    json_object_object_foreach(parts, part, reason) {
        const char *words = reason == NULL ? "unread" : json_object_get_string(reason);
        bool matters = need == NULL || (need->parts.count == 0 && !need->no_parts) ||
                       string_list_has(&need->parts, part);
        if (!read || !matters || (!referred && strcmp(words, "not_needed") == 0))
            continue;
        buffer_append_format(why, "%s of %s %s", part, id, words);
        read = false;
    }
    json_object_put(parts);
    return read;
}

/* ---- a whole scope ---- */

static const char *region_of(const struct need_state *n, const struct needs_subject *subject)
{
    if (n->need->where != CHECK_REGION)
        return NULL;
    return n->global ? "global" : subject->region;
}

static bool scope_is_complete(struct needs *n, const struct need_state *state,
                              const struct needs_subject *subject, struct buffer *why)
{
    bool estate = state->need->where == CHECK_ESTATE;
    struct sandbox_scope scope =
        sandbox_scope_or(n->sandbox, state->need->type, state->need->instead,
                         estate ? "*" : subject->account, region_of(state, subject));
    if (scope.complete)
        return true;
    if (scope.known)
        buffer_append_format(why, "%s %s in %s", state->need->type, scope.outcome, scope.region);
    else
        buffer_append_format(why, "%s not read in %s", state->need->type,
                             state->need->where == CHECK_REGION ? region_of(state, subject)
                                                                : subject->account);
    return false;
}

/* In one region and one account; NULL: all. */
static bool rows_are_read(struct needs *n, const struct need_state *state,
                          const char *const region_and_account[2], struct buffer *why, bool *out,
                          struct error *err)
{
    int rc = SQLITE_ROW;
    *out = true;
    for (int i = 0; i < 2; i++)
        sqlite3_bind_text(state->unread, i + 1, region_and_account[i], -1, SQLITE_STATIC);
    while (*out && (rc = sqlite3_step(state->unread)) == SQLITE_ROW)
        *out = parts_are_read(state->need, (const char *)sqlite3_column_text(state->unread, 0),
                              (const char *)sqlite3_column_text(state->unread, 1), false, why);
    bool ok = !*out || rc == SQLITE_DONE || sandbox_fault(n->sandbox, err);
    sqlite3_reset(state->unread);
    return ok;
}

/* Of the subject's own type each subject answers for itself. */
static bool account_is_complete(struct needs *n, const struct need_state *state,
                                const struct needs_subject *subject, struct buffer *why, bool *out,
                                struct error *err)
{
    bool whole = n->check->reach == CHECK_REACH_ACCOUNT || state->need->where == CHECK_ESTATE;
    const char *const where[2] = { region_of(state, subject), whole ? NULL : subject->account };
    *out = scope_is_complete(n, state, subject, why);
    return !*out || state->is_subject || rows_are_read(n, state, where, why, out, err);
}

/* An owner that is not in the state has no scopes: nothing is known of it. What it has in other regions than the
 * subject's has no part in what the subject lives in. */
static bool owner_is_complete(struct needs *n, const struct need_state *state,
                              const struct needs_subject *subject, const char *owner,
                              struct buffer *why, bool *out, struct error *err)
{
    bool regional = !state->global && strcmp(subject->region, "global") != 0;
    const char *region = regional ? subject->region : NULL;
    const char *const where[2] = { region, owner };
    struct sandbox_scope scope =
        sandbox_scope_or(n->sandbox, state->need->type, state->need->instead, owner, region);
    struct buffer words;
    bool ok = true;
    buffer_init(&words, WHY_BYTES_MAX);
    *out = scope.complete;
    if (!scope.known && !sandbox_scope(n->sandbox, state->need->type, owner, NULL).known)
        buffer_append_format(&words, "%s not read in %s", state->need->type, owner);
    else if (!scope.known)
        buffer_append_format(&words, "%s not read in %s, of %s", state->need->type, region, owner);
    else if (!scope.complete)
        buffer_append_format(&words, "%s %s in %s, of %s", state->need->type, scope.outcome,
                             scope.region, owner);
    else
        ok = rows_are_read(n, state, where, &words, out, err);
    if (scope.complete && !*out)
        buffer_append_format(&words, ", of %s", owner);
    buffer_append_text(why, buffer_text(&words));
    buffer_release(&words);
    return ok;
}

static bool look_at_accounts(struct needs *n, const struct need_state *state,
                             const struct needs_subject *subject, struct buffer *why, bool *out,
                             struct error *err)
{
    const struct string_list *owners = sandbox_owners(n->sandbox);
    bool ok = account_is_complete(n, state, subject, why, out, err);
    for (size_t i = 0; ok && *out && state->need->where == CHECK_OWNER && i < owners->count; i++)
        ok = owner_is_complete(n, state, subject, owners->items[i], why, out, err);
    return ok;
}

static bool is_remembered(const struct need_state *s, const struct needs_subject *subject)
{
    if (s->account != NULL && s->need->where == CHECK_ESTATE)
        return true;
    return s->account != NULL && strcmp(s->account, subject->account) == 0 &&
           strcmp(s->region, subject->region) == 0;
}

static bool look_at_scope(struct needs *n, struct need_state *state,
                          const struct needs_subject *subject, struct buffer *why,
                          struct error *err)
{
    struct buffer words;
    bool ok = true;
    if (!is_remembered(state, subject)) {
        buffer_init(&words, WHY_BYTES_MAX);
        ok = look_at_accounts(n, state, subject, &words, &state->complete, err);
        free(state->account);
        free(state->region);
        free(state->why);
        state->account = memory_string(subject->account);
        state->region = memory_string(subject->region);
        state->why = buffer_detach(&words);
    }
    if (!state->complete)
        buffer_append_string(why, state->why[0] == '\0' ? "unread" : state->why);
    return ok;
}

/* ---- only what is referred to ---- */

static bool look_at_id(struct needs *n, const struct need_state *state,
                       const struct needs_subject *subject, const char *id, struct buffer *why,
                       struct error *err)
{
    int rc = SQLITE_ROW;
    bool found = false, good = false;
    sqlite3_bind_text(state->by_id, 1, id, -1, SQLITE_STATIC);
    sqlite3_bind_text(state->by_id, 2, region_of(state, subject), -1, SQLITE_STATIC);
    while (!good && (rc = sqlite3_step(state->by_id)) == SQLITE_ROW) {
        bool reference = sqlite3_column_int(state->by_id, 0) != 0;
        bool verified = sqlite3_column_int(state->by_id, 1) != 0;
        buffer_clear(why);
        found = true;
        good = reference ||
               (verified &&
                parts_are_read(state->need, id, (const char *)sqlite3_column_text(state->by_id, 2),
                               true, why));
    }
    bool ok = good || rc == SQLITE_DONE || sandbox_fault(n->sandbox, err);
    sqlite3_reset(state->by_id);
    if (good)
        buffer_clear(why);
    else if (why->len == 0 && scope_is_complete(n, state, subject, why))
        buffer_append_format(
            why, found ? "%s was not verified" : "%s is not among the known resources", id);
    return ok;
}

/* `ids` is a JSON array of texts, or one text. */
static bool look_at_ids(struct needs *n, const struct need_state *state,
                        const struct needs_subject *subject, const char *ids, struct buffer *why,
                        struct error *err)
{
    struct json_object *list = NULL;
    struct error bad = ERROR_INIT;
    if (ids == NULL)
        return true;
    if (ids[0] != '[' || !json_parse(text_of(ids), &list, &bad))
        return look_at_id(n, state, subject, ids, why, err);
    bool ok = true;
    for (size_t i = 0; ok && why->len == 0 && i < json_object_array_length(list); i++) {
        struct json_object *id = json_object_array_get_idx(list, i);
        if (json_object_is_type(id, json_type_string))
            ok = look_at_id(n, state, subject, json_object_get_string(id), why, err);
    }
    json_object_put(list);
    return ok;
}

static const struct check_need *own_need(const struct check *c)
{
    for (size_t i = 0; i < c->need_count; i++)
        if (strcmp(c->needs[i].type, c->subject) == 0)
            return &c->needs[i];
    return NULL;
}

bool needs_look(struct needs *n, const struct needs_subject *subject, struct buffer *why,
                bool *out_complete, struct error *err)
{
    bool ok = true;
    struct buffer words;
    buffer_init(&words, WHY_BYTES_MAX);
    parts_are_read(own_need(n->check), subject->id, subject->unread, false, &words);
    for (size_t i = 0; ok && words.len == 0 && i < n->check->need_count; i++) {
        struct need_state *state = &n->items[i];
        ok = state->need->ids == NULL
                 ? look_at_scope(n, state, subject, &words, err)
                 : look_at_ids(n, state, subject, subject->ids[i], &words, err);
    }
    *out_complete = words.len == 0 && buffer_ok(&words);
    buffer_append_text(why, buffer_text(&words));
    buffer_release(&words);
    return ok;
}
