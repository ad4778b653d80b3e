#ifndef TESTS_UNIT_CORE_STORE_WORLD_H
#define TESTS_UNIT_CORE_STORE_WORLD_H

/* A state in a folder of its own, and nights walked over it. Every step that fails ends the test. */
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/shape.h"
#include "core/store/diff.h"
#include "core/store/findings.h"
#include "core/store/scopes.h"
#include "core/store/store.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORLD_SHAPE "{\"fields\":\"*\",\"ordered\":[],\"volatile\":[\"Seen\"]}"
#define WORLD_NOON 1800000000 /* 2027-01-15T08:00:00Z, when the first night falls */

struct world {
    char folder[40];
    struct store *s;
    struct store_run run;
    struct finding_counts counts; /* of the last publish */
    int64_t now, account;
    const char *shape; /* of the items that are read next */
    struct error err;
};

static inline void world_must(const struct world *w, bool ok)
{
    if (!ok)
        fail_msg("%s", w->err.message);
}

static inline void world_open(struct world *w)
{
    w->s = store_open(w->folder, STORE_WRITE, w->now, &w->err);
    world_must(w, w->s != NULL);
}

static inline int64_t world_account(struct world *w, const char *account, const char *state)
{
    struct store_account a = { .provider = "aws",
                               .account = (char *)(uintptr_t)account,
                               .name = "shop",
                               .state = (char *)(uintptr_t)state,
                               .team = "pay",
                               .target = "t1" };
    world_must(w, store_account_put(w->s, &a, &w->err));
    return a.id;
}

static inline void world_init(struct world *w)
{
    memset(w, 0, sizeof *w);
    memcpy(w->folder, "/tmp/yomawari-test-XXXXXX", sizeof "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    w->now = WORLD_NOON;
    w->shape = WORLD_SHAPE;
    world_open(w);
    w->account = world_account(w, "012345678901", "active");
    world_must(w, store_commit(w->s, &w->err));
}

static inline void world_close(struct world *w)
{
    store_close(w->s);
    w->s = NULL;
}

static inline void world_release(struct world *w)
{
    world_close(w);
    assert_true(file_remove_tree(w->folder, &w->err));
}

/* Ends the process that holds the state, as far as the state can tell: what was committed stays. */
static inline void world_kill(struct world *w)
{
    world_close(w);
    world_open(w);
}

static inline struct store_run_options world_options(const struct world *w)
{
    return (struct store_run_options){ w->now, "1.0", "config-1", "checks-1", false, false };
}

static inline void world_night(struct world *w)
{
    w->now += 86400;
    struct store_run_options o = world_options(w);
    world_must(w, store_run_begin(w->s, &o, &w->run, &w->err));
}

static inline void world_resume(struct world *w)
{
    struct store_run_options o = world_options(w);
    o.now_unix_s += 60;
    o.resume = true;
    world_must(w, store_run_begin(w->s, &o, &w->run, &w->err));
}

static inline void world_publish(struct world *w)
{
    world_must(w, store_begin(w->s, &w->err));
    world_must(w, findings_publish(w->s, &w->run, &w->counts, &w->err));
    world_must(w, store_run_publish(w->s, &w->run, w->now + 600, &w->err));
    world_must(w, store_commit(w->s, &w->err));
}

/* ---- reads ---- */

struct world_item {
    const char *key, *config, *life, *unread; /* life and unread may be NULL */
};

static inline struct store_scope *world_begin(struct world *w, const char *region, const char *type)
{
    struct store_scope *scope =
        store_scope_begin(w->s, &w->run, w->account, region, type, "ec2", &w->err);
    world_must(w, scope != NULL);
    return scope;
}

/* Whether the store says that the item differs from what it holds. */
static inline bool world_item(struct world *w, struct store_scope *scope, struct world_item i)
{
    unsigned char digest[DIGEST_BYTES];
    struct json_object *tree = NULL;
    bool changed = false;
    struct shape *shape = shape_parse(w->shape, &w->err);
    world_must(w, shape != NULL && json_parse(text_of(i.config), &tree, &w->err));
    shape_digest(shape, tree, digest);
    struct store_item item = { .key = i.key,
                               .life = i.life == NULL ? "" : i.life,
                               .id = i.key,
                               .name = "n",
                               .region = "r",
                               .tags = "{}",
                               .config = i.config,
                               .unread = i.unread,
                               .digest = digest };
    world_must(w, store_shape_id(w->s, shape_text(shape), &item.shape, &w->err) &&
                      store_scope_item(w->s, scope, &item, &changed, &w->err));
    json_object_put(tree);
    shape_free(shape);
    return changed;
}

static inline void world_end(struct world *w, struct store_scope *scope, enum outcome outcome)
{
    world_must(w,
               store_scope_end(w->s, scope, outcome,
                               outcome == OUTCOME_COMPLETE ? "" : outcome_name(outcome), &w->err));
}

/* One whole read of scope (r, type): items up to the one without a key. */
static inline void world_read(struct world *w, const char *type, const struct world_item *items,
                              enum outcome outcome)
{
    struct store_scope *scope = world_begin(w, "r", type);
    for (; items != NULL && items->key != NULL; items++)
        world_item(w, scope, *items);
    world_end(w, scope, outcome);
}

#define WORLD_ITEMS(...)                                                                           \
    (const struct world_item[])                                                                    \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, NULL, NULL                                                                 \
        }                                                                                          \
    }

/* A night that reads scope (r, type) and publishes. */
static inline void world_walk(struct world *w, const char *type, const struct world_item *items,
                              enum outcome outcome)
{
    world_night(w);
    world_read(w, type, items, outcome);
    world_publish(w);
}

/* ---- looking ---- */

/* Rows as "a|b c|d", null as "-"; free(). */
static inline char *world_rows(struct world *w, const char *sql)
{
    struct buffer b;
    sqlite3_stmt *st = NULL;
    buffer_init(&b, 1 << 20);
    if (sqlite3_prepare_v2(store_db(w->s), sql, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_db(w->s)));
    int code;
    while ((code = sqlite3_step(st)) == SQLITE_ROW) {
        if (b.len > 0)
            buffer_append_char(&b, ' ');
        for (int i = 0; i < sqlite3_column_count(st); i++) {
            const char *text = (const char *)sqlite3_column_text(st, i);
            buffer_append_format(&b, "%s%s", i == 0 ? "" : "|", text == NULL ? "-" : text);
        }
    }
    if (code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_db(w->s)));
    sqlite3_finalize(st);
    buffer_append_string(&b, "");
    return buffer_detach(&b);
}

static inline void world_expect(struct world *w, const char *sql, const char *rows)
{
    char *got = world_rows(w, sql);
    assert_string_equal(got == NULL ? "" : got, rows);
    free(got);
}

static inline void world_exec(struct world *w, const char *sql)
{
    if (sqlite3_exec(store_db(w->s), sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_db(w->s)));
}

static inline bool world_note_change(void *ctx, const struct diff_row *row, struct error *err)
{
    (void)err;
    buffer_append_format(ctx, "%s%s %s%s%s %s>%s", ((struct buffer *)ctx)->len == 0 ? "" : "; ",
                         row->change, row->key[0] == '\0' ? row->type : row->key,
                         row->field[0] == '\0' ? "" : " ", row->field, row->before, row->after);
    return true;
}

/* The changes between two runs as "changed KEY FIELD BEFORE>AFTER; removed KEY >". */
static inline void world_expect_diff_between(struct world *w, int64_t before, int64_t after,
                                             const char *wanted)
{
    struct buffer b;
    struct diff_options o = { before, after };
    buffer_init(&b, 1 << 20);
    world_must(w, diff_each(w->s, &o, world_note_change, &b, &w->err));
    assert_string_equal(buffer_string(&b), wanted);
    buffer_release(&b);
}

static inline void world_expect_diff(struct world *w, const char *wanted)
{
    world_expect_diff_between(w, w->run.baseline, w->run.id, wanted);
}

/* Versions as key:[from,to)born/changed, in order. */
static inline void world_expect_versions(struct world *w, const char *wanted)
{
    world_expect(
        w,
        "SELECT r.key || ':[' || v.from_run || ',' || coalesce(v.to_run, '') || ')' || v.born || '/' ||"
        " v.changed FROM version v JOIN resource r ON r.id = v.resource ORDER BY r.key, v.from_run",
        wanted);
}

#endif
