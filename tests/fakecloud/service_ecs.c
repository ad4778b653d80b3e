#include "tests/fakecloud/offer.h"

/* Limits: Amazon ECS's API reference. What is described here in part is described in full. */
static const struct offer offers[] = {
    { .operation = "DescribeClusters",
      .list = "EcsClusters",
      .as = "clusters",
      .filters = { { "clusters", "clusterArn", { 0 } } },
      .harmless = { "include" } },
    { .operation = "DescribeServices",
      .list = "EcsServices",
      .as = "services",
      .parent = { "EcsClusters", "clusterArn", "cluster", { 400, "ClusterNotFoundException" } },
      .filters = { { "cluster", "clusterArn", { 0 } }, { "services", "serviceArn", { 0 } } },
      .harmless = { "include" } },
    { .operation = "ListClusters",
      .list = "EcsClusters",
      .as = "clusterArns",
      .page = { 1, 100, 100 },
      .pluck = "clusterArn" },
    { .operation = "ListServices",
      .list = "EcsServices",
      .as = "serviceArns",
      .page = { 1, 100, 10 },
      .pluck = "serviceArn",
      .parent = { "EcsClusters", "clusterArn", "cluster", { 400, "ClusterNotFoundException" } },
      .filters = { { "cluster", "clusterArn", { 0 } } } },
    { 0 },
};

const struct service service_ecs = { .name = "ecs", .offers = offers };
