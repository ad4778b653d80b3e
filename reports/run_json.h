#ifndef REPORTS_RUN_JSON_H
#define REPORTS_RUN_JSON_H

#include "reports/sheets.h"

struct json_object;
struct output;
struct sqlite3;

/* What run.json says beside the run itself. All borrowed. */
struct run_json {
    const struct store_run *run;
    const struct sheets_counts *counts;
    const struct sheets_options *options;
    struct json_object *files; /* file -> {rows, bytes, sha256} of the whole sheets */
    int64_t teams, teams_left_out;
};

/* run.json: {run, baseline, started, tool_version, config_digest, checks_digest, filtered, resumed,
 * exit_status, detailed_exit_status, counts, teams, teams_left_out, files, scan}. Members are only ever
 * added. */
bool run_json_write(struct sqlite3 *db, const struct run_json *r, struct output *out, struct error *err);

#endif
