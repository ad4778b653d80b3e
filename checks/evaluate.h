#ifndef CHECKS_EVALUATE_H
#define CHECKS_EVALUATE_H

#include "checks/catalog.h"
#include "core/base/clock.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct map;

/*
 * Judges what the store holds, check by check and account by account, and hands every verdict to
 * core/store/findings.h. Reads the store, does no other I/O.
 *
 * For each resource of the check's subject type that is known in the account:
 *   not seen tonight   its scope's outcome is not complete and its version is not of this run: no row
 *                      at all, its findings keep their verdict; counted as unknown
 *   FAIL               the query gave a row, and either the row is proven or all that the check
 *                      needs is complete
 *   UNKNOWN            something needed is not complete: a scope, a part of this resource, or what it
 *                      refers to; or the query says so; or it failed (time, memory, rows, an error)
 *   PASS               else
 *
 * Accounts that are closed or out of scope are not judged. An account whose inputs (with those of the owners that the check
 * needs) did not change since this check last judged it is skipped, unless the query calls run_time(), asks for
 * address_holders or failed then, or one of the check's occurrences is open there, whose quiet nights count. A query that ran
 * into its limits in 3 accounts is not tried in more of them this run.
 */
struct evaluate_options {
    const struct map *off;               /* check id -> why it is off (char *); NULL: none */
    struct json_object *settings;        /* parameter name -> value, over the defaults; NULL: none */
    int64_t run_time_unix_s;             /* what run_time() says */
    struct clock clock;                  /* mono, for the time limit */
    int quiet_days;                      /* after which an occurrence ends; 0: OCCURRENCE_QUIET_DAYS */
    int64_t time_limit_ms;               /* 0: CHECK_TIME_LIMIT_MS */
    const struct string_list *checks;    /* --check: only these are judged or dropped; NULL: all */
    const struct string_list *accounts;  /* --account: only these (provider's ids); then checks that reach over
                                          * the estate are left alone; NULL: all */
};

struct evaluate_counts {
    int64_t checks_on, checks_off;
    int64_t judged, skipped;         /* pairs of check and account */
    int64_t broken;                  /* pairs whose query failed; their reason is in the evaluation table */
    int64_t passed, failed, unknown; /* resources, of the pairs judged now */
};

/*
 * Between store_begin() and store_commit(), before findings_publish(). A check that is off has its
 * findings dropped with cause config; one that is in the store but in no file, with cause check. False
 * only for faults of the store; a check that fails makes verdicts UNKNOWN.
 */
bool evaluate_checks(const struct catalog *c, struct store *s, const struct store_run *run,
                     const struct evaluate_options *o, struct evaluate_counts *out, struct error *err);

#endif
