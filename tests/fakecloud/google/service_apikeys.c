#include "tests/fakecloud/google/offer.h"

/* API Keys v2: never their strings. */

static const struct google_offer offers[] = {
    { .method = "projects.locations.keys.list",
      .path = "v2/{parent=projects/*/locations/global}/keys",
      .kind = GOOGLE_LIST,
      .list = "apikeys.keys",
      .as = "keys",
      .usual = 50,
      .most = 300,
      .harmless = { "showDeleted" },
      .permission = "apikeys.keys.list" },
    { .method = "projects.locations.keys.get",
      .path = "v2/{name=projects/*/locations/global/keys/*}",
      .kind = GOOGLE_GET,
      .list = "apikeys.keys",
      .permission = "apikeys.keys.get" },
    { .method = NULL },
};

const struct google_service google_service_apikeys = {
    .name = "apikeys",
    .title = "API Keys API",
    .by_caller = true,
    .offers = offers,
};
