#include "tests/fakecloud/offer.h"

/* Limits: Elastic Load Balancing's API reference of 2012-06-01. */
static const struct offer offers[] = {
    { .operation = "DescribeLoadBalancers",
      .list = "LoadBalancerDescriptions",
      .as = "LoadBalancerDescriptions",
      .page = { 1, 400, 400 },
      .filters = { { "LoadBalancerNames", "LoadBalancerName", { 400, "LoadBalancerNotFound" } } } },
    { .operation = "DescribeTags",
      .list = "ElbTagDescriptions",
      .as = "TagDescriptions",
      .filters = { { "LoadBalancerNames", "LoadBalancerName", { 400, "LoadBalancerNotFound" } } } },
    { 0 },
};

const struct service service_elb = { .name = "elb", .offers = offers };
