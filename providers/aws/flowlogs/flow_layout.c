#include "providers/aws/flowlogs/flow_layout.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"

#include <string.h>

enum { ACCOUNT_DIGITS = 12, MINUTES = 13 }; /* MINUTES: bytes of 20261121T0605, before Z */

/* The name of the folder below `above`: what stands between it, `before` and the one slash at the end. */
static bool name_in(struct text folder, const char *above, const char *before, struct text *out)
{
    size_t head = strlen(above), skip = strlen(before);
    if (!text_starts_with(folder, above) || folder.len <= head + skip + 1 ||
        folder.data[folder.len - 1] != '/')
        return false;
    struct text name = { folder.data + head, folder.len - head - 1 };
    if (!text_starts_with(name, before))
        return false;
    *out = (struct text){ name.data + skip, name.len - skip };
    return memchr(out->data, '/', out->len) == NULL;
}

static bool is_all(struct text t, const char *bytes)
{
    for (size_t i = 0; i < t.len; i++)
        if (strchr(bytes, t.data[i]) == NULL || t.data[i] == '\0')
            return false;
    return t.len > 0;
}

static void copy(struct text t, char *out)
{
    memcpy(out, t.data, t.len);
    out[t.len] = '\0';
}

bool flow_layout_account(struct text folder, const char *base,
                         char out_account[FLOW_LAYOUT_ACCOUNT_MAX], bool *out_hive)
{
    struct text name = { NULL, 0 };
    bool hive = name_in(folder, base, "aws-account-id=", &name);
    if ((!hive && !name_in(folder, base, "", &name)) || name.len != ACCOUNT_DIGITS ||
        !is_all(name, "0123456789"))
        return false;
    copy(name, out_account);
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
    struct text name;
    if (!name_in(folder, regions, hive ? "aws-region=" : "", &name) ||
        name.len >= FLOW_LAYOUT_REGION_MAX ||
        !is_all(name, "abcdefghijklmnopqrstuvwxyz0123456789-"))
        return false;
    copy(name, out_region);
    return true;
}

/* "20261121T0605Z" is basic ISO 8601 without seconds. */
static bool read_minute(struct text t, int64_t *out_unix_s)
{
    char basic[TIMESTAMP_MAX];
    if (t.len != MINUTES + 1 || t.data[MINUTES] != 'Z')
        return false;
    memcpy(basic, t.data, MINUTES);
    memcpy(basic + MINUTES, "00Z", sizeof "00Z");
    return timestamp_parse_basic(text_of(basic), out_unix_s);
}

enum flow_layout_kind flow_layout_file(struct text key, int64_t *out_unix_s)
{
    struct text rest = key;
    for (size_t at; (at = text_find(rest, '/')) < rest.len;)
        rest = (struct text){ rest.data + at + 1, rest.len - at - 1 };
    enum flow_layout_kind kind = text_ends_with(rest, ".log.gz")    ? FLOW_LAYOUT_TEXT
                                 : text_ends_with(rest, ".parquet") ? FLOW_LAYOUT_PARQUET
                                                                    : FLOW_LAYOUT_OTHER;
    struct text account = text_cut(&rest, '_'), service = text_cut(&rest, '_');
    text_cut(&rest, '_'); /* the region is in the folder's name */
    struct text id = text_cut(&rest, '_'), minute = text_cut(&rest, '_');
    bool is_log = kind != FLOW_LAYOUT_OTHER && account.len == ACCOUNT_DIGITS &&
                  is_all(account, "0123456789") && text_equal_string(service, "vpcflowlogs") &&
                  text_starts_with(id, "fl-") && rest.data != NULL &&
                  read_minute(minute, out_unix_s);
    return is_log ? kind : FLOW_LAYOUT_OTHER;
}
