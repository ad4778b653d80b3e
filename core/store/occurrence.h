#ifndef CORE_STORE_OCCURRENCE_H
#define CORE_STORE_OCCURRENCE_H

#include "core/store/finding_state.h"

/*
 * Findings that tell of something that happened, rather than of what is (checks with `occurrence: yes`). The event leaves
 * the window that is read, and that ends nothing:
 *
 *   opens        with its first row. A row's `at` says when it last happened
 *   changes      by a row with a newer `at`, whose severity is higher or whose evidence is another. Severity never
 *                falls while it is open; a row that is not newer changes nothing but the detail, and an empty
 *                detail ({}) does not take the place of another. On the night after the check itself changed,
 *                evidence that says alike (finding_state_is_alike()) is put in the place of what stands, newer or not
 *   quiet        each night on which its resource was seen and judged completely and nothing newer came counts, one a UTC
 *                day of the runs' starts; after `quiet_days` of them it ends with cause `quiet`. Anything
 *                newer begins to count anew
 *   UNKNOWN      as all findings, and FAIL again as it was, without a row, once its resource can be judged
 *   NA           (its check or resource was out of scope) with a row: reopened. Without one: reopened as it was, or
 *                ended as quiet when it happened more than quiet_days before the run
 *   reopens      after `quiet` only by a row with a newer `at`: what stays in the window is known. After another
 *                end by any row
 */

enum { OCCURRENCE_QUIET_DAYS = 30 };

struct occurrence_night {
    const struct store_run *run;
    int quiet_days; /* above 0 */
    bool counts;    /* all that a verdict rests on was asked for in this run, and not only in an earlier one */
};

struct occurrence_row { /* borrowed */
    int64_t finding;
    int64_t at_unix_s;
    struct finding_fail fail;
    struct finding_cause cause;
};

/* Applies a FAIL row. *out_open: whether the finding is FAIL after. */
bool occurrence_fail(struct store *s, const struct occurrence_night *night, const struct occurrence_row *row,
                     bool *out_open, struct error *err);

/* To be called after occurrence_fail() on a night on which the finding's resource was seen and judged completely, with or
 * without a row: counts it. Does nothing for a finding that has ended. *out_open as above. */
bool occurrence_judged(struct store *s, const struct occurrence_night *night, int64_t finding, bool *out_open,
                       struct error *err);

/* Whether nights count for a check in an account (0: in any): it must be judged then though nothing that it reads
 * changed. */
bool occurrence_is_counting(struct store *s, const char *check_id, int64_t account);

#endif
