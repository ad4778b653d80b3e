/* The file: who may open it, what it is made of, what happens when it is damaged; and transactions. */
#include "tests/unit/core/store/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_release(&w);
    return 0;
}

static char *path_of(const char *name)
{
    return memory_format("%s/%s", w.folder, name);
}

static unsigned mode_of(const char *name)
{
    struct stat st;
    char *path = path_of(name);
    assert_int_equal(stat(path, &st), 0);
    free(path);
    return st.st_mode & 0777;
}

static void write_at(const char *name, long offset, const char *bytes)
{
    char *path = path_of(name);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, strlen(bytes), f), strlen(bytes));
    fclose(f);
    free(path);
}

static char *read_whole(const char *name)
{
    struct buffer b;
    char *path = path_of(name);
    buffer_init(&b, 1 << 24);
    assert_true(file_read(path, &b, &w.err));
    free(path);
    char *hex = memory_new(2 * b.len + 1, 1);
    for (size_t i = 0; i < b.len; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)b.data[i]);
    buffer_release(&b);
    return hex;
}

static void refuse_to_open(enum store_mode mode, enum error_kind kind, const char *words)
{
    struct error err = ERROR_INIT;
    assert_null(store_open(w.folder, mode, w.now, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void the_state_is_closed_to_others(void **state)
{
    (void)state;
    world_night(&w);
    world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    assert_int_equal(mode_of("."), 0700);
    assert_int_equal(mode_of("state.db"), 0600);
    assert_int_equal(mode_of("state.db-wal"), 0600);
    assert_int_equal(mode_of("state.db-shm"), 0600);
    assert_int_equal(mode_of("lock"), 0600);
    world_close(&w);
    assert_int_equal(chmod(w.folder, 0755), 0);
    world_open(&w);
    assert_int_equal(mode_of("."), 0700);
}

static void a_folder_that_does_not_exist_is_made(void **state)
{
    (void)state;
    char *deep = path_of("a/b");
    struct store *s = store_open(deep, STORE_WRITE, w.now, &w.err);
    world_must(&w, s != NULL);
    store_close(s);
    assert_int_equal(mode_of("a"), 0700);
    assert_int_equal(mode_of("a/b/state.db"), 0600);
    free(deep);
}

static void the_file_is_as_the_design_wants_it(void **state)
{
    (void)state;
    world_expect(&w, "PRAGMA journal_mode", "wal");
    world_expect(&w, "PRAGMA synchronous", "1");
    world_expect(&w, "PRAGMA foreign_keys", "1");
    world_expect(&w, "PRAGMA user_version", "5");
    world_expect(&w, "PRAGMA foreign_key_check", "");
    world_must(&w, store_begin(w.s, &w.err));
    world_expect(&w, "PRAGMA synchronous", "2");
    world_must(&w, store_commit(w.s, &w.err));
    world_expect(&w, "PRAGMA synchronous", "1");
    world_must(&w, store_begin(w.s, &w.err));
    store_rollback(w.s);
    world_expect(&w, "PRAGMA synchronous", "1");
}

static void the_redact_key_is_made_once(void **state)
{
    (void)state;
    struct text key = store_redact_key(w.s);
    assert_int_equal(key.len, 32);
    char *first = memory_string_n(key.data, key.len);
    unsigned char seen = 0;
    for (size_t i = 0; i < 32; i++)
        seen |= (unsigned char)first[i];
    assert_int_not_equal(seen, 0);
    world_kill(&w);
    assert_memory_equal(store_redact_key(w.s).data, first, 32);
    struct store *reader = store_open(w.folder, STORE_READ, w.now, &w.err);
    assert_memory_equal(store_redact_key(reader).data, first, 32);
    store_close(reader);
    char *other_folder = path_of("other");
    struct store *other = store_open(other_folder, STORE_WRITE, w.now, &w.err);
    assert_memory_not_equal(store_redact_key(other).data, first, 32);
    store_close(other);
    free(other_folder);
    free(first);
}

static void a_second_writer_is_told_who_holds_the_state(void **state)
{
    (void)state;
    char *wanted = memory_format("is held by pid %ld on ", (long)getpid());
    refuse_to_open(STORE_WRITE, ERROR_BUSY, wanted);
    refuse_to_open(STORE_WRITE, ERROR_BUSY, " since 2027-01-15T08:00:00Z");
    free(wanted);
    /* The first goes on as if nothing had been. */
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_expect_versions(&w, "a:[1,)1/1");
}

static void a_killed_holder_leaves_no_lock(void **state)
{
    (void)state;
    world_close(&w);
    pid_t child = fork();
    if (child == 0) {
        world_open(&w);
        world_night(&w);
        world_read(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
        world_must(&w, store_commit(w.s, &w.err));
        world_read(&w, "u", WORLD_ITEMS({ "b", "{}", 0, 0 }), OUTCOME_COMPLETE);
        _exit(42);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 42);
    w.s = store_open(w.folder, STORE_READ, w.now, &w.err); /* a reader may come first */
    world_must(&w, w.s != NULL);
    world_expect_versions(&w, "a:[1,)1/1");
    world_close(&w);
    world_open(&w);
    world_expect_versions(&w, "a:[1,)1/1");
    world_expect(&w, "SELECT scope, run, outcome FROM progress", "1|1|complete");
    world_expect(&w, "PRAGMA integrity_check", "ok");
}

static void readers_need_no_lock_and_see_what_was_committed(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    struct world reader = w;
    reader.s = store_open(w.folder, STORE_READ, w.now, &w.err);
    world_must(&w, reader.s != NULL);
    world_night(&w);
    world_read(&w, "t", NULL, OUTCOME_COMPLETE);
    world_expect_versions(&reader, "a:[1,)1/1");
    assert_false(store_memo_put(reader.s, "x", "1", &w.err));
    assert_int_equal(w.err.kind, ERROR_STORE);
    store_close(reader.s);
}

static void reading_needs_a_state(void **state)
{
    (void)state;
    char *none = path_of("none");
    struct error err = ERROR_INIT;
    assert_null(store_open(none, STORE_READ, w.now, &err));
    assert_int_equal(err.kind, ERROR_STORE);
    assert_non_null(strstr(err.message, "run a scan first"));
    assert_false(file_exists(none));
    free(none);
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
    (void)state;
    char *path = path_of("state.db/below");
    struct error err = ERROR_INIT;
    assert_null(store_open(path, STORE_WRITE, w.now, &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_non_null(strstr(err.message, "state.db"));
    free(path);
}

static void a_damaged_file_is_refused_and_left_alone(void **state)
{
    (void)state;
    world_walk(&w, "t", WORLD_ITEMS({ "a", "{}", 0, 0 }), OUTCOME_COMPLETE);
    world_close(&w);
    write_at("state.db", 0, "this is no database at all, whatever it once was");
    char *before = read_whole("state.db");
    refuse_to_open(STORE_WRITE, ERROR_STORE, "is damaged");
    refuse_to_open(STORE_READ, ERROR_STORE, "put the last good copy in its place");
    char *after = read_whole("state.db");
    assert_string_equal(before, after);
    free(before);
    free(after);
    write_at("state.db", 0, "SQLite format 3");
    char *path = path_of("state.db");
    assert_int_equal(truncate(path, 0), 0);
    free(path);
    world_open(&w); /* nothing is not damage */
}

static void damage_within_is_said_when_it_is_met(void **state)
{
    (void)state;
    char name[16];
    world_night(&w);
    struct store_scope *scope = world_begin(&w, "r", "t");
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "key%d", i);
        world_item(&w, scope, (struct world_item){ name, "{}", 0, 0 });
    }
    world_end(&w, scope, OUTCOME_COMPLETE);
    world_publish(&w);
    world_expect(&w, "PRAGMA wal_checkpoint(TRUNCATE)", "0|0|0");
    world_expect(&w, "SELECT rootpage > 1 FROM sqlite_master WHERE name = 'version'", "1");
    char *page =
        world_rows(&w, "SELECT (rootpage - 1) * 4096 FROM sqlite_master WHERE name = 'version'");
    world_close(&w);
    write_at("state.db", strtol(page, NULL, 10),
             "\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f");
    free(page);
    struct error err = ERROR_INIT;
    world_open(&w);
    struct store_run_options o = world_options(&w);
    assert_true(store_run_begin(w.s, &o, &w.run, &err));
    scope = store_scope_begin(w.s, &w.run, w.account, "r", "t", "ec2", &err);
    bool ok = scope != NULL && store_scope_end(w.s, scope, OUTCOME_COMPLETE, "", &err);
    assert_false(ok);
    assert_int_equal(err.kind, ERROR_STORE);
    assert_non_null(strstr(err.message, "is damaged"));
}

static void a_newer_state_is_refused(void **state)
{
    (void)state;
    world_exec(&w, "PRAGMA user_version = 99");
    world_close(&w);
    refuse_to_open(STORE_WRITE, ERROR_STORE, "written by a newer yomawari (state version 99");
    refuse_to_open(STORE_READ, ERROR_STORE, "written by a newer yomawari");
}

static void a_file_of_another_program_is_refused(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    char *path = path_of("state.db");
    world_close(&w);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "CREATE TABLE run(id); PRAGMA user_version = 1", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    refuse_to_open(STORE_WRITE, ERROR_STORE, "is not a state of yomawari");
    refuse_to_open(STORE_READ, ERROR_STORE, "is not a state of yomawari");
    free(path);
}

/* ---- transactions ---- */

static void grouped_writes_are_committed_by_time(void **state)
{
    (void)state;
    world_must(&w, store_commit(w.s, &w.err));
    world_must(&w, store_memo_put(w.s, "x", "1", &w.err));
    world_must(&w, store_tick(w.s, 1000, &w.err));
    world_must(&w, store_tick(w.s, 1249, &w.err));
    assert_int_equal(sqlite3_get_autocommit(store_db(w.s)), 0);
    world_must(&w, store_tick(w.s, 1250, &w.err));
    assert_int_not_equal(sqlite3_get_autocommit(store_db(w.s)), 0);
    world_must(&w, store_tick(w.s, 1251, &w.err));
    char *memo = store_memo_get(w.s, "x");
    assert_string_equal(memo, "1");
    free(memo);
}

static void grouped_writes_are_committed_by_number(void **state)
{
    (void)state;
    char type[16];
    world_night(&w);
    world_must(&w, store_tick(w.s, 1000, &w.err));
    for (int i = 0; i < 500; i++) {
        snprintf(type, sizeof type, "t%d", i);
        world_read(&w, type, NULL, OUTCOME_COMPLETE);
        if (i < 499)
            world_must(&w, store_tick(w.s, 1000, &w.err));
    }
    assert_int_equal(sqlite3_get_autocommit(store_db(w.s)), 0);
    world_must(&w, store_tick(w.s, 1000, &w.err));
    assert_int_not_equal(sqlite3_get_autocommit(store_db(w.s)), 0);
}

static void closing_rolls_back_what_was_not_committed(void **state)
{
    (void)state;
    world_must(&w, store_memo_put(w.s, "x", "1", &w.err));
    world_must(&w, store_begin(w.s, &w.err)); /* commits what is grouped */
    world_must(&w, store_memo_put(w.s, "x", "2", &w.err));
    world_must(&w, store_memo_put(w.s, "y", "2", &w.err));
    world_kill(&w);
    char *memo = store_memo_get(w.s, "x");
    assert_string_equal(memo, "1");
    free(memo);
    assert_null(store_memo_get(w.s, "y"));
}

static void a_transaction_begins_once(void **state)
{
    (void)state;
    world_must(&w, store_begin(w.s, &w.err));
    assert_false(store_begin(w.s, &w.err));
    assert_int_equal(w.err.kind, ERROR_INTERNAL);
    world_must(&w, store_commit(w.s, &w.err));
}

static void a_full_disk_is_said_and_ends_the_walk(void **state)
{
    (void)state;
    struct buffer big;
    struct error err = ERROR_INIT;
    world_night(&w);
    world_must(&w, store_commit(w.s, &w.err));
    world_exec(&w, "PRAGMA max_page_count = 100");
    buffer_init(&big, 1 << 21);
    buffer_append_char(&big, '"');
    for (int i = 0; i < 1000000; i++)
        buffer_append_char(&big, 'x');
    buffer_append_char(&big, '"');
    bool ok = true;
    for (int i = 0; ok && i < 10; i++)
        ok = store_memo_put(w.s, i % 2 == 0 ? "a" : "b", buffer_string(&big), &err);
    buffer_release(&big);
    assert_false(ok);
    assert_int_equal(err.kind, ERROR_STORE);
    assert_non_null(strstr(err.message, "disk is full"));
    world_exec(&w, "PRAGMA max_page_count = 1000000");
    /* SQLite may have undone the whole group: then no write may go on as if it had not. */
    if (sqlite3_get_autocommit(store_db(w.s)) != 0)
        assert_false(store_memo_put(w.s, "c", "1", &err));
    store_rollback(w.s);
    world_must(&w, store_memo_put(w.s, "c", "1", &w.err));
}

static void memos_are_kept_and_written_when_they_differ(void **state)
{
    (void)state;
    assert_null(store_memo_get(w.s, "regions/1"));
    world_must(&w, store_memo_put(w.s, "regions/1", "[\"a\"]", &w.err));
    world_must(&w, store_memo_put(w.s, "regions/1", "[\"b\"]", &w.err));
    int64_t before = sqlite3_total_changes64(store_db(w.s));
    world_must(&w, store_memo_put(w.s, "regions/1", "[\"b\"]", &w.err));
    assert_int_equal(sqlite3_total_changes64(store_db(w.s)), before);
    char *memo = store_memo_get(w.s, "regions/1");
    assert_string_equal(memo, "[\"b\"]");
    free(memo);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_state_is_closed_to_others),
        CASE(a_folder_that_does_not_exist_is_made),
        CASE(the_file_is_as_the_design_wants_it),
        CASE(the_redact_key_is_made_once),
        CASE(a_second_writer_is_told_who_holds_the_state),
        CASE(a_killed_holder_leaves_no_lock),
        CASE(readers_need_no_lock_and_see_what_was_committed),
        CASE(reading_needs_a_state),
        CASE(a_folder_that_cannot_be_made_is_said),
        CASE(a_damaged_file_is_refused_and_left_alone),
        CASE(damage_within_is_said_when_it_is_met),
        CASE(a_newer_state_is_refused),
        CASE(a_file_of_another_program_is_refused),
        CASE(grouped_writes_are_committed_by_time),
        CASE(grouped_writes_are_committed_by_number),
        CASE(closing_rolls_back_what_was_not_committed),
        CASE(a_transaction_begins_once),
        CASE(a_full_disk_is_said_and_ends_the_walk),
        CASE(memos_are_kept_and_written_when_they_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
