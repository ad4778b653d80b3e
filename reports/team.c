#include "reports/team.h"

#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 12, PLAIN_MAX = TEAM_FOLDER_MAX - 1 - DIGITS };

static bool is_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Bytes of a character that may stay; 0 when what stands there may not. A dot or space at an end hides
 * the folder on one system and cannot be opened on another. */
static size_t kept(struct text rest, bool first)
{
    unsigned char c = (unsigned char)rest.data[0];
    if (c < 0x80)
        return is_word(c) || ((c == '.' || c == ' ') && !first && rest.len > 1) ? 1 : 0;
    size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    bool control = c == 0xc2 && rest.len > 1 && (unsigned char)rest.data[1] < 0xa0;
    return len <= rest.len && !control && utf8_is_valid((struct text){ rest.data, len }) ? len : 0;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool has_digits(struct text name)
{
    if (name.len <= DIGITS || name.data[name.len - DIGITS - 1] != '-')
        return false;
    for (size_t i = name.len - DIGITS; i < name.len; i++)
        if (!is_hex(name.data[i]))
            return false;
    return true;
}

char *team_folder(const char *team)
{
    struct text rest = text_of(team);
    struct buffer out;
    char hex[DIGEST_HEX_MAX];
    bool changed = has_digits(rest);
    buffer_init(&out, TEAM_FOLDER_MAX);
    while (rest.len > 0) {
        size_t len = kept(rest, out.len == 0), take = len == 0 ? 1 : len;
        changed = changed || len == 0 || out.len + take > PLAIN_MAX;
        if (out.len + take > PLAIN_MAX)
            break;
        buffer_append(&out, len == 0 ? "_" : rest.data, take);
        rest = (struct text){ rest.data + take, rest.len - take };
    }
    if (changed) {
        digest_sha256_hex(text_of(team), hex);
        buffer_append_format(&out, "-%.*s", DIGITS, hex);
    }
    return buffer_detach(&out);
}
