#ifndef SCANNER_LOGS_LOG_FILES_H
#define SCANNER_LOGS_LOG_FILES_H

#include "core/base/text.h"
#include "scanner/found.h"
#include "scanner/logs/log_outcomes.h"

struct config_log_bucket;
struct log;

/*
 * Logs that AWS delivers as files: one walk for all kinds of them. Bucket by bucket it asks which accounts have logs there,
 * then account by account (some side by side) for their regions, and of each region (from all its folders) day after day,
 * page after page, for the files; their bytes go to what the kind has to read them. What became of them is noted by account
 * and region; a file that is cut off, changed or refused leaves just the scope that it tells of incomplete.
 *
 * It is the one place of the scanner that knows AWS: no other cloud has its logs as files.
 */
enum {
    LOG_FILES_ACCOUNTS_AT_ONCE = 2,
    LOG_FILES_AT_ONCE = 8,              /* of one account */
    LOG_FILES_ACCOUNTS_MAX = 20000,     /* with logs of one kind */
    LOG_FILES_ORGANIZATIONS_MAX = 16,   /* of one bucket */
    LOG_FILES_REGIONS_MAX = 100,        /* of an account, times the buckets that it has logs in */
    LOG_FILES_PAGES_MAX = 10000,        /* of one list */
    LOG_FILES_FILE_MAX = 256 * 1024 * 1024, /* bytes as they lie there */
    LOG_FILES_TIMEOUT_MS = 300 * 1000,
    LOG_FILES_ACCOUNT_MAX = 13, LOG_FILES_REGION_MAX = 24, /* bytes of their names, NUL included */
    /* A file's name holds the minute in which it was begun or written, AWS does not say which: what it tells of lies on
     * either side of that. */
    LOG_FILES_NAME_SLACK_S = 15 * 60,
};

enum log_files_folder {
    LOG_FILES_NO_FOLDER,    /* anything else */
    LOG_FILES_PLAIN,        /* an account's */
    LOG_FILES_HIVE,         /* an account's, and what is below it, by Hive's names */
    LOG_FILES_ORGANIZATION, /* accounts' folders lie below it */
};

enum log_files_form { LOG_FILES_OTHER, LOG_FILES_READABLE, LOG_FILES_UNREADABLE /* by its name; counted */ };

/* A region of an account: its files, from their first to their last. */
struct log_files_region {
    const char *account, *region; /* borrowed */
    int64_t since_unix_s;         /* files that are named earlier are not read */
    uint64_t files, unreadable;   /* read to their end; in a form that is not read */
    struct log_outcomes *told;
};

/* Notes what became of the region. */
void log_files_note(const struct log_files_region *r, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first file by name of those that hold what cannot be read; *first is free()d, or NULL. */
void log_files_note_first(char **first, const char *key);

/* What makes one kind of logs another. Const and complete. */
struct log_files_kind {
    const char *words; /* "flow logs" */
    /* ---- where they lie; strings given back: free() ---- */
    enum log_files_folder (*folder)(struct text folder, const char *base, char out_account[LOG_FILES_ACCOUNT_MAX]);
    char *(*regions)(const char *base, const char *account, bool hive);
    bool (*region)(struct text folder, const char *regions, bool hive, char out_region[LOG_FILES_REGION_MAX]);
    char *(*day)(const char *base, const char *account, bool hive, const char *region, int64_t unix_s);
    enum log_files_form (*file)(struct text key, int64_t *out_named_unix_s);
    /* ---- what they hold; `ctx` is that of the options ---- */
    /* What adds up a region: one for each account that is read at once, used again. */
    void *(*sum_new)(void *ctx);
    void (*sum_free)(void *sum); /* NULL is fine */
    /* `since_unix_s` is to be filled, INT64_MAX: nothing is read. False with a fault of the store. */
    bool (*sum_begin)(void *sum, struct log_files_region *r, struct error *err);
    /* Notes what is amiss beside what the walk noted, and lets go of what was added up. False with a fault of the disk. */
    bool (*sum_end)(void *sum, const struct log_files_region *r, struct error *err);
    /* What reads a file: one for each that is read at once, used again. */
    void *(*file_new)(void *ctx);
    void (*file_free)(void *file); /* NULL is fine */
    /* The next, or the same again from its beginning: what it brought is forgotten where `take` did not have it yet. */
    bool (*file_begin)(void *file, const struct log_files_region *r, int64_t named_unix_s, struct error *err);
    bool (*file_write)(void *file, const char *data, size_t len, struct error *err);
    bool (*file_finish)(void *file, struct error *err);
    bool (*file_is_unreadable)(const void *file); /* it began as a form does that is not read */
    /* The file came to its end, be it cut off. False with a fault of the disk. */
    bool (*take)(void *sum, void *file, const char *key, struct error *err);
};

struct log_files_options {
    const struct log_files_kind *kind;
    void *ctx; /* the kind's */
    const char *config_file;
    const struct config_log_bucket *buckets; /* borrowed */
    size_t bucket_count;
    int64_t started_unix_s; /* of the run */
    struct loop *loop;
    const struct log *log;
    bool (*interrupted)(void *ctx); /* NULL: never */
    void *interrupted_ctx;
};

/* Reads all of them. There is a target of AWS. False with a fault of disk or store, or when it was interrupted. */
bool log_files_read(const struct log_files_options *o, const struct found *found, struct log_outcomes *told,
                    struct error *err);

#endif
