#ifndef SCANNER_FLOW_LOGS_WORK_H
#define SCANNER_FLOW_LOGS_WORK_H

#include "providers/aws/flowlogs/flow_file.h"
#include "scanner/flow_logs.h"

/* Only for scanner/flow_logs*.c: flow logs at work. */
struct flow_logs {
    const struct flow_logs_options *o; /* while they are read */
    struct holding *holding;           /* borrowed */
    struct flow_watch *watch;
    int64_t since_unix_s; /* the first hour that is read */
    int64_t until_unix_s; /* what is dated from here on is passed over */
    /* ---- what became of them ---- */
    struct log_outcomes told;
    struct flow_counts counts;
    uint64_t files, groups;
};

#define FLOW_LOGS_TYPE "aws_ec2_flow"

/* flow_logs_files.c: as files in S3; the context is a struct flow_logs. */
extern const struct log_files_kind flow_logs_files;

#endif
