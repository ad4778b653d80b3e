#ifndef SCANNER_COMMAND_H
#define SCANNER_COMMAND_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * A command of the program: one file in scanner/commands/ with one of these, const. `run` gets its own
 * arguments (argv[0] is the command's name) and gives the exit status in *out_status when it worked; false
 * with an error otherwise, of which main() makes message and status.
 */
struct command_context {
    struct clock clock;
    struct random_source random;
    FILE *out, *err;
    bool (*interrupted)(void *ctx); /* SIGINT or SIGTERM came */
    void *interrupted_ctx;
};

struct command {
    const char *name;
    const char *summary; /* one line for --help */
    const char *help;    /* fits one screen, shows an example */
    bool (*run)(const struct command_context *c, int argc, char **argv, int *out_status,
                struct error *err);
};

/* All commands, by name, NULL-ended. */
const struct command *const *commands_all(void);

#endif
