#include "tests/fakecloud/offer.h"

/* Limits: AWS Secrets Manager's API reference. */
static const struct offer offers[] = {
    { .operation = "ListSecrets",
      .list = "SecretList",
      .as = "SecretList",
      .page = { 1, 100, 100 } },
    { 0 },
};

const struct service service_secretsmanager = { .name = "secretsmanager", .offers = offers };
