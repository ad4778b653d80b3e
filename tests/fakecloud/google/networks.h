#ifndef TESTS_FAKECLOUD_GOOGLE_NETWORKS_H
#define TESTS_FAKECLOUD_GOOGLE_NETWORKS_H

#include "tests/fakecloud/estate.h"

/*
 * VPC networks and their subnets. Every project has "default" as Google makes it, with a subnet in each region;
 * ordinary ones "main", in which machines are. Lists "compute.networks", "compute.subnetworks".
 */
#define GOOGLE_NETWORKS_DEFAULT "default"
#define GOOGLE_NETWORKS_MAIN "main"
#define GOOGLE_NETWORKS_AFTER "AFTER_CLASSIC_FIREWALL" /* policies of the network */
#define GOOGLE_NETWORKS_BEFORE "BEFORE_CLASSIC_FIREWALL"

/* `order`: one of the two above. */
void google_networks_add(struct estate *e, size_t project, const char *name, const char *order);
/* A subnet in each region, called as the network is. */
void google_networks_add_subnets(struct estate *e, size_t project, const char *network);

/* What a check says of a network: whether its DNS queries are logged. A new one's are not. Nothing where the API of
 * DNS is off, or nobody may ask. */
void google_networks_logged(struct estate *e, size_t project, const char *name, bool logged);

/* URL and id; free(). */
char *google_networks_url(const struct estate *e, size_t project, const char *name);
char *google_networks_id(const struct estate *e, size_t project, const char *kind, const char *name);

#endif
