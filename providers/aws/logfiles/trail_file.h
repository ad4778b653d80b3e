#ifndef PROVIDERS_AWS_LOGFILES_TRAIL_FILE_H
#define PROVIDERS_AWS_LOGFILES_TRAIL_FILE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * One file of a trail as it arrives: gunzip, the records of {"Records": [{…}…]} one by one, of which those of root are read.
 * No more than one record is ever held; memory does not follow the file's size.
 */
enum { TRAIL_FILE_RECORD_MAX = 1024 * 1024 }; /* CloudTrail ends an event at 256 KB ("CloudTrail quotas") */
#define TRAIL_FILE_BYTES_MAX ((uint64_t)1024 * 1024 * 1024) /* as text; files of 50 MB are large ones */

/* Of one file, or of many added up. */
struct trail_counts {
    uint64_t records;   /* all: those that follow are among them */
    uint64_t kept;      /* handed on as rows */
    uint64_t malformed; /* too long; or of root's by its looks, and it is no JSON or lacks its id or time */
    bool reads;         /* a call that only reads is among them: a trail may leave these out */
};
void trail_counts_add(struct trail_counts *into, const struct trail_counts *more);

struct trail_file_options {
    /* Takes a row (trail_record_row()); it is borrowed and may be changed. False, with `err`, ends the file. A file that
     * is found to be cut off or changed has handed on what came before that. */
    bool (*on_row)(void *ctx, struct json_object *row, struct error *err);
    void *ctx;
};

struct trail_file;

struct trail_file *trail_file_new(const struct trail_file_options *options);
void trail_file_free(struct trail_file *f); /* NULL is fine */

/* The next file, or the same again. Whose it is, by its name (copied). */
void trail_file_begin(struct trail_file *f, const char *account, const char *region);
/* ERROR_DATA for what is no gzip, or no such JSON; on_row()'s. */
bool trail_file_write(struct trail_file *f, const char *data, size_t len, struct error *err);
/* ERROR_DATA where it is cut off, or has no records. */
bool trail_file_finish(struct trail_file *f, struct error *err);

/* Of this file so far, also after an error. Belongs to the file. */
const struct trail_counts *trail_file_counts(const struct trail_file *f);

#endif
