#ifndef SCANNER_LOGS_FLOW_LOGS_WORK_H
#define SCANNER_LOGS_FLOW_LOGS_WORK_H

#include "providers/aws/flowlogs/flow_file.h"
#include "scanner/logs/flow_logs.h"

/* Only for scanner/logs/flow_logs*.c: flow logs at work. */
struct flow_logs {
    const struct flow_logs_options *o; /* while they are read */
    struct holding *holding;           /* borrowed */
    struct flow_watch *watch;
    int64_t since_unix_s; /* the first hour that is read */
    int64_t until_unix_s; /* what is dated from here on is passed over */
    int64_t bytes_left;   /* that queries may still look through, of limits.logs_max_gb */
    /* ---- what became of them ---- */
    bool buckets_alone; /* the config names nothing else */
    struct log_outcomes told;
    struct flow_counts counts;
    uint64_t files, groups;
    uint64_t log_groups, bytes_queried; /* of CloudWatch Logs; looked through by queries */
};

#define FLOW_LOGS_TYPE "aws_ec2_flow"

/* Why a region is skipped: the first two no more, where another source tells all of it. */
#define FLOW_LOGS_PARQUET "flow logs are Parquet, which is not read: deliver them as text, or ask Athena"
#define FLOW_LOGS_NO_FILE "no file of flow logs was delivered since the first hour that is read"
#define FLOW_LOGS_SKIPDATA "AWS itself left records out (SKIPDATA): what was not seen may have happened"

/* flow_logs_files.c: as files in S3; the context is a struct flow_logs. */
extern const struct log_files_kind flow_logs_files;

#endif
