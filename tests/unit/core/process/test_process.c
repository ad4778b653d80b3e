/* Programs that are run to their end: with nothing of ours, within their time, and gone afterwards. */
#include "core/process/process.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUICKLY_MS = 20000, SOON_MS = 200, FILE_MAX = 1 << 20, SAID_MAX = 4096, NOBODY = 65534 };

static char folder[40];
static struct buffer said;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    buffer_init(&said, SAID_MAX);
    return 0;
}

static int tear_down(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    buffer_release(&said);
    return file_remove_tree(folder, &err) ? 0 : -1;
}

static struct process shell(const char *const argv[], int64_t time_ms)
{
    static const char *const environment[] = { "PATH=/usr/bin:/bin", "GIVEN=yes", NULL };
    return (struct process){ .argv = argv,
                             .environment = environment,
                             .folder = folder,
                             .clock = clock_system(),
                             .time_ms = time_ms,
                             .file_max_bytes = FILE_MAX };
}

static struct process_outcome run_as(const char *script, int64_t time_ms,
                                     const struct process_user *user)
{
    struct error err = ERROR_INIT;
    struct process_outcome out = { PROCESS_EXITED, -1 };
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    struct process p = shell(argv, time_ms);
    p.user = user;
    if (!process_run(&p, &said, &out, &err))
        fail_msg("%s", err.message);
    return out;
}

static struct process_outcome run(const char *script, int64_t time_ms)
{
    return run_as(script, time_ms, NULL);
}

static void expect(struct process_outcome o, enum process_end end, int code, const char *words)
{
    assert_int_equal(o.end, end);
    assert_int_equal(o.code, code);
    assert_string_equal(buffer_string(&said), words);
}

static void it_says_what_it_says_and_how_it_ends(void **state)
{
    (void)state;
    expect(run("echo one; echo two >&2; exit 7", QUICKLY_MS), PROCESS_EXITED, 7, "one\ntwo\n");
}

static void it_has_nothing_of_ours(void **state)
{
    (void)state;
    assert_int_equal(setenv("SECRET_OF_OURS", "x", 1), 0);
    int ours = open("/dev/null", O_RDONLY); /* not close-on-exec */
    assert_true(ours >= 0);
    /* ls itself opens the folder that it lists. */
    struct process_outcome o = run(
        "env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort; pwd; cat; ls /proc/self/fd | wc -l; umask",
        QUICKLY_MS);
    char *words = memory_format("GIVEN=yes\nPATH=/usr/bin:/bin\n%s\n4\n0077\n", folder);
    expect(o, PROCESS_EXITED, 0, words);
    free(words);
    assert_int_equal(close(ours), 0);
    assert_int_equal(unsetenv("SECRET_OF_OURS"), 0);
}

/* Whether a process is there no more, which may take a moment. */
static bool is_gone(pid_t pid)
{
    for (int i = 0; i < 200; i++) {
        char *path = memory_format("/proc/%d/stat", (int)pid);
        struct buffer stat;
        struct error err = ERROR_INIT;
        buffer_init(&stat, 4096);
        bool gone = !file_read(path, &stat, &err) || strstr(buffer_string(&stat), ") Z ") != NULL;
        buffer_release(&stat);
        free(path);
        if (gone)
            return true;
        usleep(10 * 1000);
    }
    return false;
}

static void what_takes_too_long_is_killed_with_its_children(void **state)
{
    (void)state;
    struct process_outcome o = run("trap '' TERM; sleep 600 & echo $!; sleep 600", SOON_MS);
    assert_int_equal(o.end, PROCESS_LATE);
    assert_true(is_gone((pid_t)strtol(buffer_string(&said), NULL, 10)));
}

static void what_it_leaves_behind_is_killed(void **state)
{
    (void)state;
    struct process_outcome o = run("sleep 600 & echo $!", QUICKLY_MS);
    assert_int_equal(o.end, PROCESS_EXITED);
    assert_true(is_gone((pid_t)strtol(buffer_string(&said), NULL, 10)));
}

static void who_writes_without_end_is_neither_kept_nor_waited_for(void **state)
{
    (void)state;
    struct process_outcome o = run("yes", SOON_MS);
    assert_int_equal(o.end, PROCESS_LATE);
    assert_int_equal(said.len, SAID_MAX);
    assert_true(buffer_ok(&said));
}

static void a_file_grows_no_larger_than_is_said(void **state)
{
    (void)state;
    run("exec head -c 200M /dev/zero >big", QUICKLY_MS);
    char *path = memory_format("%s/big", folder);
    FILE *big = fopen(path, "rb");
    assert_non_null(big);
    assert_int_equal(fseek(big, 0, SEEK_END), 0);
    assert_int_equal(ftell(big), FILE_MAX);
    assert_int_equal(fclose(big), 0);
    free(path);
}

static void a_signal_is_told(void **state)
{
    (void)state;
    expect(run("kill -SEGV $$", QUICKLY_MS), PROCESS_KILLED, SIGSEGV, "");
}

/* Only root can become another. */
static void as_another_user_it_has_no_right_of_ours(void **state)
{
    static const struct process_user nobody = { NOBODY, NOBODY };
    (void)state;
    if (geteuid() != 0)
        return;
    assert_int_equal(chmod(folder, 0755), 0);
    struct process_outcome o =
        run_as("id -u; id -g; id -G; touch x 2>/dev/null || echo cannot", QUICKLY_MS, &nobody);
    expect(o, PROCESS_EXITED, 0, "65534\n65534\n65534\ncannot\n");
}

static bool at_once(void *ctx)
{
    (void)ctx;
    return true;
}

static void an_interruption_ends_it(void **state)
{
    struct error err = ERROR_INIT;
    struct process_outcome out = { PROCESS_EXITED, 0 };
    (void)state;
    const char *const argv[] = { "/bin/sh", "-c", "sleep 600", NULL };
    struct process p = shell(argv, QUICKLY_MS);
    p.interrupted = at_once;
    assert_true(process_run(&p, &said, &out, &err));
    assert_int_equal(out.end, PROCESS_INTERRUPTED);
}

static void refuse(struct process p, enum error_kind kind, const char *words)
{
    struct error err = ERROR_INIT;
    struct process_outcome out;
    assert_false(process_run(&p, &said, &out, &err));
    assert_int_equal(err.kind, kind);
    assert_string_equal(err.message, words);
}

static void what_cannot_be_started_is_named(void **state)
{
    (void)state;
    const char *const none[] = { "/nowhere/at/all", NULL }, *const sh[] = { "/bin/sh", NULL };
    struct process p = shell(none, QUICKLY_MS);
    refuse(p, ERROR_IO, "/nowhere/at/all: No such file or directory");
    p = shell(sh, QUICKLY_MS);
    p.folder = "/nowhere";
    refuse(p, ERROR_IO, "/bin/sh: No such file or directory");
    p = shell(sh, 0);
    refuse(p, ERROR_INTERNAL, "/bin/sh: a time of 0 ms");
}

#define PROCESS_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROCESS_TEST(it_says_what_it_says_and_how_it_ends),
        PROCESS_TEST(it_has_nothing_of_ours),
        PROCESS_TEST(what_takes_too_long_is_killed_with_its_children),
        PROCESS_TEST(what_it_leaves_behind_is_killed),
        PROCESS_TEST(who_writes_without_end_is_neither_kept_nor_waited_for),
        PROCESS_TEST(a_file_grows_no_larger_than_is_said),
        PROCESS_TEST(a_signal_is_told),
        PROCESS_TEST(as_another_user_it_has_no_right_of_ours),
        PROCESS_TEST(an_interruption_ends_it),
        PROCESS_TEST(what_cannot_be_started_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
