#include "core/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool ip_normal(struct text address, char out[IP_TEXT_MAX])
{
    char text[IP_TEXT_MAX];
    unsigned char bytes[sizeof(struct in6_addr)];
    if (address.len >= sizeof text ||
        memchr(address.data == NULL ? "" : address.data, '\0', address.len) != NULL)
        return false;
    memcpy(text, address.len == 0 ? "" : address.data, address.len);
    text[address.len] = '\0';
    int family = strchr(text, ':') == NULL ? AF_INET : AF_INET6;
    if (inet_pton(family, text, bytes) != 1)
        return false;
    inet_ntop(family, bytes, out, IP_TEXT_MAX);
    return true;
}

/* The first bytes of an address, as many bits of them as count. */
struct range {
    unsigned char first[2];
    int bits;
};

static bool is_within(const unsigned char *bytes, const struct range *r)
{
    unsigned value = (unsigned)bytes[0] << 8 | bytes[1],
             of = (unsigned)r->first[0] << 8 | r->first[1];
    return value >> (16 - r->bits) == of >> (16 - r->bits);
}

bool ip_is_private(const char *normal)
{
    static const struct range v4[] = { { { 10, 0 }, 8 },     { { 172, 16 }, 12 },
                                       { { 192, 168 }, 16 }, { { 100, 64 }, 10 },
                                       { { 169, 254 }, 16 }, { { 127, 0 }, 8 } };
    static const struct range v6[] = { { { 0xfc, 0 }, 7 }, { { 0xfe, 0x80 }, 10 } };
    bool is_v4 = strchr(normal, ':') == NULL;
    unsigned char bytes[sizeof(struct in6_addr)];
    if (inet_pton(is_v4 ? AF_INET : AF_INET6, normal, bytes) != 1)
        return false;
    const struct range *ranges = is_v4 ? v4 : v6;
    size_t count = is_v4 ? sizeof v4 / sizeof *v4 : sizeof v6 / sizeof *v6;
    for (size_t i = 0; i < count; i++)
        if (is_within(bytes, &ranges[i]))
            return true;
    return strcmp(normal, "::1") == 0;
}
