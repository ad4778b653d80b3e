#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_ADDRESS_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_ADDRESS_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* An address as 16 bytes in network order, IPv4 as ::ffff:a.b.c.d: plain data, compared byte by byte. */
struct flow_address {
    unsigned char bytes[16];
};

#define FLOW_ADDRESS_TEXT_MAX 46 /* bytes of one as text, NUL included */

/* Dotted IPv4 without leading zeros, or IPv6. False when it is neither. */
bool flow_address_parse(struct text t, struct flow_address *out);

void flow_address_write(const struct flow_address *a, char out[FLOW_ADDRESS_TEXT_MAX]);

bool flow_address_is_ipv4(const struct flow_address *a);

/* Whether it is nobody's on the internet: private, shared (100.64.0.0/10), loopback, link-local, unique local,
 * multicast, "this network" and what was never given out (240.0.0.0/4). Ranges for documentation are not among them,
 * which nobody has and nobody would be asked about. */
bool flow_address_is_inside(const struct flow_address *a);

/* Whether the first `bits` of both are the same; of IPv4 they count from 96 on. */
bool flow_address_same(const struct flow_address *a, const struct flow_address *b, int bits);

#endif
