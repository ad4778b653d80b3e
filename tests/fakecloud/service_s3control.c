#include "tests/fakecloud/offer.h"

/* The block of a whole account. */
static const struct offer offers[] = {
    { .operation = "GetPublicAccessBlock",
      .list = "AccountPublicAccessBlock",
      .one = true,
      .none = { 404, "NoSuchPublicAccessBlockConfiguration" },
      .filters = { { "AccountId", "_AccountId", { 0 } } } },
    { 0 },
};

const struct service service_s3control = { .name = "s3control", .global = true, .offers = offers };
