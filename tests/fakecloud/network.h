#ifndef TESTS_FAKECLOUD_NETWORK_H
#define TESTS_FAKECLOUD_NETWORK_H

#include "tests/fakecloud/estate.h"

/*
 * VPCs, subnets and prefix lists. The ids that follow from the place are given again by the functions
 * below; free(). Every account has in every region a default VPC with its subnets and one VPC of its own;
 * AWS's own lists are seen by all; the scanner's account shares its lists with every account.
 */
#define NETWORK_VPCS 2          /* the default one and one more */
#define NETWORK_SUBNETS 3       /* of each VPC */
#define NETWORK_OWN_VPC 1       /* number of the one that is not the default */

enum network_list { NETWORK_OFFICES, NETWORK_WORLD, NETWORK_LISTS };

void network_build(struct estate *e, size_t account, size_t region);

char *network_vpc(const struct estate *e, struct place at, size_t vpc);
char *network_subnet(const struct estate *e, struct place at, size_t vpc, size_t subnet);

/* One of the shared lists of a region. */
char *network_list(const struct estate *e, size_t region, enum network_list which);
/* The list through which CloudFront comes: AWS's own, of one id everywhere in a region. */
char *network_aws_list(const struct estate *e, size_t region);

/* Lists' entries are kept beside the lists, in the owner's place (or place.account "aws"). */
#define NETWORK_ENTRIES "Entries " /* and the list's id */

#endif
