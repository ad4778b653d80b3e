#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

/* Cloud Functions v2. */

#define LOCATION "projects/*/locations/*"

static const struct google_offer offers[] = {
    { .method = "projects.locations.functions.list",
      .path = "v2/{parent=" LOCATION "}/functions",
      .kind = GOOGLE_LIST,
      .list = "cloudfunctions.functions",
      .as = "functions",
      .usual = 100,
      .most = 1000,
      .missing = "unreachable",
      .permission = "cloudfunctions.functions.list" },
    { .method = "projects.locations.functions.get",
      .path = "v2/{name=" LOCATION "/functions/*}",
      .kind = GOOGLE_GET,
      .list = "cloudfunctions.functions",
      .permission = "cloudfunctions.functions.get" },
    { .method = "projects.locations.functions.getIamPolicy",
      .path = "v2/{resource=" LOCATION "/functions/*}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "cloudfunctions.functions.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_cloudfunctions = {
    .name = "cloudfunctions",
    .title = "Cloud Functions API",
    .offers = offers,
};
