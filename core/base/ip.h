#ifndef CORE_BASE_IP_H
#define CORE_BASE_IP_H

#include "core/base/text.h"

/* IP addresses as text, for whoever compares them. */

enum { IP_TEXT_MAX = 46 }; /* INET6_ADDRSTRLEN */

/*
 * The normal form of an IPv4 or IPv6 address (RFC 5952: small letters, the longest run of zeros left out). False
 * for all that is no address by itself: ranges, names, addresses with a port or a zone. `out` is untouched then.
 */
bool ip_normal(struct text address, char out[IP_TEXT_MAX]);

#endif
