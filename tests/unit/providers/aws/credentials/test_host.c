/* The real machine: variables, files, and processes that misbehave. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "providers/aws/credentials/host.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define SECOND_MS 1000

struct run {
    struct buffer out, errors;
    int status;
    struct error err;
    bool ok;
};

static void run_words(struct run *r, const char *const argv[], int64_t timeout_ms)
{
    struct aws_host host = aws_host_system();
    *r = (struct run){ .status = -1, .err = ERROR_INIT };
    buffer_init(&r->out, AWS_HOST_OUTPUT_MAX);
    buffer_init(&r->errors, AWS_HOST_STDERR_MAX);
    r->ok = host.run_process(host.ctx, argv, timeout_ms, &r->out, &r->errors, &r->status, &r->err);
}

static void run_shell(struct run *r, const char *script, int64_t timeout_ms)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    run_words(r, argv, timeout_ms);
}

static void release(struct run *r)
{
    buffer_release(&r->out);
    buffer_release(&r->errors);
}

static void output_and_errors_come_apart_with_the_status(void **state)
{
    (void)state;
    struct run r;
    run_shell(&r, "echo out; echo err >&2; exit 7", 30 * SECOND_MS);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.out), "out\n");
    assert_string_equal(buffer_string(&r.errors), "err\n");
    assert_int_equal(r.status, 7);
    release(&r);
    run_shell(&r, "kill -TERM $$", 30 * SECOND_MS);
    assert_true(r.ok);
    assert_int_equal(r.status, 128 + SIGTERM);
    release(&r);
}

static void the_environment_is_inherited_and_input_is_empty(void **state)
{
    (void)state;
    struct run r;
    setenv("YOMAWARI_TEST_WORD", "inherited", 1);
    run_shell(&r, "echo $YOMAWARI_TEST_WORD; cat", 30 * SECOND_MS);
    assert_string_equal(buffer_string(&r.out), "inherited\n");
    release(&r);
    struct aws_host host = aws_host_system();
    assert_string_equal(host.variable(host.ctx, "YOMAWARI_TEST_WORD"), "inherited");
    unsetenv("YOMAWARI_TEST_WORD");
    assert_null(host.variable(host.ctx, "YOMAWARI_TEST_WORD"));
}

static void words_are_given_as_they_are_without_a_shell(void **state)
{
    (void)state;
    struct run r;
    static const char *const argv[] = { "printf", "%s|", "a b", "$HOME", "`id`", ";", NULL };
    run_words(&r, argv, 30 * SECOND_MS);
    assert_string_equal(buffer_string(&r.out), "a b|$HOME|`id`|;|");
    release(&r);
}

static void a_program_that_does_not_exist_is_named(void **state)
{
    (void)state;
    struct run r;
    static const char *const argv[] = { "/nonexistent/program", NULL };
    run_words(&r, argv, 30 * SECOND_MS);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_IO);
    assert_non_null(strstr(r.err.message, "cannot run /nonexistent/program"));
    release(&r);
}

static void a_process_that_takes_too_long_is_killed_with_its_children(void **state)
{
    (void)state;
    struct run r;
    struct clock clock = clock_system();
    int64_t start = clock_mono_ms(&clock);
    char path[] = "/tmp/yomawari-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    char *script = memory_format("sh -c 'echo $$ > %s; sleep 600' & wait", path);
    run_shell(&r, script, 300);
    assert_false(r.ok);
    assert_non_null(strstr(r.err.message, "sh took longer than 0 s"));
    assert_true(clock_mono_ms(&clock) - start < 60 * SECOND_MS);
    struct buffer b;
    buffer_init(&b, 100);
    assert_true(file_read(path, &b, &r.err));
    pid_t child = (pid_t)strtol(buffer_string(&b), NULL, 10);
    /* Killed, but whoever inherits it may not have buried it yet. */
    for (int i = 0; i < 500 && kill(child, 0) == 0; i++) {
        char *stat = memory_format("/proc/%d/stat", (int)child);
        struct buffer s;
        buffer_init(&s, 4096);
        bool dead = !file_read(stat, &s, &r.err) || strstr(buffer_string(&s), ") Z ") != NULL;
        buffer_release(&s);
        free(stat);
        if (dead)
            break;
        assert_true(i < 499);
        usleep(10000);
    }
    unlink(path);
    free(script);
    buffer_release(&b);
    release(&r);
}

static void a_helper_left_behind_does_not_hold_us(void **state)
{
    (void)state;
    struct run r;
    struct clock clock = clock_system();
    int64_t start = clock_mono_ms(&clock);
    run_shell(&r, "echo keys; sleep 5 &", 30 * SECOND_MS);
    assert_true(r.ok);
    assert_string_equal(buffer_string(&r.out), "keys\n");
    assert_true(clock_mono_ms(&clock) - start < 4 * SECOND_MS);
    release(&r);
}

static void too_much_output_is_an_error_and_too_many_complaints_are_cut(void **state)
{
    (void)state;
    struct run r;
    run_shell(&r, "while :; do echo 0123456789012345678901234567890123456789; done", 30 * SECOND_MS);
    assert_false(r.ok);
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    release(&r);
    run_shell(&r, "i=0; while [ $i -lt 500 ]; do echo complaint >&2; i=$((i+1)); done", 30 * SECOND_MS);
    assert_true(r.ok);
    assert_int_equal(r.errors.len, AWS_HOST_STDERR_MAX);
    release(&r);
}

static void a_status_that_nobody_can_tell_is_an_error_at_once(void **state)
{
    (void)state;
    struct run r;
    void (*before)(int) = signal(SIGCHLD, SIG_IGN); /* as some that start programs leave it */
    run_shell(&r, "exit 0", 30 * SECOND_MS);
    signal(SIGCHLD, before);
    assert_false(r.ok);
    assert_non_null(strstr(r.err.message, "sh: its end cannot be awaited"));
    release(&r);
}

static void missing_files_are_absent_and_unreadable_ones_are_errors(void **state)
{
    (void)state;
    struct aws_host host = aws_host_system();
    struct error err = ERROR_INIT;
    struct buffer b;
    bool absent = false;
    buffer_init(&b, AWS_HOST_FILE_MAX);
    assert_true(host.read_file(host.ctx, "/nonexistent/file", &b, &absent, &err));
    assert_true(absent);
    assert_true(host.read_file(host.ctx, SOURCE "/CMakeLists.txt", &b, &absent, &err));
    assert_false(absent);
    assert_true(b.len > 0);
    assert_false(host.read_file(host.ctx, SOURCE, &b, &absent, &err));
    assert_int_equal(err.kind, ERROR_IO);
    buffer_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_errors_come_apart_with_the_status),
        cmocka_unit_test(the_environment_is_inherited_and_input_is_empty),
        cmocka_unit_test(words_are_given_as_they_are_without_a_shell),
        cmocka_unit_test(a_program_that_does_not_exist_is_named),
        cmocka_unit_test(a_process_that_takes_too_long_is_killed_with_its_children),
        cmocka_unit_test(a_helper_left_behind_does_not_hold_us),
        cmocka_unit_test(too_much_output_is_an_error_and_too_many_complaints_are_cut),
        cmocka_unit_test(a_status_that_nobody_can_tell_is_an_error_at_once),
        cmocka_unit_test(missing_files_are_absent_and_unreadable_ones_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
