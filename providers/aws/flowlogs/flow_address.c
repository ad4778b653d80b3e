#include "providers/aws/flowlogs/flow_address.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

/* By hand, since every line to port 443 comes here: inet_pton() wants a copy that ends with NUL. */
static bool parse_ipv4(struct text t, unsigned char out[4])
{
    unsigned value = 0, part = 0, digits = 0;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.data[i];
        if (c >= '0' && c <= '9') {
            value = value * 10 + (unsigned)(c - '0');
            if (value > 255 || ++digits > 3 || (digits > 1 && value < 10))
                return false;
        } else if (c == '.' && digits > 0 && part < 3) {
            out[part++] = (unsigned char)value;
            value = digits = 0;
        } else {
            return false;
        }
    }
    out[part] = (unsigned char)value;
    return part == 3 && digits > 0;
}

bool flow_address_parse(struct text t, struct flow_address *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct flow_address a;
    if (t.len == 0 || t.len >= sizeof copy)
        return false;
    if (memchr(t.data, ':', t.len) == NULL) {
        memcpy(a.bytes, mapped, sizeof mapped);
        if (!parse_ipv4(t, a.bytes + 12))
            return false;
    } else {
        memcpy(copy, t.data, t.len);
        copy[t.len] = '\0';
        if (strlen(copy) != t.len || inet_pton(AF_INET6, copy, a.bytes) != 1)
            return false;
    }
    *out = a;
    return true;
}

void flow_address_write(const struct flow_address *a, char out[FLOW_ADDRESS_TEXT_MAX])
{
    bool is_ipv4 = flow_address_is_ipv4(a);
    (void)inet_ntop(is_ipv4 ? AF_INET : AF_INET6, a->bytes + (is_ipv4 ? 12 : 0), out,
                    FLOW_ADDRESS_TEXT_MAX);
}

bool flow_address_is_ipv4(const struct flow_address *a)
{
    return memcmp(a->bytes, mapped, sizeof mapped) == 0;
}

static bool inside_ipv4(const unsigned char *b)
{
    return b[0] == 0 || b[0] == 10 || b[0] == 127 || b[0] >= 224 || (b[0] == 192 && b[1] == 168) ||
           (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 169 && b[1] == 254) ||
           (b[0] == 100 && (b[1] & 0xc0) == 64);
}

bool flow_address_is_inside(const struct flow_address *a)
{
    static const unsigned char loopback[15] = { 0 };
    const unsigned char *b = a->bytes;
    if (flow_address_is_ipv4(a))
        return inside_ipv4(b + 12);
    return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) || b[0] == 0xff ||
           (memcmp(b, loopback, sizeof loopback) == 0 && b[15] <= 1);
}

bool flow_address_same(const struct flow_address *a, const struct flow_address *b, int bits)
{
    size_t whole = (size_t)bits / 8;
    unsigned left = (unsigned)bits % 8;
    if (memcmp(a->bytes, b->bytes, whole) != 0)
        return false;
    return left == 0 || ((a->bytes[whole] ^ b->bytes[whole]) >> (8 - left)) == 0;
}
