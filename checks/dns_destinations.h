#ifndef CHECKS_DNS_DESTINATIONS_H
#define CHECKS_DNS_DESTINATIONS_H

#include "checks/cidr.h"
#include "core/base/text.h"

#include <stdbool.h>

struct json_object;

/*
 * Who answers at an address that is asked for names. Lists are the settings public_resolvers, root_servers and dns
 * (checks/shared/params.yaml); which addresses are one's own, whoever asks knows better.
 *
 *   expected   of dns.expected_resolvers: may be asked
 *   root       a server of the DNS root, also by a former address
 *   public     a resolver that answers everybody
 *   private    not reached over the internet: private, shared, link-local space (the clouds' own resolvers are there too),
 *              documentation, multicast
 *   unknown    nobody knows
 * In this order: the first that fits.
 */
enum dns_kind { DNS_EXPECTED, DNS_ROOT, DNS_PUBLIC, DNS_PRIVATE, DNS_UNKNOWN };

struct dns_destination {
    enum dns_kind kind;
    struct text server;   /* of a root server: "J-root"; else empty */
    struct text operator; /* of root and public: who runs it; else empty. Both live as long as the lists */
};

enum { DNS_DESTINATIONS_RANGES_MAX = 10000 }; /* of all lists; what is beyond is left out */

struct dns_destinations;

/* `params`: object of the settings; borrowed, must live as long as the result. Members that are missing, and entries that
 * are no ranges, count as nothing. */
struct dns_destinations *dns_destinations_new(struct json_object *params);
void dns_destinations_free(struct dns_destinations *d); /* NULL is fine */

/* False for what is no single address; then *out is untouched. ::ffff:8.8.8.8 is 8.8.8.8. */
bool dns_destinations_find(const struct dns_destinations *d, struct text address, struct dns_destination *out);

/* The address in the one form that all its spellings share. False for what is no single address. */
bool dns_destinations_address(struct text t, char out[CIDR_TEXT_MAX]);

/* "expected", "root", … */
const char *dns_destinations_word(enum dns_kind kind);

/* {"kind": …, "server": …, "operator": …}, without what is empty. json_object_put() it. */
struct json_object *dns_destinations_json(const struct dns_destination *found);

#endif
