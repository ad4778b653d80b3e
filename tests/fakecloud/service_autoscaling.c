#include "tests/fakecloud/offer.h"

/* Limits: Amazon EC2 Auto Scaling's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeAutoScalingGroups",
      .list = "AutoScalingGroups",
      .as = "AutoScalingGroups",
      .page = { 1, 100, 50 },
      .filters = { { "AutoScalingGroupNames", "AutoScalingGroupName", { 0 } } },
      .harmless = { "IncludeInstances" } },
    { 0 },
};

const struct service service_autoscaling = { .name = "autoscaling", .offers = offers };
