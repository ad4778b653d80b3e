#ifndef SCANNER_LOGS_TRAILS_H
#define SCANNER_LOGS_TRAILS_H

#include "scanner/logs/log_files.h"

struct config;
struct holding;
struct read_context;

/*
 * What root did, out of the files of CloudTrail's trails in S3: types with `aggregate: trails`
 * (providers/aws/logfiles/). Central buckets hold the trails of many accounts, so they are read before the accounts are
 * walked (log_files.h). Rows wait on disk until the account's own read of that type takes them from there; what became of the
 * files is that read's outcome.
 *
 * Each account and region is read from where its last complete night ended, less the hours for what comes late; the first
 * time from TRAILS_FIRST_S before the run and no earlier: a large organization's trail is gigabytes a day. Memory: a
 * record (TRAIL_FILE_RECORD_MAX) a file under way.
 */
enum { TRAILS_FIRST_S = 7 * 86400 };

#define TRAILS "trails" /* the word of `aggregate` */

struct trails_options {
    const struct config *config;
    const struct read_context *context; /* store, run, key for secrets */
    struct loop *loop;
    const struct log *log;
    const char *folder; /* the state's, for what is held */
    bool (*interrupted)(void *ctx); /* NULL: never */
    void *interrupted_ctx;
};

struct trails; /* what became of them */

/* Reads them where a target reads such a type and the config names buckets; else *out is NULL. `holding` is opened where
 * it is not yet. False with a fault of disk or store, or when it was interrupted. */
bool trails_read(const struct trails_options *o, const struct found *found, struct holding **holding,
                 struct trails **out, struct error *err);
void trails_free(struct trails *t); /* NULL is fine */

/* How those of an account and region were read. `t` NULL: no bucket is named. *out_reason: "" for complete; lives as long
 * as `t`. */
enum outcome trails_outcome(const struct trails *t, const char *account, const char *region, const char **out_reason);

/* Counts for machines; a new reference. NULL for NULL. */
struct json_object *trails_counts(const struct trails *t);

#endif
