#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_SUBNETS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_SUBNETS_H

#include "checks/check.h"

#include <stdbool.h>

/* Which subnet an address is in: where a machine was of which nothing else is known any more. */
struct outbound_dns_aws_subnets;

enum {
    OUTBOUND_DNS_AWS_SUBNETS_MAX = 200000,
    OUTBOUND_DNS_AWS_SUBNET_RANGES_MAX = 8, /* of one: AWS has one of IPv4 and five of IPv6; what is beyond is left out */
};

/* Texts live as long as the subnets. */
struct outbound_dns_aws_subnet {
    const char *id, *vpc;
};

struct outbound_dns_aws_subnets *outbound_dns_aws_subnets_new(void);
void outbound_dns_aws_subnets_free(struct outbound_dns_aws_subnets *s); /* NULL is fine */

/* Takes a resource of type aws_ec2_subnet; `ctx` is the subnets. ERROR_LIMIT. */
bool outbound_dns_aws_subnets_take(void *ctx, const struct check_resource *r, struct error *err);

/* The one subnet of a network that holds the address. `vpc` NULL: the one of any network in the region; several networks may
 * have the same addresses, and then there is no telling. False where there is none. */
bool outbound_dns_aws_subnets_find(const struct outbound_dns_aws_subnets *s, const char *vpc, const char *region,
                                   const char *address, struct outbound_dns_aws_subnet *out);

#endif
