#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_LAYOUT_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_LAYOUT_H

#include "providers/aws/logfiles/log_layout.h"

/*
 * Where flow logs lie in a bucket ("Flow log files", Amazon VPC guide). Below the folder of all accounts:
 *   plain            111122223333/vpcflowlogs/REGION/2026/11/21/[06/]FILE
 *   Hive-compatible  aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=REGION/year=2026/month=11/day=21/
 *                    [hour=06/]FILE
 *   FILE             111122223333_vpcflowlogs_REGION_fl-0123456789abcdef0_20261121T0605Z_HASH.log.gz, or .log.parquet
 * Whether there is a folder an hour does not matter: a day's list shows what lies below it.
 */
enum { FLOW_LAYOUT_ACCOUNT_MAX = LOG_LAYOUT_ACCOUNT_MAX, FLOW_LAYOUT_REGION_MAX = LOG_LAYOUT_REGION_MAX };

/* Reads a folder of accounts ("AWSLogs/111122223333/") below `base`. False for any other. */
bool flow_layout_account(struct text folder, const char *base, char out_account[FLOW_LAYOUT_ACCOUNT_MAX],
                         bool *out_hive);

/* The folder of an account's regions, and of a region; free(). */
char *flow_layout_regions(const char *base, const char *account, bool hive);
char *flow_layout_day(const char *base, const char *account, bool hive, const char *region, int64_t unix_s);

/* Reads a folder of regions below `regions`, which flow_layout_regions() gave. False for any other. */
bool flow_layout_region(struct text folder, const char *regions, bool hive, char out_region[FLOW_LAYOUT_REGION_MAX]);

enum flow_layout_kind { FLOW_LAYOUT_OTHER, FLOW_LAYOUT_TEXT, FLOW_LAYOUT_PARQUET };

/* What a file is, by its name; of logs also the minute that the name holds, around which its flows were. */
enum flow_layout_kind flow_layout_file(struct text key, int64_t *out_unix_s);

#endif
