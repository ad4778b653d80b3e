#ifndef CORE_PROCESS_PROCESS_H
#define CORE_PROCESS_PROCESS_H

#include "core/base/buffer.h"
#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Runs a program of somebody else's to its end, with as little of ours as can be: no environment but what is given, no descriptor
 * but standard input (empty), output and errors (one pipe to us), signals as a fresh program has them, no core dump, no file
 * larger than is said. It leads a process group of its own, which is killed when it has ended or its time is over; and
 * it is killed should we die first. What leaves that group on purpose (a daemon) is out of reach.
 */
enum { PROCESS_TIME_MAX_MS = 10 * 60 * 1000 };

struct process_user {
    uid_t uid;
    gid_t gid;
};

struct process {
    const char *const *argv;         /* NULL-ended; [0] a path. Borrowed, as all here */
    const char *const *environment;  /* NULL-ended: NAME=VALUE */
    const char *folder;              /* where it runs */
    const struct process_user *user; /* root alone can name one, whose groups are that one then; NULL: as we are */
    struct clock clock;              /* mono */
    int64_t time_ms;                 /* 1 to PROCESS_TIME_MAX_MS */
    int64_t file_max_bytes;          /* of each file that it writes */
    bool (*interrupted)(void *ctx);  /* may be NULL; looked at while it runs */
    void *interrupted_ctx;
};

enum process_end {
    PROCESS_EXITED, /* `code` is its status */
    PROCESS_KILLED, /* by itself or another: `code` is the signal */
    PROCESS_LATE,   /* by us: its time was over */
    PROCESS_INTERRUPTED,
};

struct process_outcome {
    enum process_end end;
    int code;
};

/* `said` gets the first bytes of output and errors, up to its maximum; the others are read and dropped. ERROR_IO when it
 * cannot be started: "PROGRAM: why". */
bool process_run(const struct process *p, struct buffer *said, struct process_outcome *out, struct error *err);

#endif
