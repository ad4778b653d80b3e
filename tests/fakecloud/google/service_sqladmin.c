#include "tests/fakecloud/google/offer.h"

/* Cloud SQL Admin v1. */

#define P "v1/projects/{project}/instances"

static const struct google_offer offers[] = {
    { .method = "instances.list",
      .path = P,
      .kind = GOOGLE_LIST,
      .list = "sqladmin.instances",
      .as = "items",
      .word = "sql#instancesList",
      .usual = 500,
      .most = 1000,
      .permission = "cloudsql.instances.list" },
    { .method = "instances.get",
      .path = P "/{instance}",
      .kind = GOOGLE_GET,
      .list = "sqladmin.instances",
      .by = "instance=name",
      .permission = "cloudsql.instances.get" },
    { .method = "databases.list",
      .path = P "/{instance}/databases",
      .kind = GOOGLE_LIST,
      .list = "sqladmin.databases",
      .as = "items",
      .word = "sql#databasesList",
      .filters = { "instance=instance" },
      .permission = "cloudsql.databases.list" },
    { .method = "users.list",
      .path = P "/{instance}/users",
      .kind = GOOGLE_LIST,
      .list = "sqladmin.users",
      .as = "items",
      .word = "sql#usersList",
      .filters = { "instance=instance" },
      .permission = "cloudsql.users.list" },
    { .method = NULL },
};

const struct google_service google_service_sqladmin = {
    .name = "sqladmin",
    .title = "Cloud SQL Admin API",
    .classic = true,
    .offers = offers,
};
