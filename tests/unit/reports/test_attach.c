/* What goes into a run's folder beside its sheets. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/attach.h"
#include "reports/folder.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char state[40];
static char *from;

static int set_up(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    snprintf(state, sizeof state, "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(state));
    from = memory_format("%s/from", state);
    assert_true(file_make_folder(from, &err));
    return 0;
}

static int tear_down(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    free(from);
    return file_remove_tree(state, &err) ? 0 : -1;
}

static char *in(const char *folder, const char *name)
{
    return memory_format("%s/%s", folder, name);
}

static void put(const char *name, const char *content)
{
    struct error err = ERROR_INIT;
    char *path = in(from, name);
    assert_true(file_write_atomic(path, text_of(content), &err));
    free(path);
}

static bool publish(const char *run, struct error *err)
{
    struct folder *f = folder_begin(state, run, 14, err);
    assert_non_null(f);
    bool ok = attach_files(f, from, "shots", err) && folder_publish(f, err);
    folder_free(f);
    return ok;
}

static struct stat look(const char *relative)
{
    struct stat st;
    char *path = in(state, relative);
    if (stat(path, &st) != 0)
        fail_msg("there is no %s", relative);
    free(path);
    return st;
}

static void files_stand_beside_the_sheets_and_the_same_once(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    put("a.png", "one");
    put("b.png", "two");
    assert_true(publish("20261121T030000Z", &err));
    put("b.png", "other");
    assert_true(publish("20261122T030000Z", &err));
    assert_int_equal(look("latest/shots/a.png").st_size, 3);
    assert_int_equal(look("latest/shots/a.png").st_ino,
                     look("runs/20261121T030000Z/shots/a.png").st_ino);
    assert_int_equal(look("latest/shots/b.png").st_size, 5);
    assert_int_equal(look("runs/20261121T030000Z/shots/b.png").st_size, 3);
}

static void what_is_gone_is_not_in_the_next_run(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    put("a.png", "one");
    assert_true(publish("20261121T030000Z", &err));
    char *path = in(from, "a.png"), *shown = in(state, "latest/shots/a.png");
    assert_int_equal(unlink(path), 0);
    assert_true(publish("20261122T030000Z", &err));
    assert_false(file_exists(shown));
    free(path);
    free(shown);
}

static void links_folders_and_hidden_files_are_passed_over(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    char *link = in(from, "link"), *folder = in(from, "folder"), *shown = in(state, "latest/shots");
    put(".hidden", "x");
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_true(publish("20261121T030000Z", &err));
    assert_false(file_exists(shown));
    free(link);
    free(folder);
    free(shown);
}

static void too_many_or_too_large_ones_are_refused(void **unused)
{
    struct error err = ERROR_INIT;
    (void)unused;
    char *path = in(from, "large");
    put("large", "");
    assert_int_equal(truncate(path, ATTACH_FILE_MAX + 1), 0);
    assert_false(publish("20261121T030000Z", &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_int_equal(unlink(path), 0);
    free(path);
    for (int i = 0; i <= ATTACH_FILES_MAX; i++) {
        path = memory_format("%s/%d", from, i);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fclose(file), 0);
        free(path);
    }
    assert_false(publish("20261121T030000Z", &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
}

#define ATTACH_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ATTACH_TEST(files_stand_beside_the_sheets_and_the_same_once),
        ATTACH_TEST(what_is_gone_is_not_in_the_next_run),
        ATTACH_TEST(links_folders_and_hidden_files_are_passed_over),
        ATTACH_TEST(too_many_or_too_large_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
