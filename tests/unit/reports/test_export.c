/* An export's folder: whole or not there, and nobody else's is lost for it. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/export.h"
#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LINES "out/provider=aws/type=aws_b/account=012345678901/resources.ndjson"
#define ROW "'012345678901', 'shop', 'global', 'i', 'n', '', '{}', 'f', 'l', '', '', 'k', '{\"A\":1}', NULL, NULL)"

/* A table in the place of the view that exports read. */
static const char inventory[] =
    "CREATE TEMP TABLE inventory(provider, type, account, account_name, region, id, name, team, tags, first_seen,"
    " last_changed, unverified_since, shared_from, key, config, unread, parent);"
    "INSERT INTO inventory VALUES ('aws', 'aws_b', " ROW;

struct place {
    char folder[64];
    struct store *store;
    struct store_run run;
};

static void run_sql(struct place *p, const char *sql)
{
    char *message = NULL;
    sqlite3_exec(store_db(p->store), sql, NULL, NULL, &message);
    assert_string_equal(message == NULL ? "" : message, "");
}

static int make_place(void **state)
{
    struct place *p = memory_new(1, sizeof *p);
    struct error err = ERROR_INIT;
    snprintf(p->folder, sizeof p->folder, "/tmp/yomawari-export-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    p->store = store_open(p->folder, STORE_WRITE, 1795230000, &err);
    assert_non_null(p->store);
    const struct store_run_options o = { .now_unix_s = 1795230000, .tool_version = "1",
                                         .config_digest = "c", .checks_digest = "d" };
    assert_true(store_run_begin(p->store, &o, &p->run, &err));
    run_sql(p, inventory);
    *state = p;
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    store_close(p->store);
    assert_true(file_remove_tree(p->folder, &err));
    free(p);
    return 0;
}

static char *path_of(const struct place *p, const char *relative)
{
    return memory_format("%s/%s", p->folder, relative);
}

static bool export(struct place *p, const char *relative, struct error *err)
{
    struct export_counts counts = { -1, -1 };
    char *path = path_of(p, relative);
    bool ok = export_write(p->store, &p->run, path, &counts, err);
    assert_int_equal(counts.resources, ok ? 1 : -1);
    free(path);
    return ok;
}

static void put(const struct place *p, const char *relative, const char *content)
{
    struct error err = ERROR_INIT;
    char *path = path_of(p, relative);
    char *parent = memory_string_n(path, (size_t)(strrchr(path, '/') - path));
    assert_true(file_make_folder(parent, &err) && file_write_atomic(path, text_of(content), &err));
    free(parent);
    free(path);
}

static bool has(const struct place *p, const char *relative)
{
    char *path = path_of(p, relative);
    bool there = file_exists(path);
    free(path);
    return there;
}

static void assert_content(const struct place *p, const char *relative, const char *wanted)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    char *path = path_of(p, relative);
    buffer_init(&b, 64 * 1024);
    assert_true(file_read(path, &b, &err));
    assert_string_equal(buffer_text(&b).data, wanted);
    buffer_release(&b);
    free(path);
}

static void assert_exported(const struct place *p)
{
    assert_content(p, "out/" EXPORT_MARK, "{\"run\":\"20261121T030000Z\",\"resources\":1,\"files\":1}\n");
    assert_content(p, LINES,
                   "{\"account_name\":\"shop\",\"region\":\"global\",\"id\":\"i\",\"name\":\"n\",\"team\":\"\",\"key\":\"k\","
                   "\"first_seen\":\"f\",\"last_changed\":\"l\",\"unverified_since\":\"\",\"shared_from\":\"\","
                   "\"parent\":null,\"tags\":{},\"unread\":null,\"config\":{\"A\":1}}\n");
    assert_false(has(p, "out.tmp") || has(p, "out.old"));
}

/* ---- */

static void a_line_a_resource_under_a_mark_that_counts_them(void **state)
{
    struct error err = ERROR_INIT;
    assert_true(export(*state, "out", &err));
    assert_exported(*state);
}

static void the_folder_above_is_made_and_slashes_at_the_end_count_for_nothing(void **state)
{
    struct error err = ERROR_INIT;
    assert_true(export(*state, "deep/in/out///", &err));
    assert_true(has(*state, "deep/in/out/" EXPORT_MARK));
    assert_false(has(*state, "deep/in/out/.tmp"));
}

static void somebody_elses_folder_under_any_of_the_names_is_refused_by_name(void **state)
{
    static const char *const names[] = { "out", "out.tmp", "out.old" };
    struct place *p = *state;
    for (size_t i = 0; i < 3; i++) {
        struct error err = ERROR_INIT;
        char *notes = memory_format("%s/notes", names[i]), *path = path_of(p, names[i]);
        char *told = memory_format("the export would replace %s (it holds what no export wrote):"
                                   " move it, or name another folder", path);
        put(p, notes, "mine");
        assert_false(export(p, "out", &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_string_equal(err.message, told);
        assert_content(p, notes, "mine");
        assert_true(file_remove_tree(path, &err));
        for (size_t k = 0; k < 3; k++)
            assert_false(has(p, names[k])); /* nothing was begun */
        free(told);
        free(path);
        free(notes);
    }
}

static void a_file_in_the_way_is_refused_too(void **state)
{
    struct error err = ERROR_INIT;
    put(*state, "out.old", "mine");
    assert_false(export(*state, "out", &err));
    assert_non_null(strstr(err.message, "out.old (Not a directory)"));
    assert_content(*state, "out.old", "mine");
    assert_false(has(*state, "out.tmp") || has(*state, "out"));
}

static void what_stands_beside_is_looked_at_before_the_earlier_export_is_touched(void **state)
{
    struct error err = ERROR_INIT;
    assert_true(export(*state, "out", &err));
    run_sql(*state, "UPDATE inventory SET id = 'another'");
    put(*state, "out.old/notes", "mine");
    assert_false(export(*state, "out", &err));
    assert_content(*state, "out.old/notes", "mine");
    char *path = path_of(*state, "out.old");
    assert_true(file_remove_tree(path, &err));
    free(path);
    assert_exported(*state); /* the first one */
}

static void what_a_crash_left_is_replaced(void **state)
{
    struct error err = ERROR_INIT;
    put(*state, "out.tmp/" EXPORT_MARK, "{}\n");
    put(*state, "out.tmp/provider=aws/type=aws_gone/account=1/resources.ndjson.tmp", "{\"half");
    put(*state, "out.old/" EXPORT_MARK, "{}\n");
    put(*state, "out/" EXPORT_MARK, "{}\n");
    put(*state, "out/provider=aws/old", "old");
    assert_true(export(*state, "out", &err));
    assert_exported(*state);
    assert_false(has(*state, "out/provider=aws/old") || has(*state, "out/provider=aws/type=aws_gone"));
    put(*state, "out.tmp/" EXPORT_MARK ".tmp", ""); /* before even the mark had its name */
    assert_true(export(*state, "out", &err));
    assert_exported(*state);
}

/* No folder can have so long a name. */
static void one_that_breaks_off_leaves_the_earlier_and_what_the_next_may_replace(void **state)
{
    struct error err = ERROR_INIT;
    assert_true(export(*state, "out", &err));
    run_sql(*state, "INSERT INTO inventory VALUES ('aws', hex(zeroblob(200)), " ROW);
    assert_false(export(*state, "out", &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_true(has(*state, "out.tmp/" EXPORT_MARK));
    assert_content(*state, "out.tmp/" EXPORT_MARK, "{}\n");
    run_sql(*state, "DELETE FROM inventory WHERE length(type) > 100");
    assert_content(*state, "out/" EXPORT_MARK, "{\"run\":\"20261121T030000Z\",\"resources\":1,\"files\":1}\n");
    assert_true(export(*state, "out", &err));
    assert_exported(*state);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_line_a_resource_under_a_mark_that_counts_them),
        CASE(the_folder_above_is_made_and_slashes_at_the_end_count_for_nothing),
        CASE(somebody_elses_folder_under_any_of_the_names_is_refused_by_name),
        CASE(a_file_in_the_way_is_refused_too),
        CASE(what_stands_beside_is_looked_at_before_the_earlier_export_is_touched),
        CASE(what_a_crash_left_is_replaced),
        CASE(one_that_breaks_off_leaves_the_earlier_and_what_the_next_may_replace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
