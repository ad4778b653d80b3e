#ifndef CHECKS_QUERY_H
#define CHECKS_QUERY_H

#include "checks/row.h"
#include "checks/sandbox.h"

/*
 * A check's SQL, prepared in a sandbox and run under its guard. The result's columns are known by name:
 * key (needed), subject, severity, evidence, detail, proven, unknown; account, which is needed where the check reaches
 * over the estate and refused elsewhere; at, the time as ISO 8601, likewise where it is an occurrence (struct check_result
 * says what they mean).
 */
struct query;

/* Makes the tables the check reads and prepares its query. NULL with ERROR_CONFIG "FILE:LINE: ", SQLite's words
 * and the line within the file, for SQL that is wrong or does what a check may not. */
struct query *query_new(struct sandbox *s, const struct check *check, struct error *err);
void query_free(struct query *q); /* before its sandbox; NULL is fine */
const struct check *query_check(const struct query *q);

/* Whether it calls run_time() or asks who holds an address: its verdicts may change while nothing that it reads does. */
bool query_is_restless(const struct query *q);

/*
 * Hands every row to `gate` (row.h), with proven as given or true for a check that needs nothing but its subject.
 * False with one line in words for people when the query failed, took too long, gathered too much, gave more than
 * CHECK_ROWS_MAX rows or a row that is none; rows handed over before are then worth nothing. sandbox_set_run() first.
 */
bool query_run(struct query *q, const struct rule_limits *limits, struct row_gate *gate, struct error *err);

#endif
