#ifndef REPORTS_EXPORT_H
#define REPORTS_EXPORT_H

#include "core/base/error.h"
#include "core/store/store.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A run's resources for machines: one JSON object a line, in folders as Hive names them, which Athena, BigQuery,
 * Spark and DuckDB read as a table a type:
 *
 *   FOLDER/provider=aws/type=aws_ec2_vpc/account=012345678901/resources.ndjson
 *
 * Members: account_name, region, id, name, team, key, first_seen, last_changed, unverified_since, shared_from (texts,
 * "" for none), parent (what an ephemeral member belongs to, or null: here each member is a line of its own), tags (an
 * object), unread (part -> reason, or null), config (the resource as stored: values raw, redacted ones as hmac:…). What
 * the folders say is not repeated, since BigQuery refuses that. Lines are sorted by key; the same state gives the same
 * bytes.
 *
 * The run's views must have been made (core/store/views.h).
 */
#define EXPORT_MARK                                                                                \
    "_yomawari_export.json" /* readers of such folders pass over names that begin with _ */

struct export_counts {
    int64_t resources, files;
};

/*
 * Writes FOLDER.tmp and gives it the name FOLDER once all is on the disk; the export that it replaces is FOLDER.old for that
 * moment. A folder that stands under one of these names is replaced when it is empty or an export, whole or broken off (it
 * holds EXPORT_MARK, which is written before all else); ERROR_USAGE for any other: it is named, and nothing is touched.
 */
bool export_write(struct store *s, const struct store_run *run, const char *folder,
                  struct export_counts *out, struct error *err);

#endif
