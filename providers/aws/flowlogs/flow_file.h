#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_FILE_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_FILE_H

#include "core/base/error.h"
#include "providers/aws/flowlogs/flow_groups.h"

/*
 * One file of flow logs as it arrives: gunzip, lines, the header line, records, groups. Nothing is kept of a line but
 * its group; memory does not follow the file's size.
 */
enum {
    FLOW_FILE_LINE_MAX = 8 * 1024,     /* all fields of version 10 with the longest ARNs are some 2 KB */
    FLOW_FILE_GROUPS_MAX = 16 * 1024,  /* of one file, some minutes of one flow log */
};
#define FLOW_FILE_BYTES_MAX ((uint64_t)1024 * 1024 * 1024) /* as text; AWS ends a file at 75 MB */

/* Of one file, or of many added up. */
struct flow_counts {
    uint64_t lines;     /* all but headers and empty ones: the sum of those that follow */
    uint64_t watched;   /* in groups, or lost for want of room */
    uint64_t passed;    /* other flows, and those of hours that are not asked for */
    uint64_t nodata, skipdata;
    uint64_t malformed; /* also those that are too long, and those under a header that cannot be used */
};
void flow_counts_add(struct flow_counts *into, const struct flow_counts *more);

struct flow_file_options {
    const struct flow_watch *watch; /* borrowed */
    int64_t since_unix_s;  /* flows that started before are passed: their hour would not be whole */
    int64_t until_unix_s;  /* and so are those from here on */
    uint64_t seed;         /* flow_groups_new() */
};

struct flow_file;

struct flow_file *flow_file_new(const struct flow_file_options *options);
void flow_file_free(struct flow_file *f); /* NULL is fine */

/* The next file, or the same again: forgets what the last one brought. Whose log it is, by its name, for lines that do
 * not say so, and when it was written, for lines without a time. Strings are copied; ERROR_DATA for an account or
 * region that is longer than FLOW_WORD_MAX. */
bool flow_file_begin(struct flow_file *f, const char *account, const char *region, int64_t named_unix_s,
                     struct error *err);
/* When what is written next was written, where lines come one by one. */
void flow_file_date(struct flow_file *f, int64_t unix_s);
/* ERROR_DATA for what is no gzip; "it is Parquet" among that. */
bool flow_file_write(struct flow_file *f, const char *data, size_t len, struct error *err);
/* ERROR_DATA where it is cut off, or has lines and none that names its fields. */
bool flow_file_finish(struct flow_file *f, struct error *err);

/* What has come, also after an error. Belongs to the file. */
const struct flow_groups *flow_file_groups(const struct flow_file *f);
const struct flow_counts *flow_file_counts(const struct flow_file *f);

/* Whether it is Parquet, and nothing of it can be read. */
bool flow_file_is_parquet(const struct flow_file *f);

#endif
