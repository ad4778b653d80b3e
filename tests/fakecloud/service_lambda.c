#include "tests/fakecloud/offer.h"

/* Limits: AWS Lambda's API reference. */
static const struct offer offers[] = {
    { .operation = "GetPolicy",
      .list = "FunctionPolicies",
      .one = true,
      .none = { 404, "ResourceNotFoundException" },
      .filters = { { "FunctionName", "_of", { 0 } } } },
    { .operation = "ListFunctionUrlConfigs",
      .list = "FunctionUrlConfigs",
      .as = "FunctionUrlConfigs",
      .page = { 1, 50, 50 },
      .parent = { "Functions",
                  "FunctionName",
                  "FunctionName",
                  { 404, "ResourceNotFoundException" } },
      .filters = { { "FunctionName", "_of", { 0 } } } },
    { .operation = "ListFunctions",
      .list = "Functions",
      .as = "Functions",
      .page = { 1, 10000, 50 } },
    { .operation = "ListTags",
      .list = "FunctionTags",
      .one = true,
      .none = { 404, "ResourceNotFoundException" },
      .filters = { { "Resource", "_of", { 0 } } } },
    { 0 },
};

const struct service service_lambda = { .name = "lambda", .offers = offers };
