#include "tests/fakecloud/google/locations.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

/* Cloud Key Management Service v1. */

#define LOCATION "projects/*/locations/*"
#define RING LOCATION "/keyRings/*"

static const struct google_offer offers[] = {
    { .method = "projects.locations.list",
      .path = "v1/{name=projects/*}/locations",
      .kind = GOOGLE_ANSWER,
      .answer = google_locations_list,
      .list = LOCATIONS_WITH_GLOBAL,
      .as = "locations",
      .usual = 100,
      .most = 1000,
      .permission = "cloudkms.locations.list" },
    { .method = "projects.locations.keyRings.list",
      .path = "v1/{parent=" LOCATION "}/keyRings",
      .kind = GOOGLE_LIST,
      .list = "cloudkms.keyRings",
      .as = "keyRings",
      .usual = 100,
      .most = 1000,
      .permission = "cloudkms.keyRings.list" },
    { .method = "projects.locations.keyRings.get",
      .path = "v1/{name=" RING "}",
      .kind = GOOGLE_GET,
      .list = "cloudkms.keyRings",
      .permission = "cloudkms.keyRings.get" },
    { .method = "projects.locations.keyRings.getIamPolicy",
      .path = "v1/{resource=" RING "}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "cloudkms.keyRings.getIamPolicy" },
    { .method = "projects.locations.keyRings.cryptoKeys.list",
      .path = "v1/{parent=" RING "}/cryptoKeys",
      .kind = GOOGLE_LIST,
      .list = "cloudkms.cryptoKeys",
      .as = "cryptoKeys",
      .usual = 100,
      .most = 1000,
      .permission = "cloudkms.cryptoKeys.list" },
    { .method = "projects.locations.keyRings.cryptoKeys.get",
      .path = "v1/{name=" RING "/cryptoKeys/*}",
      .kind = GOOGLE_GET,
      .list = "cloudkms.cryptoKeys",
      .permission = "cloudkms.cryptoKeys.get" },
    { .method = "projects.locations.keyRings.cryptoKeys.getIamPolicy",
      .path = "v1/{resource=" RING "/cryptoKeys/*}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "cloudkms.cryptoKeys.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_cloudkms = {
    .name = "cloudkms",
    .title = "Cloud Key Management Service (KMS) API",
    .offers = offers,
};
