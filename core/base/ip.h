#ifndef CORE_BASE_IP_H
#define CORE_BASE_IP_H

#include "core/base/text.h"

/* IP addresses as text, for whoever compares them. */

enum { IP_TEXT_MAX = 46 }; /* INET6_ADDRSTRLEN */

/*
 * The normal form of an IPv4 or IPv6 address, as inet_ntop() writes it: small letters, the longest run of zeros left out. False
 * for all that is no address by itself: ranges, names, addresses with a port or a zone. `out` is untouched then.
 */
bool ip_normal(struct text address, char out[IP_TEXT_MAX]);

/* Whether an address in normal form is one that many networks have at a time: for private use (RFC 1918, RFC 4193),
 * shared between a provider and its customers (RFC 6598), of a link or a host alone. */
bool ip_is_private(const char *normal);

#endif
