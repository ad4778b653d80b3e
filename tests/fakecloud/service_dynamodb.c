#include "tests/fakecloud/offer.h"

/* Limits: Amazon DynamoDB's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeContinuousBackups",
      .list = "ContinuousBackups",
      .one = true,
      .none = { 400, "TableNotFoundException" },
      .filters = { { "TableName", "_of", { 0 } } } },
    { .operation = "DescribeTable",
      .list = "Tables",
      .as = "Table",
      .one = true,
      .none = { 400, "ResourceNotFoundException" },
      .filters = { { "TableName", "TableName", { 0 } } } },
    { .operation = "ListTables",
      .list = "Tables",
      .as = "TableNames",
      .page = { 1, 100, 100 },
      .pluck = "TableName" },
    { .operation = "ListTagsOfResource",
      .list = "TableTags",
      .as = "Tags",
      .page = { 10, 10, 10 },
      .filters = { { "ResourceArn", "_of", { 0 } } } },
    { 0 },
};

const struct service service_dynamodb = { .name = "dynamodb", .offers = offers };
