#ifndef PROVIDERS_AWS_PARTITIONS_H
#define PROVIDERS_AWS_PARTITIONS_H

#include "providers/aws/endpoint.h"

/* What the build writes from partitions.json (cmake/Models.cmake); for endpoint.c. Lists of words are one
 * text with a space before, between and after them, so that " us-east-1 " is found whole. */

enum { AWS_HOST_PLAIN, AWS_HOST_FIPS, AWS_HOST_DUALSTACK, AWS_HOST_DUALSTACK_FIPS, AWS_HOST_COUNT };

/* Where one service answers in one partition. */
struct aws_place {
    const char *service;
    const char *hosts[AWS_HOST_COUNT]; /* "{region}" where the region goes; NULL: no such variant */
    const char *signing_region;        /* NULL: the region that is asked */
    const char *missing;               /* regions without the service, a list of words */
    bool is_global;
    bool regions_unknown;              /* the data does not say where the service exists */
};

struct aws_partition_data {
    struct aws_partition partition;
    const char *prefixes; /* of the names of its regions, a list of words */
    const char *regions;  /* those that the data knows, a list of words */
    const struct aws_place *places;
    size_t place_count;
};

extern const struct aws_partition_data aws_partitions[];
extern const size_t aws_partitions_count;

#endif
