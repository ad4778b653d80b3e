#ifndef SCANNER_LOGS_LOG_FILES_WORK_H
#define SCANNER_LOGS_LOG_FILES_WORK_H

#include "core/config.h"
#include "scanner/ask.h"
#include "scanner/logs/log_files.h"

/* Only for scanner/logs/log_files.c, log_bucket.c, log_worker.c, log_slot.c: a walk over files at work. */

struct log_files;

/* One bucket of the config. */
struct log_bucket {
    struct log_files *all;
    const struct config_log_bucket *config; /* borrowed */
    struct gate gate;
    struct ask ask; /* which accounts have logs there */
    struct task enter;
    int pages;
    struct string_list bases; /* folders that may hold accounts': the prefix, then organizations' */
    size_t base;              /* the one that is listed */
};

/* A folder of an account's logs. */
struct log_site {
    struct log_bucket *bucket;
    char *base; /* below which it lies */
    bool hive;
};

/* An account that has logs somewhere. */
struct log_account {
    char id[LOG_FILES_ACCOUNT_MAX];
    struct log_site *sites;
    size_t site_count;
};

/* A folder of a region's logs. */
struct log_spot {
    char region[LOG_FILES_REGION_MAX];
    const struct log_site *site;
};

struct log_worker;

/* A file under way; or waiting for one. */
struct log_slot {
    struct log_worker *worker;
    struct ask ask;
    struct http_sink sink;
    void *file; /* made for the first, kept for the next */
    char *key;  /* NULL: nothing is under way */
    int64_t named_unix_s;
    struct error broken; /* what is wrong with its bytes; NONE: nothing yet */
};

/* One account at a time: its regions, then of each region (from all spots of it) day after day, page after page, the
 * files of the page before the next page. Everything steps from log_worker_step(). */
struct log_worker {
    struct log_files *all;
    const struct log_account *account; /* NULL: there is none left */
    const struct string_list *regions; /* that are read of it; NULL or empty: all */
    struct task step;
    struct ask ask;        /* the list under way */
    bool asking, more;     /* `more`: the list has another page */
    int pages;
    size_t site;           /* whose regions are asked for next */
    struct log_spot *spots; /* in order of region */
    size_t spot_count, spot;
    bool begun;            /* the spot's region */
    int64_t day;           /* of the spot, whose files are listed next; unix seconds */
    struct string_list keys; /* of the page, files that are not begun yet; from `next_key` on */
    size_t next_key;
    struct log_slot slots[LOG_FILES_AT_ONCE];
    size_t running;
    struct log_files_region region;
    void *sum;
};

struct log_files {
    const struct log_files_options *o;
    const struct found *found;
    struct log_outcomes *told;
    struct log_bucket *buckets;
    size_t bucket_count, buckets_running;
    struct log_account *accounts; /* in order of their first list */
    size_t account_count, next_account;
    struct map *by_id; /* account -> its index + 1 */
    struct log_worker workers[LOG_FILES_ACCOUNTS_AT_ONCE];
    size_t workers_running;
    struct error broken; /* of disk or store: the walk ends */
};

#define LOG_FILES_SERVICE "s3"

/* log_bucket.c: asks which accounts have logs there; log_bucket_ended() when that is known, or cannot be. */
void log_bucket_init(struct log_bucket *b, struct log_files *all, const struct config_log_bucket *config);
void log_bucket_open(struct log_bucket *b);
void log_bucket_release(struct log_bucket *b); /* nothing of it under way */
void log_bucket_ended(struct log_bucket *b);   /* log_files.c */

/* log_worker.c */
void log_worker_init(struct log_worker *w, struct log_files *all);
void log_worker_start(struct log_worker *w); /* takes an account; log_worker_ended() when there is none left */
void log_worker_release(struct log_worker *w);
void log_worker_ended(struct log_worker *w); /* log_files.c */
void log_worker_step(void *ctx);
void log_worker_break(struct log_worker *w); /* all->broken says why */

/* log_slot.c: begins a file in a free slot. When it has ended, well or not, the worker takes a step. */
void log_slot_start(struct log_slot *s, const char *key, int64_t named_unix_s);
void log_slot_release(struct log_slot *s);

/* log_bucket.c: a list of folders or files: {Bucket, Prefix, Delimiter} of a bucket. `items`: CommonPrefixes or Contents. */
void log_bucket_ask(struct ask *a, struct log_bucket *b, const char *prefix, const char *items);

#endif
