#ifndef PROVIDERS_AWS_LOGFILES_TRAIL_LAYOUT_H
#define PROVIDERS_AWS_LOGFILES_TRAIL_LAYOUT_H

#include "providers/aws/logfiles/log_layout.h"

/*
 * Where a trail's files lie in a bucket (AWS CloudTrail guide, "CloudTrail log file examples"). Below the folder of all
 * accounts, of an organization's trail below one more, which has the organization's id:
 *   [o-abcde12345/]111122223333/CloudTrail/us-east-1/2026/11/21/FILE
 *   FILE   111122223333_CloudTrail_us-east-1_20261121T0605Z_AbCdEf0123456789.json.gz, by the minute of its delivery
 * Digests and Insights have folders of their own beside it (CloudTrail-Digest, CloudTrail-Insight), and are not looked into.
 */
enum trail_layout_folder { TRAIL_LAYOUT_OTHER, TRAIL_LAYOUT_ACCOUNT, TRAIL_LAYOUT_ORGANIZATION };

/* Reads a folder below `base`; of an account also which. */
enum trail_layout_folder trail_layout_folder(struct text folder, const char *base,
                                             char out_account[LOG_LAYOUT_ACCOUNT_MAX]);

/* The folder of an account's regions, and of a region's day; free(). */
char *trail_layout_regions(const char *base, const char *account);
char *trail_layout_day(const char *base, const char *account, const char *region, int64_t unix_s);

/* Reads a folder of a region below `regions`, which trail_layout_regions() gave. False for any other. */
bool trail_layout_region(struct text folder, const char *regions, char out_region[LOG_LAYOUT_REGION_MAX]);

/* Whether it is a file of events, by its name; then also when it was delivered. */
bool trail_layout_file(struct text key, int64_t *out_unix_s);

#endif
