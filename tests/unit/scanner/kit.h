#ifndef TESTS_UNIT_SCANNER_KIT_H
#define TESTS_UNIT_SCANNER_KIT_H

/*
 * Nights over the scripted cloud: a real store in a folder of its own, an engine on the simulated clock,
 * a loop, and up to two targets with the types of one YAML text. Every step that fails ends the test.
 */
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/map.h"
#include "core/store/findings.h"
#include "core/store/scopes.h"
#include "scanner/account.h"
#include "tests/unit/scanner/cloud_reader.h"

#include <sqlite3.h>
#include <unistd.h>

#define KIT_NOON 1800000000 /* 2027-01-15T08:00:00Z, when the first night falls */

enum { KIT_TARGETS = 2, KIT_TYPES_MAX = 16, KIT_ROUNDS_MAX = 100000 };

struct kit_target {
    struct config_target config;
    struct provider_session session;
    struct gate_group group;
    struct walk_target walk;
};

struct kit {
    struct cloud cloud;
    char folder[40];
    struct store *store;
    struct store_run run;
    int64_t now;
    struct http_engine *engine;
    struct loop loop;
    struct resource_types *types;
    struct plan_types plan_types;
    const struct resource_type *type_items[KIT_TYPES_MAX];
    struct shape *shapes[KIT_TYPES_MAX];
    int64_t shape_ids[KIT_TYPES_MAX];
    bool with_checks[KIT_TYPES_MAX];
    struct shape *bulk_shapes[KIT_TYPES_MAX];
    int64_t bulk_shape_ids[KIT_TYPES_MAX];
    struct kit_target targets[KIT_TARGETS];
    struct read_context context;
    struct string_list homes; /* accounts whose own scopes are in the plan */
    const char *home_region;  /* in this region alone; NULL: in all */
    bool broken;
    struct error why; /* of broken, and of steps here */
    struct log log;
    char *said;
    size_t said_len;
};

static inline void kit_must(const struct kit *k, bool ok)
{
    if (!ok)
        fail_msg("%s", k->why.message);
}

static inline void kit_broken(void *ctx, const struct error *why)
{
    struct kit *k = ctx;
    assert_int_not_equal(why->kind, ERROR_NONE);
    k->broken = true;
    k->why = *why;
    k->loop.stop = true;
}

static inline bool kit_is_home(void *ctx, const char *account, const struct resource_type *type, const char *region)
{
    struct kit *k = ctx;
    assert_non_null(type);
    assert_non_null(region);
    return string_list_has(&k->homes, account) &&
           (k->home_region == NULL || strcmp(k->home_region, region) == 0);
}

/* ---- nights ---- */

static inline void kit_begin_run(struct kit *k, bool filtered, bool resume)
{
    struct store_run_options o = { k->now, "1.0", "config-1", "checks-1", filtered, resume };
    kit_must(k, store_run_begin(k->store, &o, &k->run, &k->why));
}

static inline void kit_publish(struct kit *k)
{
    struct finding_counts counts;
    kit_must(k, store_begin(k->store, &k->why));
    kit_must(k, findings_publish(k->store, &k->run, &counts, &k->why));
    kit_must(k, store_run_publish(k->store, &k->run, k->now + 600, &k->why));
    kit_must(k, store_commit(k->store, &k->why));
}

/* Publishes, and begins the next night. What the cloud answers from then on is up to the test. */
static inline void kit_next_night(struct kit *k)
{
    kit_publish(k);
    k->now += 86400;
    kit_begin_run(k, false, false);
    string_list_release(&k->cloud.journal);
}

/* The process ended in the middle; another one goes on with the run. */
static inline void kit_resume(struct kit *k)
{
    k->now += 60;
    k->loop.stop = false;
    kit_begin_run(k, false, true);
    assert_true(k->run.resumed);
    string_list_release(&k->cloud.journal);
}

/* ---- life ---- */

/* A file of types for each service; the list ends with NULL. */
static inline void kit_make_types(struct kit *k, const char *const *yamls)
{
    k->types = resource_types_new();
    for (; *yamls != NULL; yamls++)
        kit_must(k, resource_types_add(k->types, "types.yaml", text_of(*yamls), &k->why));
    k->plan_types = (struct plan_types){ k->type_items, resource_types_count(k->types) };
    assert_in_range(k->plan_types.count, 1, KIT_TYPES_MAX);
    for (size_t i = 0; i < k->plan_types.count; i++) {
        k->type_items[i] = resource_types_at(k->types, i);
        k->shapes[i] = shape_of_type(k->type_items[i], NULL);
        k->with_checks[i] = true;
        kit_must(k, store_shape_id(k->store, shape_text(k->shapes[i]), &k->shape_ids[i], &k->why));
        k->bulk_shapes[i] = shape_from(k->shapes[i], "bulk");
        kit_must(k, store_shape_id(k->store, shape_text(k->bulk_shapes[i]), &k->bulk_shape_ids[i], &k->why));
    }
}

static inline void kit_make_target(struct kit *k, size_t i, const char *name)
{
    struct kit_target *t = &k->targets[i];
    gate_group_init(&t->group);
    t->config.name = (char *)(uintptr_t)name;
    t->session.cloud = &k->cloud;
    t->walk = (struct walk_target){ &t->config, &cloud_provider, &t->session,  &t->group,
                                    &k->plan_types, k->shapes,    k->shape_ids, k->with_checks,
                                    k->bulk_shapes, k->bulk_shape_ids };
}

static inline void kit_init(struct kit *k, const char *const *types)
{
    *k = (struct kit){ .now = KIT_NOON, .folder = "/tmp/yomawari-test-XXXXXX" };
    cloud_init(&k->cloud);
    assert_non_null(mkdtemp(k->folder));
    k->store = store_open(k->folder, STORE_WRITE, k->now, &k->why);
    kit_must(k, k->store != NULL);
    kit_make_types(k, types);
    k->engine = script_engine(&k->cloud.script, (struct http_engine_options){ 0 });
    loop_init(&k->loop, k->engine, (struct clock){ script_mono_ms, script_mono_ms, &k->cloud.script });
    kit_make_target(k, 0, "cloud/1");
    kit_make_target(k, 1, "cloud/2");
    k->context = (struct read_context){ .store = k->store, .run = &k->run, .redact_key = store_redact_key(k->store),
                                        .is_home = kit_is_home, .home_ctx = k, .broken = kit_broken,
                                        .broken_ctx = k };
    k->log.out = open_memstream(&k->said, &k->said_len);
    assert_non_null(k->log.out);
    kit_begin_run(k, false, false);
}

static inline void kit_release(struct kit *k)
{
    assert_int_equal(http_engine_run(k->engine, 0), 0);
    assert_true(list_is_empty(&k->loop.now)); /* nobody has left a task behind */
    assert_true(list_is_empty(&k->loop.later));
    http_engine_free(k->engine);
    store_close(k->store);
    for (size_t i = 0; i < k->plan_types.count; i++) {
        shape_free(k->shapes[i]);
        shape_free(k->bulk_shapes[i]);
    }
    resource_types_free(k->types);
    string_list_release(&k->homes);
    cloud_release(&k->cloud);
    (void)fclose(k->log.out);
    free(k->said);
    assert_true(file_remove_tree(k->folder, &k->why));
}

/* Turns until nothing is left to wait for; a loop that makes no way ends the test. */
static inline void kit_run(struct kit *k)
{
    int rounds = 0;
    while (!k->loop.stop && loop_turn(&k->loop, 1000))
        assert_in_range(rounds++, 0, KIT_ROUNDS_MAX);
}

/* Ends what is under way, as an interrupted walk does. */
static inline void kit_stop(struct kit *k)
{
    k->loop.stop = true;
    http_engine_cancel_all(k->engine);
    while (http_engine_run(k->engine, 0) > 0)
        continue;
}

/* ---- what the log and the store say ---- */

static inline const char *kit_said(struct kit *k)
{
    assert_int_equal(fflush(k->log.out), 0);
    return k->said;
}

static inline void kit_append_row(sqlite3_stmt *row, struct buffer *out)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *value = (const char *)sqlite3_column_text(row, i);
        if (i > 0)
            buffer_append_char(out, ' ');
        buffer_append_string(out, value == NULL ? "-" : value);
    }
    buffer_append_char(out, '\n');
}

/* The rows of a query, a line each, values with blanks between them. */
static inline void kit_assert_rows(struct kit *k, const char *sql, const char *expected)
{
    struct buffer out;
    sqlite3_stmt *rows = NULL;
    buffer_init(&out, 1024 * 1024);
    if (sqlite3_prepare_v2(store_db(k->store), sql, -1, &rows, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(store_db(k->store)));
    while (sqlite3_step(rows) == SQLITE_ROW)
        kit_append_row(rows, &out);
    sqlite3_finalize(rows);
    assert_string_equal(buffer_string(&out), expected);
    buffer_release(&out);
}

/* "REGION TYPE OUTCOME" of every scope of an account, in order, as it stands. */
static inline void kit_assert_coverage(struct kit *k, const char *account, const char *expected)
{
    char *sql = memory_format("SELECT s.region, s.type, c.outcome FROM scope s JOIN account a ON a.id = s.account"
                              " JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
                              " WHERE a.account = '%s' ORDER BY 1, 2",
                              account);
    kit_assert_rows(k, sql, expected);
    free(sql);
}

/* The reason of one scope, which says why it is not complete. */
static inline void kit_assert_reason(struct kit *k, const char *region, const char *type, const char *expected)
{
    char *sql = memory_format("SELECT c.reason FROM scope s JOIN coverage c ON c.scope = s.id AND c.to_run IS NULL"
                              " WHERE s.region = '%s' AND s.type = '%s'",
                              region, type);
    kit_assert_rows(k, sql, expected);
    free(sql);
}

/* Ids of all resources that stand, in order: "a\nb\n". */
static inline void kit_assert_resources(struct kit *k, const char *expected)
{
    kit_assert_rows(k, "SELECT rid FROM version WHERE to_run IS NULL ORDER BY 1", expected);
}

/* A fault of the store from now on, at the next write to this table. */
static inline void kit_break_store(struct kit *k, const char *table)
{
    char *sql = memory_format("CREATE TEMP TRIGGER broken_%s BEFORE INSERT ON main.%s BEGIN"
                              " SELECT RAISE(ABORT, 'the disk is full'); END",
                              table, table);
    assert_int_equal(sqlite3_exec(store_db(k->store), sql, NULL, NULL, NULL), SQLITE_OK);
    free(sql);
}

#endif
