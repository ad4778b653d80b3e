#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "core/base/error.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * `yomawari diff`: the rows of changes.csv between any two runs or any two inventory files, on a stream,
 * sorted by key, provider and account as changes.csv is.
 */

enum compare_format {
    COMPARE_TEXT, /* for people: one line a change, a sign first (+ added, - removed, ~ changed,
                   * ? unverified, ! verified again), fit for a terminal; "no changes" when none */
    COMPARE_CSV,  /* changes.csv itself */
};

/* Between the states as of two runs. */
bool compare_runs(struct store *s, const struct store_run *before, const struct store_run *after,
                  enum compare_format format, FILE *out, struct error *err);

/*
 * Between two CSV files written as inventory.csv or inventory/<type>.csv, of any age or place. Rows are
 * matched by key, provider and account, columns by name; a column that one file lacks, and first_seen,
 * last_changed and unverified_since, are not compared; fields come in the file's order. Rows of ephemeral
 * members' parents are passed over, as what they are made of is between two runs. Both files are
 * held in memory: at most COMPARE_FILE_MAX bytes and COMPARE_ROWS_MAX rows each.
 */
enum { COMPARE_FILE_MAX = 1024 * 1024 * 1024, COMPARE_ROWS_MAX = 4 * 1024 * 1024 };
bool compare_files(const char *before, const char *after, enum compare_format format, FILE *out,
                   struct error *err);

/*
 * `diff --noise`: how often each field of each type changed from one published run to the next, from
 * `before` to `after`, most often first: what to call volatile. Columns changes, type, field.
 */
bool compare_noise(struct store *s, const struct store_run *before, const struct store_run *after,
                   enum compare_format format, FILE *out, struct error *err);

#endif
