#include "tests/fakecloud/offer.h"

/* Limits: Amazon SQS's API reference. */
static const struct offer offers[] = {
    { .operation = "GetQueueAttributes",
      .list = "Queues",
      .as = "Attributes",
      .one = true,
      .none = { 400, "QueueDoesNotExist" },
      .pluck = "_attributes",
      .filters = { { "QueueUrl", "QueueUrl", { 0 } } },
      .harmless = { "AttributeNames" } },
    { .operation = "ListQueueTags",
      .list = "Queues",
      .as = "Tags",
      .one = true,
      .none = { 400, "QueueDoesNotExist" },
      .pluck = "_tags",
      .filters = { { "QueueUrl", "QueueUrl", { 0 } } } },
    { .operation = "ListQueues",
      .list = "Queues",
      .as = "QueueUrls",
      .page = { 1, 1000, 1000 },
      .pluck = "QueueUrl" },
    { 0 },
};

const struct service service_sqs = { .name = "sqs", .offers = offers };
