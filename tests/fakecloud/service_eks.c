#include "tests/fakecloud/offer.h"

/* Limits: Amazon EKS's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeCluster",
      .list = "EksClusters",
      .as = "cluster",
      .one = true,
      .none = { 404, "ResourceNotFoundException" },
      .filters = { { "name", "name", { 0 } } } },
    { .operation = "ListClusters",
      .list = "EksClusters",
      .as = "clusters",
      .page = { 1, 100, 100 },
      .pluck = "name" },
    { 0 },
};

const struct service service_eks = { .name = "eks", .offers = offers };
