#include "tests/fakecloud/offer.h"

/* Topics come a hundred at a time, and nobody is asked (Amazon SNS's API reference). */
static const struct offer offers[] = {
    { .operation = "GetTopicAttributes",
      .list = "Topics",
      .as = "Attributes",
      .one = true,
      .none = { 404, "NotFound" },
      .pluck = "_attributes",
      .filters = { { "TopicArn", "TopicArn", { 0 } } } },
    { .operation = "ListTagsForResource",
      .list = "Topics",
      .as = "Tags",
      .one = true,
      .none = { 404, "ResourceNotFound" },
      .pluck = "_tags",
      .filters = { { "ResourceArn", "TopicArn", { 0 } } } },
    { .operation = "ListTopics", .list = "Topics", .as = "Topics", .page = { 100, 100, 100 } },
    { 0 },
};

const struct service service_sns = { .name = "sns", .offers = offers };
