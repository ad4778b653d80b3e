#include "providers/aws/logfiles/trail_layout.h"

#include "core/base/memory.h"

#include <stdlib.h>

/* "o-" and 10 to 32 letters and digits (AWS Organizations API reference, Organization). */
enum { ORGANIZATION_MIN = 12, ORGANIZATION_MAX = 34 };

static bool is_organization(struct text name)
{
    return text_starts_with(name, "o-") && name.len >= ORGANIZATION_MIN &&
           name.len <= ORGANIZATION_MAX &&
           log_layout_is_all((struct text){ name.data + 2, name.len - 2 },
                             "abcdefghijklmnopqrstuvwxyz0123456789");
}

enum trail_layout_folder trail_layout_folder(struct text folder, const char *base,
                                             char out_account[LOG_LAYOUT_ACCOUNT_MAX])
{
    struct text name = { NULL, 0 };
    if (!log_layout_name(folder, base, "", &name))
        return TRAIL_LAYOUT_OTHER;
    if (log_layout_account(name, out_account))
        return TRAIL_LAYOUT_ACCOUNT;
    return is_organization(name) ? TRAIL_LAYOUT_ORGANIZATION : TRAIL_LAYOUT_OTHER;
}

char *trail_layout_regions(const char *base, const char *account)
{
    return memory_format("%s%s/CloudTrail/", base, account);
}

char *trail_layout_day(const char *base, const char *account, const char *region, int64_t unix_s)
{
    char *above = memory_format("%s%s/CloudTrail/%s/", base, account, region);
    char *day = log_layout_day(above, unix_s);
    free(above);
    return day;
}

bool trail_layout_region(struct text folder, const char *regions,
                         char out_region[LOG_LAYOUT_REGION_MAX])
{
    struct text name = { NULL, 0 };
    return log_layout_name(folder, regions, "", &name) && log_layout_region(name, out_region);
}

bool trail_layout_file(struct text key, int64_t *out_unix_s)
{
    struct text rest = log_layout_file(key);
    if (!text_ends_with(rest, ".json.gz"))
        return false;
    struct text account = text_cut(&rest, '_'), service = text_cut(&rest, '_');
    text_cut(&rest, '_'); /* the region is in the folder's name */
    struct text minute = text_cut(&rest, '_');
    return log_layout_is_account(account) && text_equal_string(service, "CloudTrail") &&
           rest.data != NULL && log_layout_minute(minute, out_unix_s);
}
