#include "scanner/demo/cloud.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "fakecloud"

enum { PATH_LEN_MAX = 4096, PORT_TEXT_MAX = 16, NUMBERS = 6, ARGUMENTS = 1 + 2 * NUMBERS + 2 };

extern char **environ;

/* Where it may be, seen from our own program: in one folder (a build), or as packages lay things out. */
static const char *const places[] = { "/" PROGRAM, "/../libexec/yomawari/" PROGRAM };

static bool own_folder(char *out, size_t size, struct error *err)
{
    ssize_t len = readlink("/proc/self/exe", out, size - 1);
    if (len <= 0)
        return error_set(err, ERROR_IO, "cannot tell where this program lies: %s", strerror(errno));
    out[len] = '\0';
    char *slash = strrchr(out, '/');
    *slash = '\0';
    return true;
}

static char *find_program(struct error *err)
{
    char folder[PATH_LEN_MAX];
    if (!own_folder(folder, sizeof folder, err))
        return NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = memory_format("%s%s", folder, places[i]);
        if (access(path, X_OK) == 0)
            return path;
        free(path);
    }
    error_set(err, ERROR_IO, "the demo needs the program " PROGRAM ", which is not in %s", folder);
    return NULL;
}

static bool spawn(const char *program, const struct demo_cloud_options *o, int in, int out,
                  pid_t *pid, struct error *err)
{
    const struct {
        const char *name;
        int value;
    } numbers[NUMBERS] = { { "--seed", o->seed },         { "--accounts", o->accounts },
                           { "--regions", o->regions },   { "--night", o->night },
                           { "--projects", o->projects }, { "--google-now", (int)o->now_s } };
    char texts[NUMBERS][PORT_TEXT_MAX];
    char *argv[ARGUMENTS + 1] = { (char *)(uintptr_t)program };
    for (size_t i = 0; i < NUMBERS; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", numbers[i].value);
        argv[1 + 2 * i] = (char *)(uintptr_t)numbers[i].name;
        argv[2 + 2 * i] = texts[i];
    }
    argv[ARGUMENTS - 2] = (char[]){ "--google-key" };
    argv[ARGUMENTS - 1] = (char *)(uintptr_t)o->google_key;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    int code = posix_spawn(pid, program, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return code == 0 || error_set(err, ERROR_IO, "cannot start %s: %s", program, strerror(code));
}

/* It says its port on a line of its own once it serves. */
static bool read_port(int fd, int *out, struct error *err)
{
    char line[PORT_TEXT_MAX];
    size_t len = 0;
    int64_t port = 0;
    while (len < sizeof line) {
        ssize_t got = read(fd, line + len, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || line[len] == '\n')
            break;
        len++;
    }
    if (!text_to_int64((struct text){ line, len }, &port) || port < 1 || port > UINT16_MAX)
        return error_set(err, ERROR_IO, PROGRAM " did not start");
    *out = (int)port;
    return true;
}

/* The child gets its own two ends by name, and no other. */
static bool make_pipe(int ends[2])
{
    return pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

bool demo_cloud_start(const struct demo_cloud_options *o, struct demo_cloud *out, struct error *err)
{
    struct demo_cloud c = { -1, -1, 0 };
    int in[2] = { -1, -1 }, told[2] = { -1, -1 };
    char *program = find_program(err);
    bool ok = program != NULL;
    if (ok && (!make_pipe(in) || !make_pipe(told)))
        ok = error_set(err, ERROR_IO, "cannot make a pipe: %s", strerror(errno));
    ok = ok && spawn(program, o, in[0], told[1], &c.pid, err);
    free(program);
    int ends[] = { in[0], told[1] };
    for (size_t i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
    c.in = in[1];
    ok = ok && read_port(told[0], &c.port, err);
    if (told[0] >= 0)
        close(told[0]);
    if (ok)
        *out = c;
    else
        demo_cloud_stop(&c);
    return ok;
}

void demo_cloud_stop(struct demo_cloud *c)
{
    if (c->in >= 0)
        close(c->in);
    if (c->pid > 0)
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    *c = (struct demo_cloud){ -1, -1, 0 };
}
