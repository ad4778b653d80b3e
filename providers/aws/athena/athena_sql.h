#ifndef PROVIDERS_AWS_ATHENA_ATHENA_SQL_H
#define PROVIDERS_AWS_ATHENA_ATHENA_SQL_H

#include "core/base/error.h"
#include "core/model/resource_type.h"
#include "providers/aws/athena/athena_table.h"
#include "providers/aws/flowlogs/flow_watch.h"

/*
 * The one query that a table of flow logs is asked, in Athena's SQL (Trino's). It reads each line once and sums up those that
 * are watched by what makes a group of flows (flow_groups.h); all others of an account and region are one row a kind, so
 * that it shows of whom there are lines at all, and until when. What of an address is watched is decided by whoever
 * reads the answer (athena_row.h); what cannot be watched for sure is left out here: other ports, and of ports that are
 * watched everywhere private destinations.
 *
 * Names of the table and its columns are quoted; all else are literals made here.
 */
struct athena_question {
    const struct athena_table *table;
    const char *database, *name;
    const struct flow_watch *watch;
    int64_t since_unix_s, until_unix_s; /* when a flow that counts began; hours are whole */
    int64_t now_unix_s;                 /* no file lies under a later hour */
    /* Whose flows alone are wanted, at most ATHENA_ACCOUNTS_MAX ids; what is no id of an account's is passed over. NULL, or more:
     * everybody's. Lines that say of nobody whose they are come all the same, where no partition says it. */
    const struct string_list *accounts;
};
enum { ATHENA_ACCOUNTS_MAX = 100 };

#define ATHENA_SQL_BEGINS "WITH line AS (SELECT " /* and nothing else does */

enum { ATHENA_SQL_MAX = 262144 }; /* characters: Athena's own limit of a query */

/* Its columns, in this order; the first names who is covered, those up to ATHENA_HOUR make the group. */
enum athena_column_of_answer {
    ATHENA_LOG_ACCOUNT, /* whose log it is: by key or path, else the line's account */
    ATHENA_LOG_REGION,
    ATHENA_KIND,        /* flow, passed, nodata, skipdata, malformed; what follows but the last two: of flow alone */
    ATHENA_ACCOUNT,
    ATHENA_REGION,
    ATHENA_VPC,
    ATHENA_INTERFACE,
    ATHENA_SOURCE,
    ATHENA_DESTINATION,
    ATHENA_PORT,
    ATHENA_PROTOCOL,
    ATHENA_ACTION,
    ATHENA_DIRECTION,
    ATHENA_HOUR,        /* seconds since 1970, as all times */
    ATHENA_SUBNET,
    ATHENA_INSTANCE,
    ATHENA_SERVICE,     /* of ECS: "CLUSTER/SERVICE" */
    ATHENA_PATH,
    ATHENA_PACKETS,
    ATHENA_BYTES,
    ATHENA_FIRST,
    ATHENA_LAST,        /* the latest end */
    ATHENA_LINES,
    ATHENA_COLUMNS
};

/* The name of a column of the answer. */
const char *athena_sql_column(enum athena_column_of_answer column);

/* free(); ERROR_LIMIT: what is watched does not fit a query. */
char *athena_sql(const struct athena_question *question, struct error *err);

#endif
