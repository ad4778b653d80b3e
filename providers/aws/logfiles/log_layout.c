#include "providers/aws/logfiles/log_layout.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"

#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

enum { MINUTES = 13 }; /* bytes of 20261121T0605, before Z */

bool log_layout_name(struct text folder, const char *above, const char *before, struct text *out)
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

bool log_layout_is_all(struct text t, const char *bytes)
{
    for (size_t i = 0; i < t.len; i++)
        if (strchr(bytes, t.data[i]) == NULL || t.data[i] == '\0')
            return false;
    return t.len > 0;
}

static bool copy(struct text t, char *out)
{
    memcpy(out, t.data, t.len);
    out[t.len] = '\0';
    return true;
}

bool log_layout_is_account(struct text name)
{
    return name.len == LOG_LAYOUT_ACCOUNT_MAX - 1 && log_layout_is_all(name, DIGITS);
}

bool log_layout_account(struct text name, char out_account[LOG_LAYOUT_ACCOUNT_MAX])
{
    return log_layout_is_account(name) && copy(name, out_account);
}

bool log_layout_region(struct text name, char out_region[LOG_LAYOUT_REGION_MAX])
{
    return name.len < LOG_LAYOUT_REGION_MAX && log_layout_is_all(name, LETTERS DIGITS "-") &&
           copy(name, out_region);
}

char *log_layout_day(const char *above, int64_t unix_s)
{
    char date[TIMESTAMP_MAX]; /* 2026-11-21 */
    timestamp_date(unix_s, date);
    return memory_format("%s%.4s/%.2s/%.2s/", above, date, date + 5, date + 8);
}

struct text log_layout_file(struct text key)
{
    for (size_t at; (at = text_find(key, '/')) < key.len;)
        key = (struct text){ key.data + at + 1, key.len - at - 1 };
    return key;
}

bool log_layout_minute(struct text t, int64_t *out_unix_s)
{
    char basic[TIMESTAMP_MAX];
    if (t.len != MINUTES + 1 || t.data[MINUTES] != 'Z')
        return false;
    memcpy(basic, t.data, MINUTES);
    memcpy(basic + MINUTES, "00Z", sizeof "00Z");
    return timestamp_parse_basic(text_of(basic), out_unix_s);
}
