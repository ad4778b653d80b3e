#ifndef SCANNER_LOGS_FLOW_LOGS_ATHENA_H
#define SCANNER_LOGS_FLOW_LOGS_ATHENA_H

#include "core/base/error.h"

struct flow_logs;
struct found;

/*
 * Flow logs that tables of Athena's are over (providers/aws/athena/): each is asked one query a night, one table after the
 * other, so that what each has scanned is known before the next may begin. What a table can tell is what it has lines of: of
 * an account and region without any nobody knows whether they are logged. Rows come sorted by account and region, and are
 * held against what other sources have told already.
 */
enum {
    FLOW_LOGS_ATHENA_PAGE = 1000,                /* rows; Athena's maximum */
    FLOW_LOGS_ATHENA_PAGES_MAX = 10000,          /* of one table */
    FLOW_LOGS_ATHENA_WAIT_MS = 35 * 60 * 1000,   /* for a query, Athena's own limit is 30 minutes; then it is stopped */
    FLOW_LOGS_ATHENA_STOP_WAIT_MS = 5000,        /* for that */
    FLOW_LOGS_ATHENA_OLD_S = 12 * 3600,          /* a newest line older than this tells of partitions that are missing */
};

/* False with a fault of the disk, or when it was interrupted. */
bool flow_logs_athena_read(struct flow_logs *l, const struct found *found, struct error *err);

#endif
