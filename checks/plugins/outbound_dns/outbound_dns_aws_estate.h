#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_ESTATE_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_AWS_ESTATE_H

#include "checks/check.h"
#include "checks/plugins/outbound_dns/outbound_dns_aws_subnets.h"
#include "checks/plugins/outbound_dns/outbound_dns_talks.h"

#include <stdbool.h>

/*
 * What an account has of networks, interfaces and instances: in which network and by whom something was asked, and whether
 * flow logs would have shown it.
 */
enum { OUTBOUND_DNS_AWS_THINGS_MAX = 2000000 }; /* of each kind */

struct outbound_dns_aws_network {
    char *key, *id, *region;
    bool own;            /* the account's, so that it is judged */
    bool populated;      /* has an interface */
    const char *blind;   /* why its flow logs would not show what is asked outside, of the first interface of which that
                          * is so; NULL: they would */
};

struct outbound_dns_aws_interface {
    const struct outbound_dns_aws_network *network; /* NULL: not known */
    char *id, *subnet;
    char *host;   /* steady name of whom it is of */
    char *member; /* the instance, where host is whose member it is; or NULL */
    char *gateway; /* what it is of, where it passes on what others ask: "nat-…", "tgw-attach-…", else its own id; or NULL */
    bool on_instance;
};

struct outbound_dns_aws_estate;

/* Tells `talks` who the instances are. NULL on failure. */
struct outbound_dns_aws_estate *outbound_dns_aws_estate_new(const struct check_view *view, struct outbound_dns_talks *talks,
                                                            struct error *err);
void outbound_dns_aws_estate_free(struct outbound_dns_aws_estate *e); /* NULL is fine */

/* In order of key. */
size_t outbound_dns_aws_estate_count(const struct outbound_dns_aws_estate *e);
const struct outbound_dns_aws_network *outbound_dns_aws_estate_at(const struct outbound_dns_aws_estate *e, size_t i);

/* NULL where it is not known, and for NULL. */
const struct outbound_dns_aws_network *outbound_dns_aws_estate_network(const struct outbound_dns_aws_estate *e,
                                                                       const char *id);
const struct outbound_dns_aws_interface *outbound_dns_aws_estate_interface(const struct outbound_dns_aws_estate *e,
                                                                           const char *id);
/* The interface of that network that has this private address. */
const struct outbound_dns_aws_interface *
outbound_dns_aws_estate_address(const struct outbound_dns_aws_estate *e, const struct outbound_dns_aws_network *network,
                                const char *address);
/* Whose member an instance is, else the instance itself; NULL where it is not known. */
const char *outbound_dns_aws_estate_instance(const struct outbound_dns_aws_estate *e, const char *id);
/* In which network it is; NULL where that is not known. */
const struct outbound_dns_aws_network *outbound_dns_aws_estate_network_of(const struct outbound_dns_aws_estate *e,
                                                                          const char *instance);

/* outbound_dns_aws_subnets_find() among those of the estate. */
bool outbound_dns_aws_estate_subnet(const struct outbound_dns_aws_estate *e, const char *vpc, const char *region,
                                    const char *address, struct outbound_dns_aws_subnet *out);
/* Whether a resolver endpoint of Route 53's has this address in that network. */
bool outbound_dns_aws_estate_is_resolver(const struct outbound_dns_aws_estate *e,
                                         const struct outbound_dns_aws_network *network, const char *address);

#endif
