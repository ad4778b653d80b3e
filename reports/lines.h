#ifndef REPORTS_LINES_H
#define REPORTS_LINES_H

#include "reports/table.h"

/*
 * Tables for a terminal. Cells are cleaned as reports/cell.h says, so that nobody's resource name moves
 * the cursor.
 */

/* One line a row of changes.csv: "~ aws_ec2_security_group sg-1 (web) 012345678901 us-east-1  Description:
 * old -> new". "no changes" when there is no row. */
extern const struct table_format lines_of_changes;

/* Cells with two spaces between, under their column's names. */
extern const struct table_format lines_plain;

#endif
