#ifndef SCANNER_DEMO_CLOUD_H
#define SCANNER_DEMO_CLOUD_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The fake cloud as a process of its own: the program `fakecloud`, which lies beside this one (a server has no
 * place in a process that may hold credentials). It serves on the loopback until its standard input ends,
 * which it does when this process dies, too.
 */
struct demo_cloud {
    pid_t pid;
    int in; /* the write end of its standard input */
    int port;
};

struct demo_cloud_options {
    int seed, accounts, regions, projects, night;
    int64_t now_s;          /* the night's hour, for Google's tokens; unix seconds, below 2^31 */
    const char *google_key; /* where it writes the scanner's key of Google's side */
};

/* ERROR_IO where the program is not there or does not start; the line says where it was looked for. */
bool demo_cloud_start(const struct demo_cloud_options *o, struct demo_cloud *out,
                      struct error *err);
void demo_cloud_stop(struct demo_cloud *c);

#endif
