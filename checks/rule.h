#ifndef CHECKS_RULE_H
#define CHECKS_RULE_H

#include "checks/plugin_table.h"
#include "checks/row.h"
#include "checks/sandbox.h"

/* What a check judges by, ready to be run in a sandbox: its query (query.h) or its plugin (plugin_view.h). */
struct rule;

/* Makes the tables that the check reads and prepares its query, or finds its plugin. NULL with ERROR_CONFIG
 * "FILE:LINE: ". Sandbox, check and table must outlive it. */
struct rule *rule_new(struct sandbox *s, const struct check *check, const struct plugin_table *plugins, struct error *err);
void rule_free(struct rule *r); /* before its sandbox; NULL is fine */
const struct check *rule_check(const struct rule *r);

/* Whether its verdicts may change while nothing that it reads does: a query that calls run_time() or asks for
 * address_holders, a plugin that says so of itself. */
bool rule_is_restless(const struct rule *r);

/* Hands every row to `result`, as row_gate_pass() makes them. False with one line for people when the query or
 * plugin failed, or went past a limit; rows handed over before are then worth nothing. sandbox_set_run() first. */
bool rule_run(struct rule *r, const struct rule_limits *limits, check_result_fn result, void *ctx, struct error *err);

/* "the query", or "the plugin NAME". */
const char *rule_words(const struct rule *r);

#endif
