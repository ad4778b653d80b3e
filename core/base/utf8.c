#include "core/base/utf8.h"

#include <stdint.h>
#include <string.h>

/* Sets what must follow a first byte; false when no character begins so. The narrowed second bytes are
 * those of RFC 3629 section 4: they shut out overlong forms, surrogates and what lies above U+10FFFF. */
static bool begin(struct utf8 *u, unsigned char c)
{
    *u = (struct utf8){ 0, 0x80, 0xbf };
    if (c < 0x80)
        return true;
    if (c < 0xc2 || c > 0xf4)
        return false;
    if (c < 0xe0) {
        u->need = 1;
    } else if (c < 0xf0) {
        u->need = 2;
        u->low = c == 0xe0 ? 0xa0 : 0x80;
        u->high = c == 0xed ? 0x9f : 0xbf;
    } else {
        u->need = 3;
        u->low = c == 0xf0 ? 0x90 : 0x80;
        u->high = c == 0xf4 ? 0x8f : 0xbf;
    }
    return true;
}

/* How many bytes from here are ASCII for certain, eight at a time. */
static size_t ascii_bytes(const char *data, size_t len)
{
    size_t n = 0;
    uint64_t eight;
    for (; len - n >= sizeof eight; n += sizeof eight) {
        memcpy(&eight, data + n, sizeof eight);
        if ((eight & 0x8080808080808080u) != 0)
            break;
    }
    return n;
}

size_t utf8_add(struct utf8 *u, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (u->need == 0)
            i += ascii_bytes(data + i, len - i);
        if (i == len)
            break;
        unsigned char c = (unsigned char)data[i];
        if (u->need == 0) {
            if (c >= 0x80 && !begin(u, c))
                return i;
            continue;
        }
        if (c < u->low || c > u->high)
            return i;
        u->need--;
        u->low = 0x80;
        u->high = 0xbf;
    }
    return len;
}

bool utf8_is_complete(const struct utf8 *u)
{
    return u->need == 0;
}

bool utf8_is_valid(struct text t)
{
    struct utf8 u = { 0 };
    return utf8_add(&u, t.data, t.len) == t.len && utf8_is_complete(&u);
}
