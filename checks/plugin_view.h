#ifndef CHECKS_PLUGIN_VIEW_H
#define CHECKS_PLUGIN_VIEW_H

#include "checks/row.h"
#include "checks/sandbox.h"

/* Runs a plugin over what the sandbox holds: struct check_view (check.h) for it, its rows through a gate. */

/* Makes the tables that the check reads, and has them filled with all that a plugin sees. */
bool plugin_view_prepare(struct sandbox *s, const struct check *check, struct error *err);

/*
 * The clock is looked at whenever the plugin calls and at each resource that it is shown. False with one line for people when
 * the plugin failed or took too long, gave a row that the gate refused, or asked for what the check does not read or the
 * plugin does not say that it uses; also where the plugin itself went on after that. sandbox_set_run() first.
 */
bool plugin_view_run(struct sandbox *s, const struct check_plugin *plugin, const struct rule_limits *limits,
                     struct row_gate *gate, struct error *err);

#endif
