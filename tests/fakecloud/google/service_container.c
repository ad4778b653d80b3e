#include "tests/fakecloud/google/offer.h"

/* Kubernetes Engine v1. */

#define LOCATION "projects/*/locations/*"

static const struct google_offer offers[] = {
    { .method = "projects.locations.clusters.list",
      .path = "v1/{parent=" LOCATION "}/clusters",
      .kind = GOOGLE_LIST,
      .list = "container.clusters",
      .as = "clusters",
      .missing = "missingZones",
      .permission = "container.clusters.list" },
    { .method = "projects.locations.clusters.get",
      .path = "v1/{name=" LOCATION "/clusters/*}",
      .kind = GOOGLE_GET,
      .list = "container.clusters",
      .by = "name=_name",
      .permission = "container.clusters.get" },
    { .method = NULL },
};

const struct google_service google_service_container = {
    .name = "container",
    .title = "Kubernetes Engine API",
    .offers = offers,
};
