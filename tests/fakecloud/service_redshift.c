#include "tests/fakecloud/offer.h"

/* Limits: Amazon Redshift's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeClusters",
      .list = "Clusters",
      .as = "Clusters",
      .page = { 20, 100, 100 },
      .filters = { { "ClusterIdentifier", "ClusterIdentifier", { 404, "ClusterNotFound" } } } },
    { 0 },
};

const struct service service_redshift = { .name = "redshift", .offers = offers };
