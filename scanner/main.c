#include "core/base/text.h"
#include "scanner/command.h"

#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* ---- clock ---- */

/* A wall clock that starts at a given time, for tests of nights that have not come: YOMAWARI_NOW, in unix
 * seconds. */
struct moved_clock {
    struct clock system;
    int64_t first_ms;  /* what it says when it is first asked, however long the start took */
    int64_t offset_ms; /* from then on; 0: not asked yet */
};

static int64_t moved_wall_ms(void *ctx)
{
    struct moved_clock *m = ctx;
    if (m->offset_ms == 0)
        m->offset_ms = m->first_ms - clock_wall_ms(&m->system);
    return clock_wall_ms(&m->system) + m->offset_ms;
}

static int64_t moved_mono_ms(void *ctx)
{
    const struct moved_clock *m = ctx;
    return clock_mono_ms(&m->system);
}

static struct clock make_clock(struct moved_clock *m)
{
    int64_t now_s = 0;
    m->system = clock_system();
    const char *set = getenv("YOMAWARI_NOW");
    if (set == NULL || !text_to_int64(text_of(set), &now_s) || now_s <= 0 ||
        now_s > INT64_C(253402300799))
        return m->system;
    m->first_ms = now_s * 1000;
    return (struct clock){ moved_wall_ms, moved_mono_ms, m };
}

/* ---- signals ---- */

/* SIGINT and SIGTERM become readable, so that a walk can end between two turns. A second one kills. */
static int watch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool interrupted(void *ctx)
{
    struct signalfd_siginfo info;
    int fd = *(const int *)ctx;
    if (fd < 0 || read(fd, &info, sizeof info) != (ssize_t)sizeof info)
        return false;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    return true;
}

/* ---- commands ---- */

static void print_help(FILE *out)
{
    fputs(
        "yomawari walks AWS accounts each night with read-only roles, judges what it finds, and says what\n"
        "changed.\n\nusage: yomawari COMMAND [OPTION]…\n\n",
        out);
    for (const struct command *const *c = commands_all(); *c != NULL; c++)
        fprintf(out, "  %-8s %s\n", (*c)->name, (*c)->summary);
    fputs("\nEvery command takes --help, and all but demo take -c FILE (default ./yomawari.yaml). Example:\n\n"
          "  yomawari scan --detailed-exitcode\n\n"
          "Exit status: 0 it worked, 1 it failed, 2 usage or config.\n",
          out);
}

static const struct command *find_command(const char *name)
{
    for (const struct command *const *c = commands_all(); *c != NULL; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct moved_clock moved = { .first_ms = 0 };
    struct error err = ERROR_INIT;
    int status = 0, signals = strcmp(command->name, "scan") == 0 ? watch_signals() : -1;
    struct command_context context = { make_clock(&moved), random_system(), stdout, stderr,
                                       interrupted,        &signals };
    /* Whole trees are made and freed, thousands of small pieces at a time. Kept apart for quick reuse, as is
     * glibc's way, the pieces are all merged whenever something large is wanted: a fifth of a page's time. */
    (void)mallopt(M_MXFAST, 0);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fputs("yomawari: libcurl cannot be started\n", stderr);
        return 1;
    }
    if (!command->run(&context, argc, argv, &status, &err)) {
        fprintf(stderr, "yomawari: %s\n", err.message);
        if (err.kind == ERROR_USAGE)
            fprintf(stderr, "See `yomawari %s --help`.\n", command->name);
        status = error_exit_status(&err);
    }
    curl_global_cleanup();
    if (signals >= 0)
        close(signals);
    return status;
}

/* Output that could not be written (a full disk, a closed pipe) is a failure. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno != EPIPE)
        fprintf(stderr, "yomawari: cannot write to standard output: %s\n", strerror(errno));
    return status == 0 ? 1 : status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("yomawari " YOMAWARI_VERSION);
        return finish(0);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return finish(0);
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) {
        fprintf(stderr, "yomawari: there is no command %s\nSee `yomawari --help`.\n", argv[1]);
        return 2;
    }
    if (wants_help(argc - 1, argv + 1)) {
        fputs(command->help, stdout);
        return finish(0);
    }
    return finish(run_command(command, argc - 1, argv + 1));
}
