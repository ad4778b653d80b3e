#ifndef CHECKS_ROW_H
#define CHECKS_ROW_H

#include "checks/check.h"
#include "core/base/clock.h"

/*
 * What every row of a check is held to, whoever gave it (a query or a plugin), before it is judged: texts that are
 * clean and short enough, a severity that there is, evidence and detail that are JSON objects of at most
 * CHECK_EVIDENCE_MAX bytes, `at` for occurrences and only for them, at most CHECK_ROWS_MAX rows.
 */
struct row_gate {
    const struct check *check;
    const char *of; /* who gives the rows, for faults: "the query" */
    check_result_fn result;
    void *ctx;
    int64_t rows; /* so far; 0 at first */
};

/* A check_result_fn; `gate` is a struct row_gate. Hands the row on with its evidence and detail as canonical JSON, the
 * subject "" where there is none, and proven where the check is an occurrence. */
bool row_gate_pass(void *gate, const struct check_result *row, struct error *err);

/* How long a check may take in one account. */
struct rule_limits {
    struct clock clock; /* mono */
    int64_t time_ms;
    const char *given_up; /* not NULL: it is not run but fails with this line */
};

#endif
