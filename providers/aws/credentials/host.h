#ifndef PROVIDERS_AWS_CREDENTIALS_HOST_H
#define PROVIDERS_AWS_CREDENTIALS_HOST_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What the credential sources need of the machine, passed in so that a test can script it: variables,
 * files and a process. The network is not here: sources that need it hand out requests (chain.h).
 */

#define AWS_HOST_FILE_MAX (4 * 1024 * 1024) /* bytes of a config, credentials or token file */
#define AWS_HOST_OUTPUT_MAX (64 * 1024)     /* bytes of a process's standard output */
#define AWS_HOST_STDERR_MAX 1024            /* bytes kept of its standard error, for the message */

struct aws_host {
    /* The variable's value, NULL when unset; valid until the next call of any seam. */
    const char *(*variable)(void *ctx, const char *name);
    /* Appends a whole file to `out`. One that does not exist is no error: *out_absent says so. */
    bool (*read_file)(void *ctx, const char *path, struct buffer *out, bool *out_absent,
                      struct error *err);
    /* Runs argv[0] (looked up in PATH; no shell) with the environment inherited and nothing on standard
     * input, and waits for its end at most `timeout_ms`. *out_status is the exit status, 128 + signal
     * when one killed it. False when it could not start, took too long (it is killed with its children)
     * or wrote more than out's maximum. What passes errors' maximum is dropped. */
    bool (*run_process)(void *ctx, const char *const argv[], int64_t timeout_ms, struct buffer *out,
                        struct buffer *errors, int *out_status, struct error *err);
    void *ctx;
};

/* The machine we run on. */
struct aws_host aws_host_system(void);

#endif
