#ifndef CHECKS_CIDR_H
#define CHECKS_CIDR_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Ranges of addresses, and when a set of them is the internet.
 *
 * "Public" is what the IANA special-purpose registries (RFC 6890 and its updates, as of 2026) leave: IPv4
 * without private, shared, loopback, link-local, documentation, benchmarking, multicast and reserved
 * space; IPv6 2000::/3 without protocol assignments, documentation and 6to4.
 *
 * A set of ranges is "open to the internet" when its union holds, of one family,
 *   IPv4: at least 1/64 of the public addresses: some 58 million, three and a half /8s. The largest
 *         holdings of one company are two /8s, so that what admits more admits strangers. A single /8
 *         typed for a /16 stays below; 0.0.0.0/1 alone, halves, and heaps of /8s do not;
 *   IPv6: at least seven eighths of a /12 in 2000::/3. IANA hands the regional registries a /12 at a time and no
 *         company holds one; most of 2000::/3 is given to nobody, so that a share of the whole would
 *         let all of Europe pass. (Seven eighths, since 2000::/12 holds special ranges.)
 */
struct cidr {
    int family;              /* 4 or 6 */
    int bits;                /* of the prefix */
    unsigned char bytes[16]; /* network order, host bits cleared; 4 or 16 of them */
};

#define CIDR_TEXT_MAX 50 /* bytes that cidr_write() needs at most, NUL included */

/* "10.0.0.0/8", "2001:db8::/32", or an address alone (/32, /128). Host bits are cleared. IPv4-mapped IPv6
 * ranges stay IPv6. False when it is none. */
bool cidr_parse(struct text t, struct cidr *out);

void cidr_write(const struct cidr *c, char out[CIDR_TEXT_MAX]);

/* Whether all of `inner` lies in `outer`; false across families. */
bool cidr_contains(const struct cidr *outer, const struct cidr *inner);

/* Whether any address of it is public. */
bool cidr_is_public(const struct cidr *c);

/* Whether the union of the ranges of `family` is open to the internet, as above. The list is not changed. */
bool cidr_covers_internet(const struct cidr *list, size_t count, int family);

/*
 * Parts of one family's addresses, for arithmetic with them. They are counted in units that fit 64 bits:
 * IPv4 addresses, IPv6 /64 networks. An IPv6 range longer than /64 is less than a unit and counts as none:
 * it takes 2^52 units to be the internet.
 */
struct cidr_span {
    uint64_t first, last; /* inclusive */
};

/* False for a range that is less than a unit. */
bool cidr_span(const struct cidr *c, struct cidr_span *out);

/* Sorts, and joins what overlaps or touches. */
void cidr_spans_unite(struct cidr_span *spans, size_t *count);

/* How many units of spans that lie apart are public, and how many are open to the internet. */
uint64_t cidr_spans_public(const struct cidr_span *spans, size_t count, int family);
uint64_t cidr_internet_bound(int family);

#endif
