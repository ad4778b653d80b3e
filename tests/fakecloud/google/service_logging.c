#include "tests/fakecloud/google/offer.h"

/* Cloud Logging v2. Sinks and metrics are called by their ids alone; `_name` is the whole. */

#define SINKS(of)                                                                                  \
    {                                                                                              \
        .method = of ".sinks.list", .path = "v2/{parent=" of "/*}/sinks", .kind = GOOGLE_LIST,     \
        .list = "logging.sinks", .as = "sinks", .usual = 100, .most = 1000,                        \
        .permission = "logging.sinks.list"                                                         \
    }
#define BUCKETS(of)                                                                                \
    {                                                                                              \
        .method = of ".locations.buckets.list",                                                    \
        .path = "v2/{parent=" of "/*/locations/*}/buckets", .kind = GOOGLE_LIST,                   \
        .list = "logging.buckets", .as = "buckets", .usual = 100, .most = 1000,                    \
        .permission = "logging.buckets.list"                                                       \
    }

static const struct google_offer offers[] = {
    SINKS("projects"),
    SINKS("folders"),
    SINKS("organizations"),
    { .method = "projects.sinks.get",
      .path = "v2/{sinkName=projects/*/sinks/*}",
      .kind = GOOGLE_GET,
      .list = "logging.sinks",
      .by = "sinkName=_name",
      .permission = "logging.sinks.get" },
    BUCKETS("projects"),
    BUCKETS("folders"),
    BUCKETS("organizations"),
    { .method = "projects.locations.buckets.get",
      .path = "v2/{name=projects/*/locations/*/buckets/*}",
      .kind = GOOGLE_GET,
      .list = "logging.buckets",
      .permission = "logging.buckets.get" },
    { .method = "projects.metrics.list",
      .path = "v2/{parent=projects/*}/metrics",
      .kind = GOOGLE_LIST,
      .list = "logging.metrics",
      .as = "metrics",
      .usual = 100,
      .most = 1000,
      .permission = "logging.logMetrics.list" },
    { .method = "projects.metrics.get",
      .path = "v2/{metricName=projects/*/metrics/*}",
      .kind = GOOGLE_GET,
      .list = "logging.metrics",
      .by = "metricName=_name",
      .permission = "logging.logMetrics.get" },
    { .method = NULL },
};

const struct google_service google_service_logging = { .name = "logging",
                                                       .title = "Cloud Logging API",
                                                       .offers = offers };
