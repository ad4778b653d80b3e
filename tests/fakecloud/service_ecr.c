#include "tests/fakecloud/offer.h"

/* Limits: Amazon ECR's API reference. */
static const struct offer offers[] = {
    { .operation = "DescribeRepositories",
      .list = "repositories",
      .as = "repositories",
      .page = { 1, 1000, 100 },
      .filters = { { "registryId", "registryId", { 0 } } } },
    { .operation = "GetRepositoryPolicy",
      .list = "RepositoryPolicies",
      .one = true,
      .none = { 400, "RepositoryPolicyNotFoundException" },
      .parent = { "repositories",
                  "repositoryName",
                  "repositoryName",
                  { 400, "RepositoryNotFoundException" } },
      .filters = { { "registryId", "registryId", { 0 } },
                   { "repositoryName", "repositoryName", { 0 } } } },
    { .operation = "ListTagsForResource",
      .list = "RepositoryTags",
      .one = true,
      .none = { 400, "RepositoryNotFoundException" },
      .filters = { { "resourceArn", "_of", { 0 } } } },
    { 0 },
};

const struct service service_ecr = { .name = "ecr", .offers = offers };
