#ifndef SCANNER_LOGS_FLOW_LOGS_H
#define SCANNER_LOGS_FLOW_LOGS_H

#include "scanner/logs/log_files.h"

struct config;
struct holding;
struct store;

/*
 * VPC flow logs from S3, summed up (providers/aws/flowlogs/): types with `aggregate: flow_logs`. Buckets hold the logs of
 * many accounts, so they are read before the accounts are walked (log_files.h). Rows wait on disk until the account's own
 * read of that type takes them from there; what became of the files is that read's outcome. Likewise what log groups hold
 * (flow_logs_groups.h) and what tables of Athena's tell (flow_logs_athena.h), one kind of sources after the other.
 *
 * Hours are read whole, so that what is read again next night is the same rows. Memory: at most LOG_FILES_ACCOUNTS_AT_ONCE
 * tables (of log groups FLOW_LOGS_READERS) of FLOW_LOGS_GROUPS_MAX groups, and as many smaller ones as files or queries are
 * under way.
 */
enum { FLOW_LOGS_GROUPS_MAX = 64 * 1024 }; /* of one account and region, over the window */

struct flow_logs_options {
    const struct config *config;
    struct json_object *resolvers[2]; /* {OPERATOR: [ADDRESS…]}: watched at port 443, too; NULL: none. Borrowed */
    int64_t started_unix_s;       /* of the run */
    uint64_t seed;
    struct store *store;          /* of the run, which remembers its queries (kept_query.h) */
    const struct string_list *accounts; /* those alone were chosen; NULL: all */
    struct loop *loop;
    const struct log *log;
    const char *folder;    /* the state's, for what is held */
    bool (*interrupted)(void *ctx); /* NULL: never */
    void *interrupted_ctx;
};

struct flow_logs; /* what became of them */

/* Reads them where an account that is walked reads such a type and the config names where; else *out is NULL. `holding` is
 * opened where it is not yet. False with a fault of the disk, or when it was interrupted. */
bool flow_logs_read(const struct flow_logs_options *o, const struct found *found, struct holding **holding,
                    struct flow_logs **out, struct error *err);
void flow_logs_free(struct flow_logs *l); /* NULL is fine */

/* How the logs of an account and region were read. `l` NULL: no bucket is named. *out_reason: "" for complete; lives as
 * long as `l`. */
enum outcome flow_logs_outcome(const struct flow_logs *l, const char *account, const char *region,
                               const char **out_reason);

/* Counts for machines; a new reference. NULL for NULL. */
struct json_object *flow_logs_counts(const struct flow_logs *l);

#endif
