#include "checks/cidr.h"

#include "core/base/memory.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IPV4_BITS = 32, IPV6_UNIT_BITS = 64, IPV4_SHARE = 64 };

static const uint64_t IPV6_BOUND = (UINT64_C(1) << 52) - (UINT64_C(1) << 49); /* 7/8 of a /12 */

/* What is not public, in order and without overlap. */
static const struct cidr_span special4[] = {
    { 0x00000000, 0x00ffffff }, /* 0.0.0.0/8 this network */
    { 0x0a000000, 0x0affffff }, /* 10.0.0.0/8 private */
    { 0x64400000, 0x647fffff }, /* 100.64.0.0/10 shared by carriers */
    { 0x7f000000, 0x7fffffff }, /* 127.0.0.0/8 loopback */
    { 0xa9fe0000, 0xa9feffff }, /* 169.254.0.0/16 link-local */
    { 0xac100000, 0xac1fffff }, /* 172.16.0.0/12 private */
    { 0xc0000000, 0xc00000ff }, /* 192.0.0.0/24 protocol assignments */
    { 0xc0000200, 0xc00002ff }, /* 192.0.2.0/24 documentation */
    { 0xc0586300, 0xc05863ff }, /* 192.88.99.0/24 once 6to4 relays */
    { 0xc0a80000, 0xc0a8ffff }, /* 192.168.0.0/16 private */
    { 0xc6120000, 0xc613ffff }, /* 198.18.0.0/15 benchmarking */
    { 0xc6336400, 0xc63364ff }, /* 198.51.100.0/24 documentation */
    { 0xcb007100, 0xcb0071ff }, /* 203.0.113.0/24 documentation */
    { 0xe0000000, 0xffffffff }, /* 224.0.0.0/3 multicast, reserved, broadcast */
};
static const struct cidr_span special6[] = {
    { 0, UINT64_C(0x1fffffffffffffff) },
    { UINT64_C(0x2001000000000000),
      UINT64_C(0x200101ffffffffff) }, /* 2001::/23 protocol assignments */
    { UINT64_C(0x20010db800000000),
      UINT64_C(0x20010db8ffffffff) }, /* 2001:db8::/32 documentation */
    { UINT64_C(0x2002000000000000), UINT64_C(0x2002ffffffffffff) }, /* 2002::/16 6to4 */
    { UINT64_C(0x3fff000000000000), UINT64_C(0x3fff0fffffffffff) }, /* 3fff::/20 documentation */
    { UINT64_C(0x4000000000000000), UINT64_MAX },
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

bool cidr_parse(struct text t, struct cidr *out)
{
    char address[INET6_ADDRSTRLEN];
    struct cidr c;
    memset(&c, 0, sizeof c);
    struct text rest = t;
    struct text host = text_cut(&rest, '/');
    if (host.len >= sizeof address || host.len == 0)
        return false;
    memcpy(address, host.data, host.len);
    address[host.len] = '\0';
    c.family = memchr(address, ':', host.len) == NULL ? 4 : 6;
    if (inet_pton(c.family == 4 ? AF_INET : AF_INET6, address, c.bytes) != 1)
        return false;
    int64_t bits = c.family == 4 ? 32 : 128;
    int64_t most = bits;
    if (rest.data != NULL && (!text_to_int64(rest, &bits) || bits < 0 || bits > most))
        return false;
    c.bits = (int)bits;
    for (int i = c.bits; i < most; i++)
        c.bytes[i / 8] &= (unsigned char)~(0x80U >> (i % 8));
    *out = c;
    return true;
}

void cidr_write(const struct cidr *c, char out[CIDR_TEXT_MAX])
{
    char address[INET6_ADDRSTRLEN] = "";
    inet_ntop(c->family == 4 ? AF_INET : AF_INET6, c->bytes, address, sizeof address);
    snprintf(out, CIDR_TEXT_MAX, "%s/%d", address, c->bits);
}

bool cidr_contains(const struct cidr *outer, const struct cidr *inner)
{
    if (outer->family != inner->family || outer->bits > inner->bits)
        return false;
    size_t whole = (size_t)outer->bits / 8;
    if (memcmp(outer->bytes, inner->bytes, whole) != 0)
        return false;
    int left = outer->bits % 8;
    return left == 0 || (outer->bytes[whole] ^ inner->bytes[whole]) >> (8 - left) == 0;
}

/* The units of a range; a longer IPv6 prefix gives the unit that it lies in. */
static struct cidr_span span_of(const struct cidr *c)
{
    int bits = c->family == 4 ? IPV4_BITS : IPV6_UNIT_BITS;
    uint64_t first = 0;
    for (int i = 0; i < bits / 8; i++)
        first = first << 8 | c->bytes[i];
    int host = c->bits >= bits ? 0 : bits - c->bits;
    uint64_t size = host == 64 ? UINT64_MAX : (UINT64_C(1) << host) - 1;
    return (struct cidr_span){ first, first + size };
}

/* How many units of `r` are public. */
static uint64_t public_units(struct cidr_span r, const struct cidr_span *special, size_t count)
{
    uint64_t units = 0;
    uint64_t from = r.first;
    for (size_t i = 0; i < count; i++) {
        if (special[i].last < from)
            continue;
        if (special[i].first > r.last)
            break;
        if (special[i].first > from)
            units += special[i].first - from;
        if (special[i].last >= r.last)
            return units;
        from = special[i].last + 1;
    }
    return units + (r.last - from) + 1;
}

static uint64_t public_of(struct cidr_span r, int family)
{
    return family == 4 ? public_units(r, special4, COUNT(special4))
                       : public_units(r, special6, COUNT(special6));
}

bool cidr_span(const struct cidr *c, struct cidr_span *out)
{
    if (c->family == 6 && c->bits > IPV6_UNIT_BITS)
        return false;
    *out = span_of(c);
    return true;
}

bool cidr_is_public(const struct cidr *c)
{
    return public_of(span_of(c), c->family) > 0;
}

static int compare_spans(const void *a, const void *b)
{
    const struct cidr_span *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

void cidr_spans_unite(struct cidr_span *spans, size_t *count)
{
    size_t kept = 0;
    if (*count > 0)
        qsort(spans, *count, sizeof *spans, compare_spans);
    for (size_t i = 0; i < *count; i++) {
        struct cidr_span *last = kept == 0 ? NULL : &spans[kept - 1];
        if (last == NULL || (last->last != UINT64_MAX && spans[i].first > last->last + 1))
            spans[kept++] = spans[i];
        else if (spans[i].last > last->last)
            last->last = spans[i].last;
    }
    *count = kept;
}

uint64_t cidr_spans_public(const struct cidr_span *spans, size_t count, int family)
{
    uint64_t units = 0;
    for (size_t i = 0; i < count; i++)
        units += public_of(spans[i], family);
    return units;
}

uint64_t cidr_internet_bound(int family)
{
    struct cidr_span all4 = { 0, UINT32_MAX };
    return family == 4 ? public_of(all4, 4) / IPV4_SHARE : IPV6_BOUND;
}

bool cidr_covers_internet(const struct cidr *list, size_t count, int family)
{
    struct cidr_span *spans = memory_new(count, sizeof *spans);
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].family == family && cidr_span(&list[i], &spans[used]))
            used++;
    cidr_spans_unite(spans, &used);
    bool covers = cidr_spans_public(spans, used, family) >= cidr_internet_bound(family);
    free(spans);
    return covers;
}
