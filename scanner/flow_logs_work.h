#ifndef SCANNER_FLOW_LOGS_WORK_H
#define SCANNER_FLOW_LOGS_WORK_H

#include "providers/aws/flowlogs/flow_file.h"
#include "providers/aws/flowlogs/flow_layout.h"
#include "scanner/ask.h"
#include "scanner/flow_logs.h"
#include "scanner/flow_logs_told.h"

/* Only for scanner/flow_logs*.c: flow logs at work. */

/* One bucket of the config. */
struct flow_place {
    struct flow_logs *logs;
    const struct config_log_bucket *config; /* borrowed */
    struct gate gate;
    struct ask ask; /* which accounts have logs there */
    struct task enter;
    int pages;
};

/* A folder of an account's logs. */
struct flow_site {
    struct flow_place *place;
    bool hive;
};

/* An account that has logs somewhere. */
struct flow_account {
    char id[FLOW_LAYOUT_ACCOUNT_MAX];
    struct flow_site *sites; /* at most two a place */
    size_t site_count;
};

/* A folder of a region's logs. */
struct flow_spot {
    char region[FLOW_LAYOUT_REGION_MAX];
    const struct flow_site *site;
};

struct flow_worker;

/* A file under way; or waiting for one. */
struct flow_slot {
    struct flow_worker *worker;
    struct ask ask;
    struct http_sink sink;
    struct flow_file *file; /* made for the first, kept for the next */
    char *key;              /* NULL: nothing is under way */
    int64_t named_unix_s;
    struct error broken; /* what is wrong with its bytes; NONE: nothing yet */
};

/* One account at a time: its regions, then of each region (from all spots of it) day after day, page after page, the
 * files of the page before the next page. Everything steps from flow_worker_step(). */
struct flow_worker {
    struct flow_logs *logs;
    const struct flow_account *account; /* NULL: there is none left */
    struct task step;
    struct ask ask;        /* the list under way */
    bool asking, more;     /* `more`: the list has another page */
    int pages;
    size_t site;           /* whose regions are asked for next */
    struct flow_spot *spots; /* in order of region */
    size_t spot_count, spot;
    int64_t day;           /* of the spot, whose files are listed next; unix seconds */
    struct string_list keys; /* of the page, files that are not begun yet; from `next_key` on */
    size_t next_key;
    struct flow_slot slots[FLOW_LOGS_FILES_AT_ONCE];
    size_t running;
    struct flow_groups *groups; /* of the region */
    struct flow_counts counts;
    uint64_t files, parquet;
    char *malformed; /* the first file with lines that cannot be read; NULL: none */
};

struct flow_logs {
    const struct flow_logs_options *o; /* while it is read */
    const struct found *found;
    struct holding *holding; /* borrowed */
    struct flow_watch *watch;
    int64_t since_unix_s; /* the first hour that is read */
    int64_t until_unix_s; /* what is dated from here on is passed over */
    struct flow_place *places;
    size_t place_count, places_running;
    struct flow_account *accounts; /* in order of their first list */
    size_t account_count, next_account;
    struct map *by_id; /* account -> its index + 1 */
    struct flow_worker workers[FLOW_LOGS_ACCOUNTS_AT_ONCE];
    size_t workers_running;
    struct error broken; /* of the disk */
    /* ---- what became of them ---- */
    struct flow_logs_told all;    /* of buckets whose list was not read */
    struct map *account_told;     /* account -> struct flow_logs_told: whose regions were not all listed */
    struct map *region_told;      /* flow_logs_held_as() -> struct flow_logs_told: there are entries for all that were found */
    struct flow_counts counts;
    uint64_t files, groups;
};

#define FLOW_LOGS_TYPE "aws_ec2_flow"
#define FLOW_LOGS_SERVICE "s3"

/* flow_logs_place.c: asks which accounts have logs there; flow_place_ended() when that is known, or cannot be. */
void flow_place_init(struct flow_place *p, struct flow_logs *l, const struct config_log_bucket *config);
void flow_place_open(struct flow_place *p);
void flow_place_release(struct flow_place *p); /* nothing of it under way */
void flow_place_ended(struct flow_place *p);   /* flow_logs.c */

/* flow_logs_account.c */
void flow_worker_init(struct flow_worker *w, struct flow_logs *l);
void flow_worker_start(struct flow_worker *w); /* takes an account; flow_worker_ended() when there is none left */
void flow_worker_release(struct flow_worker *w);
void flow_worker_ended(struct flow_worker *w); /* flow_logs.c */
void flow_worker_step(void *ctx);

/* flow_logs_file.c: begins a file in a free slot. When it has ended, well or not, the worker takes a step. */
void flow_slot_start(struct flow_slot *s, const char *key, int64_t named_unix_s);
void flow_slot_release(struct flow_slot *s);

/* What the region of the worker's spot has to tell. */
void flow_worker_note(struct flow_worker *w, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* flow_logs_place.c: a list of folders or files: {Bucket, Prefix, Delimiter} of a place. `items`: CommonPrefixes or Contents. */
void flow_logs_ask(struct ask *a, struct flow_place *p, const char *prefix, const char *items);

#endif
