#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/policies.h"

/* Secret Manager v1: names, never versions. */

static const struct google_offer offers[] = {
    { .method = "projects.secrets.list",
      .path = "v1/{parent=projects/*}/secrets",
      .kind = GOOGLE_LIST,
      .list = "secretmanager.secrets",
      .as = "secrets",
      .usual = 25000,
      .most = 25000,
      .permission = "secretmanager.secrets.list" },
    { .method = "projects.secrets.get",
      .path = "v1/{name=projects/*/secrets/*}",
      .kind = GOOGLE_GET,
      .list = "secretmanager.secrets",
      .permission = "secretmanager.secrets.get" },
    { .method = "projects.secrets.getIamPolicy",
      .path = "v1/{resource=projects/*/secrets/*}:getIamPolicy",
      .kind = GOOGLE_ANSWER,
      .answer = google_policies_answer,
      .harmless = { "options.requestedPolicyVersion" },
      .permission = "secretmanager.secrets.getIamPolicy" },
    { .method = NULL },
};

const struct google_service google_service_secretmanager = {
    .name = "secretmanager",
    .title = "Secret Manager API",
    .offers = offers,
};
