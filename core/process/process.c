#include "core/process/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TICK_MS = 20,
    DESCRIPTORS_MAX = 65536,
    FAILURE_FD = 3, /* of the child: tells us why exec() failed; closed by its success */
};

/* ---- in the child, between fork() and exec(): only calls that are safe there ---- */

/* What is narrower already stays. */
static bool limit(int what, int64_t value)
{
    struct rlimit r;
    if (getrlimit((__rlimit_resource_t)what, &r) != 0)
        return false;
    r.rlim_max = r.rlim_max < (rlim_t)value ? r.rlim_max : (rlim_t)value;
    r.rlim_cur = r.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* Where the kernel has no close_range() (before 5.9) one by one: ours are all closed by exec() anyhow. */
static void close_from(int first)
{
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) != 0)
        for (int fd = first; fd < DESCRIPTORS_MAX; fd++)
            (void)close(fd);
}

/* 0, 1, 2 and *failure become what they are to be, whatever numbers they had. */
static bool place_descriptors(int output, int *failure)
{
    int none = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int high = fcntl(*failure, F_DUPFD_CLOEXEC, 10), out = fcntl(output, F_DUPFD_CLOEXEC, 10);
    if (none < 0 || high < 0 || out < 0 || dup2(none, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(out, 2) < 0)
        return false;
    *failure = high; /* its old number may have been one of those */
    if (dup2(high, FAILURE_FD) < 0 || fcntl(FAILURE_FD, F_SETFD, FD_CLOEXEC) != 0)
        return false;
    *failure = FAILURE_FD;
    close_from(FAILURE_FD + 1);
    return true;
}

static void reset_signals(void)
{
    sigset_t none;
    struct sigaction usual;
    memset(&usual, 0, sizeof usual);
    usual.sa_handler = SIG_DFL;
    for (int i = 1; i < NSIG; i++)
        (void)sigaction(i, &usual, NULL); /* those that cannot be changed need not be */
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Once the user is another, root's rights are gone for good: all three ids are set. */
static bool become(const struct process_user *user)
{
    return user == NULL ||
           (setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0);
}

static bool prepare(const struct process *p, pid_t parent, int output, int *failure)
{
    reset_signals();
    (void)umask(077);
    return place_descriptors(output, failure) && setpgid(0, 0) == 0 && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_FSIZE, p->file_max_bytes) && become(p->user) && chdir(p->folder) == 0 &&
           prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

static _Noreturn void run_child(const struct process *p, pid_t parent, int output, int failure)
{
    errno = 0;
    if (prepare(p, parent, output, &failure))
        (void)execve(p->argv[0], (char *const *)(uintptr_t)p->argv,
                     (char *const *)(uintptr_t)p->environment);
    int why = errno == 0 ? ESRCH : errno; /* 0: our parent is gone */
    ssize_t told = write(failure, &why, sizeof why);
    _exit(told == sizeof why ? 127 : 126);
}

/* ---- in the parent ---- */

struct child {
    pid_t pid;
    int output, failure; /* ends to read; -1: none */
};

static void close_one(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static bool open_pipe(int ends[2])
{
    ends[0] = ends[1] = -1;
    if (pipe(ends) != 0)
        return false;
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

/* Waits until exec() has happened; 0, or why it did not. */
static int read_failure(const struct child *c)
{
    int why = 0;
    ssize_t got;
    do
        got = read(c->failure, &why, sizeof why);
    while (got < 0 && errno == EINTR);
    return got == 0 ? 0 : got == sizeof why ? why : EIO;
}

static void reap(pid_t pid, int *out_status)
{
    while (waitpid(pid, out_status, 0) < 0 && errno == EINTR)
        ;
}

static int start(const struct process *p, struct child *c)
{
    int output[2], failure[2] = { -1, -1 }, code = 0;
    pid_t parent = getpid();
    if (!open_pipe(output) || !open_pipe(failure) || (c->pid = fork()) < 0)
        code = errno;
    if (code == 0 && c->pid == 0)
        run_child(p, parent, output[1], failure[1]);
    close_one(&output[1]);
    close_one(&failure[1]);
    c->output = output[0];
    c->failure = failure[0];
    if (code == 0)
        code = read_failure(c);
    if (code != 0 && c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        reap(c->pid, NULL);
    }
    return code;
}

/* Reads once; false when there is nothing (more). */
static bool drain(struct child *c, struct buffer *said)
{
    char chunk[4096];
    struct pollfd there = { c->output, POLLIN, 0 };
    if (c->output < 0 || poll(&there, 1, 0) <= 0)
        return false;
    ssize_t got = read(c->output, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0) {
        close_one(&c->output);
        return false;
    }
    size_t room = said->max - said->len;
    buffer_append(said, chunk, (size_t)got < room ? (size_t)got : room);
    return true;
}

/* Its end stays to be reaped, so that its number, which is its group's, is nobody else's yet. */
static bool has_ended(pid_t pid)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

/* Until it ends by itself, or must. Output is read once a turn: who writes without end does not keep us from looking at
 * the time. */
static enum process_end attend(const struct process *p, struct child *c, struct buffer *said)
{
    int64_t deadline_ms = clock_mono_ms(&p->clock) + p->time_ms;
    while (!has_ended(c->pid)) {
        struct pollfd there = { c->output, POLLIN, 0 };
        if (clock_mono_ms(&p->clock) >= deadline_ms)
            return PROCESS_LATE;
        if (p->interrupted != NULL && p->interrupted(p->interrupted_ctx))
            return PROCESS_INTERRUPTED;
        (void)poll(&there, 1, TICK_MS);
        (void)drain(c, said);
    }
    return PROCESS_EXITED;
}

static struct process_outcome finish(struct child *c, enum process_end end, struct buffer *said)
{
    int status = 0;
    (void)kill(-c->pid, SIGKILL); /* what it left behind, too */
    reap(c->pid, &status);
    while (said->len < said->max && drain(c, said))
        ;
    if (end == PROCESS_EXITED && WIFSIGNALED(status))
        return (struct process_outcome){ PROCESS_KILLED, WTERMSIG(status) };
    return (struct process_outcome){ end, end == PROCESS_EXITED ? WEXITSTATUS(status) : 0 };
}

bool process_run(const struct process *p, struct buffer *said, struct process_outcome *out,
                 struct error *err)
{
    struct child c = { -1, -1, -1 };
    if (p->time_ms < 1 || p->time_ms > PROCESS_TIME_MAX_MS)
        return error_set(err, ERROR_INTERNAL, "%s: a time of %lld ms", p->argv[0],
                         (long long)p->time_ms);
    int code = start(p, &c);
    if (code == 0)
        *out = finish(&c, attend(p, &c, said), said);
    else
        error_set(err, ERROR_IO, "%s: %s", p->argv[0], strerror(code));
    close_one(&c.output);
    close_one(&c.failure);
    return code == 0;
}
