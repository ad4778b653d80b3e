#include "tests/fakecloud/google/locations.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

/* Cloud Run v2; its locations are asked of v1. */

#define LOCATION "projects/*/locations/*"

static const struct google_offer offers[] = {
    { .method = "projects.locations.list",
      .path = "v1/{name=projects/*}/locations",
      .kind = GOOGLE_ANSWER,
      .answer = google_locations_list,
      .as = "locations",
      .usual = 100,
      .most = 100,
      .permission = "run.locations.list" },
    { .method = "projects.locations.services.list",
      .path = "v2/{parent=" LOCATION "}/services",
      .kind = GOOGLE_LIST,
      .list = "run.services",
      .as = "services",
      .usual = 100,
      .most = 1000,
      .missing = "unreachable",
      .harmless = { "showDeleted" },
      .permission = "run.services.list" },
    { .method = "projects.locations.services.get",
      .path = "v2/{name=" LOCATION "/services/*}",
      .kind = GOOGLE_GET,
      .list = "run.services",
      .permission = "run.services.get" },
    { .method = "projects.locations.services.getIamPolicy",
      .path = "v2/{resource=" LOCATION "/services/*}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "run.services.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_run = { .name = "run",
                                                   .title = "Cloud Run Admin API",
                                                   .offers = offers };
