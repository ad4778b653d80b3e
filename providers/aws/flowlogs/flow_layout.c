#include "providers/aws/flowlogs/flow_layout.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"

#include <string.h>

bool flow_layout_account(struct text folder, const char *base,
                         char out_account[FLOW_LAYOUT_ACCOUNT_MAX], bool *out_hive)
{
    struct text name = { NULL, 0 };
    bool hive = log_layout_name(folder, base, "aws-account-id=", &name);
    if ((!hive && !log_layout_name(folder, base, "", &name)) ||
        !log_layout_account(name, out_account))
        return false;
    *out_hive = hive;
    return true;
}

char *flow_layout_regions(const char *base, const char *account, bool hive)
{
    return memory_format(
        hive ? "%saws-account-id=%s/aws-service=vpcflowlogs/" : "%s%s/vpcflowlogs/", base, account);
}

char *flow_layout_day(const char *base, const char *account, bool hive, const char *region,
                      int64_t unix_s)
{
    char date[TIMESTAMP_MAX]; /* 2026-11-21 */
    timestamp_date(unix_s, date);
    return hive ? memory_format("%saws-account-id=%s/aws-service=vpcflowlogs/aws-region=%s/"
                                "year=%.4s/month=%.2s/day=%.2s/",
                                base, account, region, date, date + 5, date + 8)
                : memory_format("%s%s/vpcflowlogs/%s/%.4s/%.2s/%.2s/", base, account, region, date,
                                date + 5, date + 8);
}

bool flow_layout_region(struct text folder, const char *regions, bool hive,
                        char out_region[FLOW_LAYOUT_REGION_MAX])
{
    struct text name = { NULL, 0 };
    return log_layout_name(folder, regions, hive ? "aws-region=" : "", &name) &&
           log_layout_region(name, out_region);
}

enum flow_layout_kind flow_layout_file(struct text key, int64_t *out_unix_s)
{
    struct text rest = log_layout_file(key);
    enum flow_layout_kind kind = text_ends_with(rest, ".log.gz")    ? FLOW_LAYOUT_TEXT
                                 : text_ends_with(rest, ".parquet") ? FLOW_LAYOUT_PARQUET
                                                                    : FLOW_LAYOUT_OTHER;
    struct text account = text_cut(&rest, '_'), service = text_cut(&rest, '_');
    text_cut(&rest, '_'); /* the region is in the folder's name */
    struct text id = text_cut(&rest, '_'), minute = text_cut(&rest, '_');
    bool is_log = kind != FLOW_LAYOUT_OTHER && log_layout_is_account(account) &&
                  text_equal_string(service, "vpcflowlogs") && text_starts_with(id, "fl-") &&
                  rest.data != NULL && log_layout_minute(minute, out_unix_s);
    return is_log ? kind : FLOW_LAYOUT_OTHER;
}
