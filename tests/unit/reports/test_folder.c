/* A run's folder: whole or not there, and `latest` always good. */
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/folder.h"
#include "reports/output.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int make_state(void **state)
{
    char *folder = memory_string("/tmp/yomawari-folder-XXXXXX");
    assert_non_null(mkdtemp(folder));
    *state = folder;
    return 0;
}

static int remove_state(void **state)
{
    struct error err = ERROR_INIT;
    assert_true(file_remove_tree(*state, &err));
    free(*state);
    return 0;
}

static void put(struct folder *f, const char *relative, const char *content)
{
    struct error err = ERROR_INIT;
    struct output *o = folder_output(f, relative, &err);
    assert_non_null(o);
    assert_true(output_write(o, text_of(content), &err) && output_finish(o, NULL, &err));
    output_free(o);
    assert_true(folder_has(f, relative));
}

static struct folder *begin(const char *state, const char *run)
{
    struct error err = ERROR_INIT;
    struct folder *f = folder_begin(state, run, 3, &err);
    assert_non_null(f);
    return f;
}

static void publish(struct folder *f)
{
    struct error err = ERROR_INIT;
    assert_true(folder_publish(f, &err));
    folder_free(f);
}

/* A run with one sheet, and one that is the same every night. */
static void night(const char *state, const char *run, const char *content)
{
    struct folder *f = begin(state, run);
    put(f, "sheet.csv", content);
    put(f, "teams/a/same.csv", "always\r\n");
    publish(f);
}

static bool has(const char *state, const char *relative)
{
    char *path = memory_format("%s/%s", state, relative);
    struct stat st;
    bool there = lstat(path, &st) == 0;
    free(path);
    return there;
}

static void assert_content(const char *state, const char *relative, const char *wanted)
{
    char *path = memory_format("%s/%s", state, relative);
    struct error err = ERROR_INIT;
    struct buffer b;
    buffer_init(&b, 1000);
    assert_true(file_read(path, &b, &err));
    assert_string_equal(buffer_string(&b), wanted);
    buffer_release(&b);
    free(path);
}

static ino_t inode(const char *state, const char *relative)
{
    char *path = memory_format("%s/%s", state, relative);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    free(path);
    return st.st_ino;
}

static void assert_latest(const char *state, const char *wanted)
{
    char *path = memory_format("%s/latest", state), target[200];
    ssize_t len = readlink(path, target, sizeof target);
    assert_int_equal(len, strlen(wanted));
    assert_memory_equal(target, wanted, (size_t)len);
    free(path);
}

static void a_run_is_there_when_published_and_not_before(void **state)
{
    struct folder *f = begin(*state, "20261121T030000Z");
    put(f, "sheet.csv", "x");
    assert_false(has(*state, "runs/20261121T030000Z"));
    assert_false(has(*state, "latest"));
    publish(f);
    assert_content(*state, "latest/sheet.csv", "x");
    assert_latest(*state, "runs/20261121T030000Z");
    assert_false(has(*state, "runs/20261121T030000Z.tmp"));
    assert_false(has(*state, "latest.tmp"));
}

static void what_did_not_change_is_a_link_to_the_night_before(void **state)
{
    night(*state, "20261121T030000Z", "one");
    night(*state, "20261122T030000Z", "two");
    assert_content(*state, "latest/sheet.csv", "two");
    assert_int_equal(inode(*state, "runs/20261121T030000Z/teams/a/same.csv"),
                     inode(*state, "runs/20261122T030000Z/teams/a/same.csv"));
    assert_int_not_equal(inode(*state, "runs/20261121T030000Z/sheet.csv"),
                         inode(*state, "runs/20261122T030000Z/sheet.csv"));
}

static void what_was_given_up_is_removed_and_latest_stays(void **state)
{
    night(*state, "20261121T030000Z", "one");
    struct folder *f = begin(*state, "20261122T030000Z");
    put(f, "sheet.csv", "half");
    folder_free(f);
    assert_false(has(*state, "runs/20261122T030000Z.tmp"));
    assert_content(*state, "latest/sheet.csv", "one");
}

static void leftovers_of_a_crash_are_removed_and_nothing_else(void **state)
{
    struct error err = ERROR_INIT;
    static const char *const made[] = { "runs/20261120T030000Z.tmp/teams/x", "runs/notes.tmp", "runs/notes",
                                        "runs/20261120T030000Z" };
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        char *path = memory_format("%s/%s", (char *)*state, made[i]);
        assert_true(file_make_folder(path, &err));
        free(path);
    }
    char *latest = memory_format("%s/latest.tmp", (char *)*state);
    assert_int_equal(symlink("runs/nowhere", latest), 0);
    free(latest);
    night(*state, "20261121T030000Z", "one");
    assert_false(has(*state, "runs/20261120T030000Z.tmp"));
    assert_false(has(*state, "latest.tmp"));
    assert_true(has(*state, "runs/notes.tmp") && has(*state, "runs/notes") && has(*state, "runs/20261120T030000Z"));
}

static void only_the_last_runs_are_kept(void **state)
{
    static const char *const nights[] = { "20261121T030000Z", "20261122T030000Z", "20261123T030000Z",
                                          "20261124T030000Z", "20261125T030000Z" };
    for (size_t i = 0; i < 5; i++)
        night(*state, nights[i], nights[i]);
    assert_false(has(*state, "runs/20261121T030000Z") || has(*state, "runs/20261122T030000Z"));
    assert_true(has(*state, "runs/20261123T030000Z") && has(*state, "runs/20261124T030000Z"));
    assert_latest(*state, "runs/20261125T030000Z");
    assert_content(*state, "runs/20261123T030000Z/sheet.csv", "20261123T030000Z");
}

static void latest_never_goes_back(void **state)
{
    night(*state, "20261122T030000Z", "new");
    night(*state, "20261121T030000Z", "old, written late");
    assert_latest(*state, "runs/20261122T030000Z");
    assert_content(*state, "runs/20261121T030000Z/sheet.csv", "old, written late");
}

static void a_run_written_again_is_taken_over_file_by_file(void **state)
{
    night(*state, "20261121T030000Z", "one");
    struct folder *f = begin(*state, "20261121T030000Z");
    put(f, "teams/a/same.csv", "always\r\n");
    put(f, "teams/b/new.csv", "new");
    put(f, "other.csv", "other");
    publish(f);
    assert_latest(*state, "runs/20261121T030000Z");
    assert_content(*state, "latest/teams/a/same.csv", "always\r\n");
    assert_content(*state, "latest/teams/b/new.csv", "new");
    assert_content(*state, "latest/other.csv", "other");
    assert_false(has(*state, "latest/sheet.csv"));
    assert_false(has(*state, "runs/20261121T030000Z.tmp"));
}

static void a_latest_that_is_not_ours_is_no_earlier_run(void **state)
{
    char *latest = memory_format("%s/latest", (char *)*state);
    assert_int_equal(symlink("../../../../../../etc", latest), 0);
    night(*state, "20261121T030000Z", "one");
    assert_latest(*state, "runs/20261121T030000Z");
    assert_int_equal(unlink(latest), 0);
    assert_int_equal(symlink("runs/20301121T030000Z", latest), 0); /* a run that is gone */
    night(*state, "20261122T030000Z", "two");
    assert_latest(*state, "runs/20261122T030000Z");
    free(latest);
}

static void a_state_that_cannot_be_written_is_named(void **state)
{
    struct error err = ERROR_INIT;
    char *runs = memory_format("%s/runs", (char *)*state);
    int fd = open(runs, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    assert_null(folder_begin(*state, "20261121T030000Z", 3, &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_non_null(strstr(err.message, runs));
    free(runs);
    error_clear(&err);
    if (geteuid() == 0)
        return; /* nothing is read-only to root */
    assert_int_equal(chmod(*state, 0500), 0);
    char *below = memory_format("%s/below", (char *)*state);
    assert_null(folder_begin(below, "20261121T030000Z", 3, &err));
    assert_non_null(strstr(err.message, "Permission denied"));
    assert_int_equal(chmod(*state, 0700), 0);
    free(below);
}

/* Night after night without end; each night's sheet says its name. */
static void walk_for_ever(const char *state, int first)
{
    for (int i = first;; i++) {
        char run[40];
        snprintf(run, sizeof run, "202611%02dT%02d%02d%02dZ", 1 + i / 86400, i / 3600 % 24, i / 60 % 60, i % 60);
        night(state, run, run);
    }
}

static void a_kill_at_any_moment_leaves_latest_whole(void **state)
{
    night(*state, "20261030T000000Z", "20261030T000000Z");
    for (unsigned i = 0; i < 12; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            walk_for_ever(*state, (int)i * 7200);
        usleep(4000 + 7919 * i % 40000);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        char *path = memory_format("%s/latest", (char *)*state), target[200];
        ssize_t len = readlink(path, target, sizeof target);
        assert_true(len > 5);
        target[len] = '\0';
        assert_content(*state, "latest/sheet.csv", target + strlen("runs/"));
        assert_content(*state, "latest/teams/a/same.csv", "always\r\n");
        free(path);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_state, remove_state)
    const struct CMUnitTest tests[] = {
        CASE(a_run_is_there_when_published_and_not_before),
        CASE(what_did_not_change_is_a_link_to_the_night_before),
        CASE(what_was_given_up_is_removed_and_latest_stays),
        CASE(leftovers_of_a_crash_are_removed_and_nothing_else),
        CASE(only_the_last_runs_are_kept),
        CASE(latest_never_goes_back),
        CASE(a_run_written_again_is_taken_over_file_by_file),
        CASE(a_latest_that_is_not_ours_is_no_earlier_run),
        CASE(a_kill_at_any_moment_leaves_latest_whole),
        CASE(a_state_that_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
