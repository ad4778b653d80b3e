#include "tests/fakecloud/offer.h"

/* Limits: CloudWatch Logs' API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeLogGroups",
      .list = "logGroups",
      .as = "logGroups",
      .page = { 1, 50, 50 } },
    { 0 },
};

const struct service service_logs = { .name = "logs", .offers = offers };
