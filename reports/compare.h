#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include "core/base/error.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * `yomawari diff`: the rows of changes.csv between any two runs or any two inventory files, on a stream.
 * Sorted as changes.csv is: by key, account, provider, field.
 */

enum compare_format {
    COMPARE_TEXT, /* for people: one line a change, a sign first (+ added, - removed, ~ changed,
                   * ? unverified, ! verified again), control bytes taken out; "no changes" when none */
    COMPARE_CSV,  /* changes.csv itself */
};

/* Between the states as of two runs. */
bool compare_runs(struct store *s, const struct store_run *before, const struct store_run *after,
                  enum compare_format format, FILE *out, struct error *err);

/*
 * Between two CSV files written as inventory.csv or inventory/<type>.csv, of any age or place. Rows are
 * matched by account and key, columns by name; a column that one file lacks, and first_seen,
 * last_changed and unverified_since, are not compared. Both files are held in memory: at most
 * COMPARE_FILE_MAX bytes each.
 */
enum { COMPARE_FILE_MAX = 1024 * 1024 * 1024 };
bool compare_files(const char *before, const char *after, enum compare_format format, FILE *out,
                   struct error *err);

/* How often each field of each type changed between the published runs from `before` to `after`, most
 * often first: what to call volatile. CSV or text, columns changes, type, field. */
bool compare_noise(struct store *s, const struct store_run *before, const struct store_run *after,
                   enum compare_format format, FILE *out, struct error *err);

#endif
