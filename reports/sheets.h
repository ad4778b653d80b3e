#ifndef REPORTS_SHEETS_H
#define REPORTS_SHEETS_H

#include "core/base/error.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;
struct resource_types;
struct table_format;

/*
 * The sheets of a published run, for people: <state>/runs/<run>/ with
 *
 *   inventory.csv, findings.csv, changes.csv, coverage.csv, controls.csv
 *   inventory/<type>.csv     for each type that has resources and does not say `sheet: no`
 *   teams/<team>/            inventory, inventory/<type>, findings, changes and coverage of one team, with
 *                            empty columns `answer` and `comment` (not in coverage). No controls: its
 *                            counts are the estate's
 *   screenshots/             what a probe saw: ADDRESS_PORT.png
 *   run.json                 counts, digests and exit status, for machines
 *
 * and <state>/latest, a symbolic link to the newest of these folders.
 *
 * All of it is read from the store alone, through the views of core/store/views.h: the caller has called
 * views_create() for this run and these types before it calls anything here. The same store gives the
 * same bytes, but for coverage (calls and seconds) and run.json.
 */

enum sheets_language { SHEETS_EN, SHEETS_JA };

enum {
    SHEETS_RUNS_KEPT = 14,  /* folders under runs/; older ones are removed, never the one just written */
    SHEETS_TEAMS_MAX = 500, /* folders under teams/, first by name: a tag may name anything. The others'
                             * number is run.json's "teams_left_out" */
};

/* What a run says in numbers, and where the exit status comes from. */
struct sheets_counts {
    int64_t accounts;  /* that are not closed or out of scope */
    int64_t resources;
    int64_t findings_open, findings_unverified, findings_out_of_scope;
    int64_t findings_new, findings_reopened, findings_changed, findings_resolved; /* in this run */
    int64_t added, removed, changed, unverified, verified_again;     /* rows of changes.csv */
    int64_t scopes_denied, scopes_throttled, scopes_failed;          /* these make a run incomplete */
    int64_t scopes_disabled, scopes_skipped, scopes_blocked;         /* these do not */
};

bool sheets_count(struct store *s, struct sheets_counts *out, struct error *err);

/* What `scan --detailed-exitcode` ends with: 0, 3 something new (a finding opened, reopened or changed),
 * 4 incomplete (a scope denied, throttled or failed), 5 both. */
int sheets_detailed_exit_status(const struct sheets_counts *c);

struct sheets_options {
    const char *state_folder;          /* its folders runs/ and latest are written */
    enum sheets_language language;     /* of titles, summaries, fixes and the types' own columns */
    bool bom;                          /* begin each file with a byte order mark, which Excel needs */
    const struct table_format *format; /* reports/table.h; NULL: CSV */
    int exit_status;                   /* what the command will end with, if the sheets can be written */
    const char *screenshots;           /* a folder whose files go into screenshots/ beside the sheets; NULL: none */
    struct json_object *scan;          /* more for machines, as run.json's "scan"; borrowed, may be NULL */
};

/*
 * Writes the folder as <run>.tmp, each file synced, and renames it; then swaps `latest` (which never goes
 * back to an older run) and removes folders beyond SHEETS_RUNS_KEPT and what a crash left behind. A file
 * whose bytes are those of the folder that `latest` names is a hard link to it. A crash at any point
 * leaves `latest` valid. A run that was written before is written over file by file. On failure nothing
 * of the folders that stood before is lost. The caller holds the store's lock (STORE_WRITE).
 */
bool sheets_write(struct store *s, const struct store_run *run, const struct resource_types *types,
                  const struct sheets_options *o, struct error *err);

/* The end of a scan for people, in a few lines of English: the counts and where the sheets are. */
bool sheets_show(struct store *s, const struct store_run *run, const char *state_folder, FILE *out,
                 struct error *err);

#endif
