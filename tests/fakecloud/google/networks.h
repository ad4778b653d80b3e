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

/* What a check says of a network: that its DNS queries are not logged, by the policy that it is in (NULL: it is in
 * none), or that they are. A new one's are not. Nothing is told where nobody can know. */
void google_networks_unlogged(struct estate *e, size_t project, const char *name, const char *policy);
void google_networks_logged(struct estate *e, size_t project, const char *name);

/* URL and id; free(). */
char *google_networks_url(const struct estate *e, size_t project, const char *name);
char *google_networks_id(const struct estate *e, size_t project, const char *kind, const char *name);

#endif
