#ifndef REPORTS_OUTPUT_H
#define REPORTS_OUTPUT_H

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Bytes on their way into a file, or onto a stream. A file is written as <path>.tmp (mode 0600) and
 * renamed, so that no part of one is ever seen under its name; to have it on the disk is left to who
 * writes many of them (folder_publish()). While it is written it is compared with an earlier file: when
 * all bytes are the same it becomes a hard link to that one.
 */
struct output;

/* `earlier` may be NULL, or a path that does not exist. NULL on error. */
struct output *output_file(const char *path, const char *earlier, struct error *err);

/* On a stream that stays the caller's. */
struct output *output_stream(FILE *stream);

/* False, with the reason, once the disk is full or the stream is broken. */
bool output_write(struct output *o, struct text t, struct error *err);

struct output_result {
    int64_t bytes;
    char sha256[DIGEST_HEX_MAX];
    bool linked; /* it is the earlier file */
};

/* Writes what is held, and gives the file its name. After a failure, or without this call, output_free()
 * leaves nothing behind. `out` may be NULL. */
bool output_finish(struct output *o, struct output_result *out, struct error *err);
void output_free(struct output *o); /* NULL is fine */

#endif
