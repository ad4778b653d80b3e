#include "providers/aws/credentials/host.h"

#include "core/base/clock.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MS 20 /* how late the end of a process may be noticed when its pipes stay open or closed */

extern char **environ;

static const char *host_variable(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

static bool host_read_file(void *ctx, const char *path, struct buffer *out, bool *out_absent,
                           struct error *err)
{
    (void)ctx;
    /* People switch the shared files off by naming /dev/null. */
    bool absent = strcmp(path, "/dev/null") == 0 ||
                  (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR));
    if (!absent && !file_read(path, out, err))
        return false;
    *out_absent = absent;
    return true;
}

/* A process under way: what it writes comes out of the two pipes. */
struct child {
    pid_t pid;
    int pipes[2]; /* standard output, standard error; -1 once at its end */
    struct buffer *outputs[2];
    const char *name;
};

static void close_pipe(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool open_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return false;
    }
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Own process group, so that its children can be ended with it; signals as a fresh program has them. */
static int spawn(const char *const argv[], int out_fd, int err_fd, pid_t *out_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, to_default;
    sigemptyset(&none);
    sigemptyset(&to_default);
    sigaddset(&to_default, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err_fd, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &to_default);
    int rc = posix_spawnp(out_pid, argv[0], &files, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

static bool start(struct child *c, const char *const argv[], struct error *err)
{
    int out[2] = { -1, -1 }, errors[2] = { -1, -1 };
    bool piped = open_pipe(out) && open_pipe(errors);
    int rc = piped ? spawn(argv, out[1], errors[1], &c->pid) : errno;
    close_pipe(&out[1]);
    close_pipe(&errors[1]);
    c->pipes[0] = out[0];
    c->pipes[1] = errors[0];
    return rc == 0 || error_set(err, ERROR_IO, "cannot run %s: %s", c->name, strerror(rc));
}

/* Reads what is there now. Output beyond its maximum is an error, standard error's is dropped. */
static bool drain(struct child *c, int which, struct error *err)
{
    char chunk[4096];
    struct buffer *out = c->outputs[which];
    ssize_t got = 0;
    while (c->pipes[which] >= 0 && (got = read(c->pipes[which], chunk, sizeof chunk)) > 0) {
        size_t len = (size_t)got;
        if (which == 1 && len > out->max - out->len)
            len = out->max - out->len;
        buffer_append(out, chunk, len);
        if (!buffer_ok(out))
            return error_set(err, ERROR_LIMIT, "%s wrote more than %zu bytes", c->name, out->max);
    }
    if (got == 0)
        close_pipe(&c->pipes[which]);
    return true;
}

static void wait_a_tick(const struct child *c)
{
    struct pollfd fds[2] = { { c->pipes[0], POLLIN, 0 }, { c->pipes[1], POLLIN, 0 } };
    poll(fds, 2, TICK_MS); /* a descriptor of -1 is passed over */
}

/* Until the process itself has ended: a helper that it leaves behind may hold the pipes for ever. */
static bool attend(struct child *c, int64_t timeout_ms, int *out_status, struct error *err)
{
    struct clock clock = clock_system();
    int64_t deadline_ms = clock_mono_ms(&clock) + timeout_ms;
    for (;;) {
        int status = 0;
        pid_t got = waitpid(c->pid, &status, WNOHANG);
        bool ended = got == c->pid;
        if (got < 0 && errno != EINTR) { /* whoever started us ignores the end of children */
            c->pid = 0;
            return error_set(err, ERROR_IO, "%s: its end cannot be awaited: %s", c->name, strerror(errno));
        }
        if (ended)
            c->pid = 0;
        if (!drain(c, 0, err) || !drain(c, 1, err))
            return false;
        if (ended) {
            *out_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            return true;
        }
        if (clock_mono_ms(&clock) >= deadline_ms)
            return error_set(err, ERROR_IO, "%s took longer than %lld s", c->name,
                             (long long)(timeout_ms / 1000));
        wait_a_tick(c);
    }
}

static bool host_run_process(void *ctx, const char *const argv[], int64_t timeout_ms,
                             struct buffer *out, struct buffer *errors, int *out_status,
                             struct error *err)
{
    (void)ctx;
    struct child c = { 0, { -1, -1 }, { out, errors }, argv[0] };
    bool ok = start(&c, argv, err) && attend(&c, timeout_ms, out_status, err);
    if (c.pid > 0) {
        kill(-c.pid, SIGKILL);
        waitpid(c.pid, NULL, 0);
    }
    close_pipe(&c.pipes[0]);
    close_pipe(&c.pipes[1]);
    return ok;
}

struct aws_host aws_host_system(void)
{
    return (struct aws_host){ host_variable, host_read_file, host_run_process, NULL };
}
