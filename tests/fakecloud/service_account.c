#include "tests/fakecloud/offer.h"

/* AWS Account Management: of the caller's own account. */
static const struct offer offers[] = {
    { .operation = "GetAlternateContact",
      .list = "AlternateContacts",
      .as = "AlternateContact",
      .one = true,
      .none = { 404, "ResourceNotFoundException" },
      .filters = { { "AlternateContactType", "AlternateContactType", { 0 } } } },
    { 0 },
};

const struct service service_account = { .name = "account", .global = true, .offers = offers };
