#include "tests/fakecloud/offer.h"

/* DescribeDomains leaves out what it does not know. At most five at a time: the type asks for no more. */
static const struct offer offers[] = {
    { .operation = "DescribeDomains",
      .list = "OpensearchDomains",
      .as = "DomainStatusList",
      .pluck = "_status",
      .filters = { { "DomainNames", "DomainName", { 0 } } } },
    { .operation = "ListDomainNames",
      .list = "OpensearchDomains",
      .as = "DomainNames",
      .filters = { { "EngineType", "EngineType", { 0 } } } },
    { .operation = "ListTags",
      .list = "DomainTags",
      .as = "TagList",
      .filters = { { "ARN", "_of", { 0 } } } },
    { 0 },
};

const struct service service_opensearch = { .name = "opensearch", .offers = offers };
